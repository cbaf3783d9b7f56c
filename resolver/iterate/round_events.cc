// SPDX-License-Identifier: EUPL-1.2
// What becomes of a round's attempts, and what a bad response means for its server.
#include <algorithm>
#include <utility>

#include "resolver/iterate/round.h"
#include "resolver/iterate/trace.h"

namespace rw::iterate
{

namespace
{

bool usable(Reading::Kind kind)
{
    switch (kind) {
        case Reading::Kind::answer:
        case Reading::Kind::alias:
        case Reading::Kind::nodata:
        case Reading::Kind::nxdomain:
        case Reading::Kind::referral:
        case Reading::Kind::name_too_long:
            return true;
        default:
            return false;
    }
}

}  // namespace

std::unique_ptr<Asked> Round::on_event(upstream::AttemptEvent event)
{
    const auto at =
        std::ranges::find_if(waiting_, [&](const Waiting& waiting) { return waiting.base.number == event.attempt; });
    if (at == waiting_.end())
        return nullptr;
    const Waiting waiting = std::move(*at);
    waiting_.erase(at);
    if (waiting.manner.for_case)
        entries_[waiting.candidate].case_asked = false;
    using upstream::Happened;
    const bool readable = event.happened == Happened::response || event.happened == Happened::bare_error;
    if (budget_.trace() != nullptr && !readable)
        budget_.trace()->disturbed(waiting.hop, event.happened);
    switch (event.happened) {
        case Happened::response:
            return on_response(waiting, std::move(event.message));
        case Happened::bare_error:
            return on_bare_error(waiting, event.rcode);
        case Happened::wrong_case:
            return on_wrong_case(waiting, std::move(event.message));
        case Happened::near_miss:
            over_tcp(waiting, {true, waiting.manner.edns, false});
            break;
        case Happened::malformed:
            discard(waiting.candidate, Failure::authority_malformed);
            break;
        case Happened::closed:
            on_closed(waiting);
            break;
        case Happened::unreachable:
            on_unreachable(waiting);
            break;
        case Happened::displaced:
            on_displaced();
            break;
    }
    return nullptr;
}

void Round::over_tcp(const Waiting& waiting, Manner manner)
{
    // Someone may be guessing: only a connection can be trusted for this question now. Over a connection it is the
    // server itself that answers something else.
    if (waiting.manner.tcp)
        discard(waiting.candidate, Failure::authority_malformed);
    else
        fall_back(waiting, manner);
}

void Round::on_unreachable(const Waiting& waiting)
{
    context_.work.unreachable.add();
    if (without_tcp(waiting))
        return;
    context_.stats.note_unreachable(waiting.base.server, zone_.zone);
    discard(waiting.candidate, Failure::no_reachable_authority);
}

void Round::on_displaced()
{
    // Nothing is learnt of the server. Somebody else may be less in demand.
    next_start_ = context_.scheduler.now();
}

bool Round::without_tcp(const Waiting& waiting)
{
    if (!waiting.manner.for_case)
        return false;
    context_.stats.note_case_broken(waiting.base.server);  // it has no TCP, so that it cannot be asked better
    fall_back(waiting, {false, waiting.manner.edns, false});
    return true;
}

void Round::on_closed(const Waiting& waiting)
{
    if (waiting.manner.sharing == upstream::Sharing::alone) {
        if (!without_tcp(waiting))
            discard(waiting.candidate, Failure::no_reachable_authority);
        return;
    }
    // RFC 7766 §6.2.4: what was pending is sent again; not beside other queries, which the server may answer in its
    // place before it closes.
    Manner again = waiting.manner;
    again.sharing = upstream::Sharing::alone;
    fall_back(waiting, again);
}

// Only the server itself may have its questions sent without the protection of their case: one forged message by UDP
// would otherwise take it from all that follow.
std::unique_ptr<Asked> Round::on_wrong_case(const Waiting& waiting, OctetBuffer message)
{
    if (!waiting.manner.tcp) {
        Manner manner = waiting.manner;
        manner.tcp = true;
        manner.for_case = true;
        entries_[waiting.candidate].case_asked = true;
        over_tcp(waiting, manner);
        return nullptr;
    }
    if (waiting.manner.for_case)
        context_.stats.note_case_broken(waiting.base.server);
    return on_response(waiting, std::move(message));
}

void Round::note_answer(const Waiting& waiting)
{
    context_.work.answered.add();
    note_root(waiting.base.letter, root::RootEvent::answered);
    if (!waiting.manner.tcp)
        context_.stats.note_answer(waiting.base.server, context_.scheduler.now() - waiting.base.sent);
}

std::unique_ptr<Asked> Round::on_bare_error(const Waiting& waiting, Rcode rcode)
{
    note_answer(waiting);
    Reading reading;
    reading.kind = kind_of_error(rcode);
    if (budget_.trace() != nullptr)
        budget_.trace()->answered(waiting.hop, context_.scheduler.now(), reading);
    return judge(waiting, std::move(reading));
}

std::unique_ptr<Asked> Round::on_response(const Waiting& waiting, OctetBuffer octets)
{
    budget_.spend_octets(octets.size());
    note_answer(waiting);
    if (waiting.manner.random_case)
        upstream::forget_case(octets);
    const auto message = dns::MessageView::parse(octets);
    if (is_root())
        context_.root_budget.note_response(question_, *message, budget_.claimant());
    const bool forwarder = zone_.route == Route::forward;
    const ReadingRules rules{context_.settings.iterate.accept_non_aa || forwarder,
                             context_.settings.iterate.harden_glue, forwarder};
    Reading reading = read(*message, zone_.zone, question_, rules);
    if (budget_.trace() != nullptr)
        budget_.trace()->answered(waiting.hop, context_.scheduler.now(), reading);
    learn_edns(waiting, *message, reading.kind);
    return judge(waiting, std::move(reading));
}

void Round::learn_edns(const Waiting& waiting, const dns::MessageView& message, Reading::Kind kind)
{
    const bool works = entries_[waiting.candidate].candidate.state.edns_works;
    if (works)
        return;
    // Without DO signed zones turn bogus: silence, which loss explains as well (RFC 8906 §3.2), does not suffice, nor
    // an error that has another reason.
    if (waiting.manner.edns == Edns::refused && usable(kind))
        context_.stats.note_edns_broken(waiting.base.server);
    else if (waiting.manner.edns == Edns::spoken && message.edns() && kind != Reading::Kind::formerr)
        context_.stats.note_edns_works(waiting.base.server);
}

std::unique_ptr<Asked> Round::judge(const Waiting& waiting, Reading reading)
{
    const Endpoint server = waiting.base.server;
    switch (reading.kind) {
        case Reading::Kind::truncated:
            if (waiting.manner.tcp)
                discard(waiting.candidate, Failure::authority_malformed);
            else
                fall_back(waiting, {true, waiting.manner.edns, false});
            return nullptr;
        case Reading::Kind::formerr:
            // Perhaps EDNS is the reason (RFC 6891 §7), even when the OPT was sent back; one that knows it says BADVERS
            // to other versions than 0 only (§6.1.3).
            if (waiting.manner.edns == Edns::spoken) {
                fall_back(waiting, {waiting.manner.tcp, Edns::refused, waiting.manner.random_case});
                return nullptr;
            }
            discard(waiting.candidate, Failure::authority_malformed);
            return nullptr;
        case Reading::Kind::recursive:
            second_best_ = std::make_unique<Asked>(std::move(reading), server);
            discard(waiting.candidate, Failure::authority_lame);
            return nullptr;
        case Reading::Kind::lame:
            // Some refer upwards for types that they do not know (RFC 4074 §4). A forwarder serves no zone.
            if (upstream::group_of(question_.type) == upstream::TypeGroup::basic && zone_.route != Route::forward)
                context_.stats.note_lame(server, zone_.zone);
            discard(waiting.candidate, Failure::authority_lame);
            return nullptr;
        case Reading::Kind::refused:
            discard(waiting.candidate, Failure::authority_refused);
            return nullptr;
        case Reading::Kind::servfail:
            discard(waiting.candidate, Failure::authority_servfail);
            return nullptr;
        case Reading::Kind::malformed:
            discard(waiting.candidate, Failure::authority_malformed);
            return nullptr;
        case Reading::Kind::too_large:
            discard(waiting.candidate, Failure::answer_too_large);
            return nullptr;
        default:
            budget_.note_progress();
            return std::make_unique<Asked>(std::move(reading), server);
    }
}

void Round::fall_back(const Waiting& waiting, Manner manner)
{
    const RootAdmission::Verdict admission = admit();
    if (admission != RootAdmission::Verdict::granted || start(waiting.candidate, manner))
        return;
    entries_[waiting.candidate].useless = true;  // another try would come to the same step
    next_start_ = context_.scheduler.now();
}

void Round::discard(std::size_t candidate, Failure why)
{
    entries_[candidate].useless = true;
    why_ = why;
    next_start_ = context_.scheduler.now();
}

}  // namespace rw::iterate
