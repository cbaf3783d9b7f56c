// SPDX-License-Identifier: EUPL-1.2
// One question about the root's own records.
#include "resolver/root/apex_query.h"

#include "resolver/upstream/attempt.h"

namespace rw::root
{

namespace
{

upstream::QueryForm form_of(const ApexQuestion& question, const config::Settings& settings)
{
    upstream::QueryForm form;
    form.question = {dns::Name{}, question.type, dns::RRClass::in};
    form.nsid = true;
    form.dnssec_ok = question.dnssec_ok;
    form.udp_size = settings.edns.size;
    return form;
}

/// One exchange over UDP or TCP.
io::Task<ApexReply> exchange(const RootContext& context, const ApexQuestion& question, bool tcp)
{
    ApexReply reply;
    reply.tcp = tcp;
    // What we ask for ourselves must not push clients out; it asks again later.
    if (!context.budget.take(QueryBudget::Need::known, upstream::Claimant{}))
        co_return reply;
    upstream::AttemptMailbox mailbox;
    const upstream::QueryForm form = form_of(question, context.settings);
    const Instant sent = context.scheduler.now();
    // Our own work, all for one zone: the root.
    const Party own = upstream::party(upstream::Claimant{}, upstream::ZoneKey{});
    const auto attempt = tcp ? context.tcp.start(question.server, own, form, 0, mailbox)
                             : upstream::start_udp(context.network, context.random, question.server, form, 0, mailbox);
    if (!attempt) {
        reply.no_way = true;
        co_return reply;
    }
    reply.sent = true;
    context.counts.note(question.letter, question.purpose, RootEvent::sent);
    const Instant until = sent + question.patience;
    std::optional<upstream::AttemptEvent> event = co_await mailbox.next(until);
    if (!event) {
        context.stats.note_timeout(question.server, form.question.name, form.question.type);
        context.counts.note(question.letter, question.purpose, RootEvent::timed_out);
        co_return reply;
    }
    if (event->happened != upstream::Happened::response)
        co_return reply;
    reply.answered = true;
    reply.rtt = context.scheduler.now() - sent;
    reply.message = std::move(event->message);
    if (!tcp)
        context.stats.note_answer(question.server, reply.rtt);
    context.counts.note(question.letter, question.purpose, RootEvent::answered);
    co_return reply;
}

bool is_truncated(const ApexReply& reply)
{
    const auto message = dns::MessageView::parse(reply.message);
    return message && message->header().has(dns::Header::tc);
}

}  // namespace

io::Task<ApexReply> ask_apex(const RootContext& context, ApexQuestion question)
{
    ApexReply reply = co_await exchange(context, question, false);
    if (reply.answered && is_truncated(reply))
        reply = co_await exchange(context, question, true);
    co_return reply;
}

}  // namespace rw::root
