// SPDX-License-Identifier: EUPL-1.2
// From base to unsigned zone to signed zone. Each step makes a new Zone: 24,000 records take milliseconds.
#include "zones/continuity/zone_build.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "resolver/base/address.h"
#include "resolver/dnssec/dnskey.h"
#include "zones/authority.h"
#include "zones/continuity/rrset_signing.h"
#include "zones/rdata_text.h"
#include "zones/zone_file.h"
#include "zones/zonemd.h"

namespace rw::zones::continuity
{

namespace
{

using dns::RRType;

constexpr std::uint32_t apex_ns_ttl = 518'400;  // as IANA's: six days
constexpr std::uint32_t apex_soa_ttl = 86'400;
constexpr std::size_t soa_timers = 20;

/// What the apex of a continuity zone has of its own.
bool is_replaced(const Zone& base, const RRsetRange& rrset)
{
    const bool at_apex = base.owner(rrset.owner).is_root();
    return changes_with_every_version(rrset.type) ||
           (at_apex && (rrset.type == RRType::ns || rrset.type == RRType::dnskey));
}

/// Types in rising order as an NSEC's bitmap (RFC 4034 §4.1.2).
void append_bitmap(const std::set<RRType>& types, OctetBuffer& out)
{
    for (auto type = types.begin(); type != types.end();) {
        const unsigned window = static_cast<unsigned>(*type) >> 8;
        std::array<std::uint8_t, 32> bits{};
        std::size_t used = 0;
        for (; type != types.end() && static_cast<unsigned>(*type) >> 8 == window; ++type) {
            const unsigned low = static_cast<unsigned>(*type) & 255U;
            bits.at(low / 8) |= static_cast<std::uint8_t>(0x80U >> low % 8);
            used = low / 8 + 1;
        }
        append_u8(out, static_cast<std::uint8_t>(window));
        append_u8(out, static_cast<std::uint8_t>(used));
        append(out, Octets(bits).first(used));
    }
}

Result<void> add_rrset(ZoneBuilder& builder, const Zone& zone, const RRsetRange& rrset)
{
    for (std::uint32_t i = 0; i < rrset.count; ++i) {
        if (Result<void> done =
                builder.add(zone.owner(rrset.owner), rrset.type, zone.record_ttl(rrset, i), zone.rdata(rrset, i));
            !done)
            return done;
    }
    return {};
}

class Build
{
 public:
    explicit Build(const BuildInputs& inputs) : in_(inputs), builder_(dns::Name()) {}

    Result<Zone> run()
    {
        if (in_.servers.empty() || in_.keys.dnskeys.empty())
            return failed("a continuity zone needs at least one server and a DNSKEY RRset");
        if (Result<void> done = check_listed(in_.base, in_.policy); !done)
            return std::unexpected(done.error());
        for (Result<void> (Build::*part)() : {&Build::add_delegations, &Build::add_differences, &Build::add_apex}) {
            if (Result<void> done = (this->*part)(); !done)
                return std::unexpected(done.error());
        }
        const Result<Zone> bare = builder_.finish();
        return bare ? with_nsec(*bare) : std::unexpected(bare.error());
    }

 private:
    Result<void> add_delegations()
    {
        std::set<std::string> listed;
        for (const Difference& one : in_.policy.differences)
            listed.insert(fmt::format("{} {}", one.owner, one.type));
        for (const RRsetRange& rrset : in_.base.rrsets()) {
            const std::string where =
                fmt::format("{} {}", in_.base.owner(rrset.owner).to_string(), dns::type_name(rrset.type));
            if (is_replaced(in_.base, rrset) || listed.contains(where))
                continue;
            if (Result<void> done = add_rrset(builder_, in_.base, rrset); !done)
                return done;
        }
        return {};
    }

    Result<void> add_text(const dns::Name& owner, RRType type, std::uint32_t ttl, std::string_view text)
    {
        std::vector<Word> words;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find(' ', at), text.size());
            words.push_back({.text = text.substr(at, end - at)});
            at = end + 1;
        }
        OctetBuffer rdata;
        if (Result<void> done = read_rdata(type, words, dns::Name(), rdata); !done)
            return failed(fmt::format("{} {}: {}", owner.to_string(), dns::type_name(type), done.error().message));
        return builder_.add(owner, type, ttl, rdata);
    }

    Result<void> add_differences()
    {
        for (const Difference& one : in_.policy.differences) {
            for (const std::string& text : one.rdata) {
                if (Result<void> done = add_text(dns::Name::parse(one.owner).value_or(dns::Name()),
                                                 dns::parse_type(one.type).value_or(RRType::none),
                                                 static_cast<std::uint32_t>(one.ttl), text);
                    !done)
                    return done;
            }
        }
        return {};
    }

    Result<void> add_apex()
    {
        for (const Server& server : in_.servers) {
            if (Result<void> done = builder_.add(dns::Name(), RRType::ns, apex_ns_ttl, server.name.wire()); !done)
                return done;
            // A server that a delegation of the base uses has the addresses that the base gives it.
            const bool known =
                in_.base.find(server.name, RRType::a) != nullptr || in_.base.find(server.name, RRType::aaaa) != nullptr;
            for (const std::string& address : server.addresses) {
                const bool v4 = address.find(':') == std::string::npos;
                if (known)
                    return failed(fmt::format("server {} is in the base: its addresses cannot be given anew",
                                              server.name.to_string()));
                if (Result<void> done = add_text(server.name, v4 ? RRType::a : RRType::aaaa, apex_ns_ttl, address);
                    !done)
                    return done;
            }
        }
        for (const OctetBuffer& rdata : in_.keys.dnskeys) {
            if (Result<void> done = builder_.add(dns::Name(), RRType::dnskey, dnskey_ttl, rdata); !done)
                return done;
        }
        return add_soa();
    }

    Result<void> add_soa()
    {
        const RRsetRange* old = in_.base.find_at_apex(RRType::soa);
        const Octets timers = in_.base.rdata(*old, 0).last(soa_timers);
        OctetBuffer rdata;
        append(rdata, in_.servers.front().name.wire());
        append(rdata, in_.responsible.wire());
        append_u32(rdata, in_.serial);
        append(rdata, timers.subspan(4));
        return builder_.add(dns::Name(), RRType::soa, apex_soa_ttl, rdata);
    }

    /// NSEC at every authoritative name; a delegation's lists NS and DS, never glue (RFC 4035 §2.3).
    static Result<Zone> with_nsec(const Zone& bare)
    {
        const Result<zones::Authority> authority = read_authority(bare);
        if (!authority)
            return std::unexpected(authority.error());
        const RRsetRange* soa = bare.find_at_apex(RRType::soa);
        const std::uint32_t ttl = std::min(soa->ttl, load_u32(bare.rdata(*soa, 0).last(4).data()));  // RFC 9077 §3
        ZoneBuilder builder(bare.apex());
        for (const RRsetRange& rrset : bare.rrsets()) {
            if (Result<void> done = add_rrset(builder, bare, rrset); !done)
                return std::unexpected(done.error());
        }
        auto rrset = bare.rrsets().begin();
        for (std::size_t i = 0; i < authority->owners.size(); ++i) {
            const std::uint32_t owner = authority->owners[i];
            std::set<RRType> types{RRType::nsec, RRType::rrsig};
            if (i == 0)
                types.insert(RRType::zonemd);
            for (; rrset != bare.rrsets().end() && rrset->owner <= owner; ++rrset) {
                const bool glue = rrset->type == RRType::a || rrset->type == RRType::aaaa;
                if (rrset->owner == owner && !(authority->is_cut[i] && glue))
                    types.insert(rrset->type);
            }
            const dns::Name next = bare.owner(authority->owners[(i + 1) % authority->owners.size()]);
            OctetBuffer rdata(next.wire().begin(), next.wire().end());
            append_bitmap(types, rdata);
            if (Result<void> done = builder.add(bare.owner(owner), RRType::nsec, ttl, rdata); !done)
                return std::unexpected(done.error());
        }
        return builder.finish();
    }

    const BuildInputs& in_;
    ZoneBuilder builder_;
};

std::optional<std::uint16_t> tag_in(const KeyBundle& keys, const PrivateKey& zsk)
{
    const OctetBuffer rdata = dnskey_rdata(256, zsk.algorithm(), zsk.public_key());
    if (std::ranges::find(keys.dnskeys, rdata) == keys.dnskeys.end())
        return std::nullopt;
    return dnssec::key_tag(rdata);
}

}  // namespace

Result<Server> read_server(std::string_view text)
{
    const std::size_t split = text.find('=');
    const std::optional<dns::Name> name = dns::Name::parse(text.substr(0, split));
    if (!name || name->is_root())
        return failed(fmt::format("\"{}\" is no server: write ns1.example.=192.0.2.1,2001:db8::1", printable(text)));
    Server server{.name = name->lowercase(), .addresses = {}};
    for (std::string_view rest = split == std::string_view::npos ? "" : text.substr(split + 1); !rest.empty();) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        const std::optional<IpAddress> address = IpAddress::parse(rest.substr(0, end));
        if (!address)
            return failed(
                fmt::format("\"{}\" is no address of {}", printable(rest.substr(0, end)), server.name.to_string()));
        server.addresses.push_back(address->to_string());
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return server;
}

Result<Zone> build_unsigned(const BuildInputs& inputs)
{
    return Build(inputs).run();
}

Result<Zone> sign_zone(const Zone& unsigned_zone, const KeyBundle& keys, PrivateKey& zsk, Seconds inception,
                       Seconds expiration)
{
    const std::optional<std::uint16_t> tag = tag_in(keys, zsk);
    if (!tag)
        return failed("this zone signing key is not in the DNSKEY RRset that the key signing key signed");
    const KeySlot* slot = keys.slot_at(inception);
    if (slot == nullptr)
        return failed(fmt::format("no DNSKEY signature of the bundle is good at {}", time_words(inception)));
    const Result<zones::Authority> authority = read_authority(unsigned_zone);
    if (!authority)
        return std::unexpected(authority.error());
    const auto fill = [&](ZoneBuilder& builder, const Zone& zone) -> Result<void> {
        for (const RRsetRange& rrset : zone.rrsets()) {
            if (Result<void> done = add_rrset(builder, zone, rrset); !done)
                return done;
        }
        return {};
    };
    ZoneBuilder builder((dns::Name()));
    if (Result<void> done = fill(builder, unsigned_zone); !done)
        return std::unexpected(done.error());
    for (const RRsetRange& range : authority->rrsets) {
        const dns::RRset rrset = unsigned_zone.owned(range);
        const bool dnskey = range.type == RRType::dnskey;
        const Result<OctetBuffer> rrsig = dnskey ? slot->rrsig : sign_rrset(rrset, zsk, *tag, inception, expiration);
        if (!rrsig)
            return std::unexpected(rrsig.error());
        if (Result<void> done = builder.add(rrset.owner, RRType::rrsig, rrset.ttl, *rrsig); !done)
            return std::unexpected(done.error());
    }
    const Result<Zone> almost = builder.finish();
    if (!almost)
        return std::unexpected(almost.error());
    // The digest leaves out ZONEMD and its signature (RFC 8976 §3.3.1), so both come last.
    dnssec::Digester digester;
    dns::RRset zonemd;
    zonemd.type = RRType::zonemd;
    zonemd.ttl = apex_soa_ttl;
    OctetBuffer rdata;
    append_u32(rdata, almost->serial());
    append(rdata, std::array<std::uint8_t, 2>{1, 1});  // SIMPLE, SHA-384
    append(rdata, simple_digest(*almost, dnssec::Hash::sha384, digester).view());
    zonemd.rdatas.add(rdata);
    const Result<OctetBuffer> rrsig = sign_rrset(zonemd, zsk, *tag, inception, expiration);
    if (!rrsig)
        return std::unexpected(rrsig.error());
    ZoneBuilder whole((dns::Name()));
    for (const Result<void>& done : {fill(whole, *almost), whole.add(dns::Name(), RRType::zonemd, apex_soa_ttl, rdata),
                                     whole.add(dns::Name(), RRType::rrsig, apex_soa_ttl, *rrsig)}) {
        if (!done)
            return std::unexpected(done.error());
    }
    return whole.finish();
}

}  // namespace rw::zones::continuity
