// SPDX-License-Identifier: EUPL-1.2
// DNSKEY RRsets signed ahead, and the signature of one RRset (RFC 4034 §3.1.8.1).
#include <fmt/format.h>

#include <algorithm>

#include "resolver/dnssec/dnskey.h"
#include "resolver/dnssec/ds.h"
#include "zones/continuity/fields.h"
#include "zones/continuity/rrset_signing.h"
#include "zones/continuity/zone_build.h"

namespace rw::zones::continuity
{

namespace
{

constexpr std::size_t record_head = 11;   // root name, type, class, TTL, length
constexpr std::size_t message_head = 28;  // header, question for the root, OPT
constexpr std::size_t bundle_limit = 256U << 10;
constexpr std::size_t slot_limit = 64;

dns::RRset dnskey_rrset(const std::vector<OctetBuffer>& dnskeys)
{
    dns::RRset rrset;
    rrset.type = dns::RRType::dnskey;
    rrset.ttl = dnskey_ttl;
    for (const OctetBuffer& rdata : dnskeys)
        rrset.rdatas.add(rdata);
    return rrset;
}

std::vector<OctetBuffer> read_keys(Fields& fields, const char* member)
{
    constexpr std::size_t most = 8;
    std::vector<OctetBuffer> all;
    for (const std::string& text : fields.texts(member, 1, most, {.most = 4'000})) {
        std::optional<OctetBuffer> octets = from_base64(text);
        if (!octets || !dnssec::Dnskey::parse(*octets))
            fields.refuse(member, "must be the RDATA of DNSKEYs in base64");
        all.push_back(octets.value_or(OctetBuffer{}));
    }
    return all;
}

}  // namespace

Result<OctetBuffer> sign_rrset(const dns::RRset& rrset, PrivateKey& signer, std::uint16_t key_tag, Seconds inception,
                               Seconds expiration)
{
    OctetBuffer rdata;
    append_u16(rdata, static_cast<std::uint16_t>(rrset.type));
    append_u8(rdata, static_cast<std::uint8_t>(signer.algorithm()));
    append_u8(rdata, static_cast<std::uint8_t>(dnssec::Rrsig::signable_labels(rrset.owner)));
    append_u32(rdata, rrset.ttl);
    append_u32(rdata, static_cast<std::uint32_t>(expiration));
    append_u32(rdata, static_cast<std::uint32_t>(inception));
    append_u16(rdata, key_tag);
    append_u8(rdata, 0);  // the signer is the root
    OctetBuffer unsigned_form = rdata;
    append_u8(unsigned_form, 0);  // a signature that nothing reads
    const std::optional<dnssec::Rrsig> rrsig = dnssec::Rrsig::parse(unsigned_form);
    dnssec::CanonicalRRset canonical;
    if (!rrsig || !canonical.assign(rrset))
        return failed(fmt::format("{} has malformed data", rrset.to_string()));
    OctetBuffer message;
    canonical.append_signed_data(*rrsig, message);
    const Result<OctetBuffer> signature = signer.sign(message);
    if (!signature)
        return std::unexpected(signature.error());
    append(rdata, *signature);
    return rdata;
}

const KeySlot* KeyBundle::slot_at(Seconds at) const
{
    const KeySlot* best = nullptr;
    for (const KeySlot& slot : slots) {
        if (slot.inception <= at && at < slot.expiration && (best == nullptr || slot.inception > best->inception))
            best = &slot;
    }
    return best;
}

std::size_t KeyBundle::answer_octets() const
{
    std::size_t octets = message_head;
    for (const OctetBuffer& rdata : dnskeys)
        octets += record_head + rdata.size();
    return octets + (slots.empty() ? 0 : record_head + slots.front().rrsig.size());
}

OctetBuffer dnskey_rdata(std::uint16_t flags, dnssec::Algorithm algorithm, Octets public_key)
{
    OctetBuffer rdata;
    append_u16(rdata, flags);
    append_u8(rdata, dnssec::Dnskey::dnssec_protocol);
    append_u8(rdata, static_cast<std::uint8_t>(algorithm));
    append(rdata, public_key);
    return rdata;
}

std::string ds_text(Octets rdata)
{
    dnssec::Digester digester;
    const std::optional<dnssec::Digest> digest = dnssec::ds_digest(dns::Name(), rdata, 2, digester);
    return fmt::format("{} {} 2 {}", dnssec::key_tag(rdata), rdata[3], hex_upper(digest->view()));
}

Result<KeyBundle> sign_keys(PrivateKey& ksk, const std::vector<OctetBuffer>& zsks, const KeyPlan& plan)
{
    KeyBundle bundle;
    bundle.dnskeys.push_back(dnskey_rdata(257, ksk.algorithm(), ksk.public_key()));
    for (const OctetBuffer& rdata : zsks) {
        const std::optional<dnssec::Dnskey> key = dnssec::Dnskey::parse(rdata);
        if (!key || key->flags != dnssec::Dnskey::zone_flag || !key->is_zone_key())
            return failed("a zone signing key is a DNSKEY with flags 256 and protocol 3");
        if (key->algorithm != static_cast<std::uint8_t>(ksk.algorithm()))
            return failed("zone signing keys have the algorithm of the key signing key: one algorithm signs all");
        if (equal(key->key, ksk.public_key()))
            return failed("the key signing key cannot be a zone signing key: they are never in one place");
        bundle.dnskeys.push_back(rdata);
    }
    std::ranges::sort(bundle.dnskeys);
    const std::uint16_t tag = dnssec::key_tag(dnskey_rdata(257, ksk.algorithm(), ksk.public_key()));
    for (std::int64_t i = 0; i < plan.slots; ++i) {
        KeySlot slot{.inception = plan.from + i * plan.slot, .expiration = 0, .rrsig = {}};
        slot.expiration = slot.inception + plan.validity;
        Result<OctetBuffer> rrsig = sign_rrset(dnskey_rrset(bundle.dnskeys), ksk, tag, slot.inception, slot.expiration);
        if (!rrsig)
            return std::unexpected(rrsig.error());
        slot.rrsig = std::move(*rrsig);
        bundle.slots.push_back(std::move(slot));
    }
    if (bundle.answer_octets() > dnskey_answer_limit)
        return failed(fmt::format("the DNSKEY answer would take {} octets, at most {} fit: fewer keys, or ECDSA P-256",
                                  bundle.answer_octets(), dnskey_answer_limit));
    return bundle;
}

Result<KeyBundle> read_bundle(std::string_view text)
{
    const Result<PlacedJson> json = read_placed_json(text, bundle_limit, false);
    if (!json)
        return failed("key bundle refused: " + json.error().message);
    Fields fields(*json);
    KeyBundle bundle;
    fields.integer("schema", 1, 1);
    if (fields.text("type", {}) != "dnskey-bundle")
        fields.refuse("type", "this is no key bundle");
    bundle.dnskeys = read_keys(fields, "dnskeys");
    for (Fields& one : fields.objects("slots", 1, slot_limit)) {
        KeySlot slot;
        slot.inception = one.integer("inception", 0, UINT32_MAX);
        slot.expiration = one.integer("expiration", 0, UINT32_MAX);
        slot.rrsig = from_base64(one.text("rrsig", {.most = 4'000})).value_or(OctetBuffer{});
        if (!dnssec::Rrsig::parse(slot.rrsig))
            one.refuse("rrsig", "must be the RDATA of an RRSIG in base64");
        one.finish();
        bundle.slots.push_back(std::move(slot));
    }
    fields.finish();
    if (!fields.good())
        return failed("key bundle refused: " + fields.problem());
    return bundle;
}

std::string bundle_text(const KeyBundle& bundle)
{
    Json dnskeys = Json::array();
    for (const OctetBuffer& rdata : bundle.dnskeys)
        dnskeys.push_back(base64(rdata));
    Json slots = Json::array();
    for (const KeySlot& slot : bundle.slots)
        slots.push_back(
            Json{{"inception", slot.inception}, {"expiration", slot.expiration}, {"rrsig", base64(slot.rrsig)}});
    return canonical_json(Json{{"schema", 1}, {"type", "dnskey-bundle"}, {"dnskeys", dnskeys}, {"slots", slots}}) +
           "\n";
}

}  // namespace rw::zones::continuity
