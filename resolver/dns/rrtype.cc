// SPDX-License-Identifier: EUPL-1.2
// The RR type table.
#include "resolver/dns/rrtype.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace rw::dns
{

namespace
{

struct TypeFact {
    RRType type;
    std::string_view name;
    RdataLayout layout;
};

using enum RRType;

// Sorted by number.
constexpr std::array table{
    TypeFact{a, "A", "4"},
    TypeFact{ns, "NS", "N"},
    TypeFact{RRType{3}, "MD", "N"},
    TypeFact{RRType{4}, "MF", "N"},
    TypeFact{cname, "CNAME", "N"},
    TypeFact{soa, "SOA", "NNt"},
    TypeFact{RRType{7}, "MB", "N"},
    TypeFact{RRType{8}, "MG", "N"},
    TypeFact{RRType{9}, "MR", "N"},
    TypeFact{RRType{10}, "NULL", "*"},
    TypeFact{RRType{11}, "WKS", "*"},
    TypeFact{ptr, "PTR", "N"},
    TypeFact{hinfo, "HINFO", "ss"},
    TypeFact{RRType{14}, "MINFO", "NN"},
    TypeFact{mx, "MX", "2N"},
    TypeFact{txt, "TXT", "*"},
    TypeFact{rp, "RP", "nn"},
    TypeFact{afsdb, "AFSDB", "2n"},
    TypeFact{RRType{19}, "X25", "s"},
    TypeFact{RRType{20}, "ISDN", "*"},
    TypeFact{RRType{21}, "RT", "2n"},
    TypeFact{sig, "SIG", "2114442n*"},
    TypeFact{key, "KEY", "*"},
    TypeFact{RRType{26}, "PX", "2nn"},
    TypeFact{aaaa, "AAAA", "a"},
    TypeFact{loc, "LOC", "*"},
    TypeFact{RRType{30}, "NXT", "n*"},
    TypeFact{srv, "SRV", "222n"},
    TypeFact{naptr, "NAPTR", "22sssn"},
    TypeFact{kx, "KX", "2n"},
    TypeFact{cert, "CERT", "*"},
    TypeFact{dname, "DNAME", "n"},
    TypeFact{opt, "OPT", "*"},
    TypeFact{RRType{42}, "APL", "*"},
    TypeFact{ds, "DS", "211*"},
    TypeFact{sshfp, "SSHFP", "11*"},
    TypeFact{RRType{45}, "IPSECKEY", "*"},
    TypeFact{rrsig, "RRSIG", "2114442n*"},
    TypeFact{nsec, "NSEC", "u*"},
    TypeFact{dnskey, "DNSKEY", "211*"},
    TypeFact{RRType{49}, "DHCID", "*"},
    TypeFact{nsec3, "NSEC3", "112s*"},
    TypeFact{nsec3param, "NSEC3PARAM", "112s"},
    TypeFact{tlsa, "TLSA", "111*"},
    TypeFact{RRType{53}, "SMIMEA", "111*"},
    TypeFact{RRType{55}, "HIP", "*"},
    TypeFact{cds, "CDS", "211*"},
    TypeFact{cdnskey, "CDNSKEY", "211*"},
    TypeFact{RRType{61}, "OPENPGPKEY", "*"},
    TypeFact{csync, "CSYNC", "42*"},
    TypeFact{zonemd, "ZONEMD", "411*"},
    TypeFact{svcb, "SVCB", "2u*"},
    TypeFact{https, "HTTPS", "2u*"},
    TypeFact{RRType{99}, "SPF", "*"},
    TypeFact{RRType{104}, "NID", "244"},
    TypeFact{RRType{105}, "L32", "24"},
    TypeFact{RRType{106}, "L64", "244"},
    TypeFact{RRType{107}, "LP", "2u"},
    TypeFact{RRType{108}, "EUI48", "24"},
    TypeFact{RRType{109}, "EUI64", "44"},
    TypeFact{nxname, "NXNAME", "*"},
    TypeFact{tkey, "TKEY", "*"},
    TypeFact{tsig, "TSIG", "*"},
    TypeFact{ixfr, "IXFR", "*"},
    TypeFact{axfr, "AXFR", "*"},
    TypeFact{mailb, "MAILB", "*"},
    TypeFact{maila, "MAILA", "*"},
    TypeFact{any, "ANY", "*"},
    TypeFact{uri, "URI", "22*"},
    TypeFact{caa, "CAA", "1s*"},
};

static_assert(std::ranges::is_sorted(table, {}, &TypeFact::type));

const TypeFact* find(RRType type)
{
    const auto* at = std::ranges::lower_bound(table, type, {}, &TypeFact::type);
    return at != table.end() && at->type == type ? at : nullptr;
}

bool equal_ignoring_case(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, [](char x, char y) {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
        return lower(x) == lower(y);
    });
}

}  // namespace

RdataLayout rdata_layout(RRType type)
{
    const TypeFact* row = find(type);
    return row != nullptr ? row->layout : "*";
}

std::string type_name(RRType type)
{
    const TypeFact* row = find(type);
    return row != nullptr ? std::string(row->name) : "TYPE" + fmt::format_int(static_cast<unsigned>(type)).str();
}

std::optional<RRType> parse_type(std::string_view text)
{
    // Numbers first: a bitmap of a hostile zone has thousands of them, and no mnemonic begins like one.
    constexpr std::string_view numbered = "TYPE";
    if (text.size() <= numbered.size() || !equal_ignoring_case(text.substr(0, numbered.size()), numbered)) {
        const auto* row =
            std::ranges::find_if(table, [&](const TypeFact& one) { return equal_ignoring_case(one.name, text); });
        return row != table.end() ? std::optional(row->type) : std::nullopt;
    }
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(text.data() + numbered.size(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return RRType{number};
}

}  // namespace rw::dns
