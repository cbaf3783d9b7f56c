// SPDX-License-Identifier: EUPL-1.2
// Events of the root's keys, read from the DNSKEY RRset and from which keys sign it and the SOA. A key is pre-published
// when it is in the RRset and signs nothing, introduced when it starts to sign, retired when it stops but stays.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "resolver/dnssec/ds.h"
#include "resolver/dnssec/rrsig.h"
#include "zones/events.h"

namespace rw::zones
{

namespace
{

struct KeyState {
    EventKey identity;
    bool is_ksk = false;
    bool is_revoked = false;
    std::optional<bool> signs;  ///< unknown when the signatures were stripped
    unsigned bits = 0;
};

/// Keys by their identity: the RDATA with the revoke bit cleared.
using Keys = std::map<OctetBuffer, KeyState>;

/// Tags of the keys that sign the DNSKEY RRset (KSKs) and the SOA (ZSKs). Empty: nothing signs them in this copy.
std::set<std::uint16_t> signing_tags(const Zone& zone, dns::RRType covered)
{
    std::set<std::uint16_t> tags;
    const RRsetRange* rrset = zone.find_at_apex(covered);
    if (rrset == nullptr)
        return tags;
    for (const Octets rdata : zone.owned(*rrset).signatures) {
        if (const std::optional<dnssec::Rrsig> rrsig = dnssec::Rrsig::parse(rdata))
            tags.insert(rrsig->key_tag);
    }
    return tags;
}

Keys keys_of(const Zone& zone)
{
    Keys keys;
    const RRsetRange* rrset = zone.find_at_apex(dns::RRType::dnskey);
    const std::set<std::uint16_t> ksk_tags = signing_tags(zone, dns::RRType::dnskey);
    const std::set<std::uint16_t> zsk_tags = signing_tags(zone, dns::RRType::soa);
    dnssec::SignatureTools tools;
    for (std::uint32_t i = 0; rrset != nullptr && i < rrset->count; ++i) {
        const Octets rdata = zone.rdata(*rrset, i);
        std::optional<dnssec::PublicKey> key = dnssec::PublicKey::from_rdata(rdata);
        if (!key)
            continue;
        KeyState state;
        state.is_ksk = key->dnskey().is_secure_entry_point();
        state.is_revoked = key->dnskey().is_revoked();
        const std::set<std::uint16_t>& tags = state.is_ksk ? ksk_tags : zsk_tags;
        if (!tags.empty())
            state.signs = tags.contains(key->tag());
        state.bits = key->bits(tools);
        OctetBuffer plain(rdata.begin(), rdata.end());
        plain[1] = static_cast<std::uint8_t>(plain[1] & ~dnssec::Dnskey::revoke_flag);
        state.identity = {.tag = dnssec::key_tag(plain), .algorithm = key->algorithm(), .digest = {}};
        if (const auto digest = dnssec::ds_digest(zone.apex(), plain, 2, tools.digester))
            std::ranges::copy(digest->view(), state.identity.digest.begin());
        keys.emplace(std::move(plain), state);
    }
    return keys;
}

class KeyEvents
{
 public:
    explicit KeyEvents(std::vector<Event>& events) : events_(events) {}

    /// One fact instead of one a key when a zone was signed for the first time, or a copy lost all DNSSEC data.
    void all_or_none(const Keys& before, const Keys& after)
    {
        if (!after.empty() && before.empty())
            events_.push_back({.event_class = EventClass::zone_signed,
                               .tld = ".",
                               .summary = fmt::format("the zone has {} keys, the one before had none", after.size())});
        if (after.empty() && !before.empty())
            events_.push_back({.event_class = EventClass::zone_unsigned,
                               .tld = ".",
                               .summary = fmt::format("all {} keys are gone: the zone is unsigned", before.size())});
    }
    void appeared(const KeyState& key)
    {
        if (key.is_revoked)
            add(key, EventClass::ksk_revoked, EventClass::zsk_revoked, "appears already revoked");
        else if (key.signs.value_or(false))
            add(key, EventClass::ksk_introduced, EventClass::zsk_introduced, "appears and signs at once");
        else
            add(key, EventClass::ksk_prepublished, EventClass::zsk_prepublished,
                key.signs ? "is pre-published: it signs nothing yet" : "is published");
    }
    void disappeared(const KeyState& key)
    {
        add(key, EventClass::ksk_removed, EventClass::zsk_removed,
            key.signs.value_or(false) ? "is gone while it was still signing" : "is gone");
    }
    void stayed(const KeyState& before, const KeyState& after)
    {
        if (!before.is_revoked && after.is_revoked)
            add(after, EventClass::ksk_revoked, EventClass::zsk_revoked, "is revoked (RFC 5011)");
        else if (after.is_revoked || !before.signs || !after.signs)
            return;
        else if (!*before.signs && *after.signs)
            add(after, EventClass::ksk_introduced, EventClass::zsk_introduced, "signs from now on");
        else if (*before.signs && !*after.signs)
            add(after, EventClass::ksk_retired, EventClass::zsk_retired, "signs no longer and is still published");
    }
    void unlike(const KeyState& key, unsigned bits, std::uint8_t algorithm)
    {
        push(EventClass::key_size_or_algorithm, key,
             fmt::format("{} {} has algorithm {} and {} bits, those before {} and {}", key.is_ksk ? "KSK" : "ZSK",
                         key.identity.tag, dnssec::algorithm_name(key.identity.algorithm), key.bits,
                         dnssec::algorithm_name(algorithm), bits));
    }

 private:
    void add(const KeyState& key, EventClass ksk, EventClass zsk, std::string_view what)
    {
        push(key.is_ksk ? ksk : zsk, key,
             fmt::format("{} {} ({}, {} bits) {}", key.is_ksk ? "KSK" : "ZSK", key.identity.tag,
                         dnssec::algorithm_name(key.identity.algorithm), key.bits, what));
    }
    void push(EventClass event_class, const KeyState& key, std::string summary)
    {
        events_.push_back({.event_class = event_class,
                           .tld = ".",
                           .summary = std::move(summary),
                           .concerned = {},
                           .key = key.identity});
    }

    std::vector<Event>& events_;
};

}  // namespace

void find_key_events(const Zone& before, const Zone& after, std::vector<Event>& events)
{
    const Keys old_keys = keys_of(before);
    const Keys new_keys = keys_of(after);
    KeyEvents found(events);
    if (old_keys.empty() || new_keys.empty())
        return found.all_or_none(old_keys, new_keys);
    for (const auto& [identity, key] : new_keys) {
        const auto old = old_keys.find(identity);
        if (old != old_keys.end()) {
            found.stayed(old->second, key);
            continue;
        }
        found.appeared(key);
        const auto peer = std::ranges::find_if(old_keys, [&](const auto& k) { return k.second.is_ksk == key.is_ksk; });
        const bool alike = std::ranges::any_of(old_keys, [&](const auto& k) {
            return k.second.is_ksk == key.is_ksk && k.second.bits == key.bits &&
                   k.second.identity.algorithm == key.identity.algorithm;
        });
        if (peer != old_keys.end() && !alike)
            found.unlike(key, peer->second.bits, peer->second.identity.algorithm);
    }
    for (const auto& [identity, key] : old_keys) {
        if (!new_keys.contains(identity))
            found.disappeared(key);
    }
}

}  // namespace rw::zones
