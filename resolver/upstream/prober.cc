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

void Prober::want(const Endpoint& server, const dns::Question& question, Probed probed)
{
    if (tasks_.size() >= max_running || !stats_.claim_probe(server))
        return;
    tasks_.spawn(&Prober::probe, server, question, probed);
}

io::Task<void> Prober::probe(Endpoint server, dns::Question question, Probed probed)
{
    QueryForm form;
    form.question = std::move(question);
    form.edns = false;
    AttemptMailbox mailbox;
    const Instant sent = scheduler_.now();
    const auto attempt = start_udp(network_, random_, server, form, 0, mailbox);
    if (probed == Probed::root)
        root_.probe_sent(server);
    const Instant until = sent + probe_patience;
    const std::optional<AttemptEvent> event = co_await mailbox.next(until);
    // A near miss may be a guess of somebody who wants a dead server to be asked.
    if (event && event->happened != Happened::unreachable && event->happened != Happened::near_miss) {
        stats_.note_answer(server, scheduler_.now() - sent);
        if (probed == Probed::root)
            root_.probe_answered(server);
    }
}

}  // namespace rw::upstream
