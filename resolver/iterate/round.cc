// SPDX-License-Identifier: EUPL-1.2
// Whom to ask, how, and when somebody else.
#include "resolver/iterate/round.h"

#include <algorithm>

#include "resolver/iterate/trace.h"
#include "resolver/root/root_selection.h"

namespace rw::iterate
{

namespace
{

constexpr std::uint32_t tries_per_server = 6;      // loss of 20 % each way leaves 0.2 % after six
constexpr Duration longest_pause = 500ms;          // nine attempts in the time a client waits
constexpr std::uint32_t tries_of_failing = 2;      // a server known to be silent is not hammered
constexpr std::uint32_t patient_attempts = 3;      // then the loss is heavy: wait half as long between attempts
constexpr std::uint32_t tries_with_edns = 2;       // then perhaps something on the way drops EDNS
constexpr std::uint32_t tries_before_others = 3;   // loss of 20 % each way spoils three of one server in 5 % of cases
constexpr std::uint32_t preferred_root_tries = 2;  // before the preferred tier is left
constexpr double measure_share = 0.03;             // how often a server that others come before is measured again
constexpr Duration tcp_patience = 800ms;           // a handshake and an answer from far away

}  // namespace

Round::Round(Context& context, ZoneServers& zone, const dns::Question& question, WorkBudget& budget)
    : Holder(budget),
      context_(context),
      zone_(zone),
      question_(question),
      zone_key_(context.outstanding.keys().zone(zone.zone))
{
    if (is_root())
        root_admission_.emplace(context_.root_budget, context_.scheduler, question_);
    refresh();
}

void Round::refresh()
{
    const config::Settings& settings = context_.settings;
    static const std::vector<Prefix> nowhere;
    const upstream::AddressRules rules{settings.outgoing.ipv4, settings.outgoing.ipv6,
                                       zone_.configured ? nowhere : settings.upstream.do_not_query};
    const auto candidates =
        is_root() ? order_root(rules) : order_servers(zone_, rules, context_.stats, context_.random);
    const auto has_address = [](const ZoneServers::Server& server) { return !server.addresses.empty(); };
    excluded_ = candidates.empty() && (is_root() || std::ranges::any_of(zone_.servers, has_address));
    entries_.reserve(entries_.size() + candidates.size());
    for (const upstream::Candidate& candidate : candidates) {
        if (std::ranges::count(zone_.excluded, candidate.server) > 0)
            continue;
        const auto same = [&](const Entry& entry) { return entry.candidate.server == candidate.server; };
        if (std::ranges::none_of(entries_, same))
            entries_.push_back({candidate, 0, false});
    }
    probe_others();
    next_start_ = context_.scheduler.now();
}

void Round::probe_others()
{
    // Whom else a client's question would have gone to learns nothing of it: the root is asked for its own SOA.
    const dns::Question asked = is_root() ? dns::Question{{}, dns::RRType::soa, dns::RRClass::in} : question_;
    for (const Entry& entry : entries_) {
        const upstream::Candidate& candidate = entry.candidate;
        const bool slow_root = is_root() && candidate.tier == static_cast<std::uint8_t>(root::Rank::slow);
        const bool peer = &entry != entries_.data() && candidate.tier == entries_.front().candidate.tier;
        if (candidate.state.failing() || slow_root || (peer && context_.random.chance(measure_share)))
            context_.prober.want(candidate.server, zone_key_, asked,
                                 is_root() ? upstream::Probed::root : upstream::Probed::other);
    }
}

std::vector<upstream::Candidate> Round::order_root(const upstream::AddressRules& rules)
{
    const root::RootServerList servers = context_.root_servers.current();
    const auto standing = context_.root_board.standing();
    const config::RootMode mode = context_.settings.root.mode;
    other_reason_ = root::reason_for_others(*servers, *standing, mode);
    return root::order_root_servers(*servers, *standing, mode, zone_.port, rules, context_.stats, context_.random);
}

std::optional<std::size_t> Round::pick() const
{
    if (started_ >= limits::attempts_per_question)
        return std::nullopt;
    // The first entry with the fewest tries. The preferred tier of the root gets its second tries before others their
    // first.
    std::optional<std::size_t> best;
    const auto turn = [&](const Entry& entry) {
        const bool preferred = is_root() && entry.candidate.tier == static_cast<std::uint8_t>(root::Rank::preferred);
        const bool answers = !entry.candidate.state.failing() && !entry.candidate.state.doubtful();
        return preferred && answers && entry.tries < preferred_root_tries ? 0 : entry.tries + (is_root() ? 1 : 0);
    };
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const upstream::ServerState& state = entries_[i].candidate.state;
        const bool silent = (state.failing() || state.doubtful()) && !state.measured;
        const std::uint32_t tries = silent ? tries_of_failing : tries_per_server;
        if (entries_[i].useless || entries_[i].case_asked || entries_[i].tries >= tries)
            continue;
        if (!best || turn(entries_[i]) < turn(entries_[*best]))
            best = i;
    }
    return best;
}

Round::Manner Round::first_manner(const Entry& entry) const
{
    Manner manner;
    const upstream::ServerState& state = entry.candidate.state;
    const bool spoken = !state.edns_broken && (state.edns_works || entry.tries < tries_with_edns);
    manner.edns = spoken ? Edns::spoken : Edns::left_out;
    manner.random_case = context_.settings.case_randomisation && !entry.candidate.state.case_broken;
    return manner;
}

bool Round::start_next()
{
    while (const auto candidate = pick()) {
        const RootAdmission::Verdict admission = admit();
        if (admission == RootAdmission::Verdict::later)
            return true;
        if (admission == RootAdmission::Verdict::refused)
            break;
        if (start(*candidate, first_manner(entries_[*candidate])))
            return true;
        if (budget_gone_)
            break;
        entries_[*candidate].useless = true;
    }
    next_start_ = Instant::max();
    return std::ranges::any_of(entries_, [](const Entry& entry) { return entry.case_asked && !entry.useless; });
}

RootAdmission::Verdict Round::admit()
{
    if (!root_admission_ || !budget_.left())
        return RootAdmission::Verdict::granted;
    const RootAdmission::Verdict verdict = root_admission_->admit(budget_.claimant(), !waiting_.empty());
    if (verdict == RootAdmission::Verdict::later)
        next_start_ = context_.scheduler.now() + root::root_queue_pause;
    return verdict;
}

upstream::QueryForm Round::form(Manner manner)
{
    upstream::QueryForm form;
    form.question = question_;
    form.edns = manner.edns == Edns::spoken;
    form.udp_size = context_.settings.edns.size;
    form.recursion_desired = zone_.route == Route::forward;
    form.checking_disabled = zone_.route == Route::forward && context_.settings.dnssec.enabled;
    if (manner.random_case && (!manner.tcp || manner.for_case))
        upstream::randomise_case(form.question.name, context_.random);
    return form;
}

Duration Round::patience(const Entry& entry, Manner manner) const
{
    const Duration base = entry.candidate.state.timeout();
    return manner.tcp ? base + tcp_patience : base;
}

std::optional<upstream::Outstanding::Place> Round::claim_place(const Entry& entry, Manner manner)
{
    using Prospect = upstream::Outstanding::Prospect;
    const upstream::ServerState& state = entry.candidate.state;
    // A zone without silence of its own always gets its first try.
    const bool silent = state.failing(question_.type) || (state.doubtful() && entry.tries > 0);
    const Endpoint& server = entry.candidate.server;
    if (manner.tcp && !context_.tcp.make_room(server, party()))
        return std::nullopt;
    return context_.outstanding.claim(server, party(), silent ? Prospect::silent : Prospect::hopeful,
                                      [mailbox = mailbox_.get(), number = started_ + 1] {
                                          mailbox->put({number, upstream::Happened::displaced, {}, Rcode::noerror});
                                      });
}

bool Round::start(std::size_t candidate, Manner manner)
{
    if (!budget_.left()) {
        budget_gone_ = true;
        return false;
    }
    Entry& entry = entries_[candidate];
    const Endpoint server = entry.candidate.server;
    // Others may have learnt of it since this round began.
    entry.candidate.state = context_.stats.state(server, zone_.zone);
    auto place = claim_place(entry, manner);
    if (!place) {
        why_ = Failure::servers_busy;
        return false;
    }
    const std::uint32_t number = started_ + 1;
    auto attempt =
        manner.tcp ? context_.tcp.start(server, party(), form(manner), number, *mailbox_, manner.sharing)
                   : upstream::start_udp(context_.network, context_.random, server, form(manner), number, *mailbox_);
    if (!attempt) {
        context_.work.unreachable.add();
        context_.stats.note_unreachable(server, zone_.zone);
        (server.address.is_v4() ? zone_.no_ipv4 : zone_.no_ipv6) = true;
        why_ = why_.value_or(Failure::network_unreachable);
        return false;  // nothing was sent: it counts for nothing
    }
    budget_.spend_query();
    ++entry.tries;
    started_ = number;
    (manner.tcp ? context_.work.sent_tcp : context_.work.sent_udp).add();
    const Instant now = context_.scheduler.now();
    const Duration wait = patience(entry, manner);
    Waiting waiting{
        {std::move(attempt), std::move(*place), started_, server, now, now + wait, entry.candidate.letter, manner.tcp},
        candidate,
        manner,
        false,
        0};
    if (Trace* trace = budget_.trace()) {
        waiting.hop = trace->hops.size();
        const auto letter = is_root() ? entry.candidate.letter : std::nullopt;
        trace->hops.push_back({zone_.zone, question_, server, letter, manner.tcp, now});
    }
    note_root(entry.candidate.letter, root::RootEvent::sent);
    waiting_.push_back(std::move(waiting));
    // The root's preferred servers are hedged among each other before silence is sure.
    const bool hedge = is_root() && entry.candidate.state.measured && !manner.tcp;
    // Jitter makes long timeouts; somebody else is asked earlier than that, and late answers still count.
    const Duration longest = std::max<Duration>(longest_pause, entry.candidate.state.srtt * 5 / 4);
    const Duration pause = std::min(started_ > patient_attempts ? wait / 2 : wait, longest);
    next_start_ = now + (hedge ? std::min<Duration>(wait, entry.candidate.state.srtt * 3 / 2 + 5ms) : pause);
    return true;
}

bool Round::is_fruitless() const
{
    return !is_root() && zone_.route == Route::iterate && std::ranges::all_of(entries_, [](const Entry& entry) {
        const std::uint32_t enough = entry.candidate.state.failing() ? tries_of_failing : tries_before_others;
        return entry.useless || entry.tries >= enough;
    });
}

Instant Round::wake_at() const
{
    Instant wake = std::min(next_start_, budget_.deadline());
    for (const Waiting& waiting : waiting_) {
        if (!waiting.timed_out)
            wake = std::min(wake, waiting.base.given_up);
    }
    return wake;
}

void Round::on_time()
{
    const Instant now = context_.scheduler.now();
    for (Waiting& waiting : waiting_) {
        if (waiting.timed_out || now < waiting.base.given_up)
            continue;
        waiting.timed_out = true;
        waiting.base.attempt->overdue();
        waiting.base.place.set_silent();
        context_.stats.note_timeout(waiting.base.server, zone_.zone, question_.type);
        context_.work.timed_out.add();
        note_root(waiting.base.letter, root::RootEvent::timed_out);
        if (waiting.manner.for_case) {  // it has no TCP: the next try is in plain case
            context_.stats.note_case_broken(waiting.base.server);
            entries_[waiting.candidate].candidate.state.case_broken = true;
            entries_[waiting.candidate].case_asked = false;
            next_start_ = now;
        }
    }
    if (!waiting_.empty() && std::ranges::all_of(waiting_, &Waiting::timed_out))
        budget_.note_silence();
}

void Round::passed_to(const upstream::Claimant& claimant)
{
    for (Waiting& waiting : waiting_)
        waiting.base.place.pass_to(upstream::party(claimant, zone_key_));
}

void Round::interrupted()
{
    mailbox_->put({0, upstream::Happened::displaced, {}, Rcode::noerror});  // attempts count from 1
}

void Round::note_root(std::optional<config::IdentityLetter> letter, root::RootEvent event)
{
    if (is_root())
        context_.root_counts.note(letter, root::Purpose::resolution, event, other_reason_);
}

Failure Round::failure() const
{
    if (budget_.revoked())
        return Failure::servers_busy;
    if (budget_gone_)
        return Failure::budget_exhausted;
    if (root_admission_ && root_admission_->refused())
        return Failure::root_budget_exhausted;
    if (entries_.empty())
        return excluded_ ? Failure::servers_excluded : Failure::no_name_server_address;
    if (is_root() && context_.settings.root.mode == config::RootMode::only)
        return Failure::root_preferred_only;
    const bool silent = std::ranges::any_of(entries_, [](const Entry& entry) { return !entry.useless; });
    return silent ? Failure::no_reachable_authority : why_.value_or(Failure::no_reachable_authority);
}

Failure Round::failure_at_deadline() const
{
    if (waits_for_root())
        return Failure::root_budget_exhausted;
    if (is_root() && context_.settings.root.mode == config::RootMode::only)
        return Failure::root_preferred_only;
    // Who has been waited for long enough did not answer; whoever was asked last may only be slow.
    const bool silent = !waiting_.empty() && std::ranges::all_of(waiting_, &Waiting::timed_out);
    return silent ? Failure::no_reachable_authority : Failure::time_exhausted;
}

Leftovers Round::take_leftovers()
{
    Leftovers leftovers{mailbox_, zone_.zone, question_.type, is_root(), {}};
    for (Waiting& waiting : waiting_) {
        if (waiting.timed_out)
            continue;
        waiting.base.place.set_silent();  // nobody needs the answer
        leftovers.waiting.push_back(std::move(waiting.base));
    }
    waiting_.clear();
    return leftovers;
}

}  // namespace rw::iterate
