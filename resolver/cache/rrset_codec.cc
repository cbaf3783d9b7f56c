// SPDX-License-Identifier: EUPL-1.2
// Writing RRsets into values and reading them back.
#include "resolver/cache/rrset_codec.h"

namespace rw::cache
{

namespace
{

void put_rdatas(OctetBuffer& to, const dns::RdataList& list)
{
    append_u16(to, static_cast<std::uint16_t>(list.size()));
    append(to, list.lengths_and_octets());
}

void read_rdatas(OctetReader& reader, dns::RdataList& list)
{
    for (std::uint16_t left = reader.u16(); left > 0; --left)
        list.add(reader.octets(reader.u16()));
}

}  // namespace

void put_rrset(OctetBuffer& to, const dns::RRset& set)
{
    append(to, set.owner.wire());
    append_u16(to, static_cast<std::uint16_t>(set.type));
    append_u32(to, set.ttl);
    put_rdatas(to, set.rdatas);
    put_rdatas(to, set.signatures);
    put_rdatas(to, set.unchecked);
}

std::size_t octets_of(const dns::RRset& set)
{
    constexpr std::size_t type_ttl_and_counts = 2 + 4 + 3 * 2;
    return set.owner.size() + type_ttl_and_counts + set.rdatas.octet_count() + set.signatures.octet_count() +
           set.unchecked.octet_count();
}

dns::Name read_name(OctetReader& reader)
{
    const Octets wire = reader.unread();
    std::size_t end = 0;
    while (end < wire.size() && wire[end] != 0)
        end += wire[end] + 1U;
    return dns::Name::from_wire(reader.octets(end + 1)).value_or(dns::Name{});
}

dns::RRset read_rrset(OctetReader& reader)
{
    dns::RRset set;
    set.owner = read_name(reader);
    set.type = dns::RRType{reader.u16()};
    set.ttl = reader.u32();
    read_rdatas(reader, set.rdatas);
    read_rdatas(reader, set.signatures);
    read_rdatas(reader, set.unchecked);
    return set;
}

}  // namespace rw::cache
