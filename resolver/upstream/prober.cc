// SPDX-License-Identifier: EUPL-1.2
// Background probes.
#include "resolver/upstream/prober.h"

namespace rw::upstream
{

namespace
{

constexpr Duration probe_patience = 1500ms;  // longer than this is not worth coming back to

}  // namespace

void Prober::want(const Endpoint& server, ZoneKey zone, const dns::Question& question, Probed probed)
{
    // First whether it is due: nobody loses a place for a probe that is not sent.
    if (stats_.claim_probe(server))
        tasks_.spawn(&Prober::probe, server, zone, question, probed);
}

io::Task<void> Prober::probe(Endpoint server, ZoneKey zone, dns::Question question, Probed probed)
{
    QueryForm form;
    form.question = std::move(question);
    form.edns = false;
    AttemptMailbox mailbox;
    const auto place = places_.claim(party(Claimant{}, zone),
                                     [&mailbox] { mailbox.put({0, Happened::displaced, {}, Rcode::noerror}); });
    if (!place)
        co_return;
    const Instant sent = scheduler_.now();
    const auto attempt = start_udp(network_, random_, server, form, 0, mailbox);
    if (probed == Probed::root)
        root_.probe_sent(server);
    const Instant until = sent + probe_patience;
    const std::optional<AttemptEvent> event = co_await mailbox.next(until);
    // A near miss may be a guess of somebody who wants a dead server to be asked.
    const bool answered = event && event->happened != Happened::unreachable && event->happened != Happened::near_miss &&
                          event->happened != Happened::displaced;
    if (answered) {
        stats_.note_answer(server, scheduler_.now() - sent);
        if (probed == Probed::root)
            root_.probe_answered(server);
    }
}

}  // namespace rw::upstream
