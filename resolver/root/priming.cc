// SPDX-License-Identifier: EUPL-1.2
// Priming.
#include "resolver/root/priming.h"

#include <algorithm>

#include "config/root_identities.h"
#include "config/values.h"
#include "resolver/base/log.h"
#include "resolver/root/apex.h"
#include "resolver/root/publications.h"
#include "resolver/root/root_selection.h"

namespace rw::root
{

namespace
{

constexpr std::size_t max_tries = 6;         // servers asked in one priming
constexpr std::size_t tries_in_silence = 1;  // while nobody answers at all
constexpr Duration pause_without_network = 250ms;
/// How soon the loss of a network shows (/readyz). Opens and closes one socket, and sends nothing.
constexpr Duration pause_between_looks = 1s;
constexpr Duration pause_in_silence = 1s;
constexpr Duration long_silence = 1h;
constexpr Duration pause_in_long_silence = 16s;
constexpr Duration first_pause_after_unusable = 60s;
constexpr Duration longest_pause_after_unusable = 1h;
constexpr Duration longest_pause = std::chrono::days{1};
constexpr Duration shortest_pause = std::chrono::hours{1};

using dns::RRType;

/// One worker's priming: what it has already reported is not reported again.
struct Priming {
    const RootContext& context;
    RootKeys& keys;
    std::vector<IpAddress> reported;
    // of the last attempt
    bool no_way = false;
    bool sent = false;
    bool answered = false;

    void note(const ApexReply& reply)
    {
        no_way = no_way || reply.no_way;
        sent = sent || reply.sent;
        answered = answered || reply.answered;
    }
    [[nodiscard]] PrimingTrouble trouble() const
    {
        if (answered)
            return PrimingTrouble::unusable;
        return no_way && !sent ? PrimingTrouble::no_network : PrimingTrouble::silence;
    }
};

std::string_view text_of(PrimingTrouble trouble)
{
    switch (trouble) {
        case PrimingTrouble::no_network:
            return "this host has no route to any root server";
        case PrimingTrouble::silence:
            return "no root server answers";
        case PrimingTrouble::unusable:
            break;
    }
    return "no root server gave a usable list of root servers";
}

Moment now_of(const Priming& priming)
{
    return {priming.context.scheduler.now(), priming.context.scheduler.clock().wall_seconds()};
}

/// Addresses that are not the published ones of their identity are an incident, once each.
void report_unconfirmed(Priming& priming, const std::vector<RootServer>& servers)
{
    std::vector<IpAddress> unconfirmed;
    for (const RootServer& server : servers) {
        if (server.tier != Tier::unconfirmed)
            continue;
        unconfirmed.push_back(server.address);
        if (std::ranges::count(priming.reported, server.address) == 0)
            priming.context.board.report(
                {IncidentKind::unconfirmed_address, now_of(priming).wall, std::nullopt, server.address,
                 fmt::format("priming says {} is at {}, which is not its published address; it "
                             "is asked after all others",
                             server.name.to_string(), server.address.to_string())});
    }
    priming.reported = std::move(unconfirmed);
}

class Nobody final : public io::DatagramReceiver
{
    void received(Octets) override {}
    void unreachable() override {}
};

upstream::AddressRules rules_of(const RootContext& context)
{
    return {context.settings.outgoing.ipv4, context.settings.outgoing.ipv6, context.settings.upstream.do_not_query};
}

/// Whether this host could send to a root server. Costs no packet.
bool has_way(const RootContext& context)
{
    Nobody nobody;
    const upstream::AddressRules rules = rules_of(context);
    return std::ranges::any_of(*context.servers.current(), [&](const RootServer& server) {
        return rules.allow(server.address) &&
               context.network.open_datagram({server.address, context.settings.outgoing.port}, nobody) != nullptr;
    });
}

/// Until `end`; says so when the network goes, and when it is back.
io::Task<void> watch_network(const RootContext& context, Instant end)
{
    std::optional<Instant> gone_since;
    while (context.scheduler.now() < end) {
        const Instant now = context.scheduler.now();
        const bool reach = has_way(context);
        context.servers.note_reach(reach);
        if (!reach && !gone_since) {
            log(LogLevel::warning,
                "this host has no route to any root server any more: what is cached is answered, everything else fails "
                "until there is one again; that is looked at once per second");
            gone_since = now;
        } else if (reach && gone_since) {
            log(LogLevel::info, "there is a route to the root servers again after {}",
                config::write_value(std::chrono::ceil<std::chrono::seconds>(now - *gone_since)));
            gone_since.reset();
        }
        co_await io::SleepUntil(std::min(end, now + pause_between_looks));
    }
}

/// Takes over what the server said; how long to pause, nothing when it said nothing usable.
std::optional<Duration> take_over(Priming& priming, const ApexReply& reply)
{
    const auto message = dns::MessageView::parse(reply.message);
    const auto primed = message ? read_priming(*message) : std::nullopt;
    if (!primed)
        return std::nullopt;
    const Moment now = now_of(priming);
    if (priming.keys.applies(now.wall)) {
        const auto rrset = apex_rrset(*message, RRType::ns);
        if (!rrset || priming.keys.judge(*rrset, now.at, now.wall).authenticity != Authenticity::authentic)
            return std::nullopt;
    }
    RootServers& known = priming.context.servers;
    const config::RootSettings& settings = priming.context.settings.root;
    auto servers =
        classify(merge(*primed, *known.current()), config::root_identities(), settings.prefer, known.confirmed());
    if (servers.empty())
        return std::nullopt;
    report_unconfirmed(priming, servers);
    known.prime(std::move(servers));
    return std::clamp<Duration>(std::chrono::seconds{primed->ttl}, shortest_pause, longest_pause);
}

/// Whether what `candidate` says can be judged, or needs no judging: fetches the root's keys if they are wanted.
io::Task<bool> can_judge(Priming& priming, const upstream::Candidate& candidate)
{
    const Moment now = now_of(priming);
    if (!priming.keys.applies(now.wall) || priming.keys.ready(now.at))
        co_return true;
    const ApexQuestion question{.server = candidate.server,
                                .letter = candidate.letter,
                                .type = RRType::dnskey,
                                .purpose = Purpose::priming,
                                .patience = candidate.state.timeout()};
    const ApexReply reply = co_await ask_apex(priming.context, question);
    priming.note(reply);
    const auto message = dns::MessageView::parse(reply.message);
    const auto keys = reply.answered && message ? apex_rrset(*message, RRType::dnskey) : std::nullopt;
    const Moment then = now_of(priming);
    if (keys)
        priming.keys.take(*keys, then.at, then.wall);
    co_return priming.keys.ready(then.at);
}

/// One priming; how long until the next, nothing when it failed.
io::Task<std::optional<Duration>> prime(Priming& priming, std::size_t tries)
{
    priming.no_way = priming.sent = priming.answered = false;
    const RootContext& context = priming.context;
    const upstream::AddressRules rules = rules_of(context);
    const auto candidates = order_for_priming(
        order_root_servers(*context.servers.current(), *context.board.standing(), context.settings.root.mode,
                           context.settings.outgoing.port, rules, context.stats, context.random),
        context.random);
    std::optional<Duration> pause;
    for (std::size_t i = 0; i < std::min(candidates.size(), tries); ++i) {
        const bool judged = co_await can_judge(priming, candidates[i]);
        if (!judged)
            continue;
        // Without need of signatures there is more room for addresses.
        const ApexQuestion question{.server = candidates[i].server,
                                    .letter = candidates[i].letter,
                                    .type = RRType::ns,
                                    .purpose = Purpose::priming,
                                    .patience = candidates[i].state.timeout(),
                                    .dnssec_ok = priming.keys.applies(now_of(priming).wall)};
        const ApexReply reply = co_await ask_apex(context, question);
        priming.note(reply);
        if (reply.answered)
            pause = take_over(priming, reply);
        if (pause)
            break;
    }
    co_return pause;
}

}  // namespace

std::optional<Primed> read_priming(const dns::MessageView& message)
{
    if (message.rcode() != Rcode::noerror)
        return std::nullopt;
    Primed primed;
    primed.ttl = UINT32_MAX;
    for (const dns::RrView& record : message.records(dns::Section::answer)) {
        if (record.type != RRType::ns || record.rrclass != dns::RRClass::in || !message.owner(record).is_root())
            continue;
        const auto name = message.name_in_rdata(record, 0);
        if (name && primed.names.size() < letter_count)
            primed.names.push_back(*name);
        primed.ttl = std::min(primed.ttl, record.ttl);
    }
    for (const dns::RrView& record : message.records(dns::Section::additional)) {
        const bool address = (record.type == RRType::a && record.rdata_size == 4) ||
                             (record.type == RRType::aaaa && record.rdata_size == 16);
        if (!address || record.rrclass != dns::RRClass::in)
            continue;
        const dns::Name owner = message.owner(record);
        const auto known = [&](const HintedAddress& other) {
            return other.name == owner && other.address.is_v4() == (record.type == RRType::a);
        };
        // One address of a family for each server: more are nobody's honest list.
        if (std::ranges::count(primed.names, owner) > 0 && std::ranges::none_of(primed.addresses, known))
            primed.addresses.push_back({owner, IpAddress::from_octets(message.raw_rdata(record))});
    }
    if (primed.names.empty())
        return std::nullopt;
    return primed;
}

std::vector<HintedAddress> merge(const Primed& primed, const std::vector<RootServer>& known)
{
    std::vector<HintedAddress> merged = primed.addresses;
    for (const RootServer& server : known) {
        const auto told = [&](const HintedAddress& address) {
            return address.name == server.name && address.address.family() == server.address.family();
        };
        const HintedAddress address{server.name, server.address};
        const bool wanted = server.letter || std::ranges::none_of(primed.addresses, told);
        if (std::ranges::count(primed.names, server.name) > 0 && wanted && std::ranges::count(merged, address) == 0)
            merged.push_back(address);
    }
    return merged;
}

Duration PrimingPauses::after(PrimingTrouble trouble, Duration failing_for)
{
    if (trouble == PrimingTrouble::no_network)
        return pause_without_network;
    if (trouble == PrimingTrouble::silence)
        return failing_for < long_silence ? pause_in_silence : pause_in_long_silence;
    unusable_ = std::clamp<Duration>(unusable_ * 2, first_pause_after_unusable, longest_pause_after_unusable);
    return unusable_;
}

io::Task<void> keep_primed(const RootContext& context, RootKeys& keys)
{
    Priming priming{context, keys, {}};
    PrimingPauses pauses;
    std::optional<Instant> failing_since;
    std::optional<PrimingTrouble> told;
    while (true) {
        const std::size_t tries = told == PrimingTrouble::silence ? tries_in_silence : max_tries;
        std::optional<Duration> pause = co_await prime(priming, tries);
        const Instant now = context.scheduler.now();
        if (pause) {
            if (failing_since)
                log(LogLevel::info, "priming: the root servers are known again after {}",
                    config::write_value(std::chrono::ceil<std::chrono::seconds>(now - *failing_since)));
            failing_since.reset();
            told.reset();
            pauses.primed();
            co_await watch_network(context, now + *pause);
        } else {
            failing_since = failing_since.value_or(now);
            const PrimingTrouble trouble = priming.trouble();
            context.servers.note_reach(trouble != PrimingTrouble::no_network);
            pause = pauses.after(trouble, now - *failing_since);
            if (told != trouble || trouble == PrimingTrouble::unusable)
                log(LogLevel::warning, "priming: {}; going on with what is known, next try in {}", text_of(trouble),
                    config::write_value(std::chrono::floor<std::chrono::milliseconds>(*pause)));
            told = trouble;
            co_await io::SleepUntil(now + *pause);
        }
    }
}

}  // namespace rw::root
