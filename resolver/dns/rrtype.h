// SPDX-License-Identifier: EUPL-1.2
// The registry of RR types and classes: mnemonic and the layout of RDATA. Everything that must know where a name stands
// in RDATA (decompression, canonical form, comparison) reads this one table; unknown types are opaque (RFC 3597).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rw::dns
{

enum class RRType : std::uint16_t {
    none = 0,
    a = 1,
    ns = 2,
    cname = 5,
    soa = 6,
    ptr = 12,
    hinfo = 13,
    mx = 15,
    txt = 16,
    rp = 17,
    afsdb = 18,
    sig = 24,
    key = 25,
    aaaa = 28,
    loc = 29,
    srv = 33,
    naptr = 35,
    kx = 36,
    cert = 37,
    dname = 39,
    opt = 41,
    ds = 43,
    sshfp = 44,
    rrsig = 46,
    nsec = 47,
    dnskey = 48,
    nsec3 = 50,
    nsec3param = 51,
    tlsa = 52,
    cds = 59,
    cdnskey = 60,
    csync = 62,
    zonemd = 63,
    svcb = 64,
    https = 65,
    nxname = 128,
    tkey = 249,
    tsig = 250,
    ixfr = 251,
    axfr = 252,
    mailb = 253,
    maila = 254,
    any = 255,
    uri = 256,
    caa = 257,
};

enum class RRClass : std::uint16_t { in = 1, ch = 3, hs = 4, none = 254, any = 255 };

/// How RDATA of a type is built, field by field:
/// - N: name that senders may compress (types of RFC 1035); lower-cased in canonical form
/// - n: name that is never compressed when sent but may be in what we receive (RFC 3597 §4); lower-cased (RFC 4034
/// §6.2)
/// - u: name that is never compressed and keeps its case (RFC 6840 §5.1, RFC 9460 §2.2)
/// - 1, 2, 4: that many octets
/// - t: 20 octets (timers of SOA)
/// - a: 16 octets
/// - s: character-string
/// - *: anything to the end
using RdataLayout = std::string_view;

/// Layout of RDATA; "*" for types that are not in the table.
[[nodiscard]] RdataLayout rdata_layout(RRType type);

/// "A", "TYPE731".
[[nodiscard]] std::string type_name(RRType type);
/// Mnemonic in any case, or TYPEnnn (RFC 3597 §5).
[[nodiscard]] std::optional<RRType> parse_type(std::string_view text);

/// QTYPEs and meta types that never name data: OPT, NXNAME, TKEY to ANY (RFC 6895 §3.1, 128-255).
[[nodiscard]] constexpr bool is_meta(RRType type)
{
    const auto number = static_cast<std::uint16_t>(type);
    return type == RRType::opt || (number >= 128 && number <= 255);
}

/// 0 is no type (RFC 6895 §3.1), and so free to mean something else in programs; nothing that comes from outside may
/// have it. 65535 is reserved too, but peers ask servers about it, and nothing here uses it.
[[nodiscard]] constexpr bool is_reserved(RRType type)
{
    return type == RRType::none;
}

/// Classes that nothing can be asked for: 0 and 65535, and NONE, which only updates use (RFC 6895 §3.2).
[[nodiscard]] constexpr bool is_reserved(RRClass rrclass)
{
    const auto number = static_cast<std::uint16_t>(rrclass);
    return number == 0 || number == 0xffff || rrclass == RRClass::none;
}

}  // namespace rw::dns
