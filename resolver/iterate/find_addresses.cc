// SPDX-License-Identifier: EUPL-1.2
// Where else a zone's servers may be: addresses of name servers that came without glue or whose glue leads nowhere, in
// both families; glue of delegations further up; at last the parent, which may have moved the zone since.
#include <algorithm>
#include <array>
#include <tuple>

#include "resolver/iterate/iterator.h"
#include "resolver/iterate/minimise.h"

namespace rw::iterate
{

using dns::Name;
using dns::Question;
using dns::RRType;
using Server = ZoneServers::Server;

namespace
{

constexpr RRType families[] = {RRType::a, RRType::aaaa};

RRType family_of(const IpAddress& address)
{
    return address.is_v4() ? RRType::a : RRType::aaaa;
}

Server* find_server(std::vector<Server>& servers, const Name& name)
{
    const auto at = std::ranges::find(servers, name, &Server::name);
    return at != servers.end() ? &*at : nullptr;
}

/// Names above the zone's servers, each once, the closest first; then those of the servers themselves, which are seldom
/// delegated.
std::vector<Name> above_servers(const ZoneServers& zone)
{
    std::vector<Name> names;
    std::size_t longest = 0;
    for (const Server& server : zone.servers)
        longest = std::max(longest, server.name.label_count());
    for (std::size_t step = 1; step <= longest; ++step) {
        const std::size_t up = step % longest;
        for (const Server& server : zone.servers) {
            const std::size_t labels = server.name.label_count();
            if (labels <= up)
                continue;
            Name above = server.name.ancestor(labels - up);
            if (above == zone.zone || std::ranges::count(names, above) > 0)
                continue;
            if (names.size() == limits::glue_from_above)
                return names;
            names.push_back(std::move(above));
        }
    }
    return names;
}

bool add_address(Server& server, const IpAddress& address)
{
    if (server.addresses.size() >= 2 * limits::addresses_per_server ||
        std::ranges::count(server.addresses, address) > 0)
        return false;
    server.addresses.push_back(address);
    return true;
}

}  // namespace

/// What is known of the addresses of one zone's servers.
class Iterator::Outlook
{
 public:
    Outlook(const Context& context, const ZoneServers& zone)
        : context_(context),
          zone_(zone),
          rules_{context.settings.outgoing.ipv4, context.settings.outgoing.ipv6, context.settings.upstream.do_not_query}
    {
    }

    [[nodiscard]] bool wanted(RRType family) const { return family == RRType::a ? rules_.ipv4 : rules_.ipv6; }
    [[nodiscard]] bool has_usable(const Server& server) const
    {
        return std::ranges::any_of(server.addresses,
                                   [this](const IpAddress& address) { return rules_.allow(address); });
    }
    [[nodiscard]] bool has_usable(const Server& server, RRType family) const
    {
        return std::ranges::any_of(server.addresses, [&](const IpAddress& address) {
            return family_of(address) == family && rules_.allow(address);
        });
    }
    [[nodiscard]] bool no_way(RRType family) const { return family == RRType::a ? zone_.no_ipv4 : zone_.no_ipv6; }
    /// All addresses of the family that were tried fail: this host may have no way out for it.
    [[nodiscard]] bool doubtful(RRType family) const
    {
        if (no_way(family))
            return true;
        bool any = false;
        for (const Server& server : zone_.servers) {
            for (const IpAddress& address : server.addresses) {
                if (family_of(address) != family || !rules_.allow(address))
                    continue;
                if (!context_.stats.state(zone_.endpoint(server, address), zone_.zone).failing())
                    return false;
                any = true;
            }
        }
        return any;
    }

 private:
    const Context& context_;
    const ZoneServers& zone_;
    upstream::AddressRules rules_;
};

std::optional<Iterator::Lookup> Iterator::next_lookup(ZoneServers& zone) const
{
    const Outlook outlook(context_, zone);
    const std::array doubtful{outlook.doubtful(RRType::a), outlook.doubtful(RRType::aaaa)};
    std::optional<Lookup> best;
    std::tuple<bool, bool, bool> best_rank;
    for (Server& server : zone.servers) {
        // Only the servers that have just failed could tell the address of one of their own names.
        if (server.looked_up || (server.asked_for_a && server.asked_for_aaaa) || server.name.is_at_or_below(zone.zone))
            continue;
        for (const RRType family : families) {
            const RRType other = family == RRType::a ? RRType::aaaa : RRType::a;
            const bool may_answer = zone.hopeful && outlook.has_usable(server, other) && !outlook.no_way(other);
            if (server.asked_for(family) || !outlook.wanted(family) || may_answer)
                continue;
            // Glue that did not work may be out of date, or of the family that this host cannot use (RFC 3901 §4).
            const std::tuple rank(server.unresolved, doubtful[family == RRType::a ? 0 : 1], outlook.has_usable(server));
            if (best && best_rank <= rank)
                continue;
            best = Lookup{&server, family};
            best_rank = rank;
        }
    }
    return best;
}

bool Iterator::has_others(const ZoneServers& zone, const Server& server)
{
    return std::ranges::any_of(zone.servers, [&](const Server& other) {
        return &other != &server && !other.looked_up && !other.asked_for_a && !other.asked_for_aaaa &&
               !other.name.is_at_or_below(zone.zone);
    });
}

io::Task<bool> Iterator::find_addresses(ZoneServers& zone, WorkBudget& budget, const Chain& chain)
{
    if (chain.depth >= limits::nesting)
        co_return false;
    while (true) {
        while (const std::optional<Lookup> next = next_lookup(zone)) {
            // Both families of a name count as one: so many questions may NXNSAttack cause.
            if (!next->server->asked_for_a && !next->server->asked_for_aaaa && !budget.spend_address_lookup())
                break;
            next->server->note_asked_for(next->family);
            // A name that cannot be resolved leaves time for the others.
            const Duration before = budget.reserved();
            if (has_others(zone, *next->server))
                budget.reserve(before + (budget.deadline() - context_.scheduler.now()) / 2);
            const bool found = co_await look_up(*next->server, next->family, budget, chain);
            budget.reserve(before);
            if (found)
                co_return true;
        }
        if (add_glue_from_above(zone))
            co_return true;
        if (zone.hopeful)
            co_return false;
        const Told told = co_await ask_parent(zone, budget, chain);
        if (told == Told::addresses)
            co_return true;
        if (told == Told::nothing)
            break;
        zone.glue_from_above_used = false;
    }
    const bool renewed = co_await renew_addresses(zone, budget, chain);
    co_return renewed;
}

bool Iterator::add_glue_from_above(ZoneServers& zone)
{
    if (zone.glue_from_above_used || zone.zone.is_root())
        return false;
    zone.glue_from_above_used = true;
    bool added = false;
    // The closest delegation may be useless; the one above it still says where the server is.
    for (const Name& above : above_servers(zone)) {
        const auto delegation =
            context_.delegations.find(above, context_.cache_now(), context_.root_view, context_.scratch);
        if (!delegation)
            continue;
        for (const auto& other : delegation->servers) {
            Server* server = find_server(zone.servers, other.name);
            if (server == nullptr)
                continue;
            for (const IpAddress& address : other.glue)
                added = add_address(*server, address) || added;
        }
    }
    return added;
}

io::Task<bool> Iterator::look_up(Server& server, RRType type, WorkBudget& budget, const Chain& chain)
{
    const Question question{server.name, type, dns::RRClass::in};
    if (chain.contains(question))
        co_return false;
    const std::optional<cache::EntryKind> known = cached_kind(question);
    // Attack: zones whose servers' names do not exist, asked about again and again.
    if (known == cache::EntryKind::nxdomain || known == cache::EntryKind::nodata) {
        server.unresolved = false;
        co_return false;
    }
    const Outcome outcome = co_await resolve(question, budget, &chain, Checking::none);
    server.unresolved = outcome.failure.has_value();
    if (outcome.failure || outcome.links.back().facts.kind != cache::EntryKind::positive ||
        outcome.links.back().facts.name_too_long)
        co_return false;
    server.from_cache = server.from_cache || known.has_value();
    bool added = false;
    for (const Octets rdata : outcome.links.back().records.back().rdatas)
        added = add_address(server, IpAddress::from_octets(rdata)) || added;
    co_return added;
}

io::Task<bool> Iterator::renew_addresses(ZoneServers& zone, WorkBudget& budget, const Chain& chain)
{
    for (Server& server : zone.servers) {
        if (!server.from_cache)
            continue;
        server.from_cache = false;
        for (const RRType family : families) {
            const Question question{server.name, family, dns::RRClass::in};
            if (!server.asked_for(family) || chain.contains(question) || !claim_recheck(server.name, family))
                continue;
            if (!budget.spend_recheck())
                co_return false;
            const Chain inner{question, &chain, chain.depth + 1};
            const Links links = co_await resolve_link(question, budget, inner, Checking::none);
            if (!links || links->back().facts.kind != cache::EntryKind::positive)
                continue;
            bool added = false;
            for (const Octets rdata : links->back().records.back().rdatas)
                added = add_address(server, IpAddress::from_octets(rdata)) || added;
            if (added)
                co_return true;
        }
    }
    co_return false;
}

bool Iterator::claim_recheck(const Name& name, RRType type)
{
    const cache::Seconds now = context_.cache_now();
    if (context_.delegations.recheck(name, type, now, context_.scratch) != cache::Recheck::none)
        return false;
    context_.delegations.note_recheck(name, type, cache::Recheck::done, limits::recheck_interval, now);
    return true;
}

std::optional<Question> Iterator::missing_glue(ZoneServers& zone) const
{
    const Outlook outlook(context_, zone);
    for (Server& server : zone.servers) {
        if (!server.name.is_at_or_below(zone.zone))
            continue;
        for (const RRType family : families) {
            const RRType other = family == RRType::a ? RRType::aaaa : RRType::a;
            const bool other_serves = outlook.has_usable(server, other) && !outlook.no_way(other);
            if (!outlook.wanted(family) || outlook.has_usable(server, family) || other_serves ||
                server.asked_for(family))
                continue;
            server.note_asked_for(family);
            return Question{server.name, family, dns::RRClass::in};
        }
    }
    return std::nullopt;
}

io::Task<Iterator::Told> Iterator::ask_parent(ZoneServers& zone, WorkBudget& budget, const Chain& chain)
{
    if (zone.parent_asked || zone.known == Known::configured)
        co_return Told::nothing;
    std::optional<Question> missing = missing_glue(zone);
    if (zone.known == Known::just_told && !missing)
        co_return Told::nothing;
    zone.parent_asked = true;
    const cache::Recheck lately =
        context_.delegations.recheck(zone.zone, RRType::ns, context_.cache_now(), context_.scratch);
    if (lately == cache::Recheck::under_way) {
        const Told told = co_await wait_for_recheck(zone);
        co_return told;
    }
    if (lately == cache::Recheck::done)
        co_return take_from_cache(zone);
    context_.delegations.note_recheck(zone.zone, RRType::ns, cache::Recheck::under_way, limits::recheck_interval,
                                      context_.cache_now());
    Question about = missing.value_or(Question{zone.zone, RRType::a, dns::RRClass::in});
    Told told = Told::nothing;
    for (bool more = true; more && told == Told::nothing && budget.spend_recheck();) {
        told = co_await ask_parent_about(about, zone, budget, chain);
        missing = missing_glue(zone);
        more = missing && !zone.withdrawn;
        about = missing.value_or(about);
    }
    context_.delegations.note_recheck(zone.zone, RRType::ns, cache::Recheck::done, limits::recheck_interval,
                                      context_.cache_now());
    co_return told;
}

io::Task<Iterator::Told> Iterator::wait_for_recheck(ZoneServers& zone)
{
    for (Duration waited{}; waited < limits::recheck_patience; waited += limits::recheck_pause) {
        co_await io::SleepUntil(context_.scheduler.now() + limits::recheck_pause);
        const cache::Recheck state =
            context_.delegations.recheck(zone.zone, RRType::ns, context_.cache_now(), context_.scratch);
        if (state != cache::Recheck::under_way)
            break;
    }
    co_return take_from_cache(zone);
}

Iterator::Told Iterator::take_from_cache(ZoneServers& zone)
{
    auto delegation = context_.delegations.find(zone.zone, context_.cache_now(), context_.root_view, context_.scratch);
    if (!delegation) {
        zone.withdrawn = zone.known == Known::cached;
        return Told::nothing;
    }
    return take(zone, ZoneServers::from(*delegation, zone.port));
}

io::Task<Iterator::Told> Iterator::ask_parent_about(Question question, ZoneServers& zone, WorkBudget& budget,
                                                    const Chain& chain)
{
    // As a DS question: from the closest delegation above the zone's own.
    Position position = start({zone.zone, RRType::ds, dns::RRClass::in});
    if (position.zone.route == Route::forward)
        co_return Told::nothing;
    Minimiser minimiser({zone.zone, question.type, question.rrclass}, context_.settings.qname_minimisation);
    while (true) {
        Question shown = minimiser.next(position.zone.zone);
        const bool whole = minimiser.shows_all();
        if (whole)
            shown = question;
        std::expected<std::unique_ptr<Asked>, Failure> asked =
            co_await ask(context_, *this, position.zone, shown, budget, chain, limits::parent_time);
        if (!asked)
            co_return Told::nothing;
        Reading& reading = (*asked)->reading;
        if (reading.kind == Reading::Kind::referral && zone.zone.is_below(reading.delegation.zone)) {
            descend(position, reading);
            continue;
        }
        if (reading.kind == Reading::Kind::referral && reading.delegation.zone == zone.zone) {
            keep_known_glue(reading.delegation, zone);
            descend(position, reading);
            co_return take(zone, std::move(position.zone));
        }
        if (!whole) {
            minimiser.reveal_more();
            continue;
        }
        co_return take_answer(reading, question, zone);
    }
}

void Iterator::keep_known_glue(cache::Delegation& delegation, const ZoneServers& zone)
{
    for (cache::Delegation::Server& server : delegation.servers) {
        if (!server.glue.empty() || !server.name.is_at_or_below(zone.zone))
            continue;
        const auto known = std::ranges::find(zone.servers, server.name, &Server::name);
        if (known != zone.servers.end())
            server.glue = known->addresses;
    }
}

Iterator::Told Iterator::take(ZoneServers& zone, ZoneServers fresh)
{
    Told told = Told::nothing;
    for (Server& server : fresh.servers) {
        const Server* known = find_server(zone.servers, server.name);
        if (known == nullptr) {
            told = std::max(told, server.addresses.empty() ? Told::names : Told::addresses);
            continue;
        }
        const std::vector<IpAddress> told_now = std::move(server.addresses);
        server = *known;
        for (const IpAddress& address : told_now) {
            if (add_address(server, address))
                told = Told::addresses;
        }
    }
    zone.servers = std::move(fresh.servers);
    return told;
}

Iterator::Told Iterator::take_answer(const Reading& reading, const Question& question, ZoneServers& zone)
{
    // The servers of the parent answer for themselves what was delegated: the cut is gone, or they serve both zones.
    if (zone.known == Known::cached && (question.name == zone.zone || reading.kind == Reading::Kind::nxdomain)) {
        context_.delegations.forget(zone.zone);
        zone.withdrawn = true;
        return Told::nothing;
    }
    Server* server = find_server(zone.servers, question.name);
    if (reading.kind != Reading::Kind::answer || server == nullptr || reading.links.back().type != question.type)
        return Told::nothing;
    bool added = false;
    for (const Octets rdata : reading.links.back().rdatas)
        added = add_address(*server, IpAddress::from_octets(rdata)) || added;
    return added ? Told::addresses : Told::nothing;
}

ZoneServers Iterator::known_servers(const Name& name)
{
    ZoneServers zone = start({name, RRType::a, dns::RRClass::in}).zone;
    for (Server& server : zone.servers) {
        for (const RRType family : families) {
            const Question question{server.name, family, dns::RRClass::in};
            const auto found = server.looked_up ? std::nullopt : cached(question);
            if (!found || found->facts.kind != cache::EntryKind::positive)
                continue;
            for (const Octets rdata : found->records.back().rdatas)
                add_address(server, IpAddress::from_octets(rdata));
        }
    }
    return zone;
}

}  // namespace rw::iterate
