// SPDX-License-Identifier: EUPL-1.2
// Building a zone: canonical RDATA, canonical order, one SOA. Published zones come almost sorted, so owners are sorted
// only when they did not come in order.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <numeric>

#include "resolver/dnssec/canonical.h"
#include "zones/rdata_fields.h"
#include "zones/zone.h"

namespace rw::zones
{

namespace
{

/// TTL, class, type, tabs and the words of fields that are not octets.
constexpr std::size_t record_text_overhead = 96;

/// A name or character-string of these octets has no more in presentation form: an octet is itself or \DDD.
std::size_t text_bound(Octets octets)
{
    std::size_t bound = 0;
    for (const std::uint8_t octet : octets) {
        const bool plain = (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9') || octet == '-';
        bound += plain ? 1 : 4;
    }
    return bound;
}

/// An upper bound of what append_stable_rdata() writes.
std::size_t rdata_text_bound(dns::RRType type, Octets rdata)
{
    constexpr std::size_t type_word = 10;  // "TYPE65535 "
    const RdataFields fields = fields_of(type);
    std::size_t bound =
        fields.find_first_of("nSij") != RdataFields::npos ? text_bound(rdata) + rdata.size() : rdata.size() * 2;
    if (fields.find('Y') != RdataFields::npos) {
        for (const std::uint8_t octet : rdata)
            bound += static_cast<std::size_t>(std::popcount(octet)) * type_word;
    }
    return bound;
}

}  // namespace

ZoneBuilder::ZoneBuilder(const dns::Name& apex)
{
    zone_.apex_ = apex.lowercase();
}

Result<void> ZoneBuilder::add(const dns::Name& owner, dns::RRType type, std::uint32_t ttl, Octets rdata)
{
    if (zone_.records_.size() >= record_limit || zone_.arena_.size() >= arena_limit)
        return failed(fmt::format("the zone has more than {} records or {} MiB of data: it is no root zone",
                                  record_limit, arena_limit >> 20));
    if (dns::is_meta(type) || dns::is_reserved(type))
        return failed(fmt::format("type {} cannot be in a zone", dns::type_name(type)));
    if (closed_)
        return failed("a second SOA: a zone has exactly one, which a transfer repeats at its very end only");
    if (type == dns::RRType::soa)
        return add_soa(owner, ttl, rdata);
    if (!owner.is_at_or_below(zone_.apex_)) {
        if (zone_.outside_++ == 0)
            zone_.first_outside_ = owner.to_string();
        return {};
    }
    return add_record(owner, type, ttl, rdata);
}

/// A zone transfer ends with the SOA it began with (RFC 5936 §2.2), and so do files made of one.
Result<void> ZoneBuilder::add_soa(const dns::Name& owner, std::uint32_t ttl, Octets rdata)
{
    if (!(owner == zone_.apex_))
        return failed(fmt::format("the SOA is at {}, not at the apex {}: this is another zone", owner.to_string(),
                                  zone_.apex_.to_string()));
    if (Result<void> done = add_record(owner, dns::RRType::soa, ttl, rdata); !done)
        return done;
    if (!soa_) {
        soa_ = zone_.records_.back();
        return {};
    }
    if (!equal(zone_.rdata_of(*soa_), zone_.rdata_of(zone_.records_.back())))
        return failed("a second SOA that differs from the first: a zone has exactly one");
    zone_.records_.pop_back();
    closed_ = true;
    return {};
}

Result<void> ZoneBuilder::add_record(const dns::Name& owner, dns::RRType type, std::uint32_t ttl, Octets rdata)
{
    const std::size_t octets = text_bound(owner.wire()) + rdata_text_bound(type, rdata) + record_text_overhead;
    text_octets_ += octets;
    if (octets > record_text_limit)
        return failed(fmt::format("{} {} written out is longer than {} KiB", owner.to_string(), dns::type_name(type),
                                  record_text_limit >> 10));
    if (text_octets_ > zone_text_limit)
        return failed(
            fmt::format("written out the zone has more than {} MiB: it is no root zone", zone_text_limit >> 20));
    const std::uint32_t number = owner_number(owner);
    const auto at = static_cast<std::uint32_t>(zone_.arena_.size());
    if (!dnssec::append_canonical_rdata(type, rdata, zone_.arena_))
        return failed(fmt::format("the data of {} {} is malformed", owner.to_string(), dns::type_name(type)));
    zone_.records_.push_back({.owner = number,
                              .ttl = ttl,
                              .rdata_at = at,
                              .rdata_size = static_cast<std::uint16_t>(zone_.arena_.size() - at),
                              .type = type});
    return {};
}

std::uint32_t ZoneBuilder::owner_number(const dns::Name& owner)
{
    const auto last = static_cast<std::uint32_t>(zone_.owners_.size()) - 1;
    if (!zone_.owners_.empty() && owner == last_owner_)
        return last;
    const dns::Name low = owner.lowercase();
    const auto at = static_cast<std::uint32_t>(zone_.arena_.size());
    append(zone_.arena_, low.wire());
    append_owner_key(low, zone_.arena_);
    const auto key_size = static_cast<std::uint16_t>(zone_.arena_.size() - at - low.size());
    zone_.owners_.push_back({.wire_at = at, .wire_size = static_cast<std::uint16_t>(low.size()), .key_size = key_size});
    if (zone_.owners_.size() > 1)
        sorted_ = sorted_ && dnssec::compare_rdata(zone_.owner_key(last), zone_.owner_key(last + 1)) < 0;
    last_owner_ = low;
    return last + 1;
}

/// Numbers owners in canonical order, one number for each name.
void ZoneBuilder::sort_owners()
{
    if (sorted_)
        return;
    std::vector<std::uint32_t> order(zone_.owners_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
        return dnssec::compare_rdata(zone_.owner_key(a), zone_.owner_key(b)) < 0;
    });
    std::vector<Zone::Owner> sorted;
    std::vector<std::uint32_t> renumbered(order.size());
    for (const std::uint32_t old : order) {
        if (sorted.empty() || !equal(zone_.key_of(sorted.back()), zone_.owner_key(old)))
            sorted.push_back(zone_.owners_[old]);
        renumbered[old] = static_cast<std::uint32_t>(sorted.size() - 1);
    }
    zone_.owners_ = std::move(sorted);
    for (Zone::Record& record : zone_.records_)
        record.owner = renumbered[record.owner];
}

void ZoneBuilder::sort_records()
{
    const auto before = [&](const Zone::Record& a, const Zone::Record& b) {
        if (a.owner != b.owner)
            return a.owner < b.owner;
        if (a.type != b.type)
            return a.type < b.type;
        return dnssec::compare_rdata(zone_.rdata_of(a), zone_.rdata_of(b)) < 0;
    };
    if (!std::ranges::is_sorted(zone_.records_, before))
        std::ranges::sort(zone_.records_, before);
    // Equal records count once (RFC 2181 §5); of two TTLs the lower one stays.
    std::size_t kept = 0;
    for (std::size_t i = 0; i < zone_.records_.size(); ++i) {
        const Zone::Record& record = zone_.records_[i];
        if (kept > 0 && !before(zone_.records_[kept - 1], record)) {
            zone_.records_[kept - 1].ttl = std::min(zone_.records_[kept - 1].ttl, record.ttl);
            continue;
        }
        zone_.records_[kept++] = record;
    }
    zone_.records_.resize(kept);
}

void ZoneBuilder::form_rrsets()
{
    for (std::uint32_t i = 0; i < zone_.records_.size(); ++i) {
        const Zone::Record& record = zone_.records_[i];
        const bool same = !zone_.rrsets_.empty() && zone_.rrsets_.back().owner == record.owner &&
                          zone_.rrsets_.back().type == record.type;
        if (same) {
            ++zone_.rrsets_.back().count;
            zone_.rrsets_.back().ttl = std::min(zone_.rrsets_.back().ttl, record.ttl);
        } else {
            zone_.rrsets_.push_back(
                {.owner = record.owner, .type = record.type, .ttl = record.ttl, .first = i, .count = 1});
        }
    }
}

Result<void> ZoneBuilder::read_soa()
{
    const RRsetRange* soa = zone_.find_at_apex(dns::RRType::soa);
    if (soa == nullptr)
        return failed(fmt::format("the zone has no SOA at {}", zone_.apex_.to_string()));
    const Octets rdata = zone_.rdata(*soa, 0);
    zone_.serial_ =
        load_u32(rdata.data() + rdata.size() - 20);  // two names, then five 32-bit fields (RFC 1035 §3.3.13)
    return {};
}

Result<void> ZoneBuilder::check_limits() const
{
    const auto too_much = [&](const RRsetRange& rrset, std::string_view what) {
        return failed(fmt::format("{} {} has more than {}: this is no root zone", zone_.owner(rrset.owner).to_string(),
                                  dns::type_name(rrset.type), what));
    };
    for (const RRsetRange& rrset : zone_.rrsets()) {
        if (rrset.type == dns::RRType::dnskey && rrset.count > zone_key_limit)
            return too_much(rrset, fmt::format("{} keys", zone_key_limit));
        std::size_t octets = 0;
        std::size_t covering = 0;
        for (std::uint32_t i = 0; i < rrset.count; ++i) {
            const Octets rdata = zone_.rdata(rrset, i);
            octets += rdata.size();
            if (rrset.type != dns::RRType::rrsig)
                continue;
            const bool same = i > 0 && load_u16(rdata.data()) == load_u16(zone_.rdata(rrset, i - 1).data());
            covering = same ? covering + 1 : 1;
            if (covering > rrset_signature_limit)
                return too_much(rrset, fmt::format("{} signatures over one RRset", rrset_signature_limit));
        }
        if (rrset.type != dns::RRType::rrsig && octets > rrset_octets_limit)
            return too_much(rrset, fmt::format("{} KiB of data", rrset_octets_limit >> 10));
    }
    return {};
}

Result<Zone> ZoneBuilder::finish()
{
    sort_owners();
    sort_records();
    form_rrsets();
    if (Result<void> done = check_limits(); !done)
        return std::unexpected(done.error());
    if (Result<void> done = read_soa(); !done)
        return std::unexpected(done.error());
    return std::move(zone_);
}

}  // namespace rw::zones
