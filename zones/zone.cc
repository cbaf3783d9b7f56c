// SPDX-License-Identifier: EUPL-1.2
// Reading access to a zone.
#include "zones/zone.h"

#include <algorithm>

#include "resolver/dnssec/canonical.h"

namespace rw::zones
{

namespace
{

bool key_before(Octets a, Octets b)
{
    return dnssec::compare_rdata(a, b) < 0;
}

}  // namespace

void append_owner_key(const dns::Name& name, OctetBuffer& out)
{
    for (std::size_t labels = 1; labels <= name.label_count(); ++labels) {
        const std::size_t at = name.offset_of_ancestor(labels);
        const Octets label = name.wire().subspan(at + 1, name.wire()[at]);
        for (const std::uint8_t octet : label) {
            const std::uint8_t low = dns::lower(octet);
            if (low <= 1)
                out.push_back(1);
            out.push_back(low <= 1 ? static_cast<std::uint8_t>(low + 1) : low);
        }
        out.push_back(0);
    }
}

Octets Zone::owner_wire(std::uint32_t owner) const
{
    return Octets(arena_).subspan(owners_[owner].wire_at, owners_[owner].wire_size);
}

dns::Name Zone::owner(std::uint32_t owner) const
{
    return dns::Name::from_wire(owner_wire(owner)).value_or(dns::Name());
}

Octets Zone::owner_key(std::uint32_t owner) const
{
    return key_of(owners_[owner]);
}

Octets Zone::rdata(const RRsetRange& rrset, std::uint32_t index) const
{
    return rdata_of(records_[rrset.first + index]);
}

const RRsetRange* Zone::find(const dns::Name& owner, dns::RRType type) const
{
    OctetBuffer key;
    append_owner_key(owner, key);
    const auto found = std::ranges::partition_point(rrsets_, [&](const RRsetRange& rrset) {
        const Octets here = owner_key(rrset.owner);
        return key_before(here, key) || (equal(here, key) && rrset.type < type);
    });
    const bool there = found != rrsets_.end() && found->type == type && equal(owner_key(found->owner), key);
    return there ? &*found : nullptr;
}

const RRsetRange* Zone::find(std::uint32_t owner, dns::RRType type) const
{
    const auto found = std::ranges::partition_point(rrsets_, [&](const RRsetRange& rrset) {
        return rrset.owner < owner || (rrset.owner == owner && rrset.type < type);
    });
    return found != rrsets_.end() && found->owner == owner && found->type == type ? &*found : nullptr;
}

/// RDATA of RRSIG begins with the type it covers (RFC 4034 §3.1), so canonical order has grouped them.
RRsetRange Zone::signatures(const RRsetRange& rrset) const
{
    RRsetRange covering{.owner = rrset.owner, .type = dns::RRType::rrsig, .ttl = rrset.ttl, .first = 0, .count = 0};
    const RRsetRange* all = find(rrset.owner, dns::RRType::rrsig);
    if (all == nullptr)
        return covering;
    const std::span<const Record> records = std::span(records_).subspan(all->first, all->count);
    const auto covered = [this](const Record& record) { return load_u16(rdata_of(record).data()); };
    const auto found = std::ranges::equal_range(records, static_cast<std::uint16_t>(rrset.type), {}, covered);
    covering.first = all->first + static_cast<std::uint32_t>(found.begin() - records.begin());
    covering.count = static_cast<std::uint32_t>(found.size());
    return covering;
}

dns::RRset Zone::owned(const RRsetRange& rrset) const
{
    dns::RRset out;
    out.owner = owner(rrset.owner);
    out.type = rrset.type;
    out.ttl = rrset.ttl;
    for (std::uint32_t i = 0; i < rrset.count; ++i)
        out.rdatas.add(rdata(rrset, i));
    const RRsetRange covering = signatures(rrset);
    for (std::uint32_t i = 0; i < covering.count; ++i)
        out.signatures.add(rdata(covering, i));
    return out;
}

}  // namespace rw::zones
