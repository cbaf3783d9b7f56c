// SPDX-License-Identifier: EUPL-1.2
// Background probes.
#include "resolver/upstream/prober.h"

namespace rw::upstream
{

namespace
{

constexpr std::size_t max_running = 64;      // of one worker; a zone of a thousand dead servers must not fill the line
constexpr Duration probe_patience = 1500ms;  // longer than this is not worth coming back to

}  // namespace

void Prober::want(const Endpoint& server, const dns::Question& question, ProbeObserver* observer)
{
    if (running_ >= max_running || !stats_.claim_probe(server))
        return;
    background_.spawn(probe(server, question, observer));
}

io::Task<void> Prober::probe(Endpoint server, dns::Question question, ProbeObserver* observer)
{
    ++running_;
    QueryForm form;
    form.question = std::move(question);
    form.edns = false;
    AttemptMailbox mailbox;
    const Instant sent = scheduler_.now();
    const auto attempt = start_udp(network_, random_, server, form, 0, mailbox);
    if (observer != nullptr)
        observer->probe_sent(server);
    const Instant until = sent + probe_patience;
    const std::optional<AttemptEvent> event = co_await mailbox.next(until);
    --running_;
    if (event && event->happened != Happened::unreachable) {
        stats_.note_answer(server, scheduler_.now() - sent);
        if (observer != nullptr)
            observer->probe_answered(server);
    }
}

}  // namespace rw::upstream
