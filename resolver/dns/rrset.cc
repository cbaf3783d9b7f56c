// SPDX-License-Identifier: EUPL-1.2
// RRsets in owned form.
#include "resolver/dns/rrset.h"

#include <algorithm>

namespace rw::dns
{

bool RdataList::contains(Octets rdata) const
{
    return std::any_of(begin(), end(), [&](Octets mine) { return equal(mine, rdata); });
}

std::string RRset::to_string() const
{
    return owner.lowercase().to_string() + " " + type_name(type);
}

RRType covered_type(Octets rrsig_rdata)
{
    return rrsig_rdata.size() < 2 ? RRType::none : RRType{load_u16(rrsig_rdata.data())};
}

Name name_at(Octets rdata, std::size_t offset)
{
    std::size_t end = offset;
    while (end < rdata.size() && rdata[end] != 0)
        end += rdata[end] + 1U;
    if (end >= rdata.size())
        return {};
    return Name::from_wire(rdata.subspan(offset, end + 1 - offset)).value_or(Name{});
}

}  // namespace rw::dns
