// SPDX-License-Identifier: EUPL-1.2
// Declarations to zones to servers.
#include "tests/scenarios/story/universe.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/scenarios/message/presentation.h"

namespace rw::scenarios::story
{

namespace
{

Record address_record(const dns::Name& owner, const IpAddress& address, std::uint32_t ttl)
{
    return {.owner = owner,
            .type = address.is_v4() ? dns::RRType::a : dns::RRType::aaaa,
            .rrclass = dns::RRClass::in,
            .ttl = ttl,
            .rdata = OctetBuffer(address.octets().begin(), address.octets().end())};
}

Record ns_record(const dns::Name& owner, const dns::Name& server, std::uint32_t ttl)
{
    return {.owner = owner,
            .type = dns::RRType::ns,
            .rrclass = dns::RRClass::in,
            .ttl = ttl,
            .rdata = OctetBuffer(server.wire().begin(), server.wire().end())};
}

bool has(const Records& records, const dns::Name& owner, dns::RRType type)
{
    return std::ranges::any_of(records,
                               [&](const Record& record) { return record.owner == owner && record.type == type; });
}

bool has_address(const Records& records, const dns::Name& owner)
{
    return has(records, owner, dns::RRType::a) || has(records, owner, dns::RRType::aaaa);
}

}  // namespace

const ZonePlan* Universe::deepest(const ZonePlans& plans, const dns::Name& name, bool strictly_above)
{
    const ZonePlan* best = nullptr;
    for (const auto& [origin, plan] : plans)
        if ((strictly_above ? name.is_below(origin) : name.is_at_or_below(origin)) &&
            (best == nullptr || origin.label_count() > best->origin.label_count()))
            best = &plan;
    return best;
}

Result<void> Universe::add_own(const ZonePlan& plan, Records& records) const
{
    auto own = parse_records(plan.records, plan.origin, plan.ttl);
    if (!own)
        return failed(fmt::format("zone {}: {}", plan.origin.to_string(), own.error().message));
    records = std::move(*own);
    if (!has(records, plan.origin, dns::RRType::soa)) {
        const std::string server = plan.servers.empty() ? "ns.invalid." : plan.servers.front().first.to_string();
        auto soa = parse_record(fmt::format("{} {} SOA {} hostmaster.invalid. 1 3600 900 604800 {}",
                                            plan.origin.to_string(), plan.ttl, server, plan.negative_ttl),
                                plan.origin, plan.ttl);
        if (!soa)
            return std::unexpected(soa.error());
        records.push_back(std::move(*soa));
    }
    if (!has(records, plan.origin, dns::RRType::ns))
        for (const auto& [server, addresses] : plan.servers)
            records.push_back(ns_record(plan.origin, server, plan.ttl));
    return {};
}

void Universe::add_addresses(const ZonePlans& plans, const ZonePlan& plan, Contents& contents)
{
    for (const auto& [server, addresses] : plan.servers) {
        const ZonePlan* home = deepest(plans, server, false);
        if (home == nullptr || has_address(contents[home->origin], server) ||
            has(contents[home->origin], server, dns::RRType::cname))
            continue;
        for (const IpAddress& address : addresses)
            contents[home->origin].push_back(address_record(server, address, home->ttl));
    }
}

Result<void> Universe::add_delegation(const ZonePlans& plans, const ZonePlan& plan, Contents& contents)
{
    const ZonePlan* parent = deepest(plans, plan.origin, true);
    if (parent == nullptr || !plan.delegated)
        return {};
    Records& records = contents[parent->origin];
    if (plan.delegation) {
        auto written = parse_records(*plan.delegation, parent->origin, plan.delegation_ttl);
        if (!written)
            return failed(fmt::format("delegation of {}: {}", plan.origin.to_string(), written.error().message));
        records.insert(records.end(), written->begin(), written->end());
    } else if (!has(records, plan.origin, dns::RRType::ns)) {
        for (const auto& [server, addresses] : plan.servers) {
            records.push_back(ns_record(plan.origin, server, plan.delegation_ttl));
            const bool wanted =
                plan.glue == Glue::all || (plan.glue == Glue::in_domain && server.is_at_or_below(plan.origin));
            if (!wanted || has_address(records, server))
                continue;
            for (const IpAddress& address : addresses)
                records.push_back(address_record(server, address, plan.delegation_ttl));
        }
    }
    if (plan.signed_with && parent->signed_with && plan.ds != DsState::absent) {
        Record ds = signer_of(plan).delegation_signer(plan.manner);
        ds.ttl = plan.ds_ttl.value_or(ds.ttl);
        if (plan.ds == DsState::wrong)
            ds.rdata.back() = static_cast<std::uint8_t>(ds.rdata.back() ^ 0xff);
        if (plan.ds == DsState::shortened)
            ds.rdata.pop_back();
        records.push_back(std::move(ds));
    }
    return {};
}

ZoneSigner& Universe::signer_of(const ZonePlan& plan)
{
    const SignerKey key{plan.origin, plan.keys, plan.algorithms};
    auto known = signers_.find(key);
    if (known == signers_.end())
        known = signers_.emplace(key, ZoneSigner(plan.origin, times_of(plan), plan.algorithms)).first;
    known->second.set_times(times_of(plan));
    return known->second;
}

SigningTimes Universe::times_of(const ZonePlan& plan) const
{
    const WallSeconds now = plan.signed_at.value_or(now_);
    switch (plan.signatures) {
        case SignatureState::expired:
            return {.inception = now - std::chrono::days(30), .expiration = now - std::chrono::days(2)};
        case SignatureState::not_yet_valid:
            return {.inception = now + std::chrono::days(2), .expiration = now + std::chrono::days(30)};
        default:
            return {.inception = now - std::chrono::days(1), .expiration = now + std::chrono::days(30)};
    }
}

PublishedZone Universe::shown(const ZonePlan& plan, const Records& records) const
{
    PublishedZone shown;
    shown.records = records;
    if (!plan.signed_with)
        return shown;
    shown.signed_with = plan.signed_with;
    shown.manner = plan.manner;
    if (plan.signed_with == Denial::nsec) {
        shown.manner.iterations = 0;
        shown.manner.nsec3_below.reset();
    }
    shown.also_signed = plan.also_signed;
    shown.signatures = plan.signatures;
    shown.expiration = times_of(plan).expiration;
    shown.keys = plan.keys;
    shown.algorithms = plan.algorithms;
    return shown;
}

bool Universe::differs(const Published& before, WallSeconds now) const
{
    return !std::ranges::equal(before, published_, [now](const auto& entry, const auto& other) {
        const PublishedZone& a = entry.second;
        const PublishedZone& b = other.second;
        // Signing again shows only where the old signatures hold no more.
        return entry.first == other.first && a.records == b.records && a.signed_with == b.signed_with &&
               a.manner == b.manner && a.also_signed == b.also_signed && a.signatures == b.signatures &&
               a.keys == b.keys && a.algorithms == b.algorithms && (a.expiration <= now) == (b.expiration <= now);
    });
}

Result<Records> Universe::signed_records(const ZonePlan& plan, const Records& records)
{
    auto all = signer_of(plan).sign(records, *plan.signed_with, plan.manner);
    if (!all)
        return all;
    if (auto done = add_hostile(plan, *all); !done)
        return std::unexpected(done.error());
    if (plan.signatures == SignatureState::absent)
        std::erase_if(*all, [](const Record& record) { return record.type == dns::RRType::rrsig; });
    if (plan.signatures == SignatureState::corrupt)
        for (Record& record : *all)
            if (record.type == dns::RRType::rrsig)
                record.rdata.back() = static_cast<std::uint8_t>(record.rdata.back() ^ 0xff);
    return all;
}

Result<void> Universe::add_hostile(const ZonePlan& plan, Records& records)
{
    for (const HostileSet& hostile : plan.also_signed) {
        auto written = parse_records(hostile.records, plan.origin, plan.ttl);
        if (!written)
            return failed(fmt::format("also-signed of {}: {}", plan.origin.to_string(), written.error().message));
        const dns::Name owner = written->front().owner;
        const dns::RRType type = written->front().type;
        std::erase_if(records, [&](const Record& record) {
            const bool covers =
                record.type == dns::RRType::rrsig && load_u16(record.rdata.data()) == static_cast<std::uint16_t>(type);
            return record.owner == owner && (record.type == type || covers);
        });
        auto signature = signer_of(plan).sign_as(*written, hostile.claim);
        if (!signature)
            return std::unexpected(signature.error());
        records.insert(records.end(), written->begin(), written->end());
        records.push_back(std::move(*signature));
    }
    return {};
}

Result<void> Universe::build(const ZonePlans& plans)
{
    Contents contents;
    for (const auto& [origin, plan] : plans)
        if (auto done = add_own(plan, contents[origin]); !done)
            return done;
    for (const auto& [origin, plan] : plans)
        add_addresses(plans, plan, contents);
    for (const auto& [origin, plan] : plans)
        if (auto done = add_delegation(plans, plan, contents); !done)
            return done;
    for (const auto& [origin, plan] : plans) {
        Records records = std::move(contents[origin]);
        const PublishedZone unsigned_zone = shown(plan, records);
        if (plan.signed_with) {
            auto all = signed_records(plan, records);
            if (!all)
                return std::unexpected(all.error());
            records = std::move(*all);
        }
        assign(plan, std::make_shared<const Zone>(origin, records), unsigned_zone);
    }
    return {};
}

void Universe::assign(const ZonePlan& plan, const std::shared_ptr<const Zone>& zone, const PublishedZone& shown)
{
    std::vector<IpAddress> addresses = plan.also_at;
    if (plan.served_at) {
        addresses = *plan.served_at;
        for (auto& [address, server] : servers_)
            server->stop_serving(plan.origin);
        std::erase_if(published_, [&plan](const auto& entry) { return entry.first.second == plan.origin; });
    } else {
        for (const auto& [server, its] : plan.servers)
            addresses.insert(addresses.end(), its.begin(), its.end());
    }
    for (const IpAddress& address : addresses) {
        AuthoritativeServer& server = server_at(address);
        published_.insert_or_assign({address, plan.origin}, shown);
        if (server.serves(plan.origin))
            server.replace(zone);
        else
            server.serve(zone);
    }
}

AuthoritativeServer& Universe::server_at(const IpAddress& address)
{
    auto& server = servers_[address];
    if (!server)
        server = std::make_unique<AuthoritativeServer>(random_);
    return *server;
}

void Universe::connect(SimulatedNetwork& network)
{
    for (const auto& [address, server] : servers_)
        network.put(address, *server);
}

std::string Universe::hints(const ZonePlan& root)
{
    std::string text;
    for (const auto& [server, addresses] : root.servers) {
        text += fmt::format(". 3600000 NS {}\n", server.to_string());
        for (const IpAddress& address : addresses)
            text += fmt::format("{} 3600000 {} {}\n", server.to_string(), address.is_v4() ? "A" : "AAAA",
                                address.to_string());
    }
    return text;
}

std::vector<Record> Universe::trust_anchors(const ZonePlans& plans) const
{
    const auto topmost = std::ranges::min_element(plans, {}, [](const auto& entry) {
        return entry.second.signed_with ? entry.first.label_count() : std::size_t{255};
    });
    if (topmost == plans.end())
        return {};
    const ZonePlan& plan = topmost->second;
    const auto signer = signers_.find({plan.origin, plan.keys, plan.algorithms});
    if (signer == signers_.end())
        return {};
    return {signer->second.delegation_signer()};
}

std::vector<std::string> Universe::unanswered() const
{
    std::vector<std::string> all;
    for (const auto& [address, server] : servers_)
        all.insert(all.end(), server->unanswered().begin(), server->unanswered().end());
    return all;
}

}  // namespace rw::scenarios::story
