// SPDX-License-Identifier: EUPL-1.2
// Names, RRsets and replies that the tests of the caches share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "resolver/cache/answer_cache.h"
#include "resolver/cache/composer.h"
#include "resolver/cache/store.h"
#include "resolver/dns/message_view.h"
#include "tests/unit/name.h"

namespace rw::cache::samples
{

inline constexpr HashKey secret{0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL};
inline constexpr Origin origin{.root = 1, .lineage = 7};
inline constexpr RootView root{.root = 1, .lineages = nullptr};

using rw::test::name;

inline OctetBuffer wire(std::string_view text)
{
    const dns::Name parsed = name(text);
    return {parsed.wire().begin(), parsed.wire().end()};
}

inline dns::RRset rrset(std::string_view owner, dns::RRType type, std::uint32_t ttl,
                        const std::vector<OctetBuffer>& rdatas)
{
    dns::RRset set{.owner = name(owner), .type = type, .ttl = ttl, .rdatas = {}, .signatures = {}};
    for (const OctetBuffer& rdata : rdatas)
        set.rdatas.add(rdata);
    return set;
}

/// Adds an RRSIG with 64 octets of signature, of the shape that readers check.
inline dns::RRset signed_by(dns::RRset set, std::string_view signer)
{
    OctetBuffer rdata;
    append_u16(rdata, static_cast<std::uint16_t>(set.type));
    append_u8(rdata, 13);
    append_u8(rdata, static_cast<std::uint8_t>(set.owner.label_count()));
    append_u32(rdata, set.ttl);
    append_u32(rdata, 2000000000);
    append_u32(rdata, 1700000000);
    append_u16(rdata, 4711);
    append(rdata, name(signer).wire());
    rdata.resize(rdata.size() + 64, 0xab);
    set.signatures.add(rdata);
    return set;
}

inline dns::RRset a_set(std::string_view owner, std::uint32_t ttl = 300, OctetBuffer address = {192, 0, 2, 1})
{
    return rrset(owner, dns::RRType::a, ttl, {std::move(address)});
}

inline dns::RRset alias_set(std::string_view owner, std::string_view target, std::uint32_t ttl = 300)
{
    return rrset(owner, dns::RRType::cname, ttl, {wire(target)});
}

inline dns::RRset soa_set(std::string_view zone, std::uint32_t ttl = 3600, std::uint32_t minimum = 900)
{
    OctetBuffer rdata = wire("ns1." + std::string(zone));
    append(rdata, wire("hostmaster." + std::string(zone)));
    for (const std::uint32_t timer : {1U, 7200U, 3600U, 1209600U, minimum})
        append_u32(rdata, timer);
    return rrset(zone, dns::RRType::soa, ttl, {rdata});
}

inline dns::RRset nsec3_set(std::string_view hash, std::string_view zone, std::uint32_t ttl = 900)
{
    OctetBuffer rdata{1, 0, 0, 0, 0, 20};
    rdata.resize(rdata.size() + 20, 0x5a);
    append(rdata, OctetBuffer{0, 1, 0x40});
    return rrset(std::string(hash) + "." + std::string(zone), dns::RRType::nsec3, ttl, {rdata});
}

inline Answer answer(std::string_view owner, dns::RRType type, EntryKind kind, std::span<const dns::RRset> records,
                     std::span<const dns::RRset> proof = {})
{
    EntryFacts facts(kind == EntryKind::nodata || kind == EntryKind::nxdomain ? Rank::authoritative_denial
                                                                              : Rank::authoritative_answer);
    facts.kind = kind;
    return {name(owner), type, facts, records, proof};
}

/// A reply being composed into a buffer.
struct Reply {
    explicit Reply(std::string_view question, dns::RRType type = dns::RRType::a, std::size_t size = 65535)
        : buffer(size), writer(buffer)
    {
        writer.set_header(0x1234, dns::Header::qr | dns::Header::ra);
        writer.add_question({.name = name(question), .type = type, .rrclass = dns::RRClass::in});
    }
    /// Parsed; every record must have had the shape of its type.
    dns::MessageView view() { return dns::MessageView::parse(writer.finish()).value(); }

    OctetBuffer buffer;
    dns::MessageWriter writer;
};

/// "owner TYPE ttl octets" for each record of a section.
inline std::vector<std::string> lines(const dns::MessageView& message, dns::Section section)
{
    std::vector<std::string> all;
    for (const dns::RrView& record : message.records(section)) {
        OctetBuffer rdata;
        const bool whole = message.append_rdata(record, rdata);
        all.push_back(message.owner(record).to_string() + " " + dns::type_name(record.type) + " " +
                      std::to_string(record.ttl) + " " + (whole ? std::to_string(rdata.size()) : "malformed"));
    }
    return all;
}

}  // namespace rw::cache::samples
