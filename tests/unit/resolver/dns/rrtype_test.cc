// SPDX-License-Identifier: EUPL-1.2
// The registry of RR types against ldns: the same mnemonics, and names at the same places of RDATA.
#include "resolver/dns/rrtype.h"

#include <doctest/doctest.h>
#include <ldns/ldns.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

using rw::dns::is_meta;
using rw::dns::parse_type;
using rw::dns::rdata_layout;
using rw::dns::RRType;
using rw::dns::type_name;

namespace
{

/// Types whose names in RDATA the layout hides on purpose: they stand behind fields whose length depends on others, are
/// never compressed (RFC 3597 §4 forbids it for types younger than RFC 1035) and are not lower-cased (RFC 6840 §5.1).
const std::set<std::string> opaque_to_us{"IPSECKEY", "HIP", "TKEY", "TSIG", "TALINK", "AMTRELAY", "NULL", "OPT"};

bool in_our_table(RRType type)
{
    return !type_name(type).starts_with("TYPE");
}

/// Ordinals of the names among the fields of RDATA, as ldns sees them; at most eight fields.
std::size_t names_by_ldns(const ldns_rr_descriptor& row)
{
    std::size_t names = 0;
    for (std::size_t i = 0; i < ldns_rr_descriptor_maximum(&row) && i < 8; ++i)
        names += ldns_rr_descriptor_field_type(&row, i) == LDNS_RDF_TYPE_DNAME ? 1U : 0U;
    return names;
}

std::size_t names_by_us(RRType type)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        rdata_layout(type), [](char field) { return field == 'N' || field == 'n' || field == 'u'; }));
}

/// Octets in front of the first name; nothing when there is no name, or a field of variable length in front of it.
std::optional<std::size_t> offset_by_ldns(const ldns_rr_descriptor& row)
{
    std::size_t offset = 0;
    for (std::size_t i = 0; i < ldns_rr_descriptor_maximum(&row); ++i) {
        switch (ldns_rr_descriptor_field_type(&row, i)) {
            case LDNS_RDF_TYPE_DNAME:
                return offset;
            case LDNS_RDF_TYPE_INT8:
            case LDNS_RDF_TYPE_ALG:
                offset += 1;
                break;
            case LDNS_RDF_TYPE_INT16:
            case LDNS_RDF_TYPE_TYPE:
            case LDNS_RDF_TYPE_CERT_ALG:
                offset += 2;
                break;
            case LDNS_RDF_TYPE_INT32:
            case LDNS_RDF_TYPE_TIME:
                offset += 4;
                break;
            default:
                return std::nullopt;
        }
    }
    return std::nullopt;
}

std::optional<std::size_t> offset_by_us(RRType type)
{
    std::size_t offset = 0;
    for (const char field : rdata_layout(type)) {
        switch (field) {
            case 'N':
            case 'n':
            case 'u':
                return offset;
            case '1':
            case '2':
            case '4':
                offset += static_cast<std::size_t>(field - '0');
                break;
            default:
                return std::nullopt;
        }
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("every mnemonic of the registry is ldns' for the same number")
{
    constexpr RRType nxname{128};  // RFC 9824, younger than the library
    std::size_t compared = 0;
    for (unsigned number = 1; number <= 65535; ++number) {
        const RRType type{static_cast<std::uint16_t>(number)};
        if (!in_our_table(type) || type == nxname)
            continue;
        const std::string name = type_name(type);
        CAPTURE(name);
        CHECK(ldns_get_rr_type_by_name(name.c_str()) == static_cast<ldns_rr_type>(number));
        ++compared;
    }
    CHECK(compared >= 60);
}

TEST_CASE("names stand in RDATA where ldns sees them")
{
    std::size_t with_names = 0;
    for (unsigned number = 1; number <= 65535; ++number) {
        const RRType type{static_cast<std::uint16_t>(number)};
        const ldns_rr_descriptor* row = ldns_rr_descript(static_cast<std::uint16_t>(number));
        if (row == nullptr || row->_type != static_cast<ldns_rr_type>(number))
            continue;  // ldns does not know it
        const std::string name = row->_name != nullptr ? row->_name : "";
        if (opaque_to_us.contains(name))
            continue;
        CAPTURE(name);
        CHECK(names_by_us(type) == names_by_ldns(*row));
        CHECK(offset_by_us(type) == offset_by_ldns(*row));
        with_names += names_by_us(type) > 0 ? 1U : 0U;
    }
    CHECK(with_names >= 20);
}

TEST_CASE("names are compressible only where RFC 1035 defined the type")
{
    for (unsigned number = 1; number <= 65535; ++number) {
        const RRType type{static_cast<std::uint16_t>(number)};
        const ldns_rr_descriptor* row = ldns_rr_descript(static_cast<std::uint16_t>(number));
        if (rdata_layout(type).find('N') == std::string_view::npos)
            continue;
        CAPTURE(type_name(type));
        CHECK(number <= 15);
        CHECK(ldns_rr_descriptor_maximum(row) > 0);
        CHECK(row->_compress == LDNS_RR_COMPRESS);
    }
}

TEST_CASE("unknown types have names by number and opaque RDATA")
{
    CHECK(type_name(RRType{731}) == "TYPE731");
    CHECK(rdata_layout(RRType{731}) == "*");
    CHECK(parse_type("TYPE731") == RRType{731});
    CHECK(parse_type("type65535") == RRType{65535});
    CHECK(parse_type("TYPE1") == RRType::a);
}

TEST_CASE("mnemonics are read in any case")
{
    CHECK(parse_type("aaaa") == RRType::aaaa);
    CHECK(parse_type("Nsec3Param") == RRType::nsec3param);
    CHECK(type_name(RRType::nsec3param) == "NSEC3PARAM");
}

TEST_CASE("text that names no type is refused")
{
    for (const char* text :
         {"", "TYPE", "TYPE-1", "TYPE65536", "TYPE1x", "TYPE 1", "AAA", "A ", "TYPE99999999999999999999"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_type(text));
    }
}

TEST_CASE("meta types are those that never name data")
{
    for (const RRType type :
         {RRType::opt, RRType::tkey, RRType::tsig, RRType::ixfr, RRType::axfr, RRType::any, RRType{128}})
        CHECK(is_meta(type));
    for (const RRType type : {RRType::a, RRType::ds, RRType::caa, RRType{127}, RRType{256}, RRType{65280}})
        CHECK_FALSE(is_meta(type));
}
