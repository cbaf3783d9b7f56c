// SPDX-License-Identifier: EUPL-1.2
// Makes a continuity zone from its base: the same delegations, DS and glue, the apex of the continuity servers, an NSEC
// chain, and the DNSKEY RRset that a key holder signed ahead. Two parties with the same inputs get the same unsigned
// zone, octet for octet; signing it needs a zone signing key only.
#pragma once

#include "zones/continuity/zone_check.h"
#include "zones/private_key.h"

namespace rw::zones::continuity
{

/// 1,232 octets: what a DNSKEY answer may take so that it fits the UDP size that resolvers ask for (Yeti lost servers
/// to larger ones, RFC 8483 §5.4).
inline constexpr std::size_t dnskey_answer_limit = 1'232;
/// A DNSKEY RRset is kept for two days, as IANA's.
inline constexpr std::uint32_t dnskey_ttl = 172'800;

struct Server {
    dns::Name name;
    std::vector<std::string> addresses;
};

/// "ns1.example.=192.0.2.1,2001:db8::1".
[[nodiscard]] Result<Server> read_server(std::string_view text);

/// A span of time, and the key signing key's signature over the DNSKEY RRset for it.
struct KeySlot {
    Seconds inception = 0;
    Seconds expiration = 0;
    OctetBuffer rrsig;  ///< RDATA
};

/// DNSKEY RRsets signed ahead, as IANA's ceremonies do: one set of keys, a signature for each slot of a quarter.
struct KeyBundle {
    std::vector<OctetBuffer> dnskeys;  ///< RDATA: key signing keys and zone signing keys
    std::vector<KeySlot> slots;

    [[nodiscard]] const KeySlot* slot_at(Seconds at) const;
    /// Octets of the answer to a question for it, with EDNS and one signature.
    [[nodiscard]] std::size_t answer_octets() const;
};

[[nodiscard]] Result<KeyBundle> read_bundle(std::string_view text);
[[nodiscard]] std::string bundle_text(const KeyBundle& bundle);

struct KeyPlan {
    Seconds from = 0;
    std::int64_t slots = 9;  ///< 9 slots of 10 days: a quarter
    Seconds slot = 10 * day;
    Seconds validity = 21 * day;  ///< of each signature, so that two overlap
};

/// RDATA of a DNSKEY: `flags` 257 for a key signing key, 256 for a zone signing key.
[[nodiscard]] OctetBuffer dnskey_rdata(std::uint16_t flags, dnssec::Algorithm algorithm, Octets public_key);
/// "tag algorithm 2 DIGEST" of a DNSKEY of the root.
[[nodiscard]] std::string ds_text(Octets dnskey_rdata);

/// Signs the DNSKEY RRset of `ksk` and `zsks` (RDATA) for each slot of `plan`. Refuses a set whose answer is too large.
[[nodiscard]] Result<KeyBundle> sign_keys(PrivateKey& ksk, const std::vector<OctetBuffer>& zsks, const KeyPlan& plan);

struct BuildInputs {
    const Zone& base;
    const ZonePolicy& policy;
    std::vector<Server> servers;
    dns::Name responsible;  ///< RNAME of the SOA
    std::uint32_t serial = 0;
    const KeyBundle& keys;
};

/// Everything but RRSIG and ZONEMD.
[[nodiscard]] Result<Zone> build_unsigned(const BuildInputs& inputs);

/// Signs every authoritative RRset with `zsk`, takes the DNSKEY's signature from `keys`, adds ZONEMD.
[[nodiscard]] Result<Zone> sign_zone(const Zone& unsigned_zone, const KeyBundle& keys, PrivateKey& zsk,
                                     Seconds inception, Seconds expiration);

}  // namespace rw::zones::continuity
