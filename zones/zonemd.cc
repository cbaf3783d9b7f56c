// SPDX-License-Identifier: EUPL-1.2
// The digest is computed over the zone's own canonical order; no copy of the zone is made.
#include "zones/zonemd.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "zones/encoding.h"

namespace rw::zones
{

namespace
{

constexpr std::size_t fixed_size = 6;  // serial, scheme, hash (RFC 8976 §2.2)
constexpr std::uint8_t scheme_simple = 1;
constexpr std::uint32_t records_told = 8;  // of a hostile zone's thousands
/// 64 KiB gathered per call of the hash: tens of thousands of records of 40 octets cost calls otherwise.
constexpr std::size_t batch_size = 64U << 10;

/// RFC 8976 §3.3.1: everything but the apex ZONEMD RRset and the RRSIG that covers it.
bool is_digested(const Zone& zone, const RRsetRange& rrset, Octets rdata)
{
    const bool at_apex = zone.owner_key(rrset.owner).size() == zone.owner_key(0).size() && rrset.owner == 0;
    if (!at_apex)
        return true;
    if (rrset.type == dns::RRType::zonemd)
        return false;
    return rrset.type != dns::RRType::rrsig ||
           load_u16(rdata.data()) != static_cast<std::uint16_t>(dns::RRType::zonemd);
}

std::optional<dnssec::Hash> hash_of(std::uint8_t number)
{
    if (number == 1)
        return dnssec::Hash::sha384;
    if (number == 2)
        return dnssec::Hash::sha512;
    return std::nullopt;
}

/// One ZONEMD record; `twice`: another one has its scheme and hash, and neither is to be believed (RFC 8976 §2.2.3).
ZonemdCheck check_one(const Zone& zone, Octets rdata, bool twice, dnssec::Digester& digester)
{
    if (rdata.size() <= fixed_size)
        return {.state = ZonemdState::malformed, .detail = "ZONEMD is shorter than its fixed part"};
    const std::optional<dnssec::Hash> hash = hash_of(rdata[5]);
    if (rdata[4] != scheme_simple || !hash)
        return {.state = ZonemdState::unsupported,
                .detail = fmt::format("ZONEMD scheme {} hash {}{}", rdata[4], rdata[5],
                                      rdata[4] >= 240 || rdata[5] >= 240 ? " (private)" : " (unknown)")};
    if (twice)
        return {.state = ZonemdState::malformed, .detail = "two ZONEMD of one scheme and hash"};
    if (load_u32(rdata.data()) != zone.serial())
        return {.state = ZonemdState::other_serial,
                .detail = fmt::format("ZONEMD is for serial {}", load_u32(rdata.data()))};
    const dnssec::Digest digest = simple_digest(zone, *hash, digester);
    if (!equal(digest.view(), rdata.subspan(fixed_size)))
        return {.state = ZonemdState::mismatch, .detail = "the zone does not have the digest that ZONEMD says"};
    return {.state = ZonemdState::verified, .detail = hex_upper(digest.view())};
}

}  // namespace

dnssec::Digest simple_digest(const Zone& zone, dnssec::Hash hash, dnssec::Digester& digester)
{
    digester.begin(hash);
    OctetBuffer batch;
    batch.reserve(batch_size + 70'000);
    for (const RRsetRange& rrset : zone.rrsets()) {
        const Octets owner = zone.owner_wire(rrset.owner);
        for (std::uint32_t i = 0; i < rrset.count; ++i) {
            const Octets rdata = zone.rdata(rrset, i);
            if (!is_digested(zone, rrset, rdata))
                continue;
            append(batch, owner);
            append_u16(batch, static_cast<std::uint16_t>(rrset.type));
            append_u16(batch, 1);
            append_u32(batch, zone.record_ttl(rrset, i));
            append_u16(batch, static_cast<std::uint16_t>(rdata.size()));
            append(batch, rdata);
            if (batch.size() >= batch_size) {
                digester.update(batch);
                batch.clear();
            }
        }
    }
    digester.update(batch);
    return digester.finish();
}

std::string stated_zonemd(const Zone& zone)
{
    std::string text;
    const RRsetRange* rrset = zone.find_at_apex(dns::RRType::zonemd);
    for (std::uint32_t i = 0; rrset != nullptr && i < std::min(rrset->count, records_told); ++i) {
        const Octets rdata = zone.rdata(*rrset, i);
        if (rdata.size() <= fixed_size || rdata.size() > fixed_size + 64)
            continue;
        text += fmt::format("{}{} {} {}", text.empty() ? "" : ", ", rdata[4], rdata[5],
                            hex_upper(rdata.subspan(fixed_size)));
    }
    return text;
}

ZonemdCheck check_zonemd(const Zone& zone, dnssec::Digester& digester)
{
    const RRsetRange* rrset = zone.find_at_apex(dns::RRType::zonemd);
    if (rrset == nullptr)
        return {};
    std::map<std::pair<std::uint8_t, std::uint8_t>, unsigned> kinds;
    for (std::uint32_t i = 0; i < rrset->count; ++i) {
        const Octets rdata = zone.rdata(*rrset, i);
        if (rdata.size() > fixed_size)
            ++kinds[{rdata[4], rdata[5]}];
    }
    // One digest that is right proves the zone, whatever the others are (RFC 8976 §4); else the gravest problem counts.
    ZonemdCheck worst{.state = ZonemdState::unsupported, .detail = {}};
    for (std::uint32_t i = 0; i < rrset->count; ++i) {
        const Octets rdata = zone.rdata(*rrset, i);
        const bool twice = rdata.size() > fixed_size && kinds[{rdata[4], rdata[5]}] > 1;
        ZonemdCheck one = check_one(zone, rdata, twice, digester);
        if (one.state == ZonemdState::verified)
            return one;
        if (one.state == ZonemdState::unsupported && worst.state == ZonemdState::unsupported) {
            if (i < records_told)
                worst.detail += (worst.detail.empty() ? "" : ", ") + one.detail;
        } else if (one.state > worst.state)
            worst = std::move(one);
    }
    return worst;
}

}  // namespace rw::zones
