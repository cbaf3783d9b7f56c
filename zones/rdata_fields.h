// SPDX-License-Identifier: EUPL-1.2
// The table behind rdata_text.h: which fields, in which spelling, the RDATA of a type has. Internal to rdata_*.cc.
#pragma once

#include <array>
#include <string_view>

#include "resolver/dns/rrtype.h"

namespace rw::zones
{

/// Fields in order:
///   n name   b w d  8, 16, 32 bits, decimal   u 32 bits of seconds, units allowed   i IPv4   j IPv6   T RR type   t
///   time of a signature (RFC 4034 §3.2) and, only as the last: X hex   B base64   S one or more character-strings   Y
///   type bitmap (RFC 4034 §4.1.2)
using RdataFields = std::string_view;

struct FieldsOfType {
    dns::RRType type;
    RdataFields fields;
};

inline constexpr std::array fields_of_types{
    FieldsOfType{dns::RRType::a, "i"},          FieldsOfType{dns::RRType::ns, "n"},
    FieldsOfType{dns::RRType::cname, "n"},      FieldsOfType{dns::RRType::soa, "nnduuuu"},
    FieldsOfType{dns::RRType::ptr, "n"},        FieldsOfType{dns::RRType::mx, "wn"},
    FieldsOfType{dns::RRType::txt, "S"},        FieldsOfType{dns::RRType::aaaa, "j"},
    FieldsOfType{dns::RRType::srv, "wwwn"},     FieldsOfType{dns::RRType::dname, "n"},
    FieldsOfType{dns::RRType::ds, "wbbX"},      FieldsOfType{dns::RRType::rrsig, "TbbdttwnB"},
    FieldsOfType{dns::RRType::nsec, "nY"},      FieldsOfType{dns::RRType::dnskey, "wbbB"},
    FieldsOfType{dns::RRType::tlsa, "bbbX"},    FieldsOfType{dns::RRType::cds, "wbbX"},
    FieldsOfType{dns::RRType::cdnskey, "wbbB"}, FieldsOfType{dns::RRType::zonemd, "dbbX"},
};

/// Empty for types that are not in the table.
[[nodiscard]] constexpr RdataFields fields_of(dns::RRType type)
{
    for (const FieldsOfType& row : fields_of_types) {
        if (row.type == type)
            return row.fields;
    }
    return {};
}

}  // namespace rw::zones
