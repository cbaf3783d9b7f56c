// SPDX-License-Identifier: EUPL-1.2
// Building a zone: canonical RDATA, canonical order, one SOA. Published zones come almost sorted, so owners are sorted
// only when they did not come in order.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "resolver/dnssec/canonical.h"
#include "zones/zone.h"

namespace rw::zones
{

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

Result<Zone> ZoneBuilder::finish()
{
    sort_owners();
    sort_records();
    form_rrsets();
    if (Result<void> done = read_soa(); !done)
        return std::unexpected(done.error());
    return std::move(zone_);
}

}  // namespace rw::zones
