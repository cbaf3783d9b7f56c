// SPDX-License-Identifier: EUPL-1.2
// DS records (RFC 4034 §5): reading, digest of a DNSKEY, and which DS of an RRset count (RFC 4035 §5.2, RFC 4509 §3).
// Trust anchors in DS form go through the same functions.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "resolver/dns/rrset.h"
#include "resolver/dnssec/algorithm.h"
#include "resolver/dnssec/public_key.h"
#include "resolver/dnssec/work.h"

namespace rw::dnssec
{

/// RDATA of a DS, read. `digest` is valid as long as the RDATA.
struct Ds {
    std::uint16_t key_tag = 0;
    std::uint8_t algorithm = 0;
    std::uint8_t digest_type = 0;
    Octets digest;

    /// Nothing when it ends before the digest.
    static std::optional<Ds> parse(Octets rdata);
    /// Whether the digest has the length of its type, as far as the type is known. One that has not names no key.
    [[nodiscard]] bool well_formed() const;
};

/// RFC 4034 §5.1.4. Nothing for an unknown digest type.
[[nodiscard]] std::optional<Digest> ds_digest(const dns::Name& owner, Octets dnskey_rdata, std::uint8_t digest_type,
                                              Digester& digester);

/// DS records of one RRset that are looked at: 32; TLDs in a roll have up to 8. Attack: DS x DNSKEY pairs.
inline constexpr std::size_t max_ds_records = 32;

/// The DS records that vouch for keys. None: the delegation is insecure (RFC 4035 §5.2), because everything in it is of
/// an unknown or unsupported algorithm or digest type. A malformed digest of a supported type vouches, but for no key:
/// with nothing else beside it the zone is bogus, as in Unbound and BIND. Views are valid as long as `rdatas`.
[[nodiscard]] std::vector<Ds> usable_ds(const dns::RdataList& rdatas, const AlgorithmPolicy& policy);

enum class DsMatch : std::uint8_t { same, different, work_exhausted };

/// Whether `ds` names `key` of `zone`. Tag and algorithm are compared first; only then does it cost a digest.
[[nodiscard]] DsMatch match_ds(const Ds& ds, const dns::Name& zone, const PublicKey& key, Digester& digester,
                               Work& work);

}  // namespace rw::dnssec
