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

dns::RRset Zone::owned(const RRsetRange& rrset) const
{
    dns::RRset out;
    out.owner = owner(rrset.owner);
    out.type = rrset.type;
    out.ttl = rrset.ttl;
    for (std::uint32_t i = 0; i < rrset.count; ++i)
        out.rdatas.add(rdata(rrset, i));
    const RRsetRange* signatures = find(out.owner, dns::RRType::rrsig);
    for (std::uint32_t i = 0; signatures != nullptr && i < signatures->count; ++i) {
        const Octets signature = rdata(*signatures, i);
        if (load_u16(signature.data()) == static_cast<std::uint16_t>(rrset.type))
            out.signatures.add(signature);
    }
    return out;
}

}  // namespace rw::zones
