// SPDX-License-Identifier: EUPL-1.2
// Priming.
#include "resolver/root/priming.h"

#include <algorithm>

#include "config/root_identities.h"
#include "resolver/base/log.h"
#include "resolver/root/root_selection.h"
#include "resolver/upstream/attempt.h"

namespace rw::root
{

namespace
{

constexpr std::size_t max_tries = 6;           // servers asked in one priming
constexpr Duration retry_after_failure = 60s;  // a root that is out of reach is not flooded
constexpr Duration longest_pause = std::chrono::days{1};
constexpr Duration shortest_pause = std::chrono::hours{1};

using dns::RRType;

struct Sent {
    std::unique_ptr<upstream::Attempt> attempt;
    Instant at{};
};

Sent send(PrimingContext& context, const upstream::Candidate& candidate, upstream::AttemptMailbox& mailbox)
{
    upstream::QueryForm form;
    form.question = {dns::Name{}, RRType::ns, dns::RRClass::in};
    form.udp_size = context.settings.edns.size;
    form.dnssec_ok = false;  // the signatures would push addresses out of the reply, and they sign no address
    context.counts.note(candidate.letter, Purpose::priming, RootEvent::sent);
    return {upstream::start_udp(context.network, context.random, candidate.server, form, 0, mailbox),
            context.scheduler.now()};
}

/// Logs addresses that are not the published ones of their identity: usable, but never preferred.
void report_unconfirmed(const std::vector<RootServer>& servers)
{
    for (const RootServer& server : servers) {
        if (server.tier == Tier::unconfirmed)
            log(LogLevel::warning,
                "priming: {} is said to be at {}, which is not its published address; it is asked last",
                server.name.to_string(), server.address.to_string());
    }
}

/// Takes over what the server said; how long to pause, nothing when it said nothing usable.
std::optional<Duration> take_over(PrimingContext& context, Octets octets)
{
    const auto message = dns::MessageView::parse(octets);
    const auto primed = message ? read_priming(*message) : std::nullopt;
    if (!primed)
        return std::nullopt;
    auto servers =
        classify(merge(*primed, *context.servers.current()), config::root_identities(), context.settings.root.prefer);
    report_unconfirmed(servers);
    context.servers.replace(std::move(servers));
    return std::clamp<Duration>(std::chrono::seconds{primed->ttl}, shortest_pause, longest_pause);
}

/// One priming; how long to pause until the next.
io::Task<Duration> prime(PrimingContext& context)
{
    const upstream::AddressRules rules{context.settings.outgoing.ipv4, context.settings.outgoing.ipv6,
                                       context.settings.upstream.do_not_query};
    const auto candidates = order_root_servers(*context.servers.current(), context.settings.root.mode,
                                               context.settings.outgoing.port, rules, context.stats, context.random);
    for (std::size_t i = 0; i < std::min(candidates.size(), max_tries); ++i) {
        upstream::AttemptMailbox mailbox;
        const Sent sent = send(context, candidates[i], mailbox);
        if (!sent.attempt)
            continue;
        const Instant until = sent.at + candidates[i].state.timeout();
        const std::optional<upstream::AttemptEvent> event = co_await mailbox.next(until);
        if (!event) {
            context.stats.note_timeout(candidates[i].server);
            context.counts.note(candidates[i].letter, Purpose::priming, RootEvent::timed_out);
            continue;
        }
        if (event->happened != upstream::Happened::response)
            continue;
        context.stats.note_answer(candidates[i].server, context.scheduler.now() - sent.at);
        context.counts.note(candidates[i].letter, Purpose::priming, RootEvent::answered);
        const std::optional<Duration> pause = take_over(context, event->message);
        if (pause)
            co_return *pause;
    }
    log(LogLevel::warning, "priming: no root server gave the list of root servers; going on with what is known");
    co_return retry_after_failure;
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
    if (primed.addresses.empty())
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
        if (std::ranges::count(primed.names, server.name) > 0 && std::ranges::none_of(primed.addresses, told))
            merged.push_back({server.name, server.address});
    }
    return merged;
}

io::Task<void> keep_primed(PrimingContext context)
{
    while (true) {
        const Duration pause = co_await prime(context);
        const Instant next = context.scheduler.now() + pause;
        co_await io::SleepUntil(next);
    }
}

}  // namespace rw::root
