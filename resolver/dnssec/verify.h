// SPDX-License-Identifier: EUPL-1.2
// Verification of RRsets (RFC 4035 §5.3): the DNSKEY RRset of a zone as keys, and the question whether one signature of
// an RRset is right under one of them. Called by validate/ and by zones/verify. Work is counted; the answer says which
// signature and key did it, or the one reason that explains the failure best.
#pragma once

#include <cstdint>
#include <vector>

#include "resolver/dnssec/canonical.h"
#include "resolver/dnssec/public_key.h"
#include "resolver/dnssec/rrsig.h"
#include "resolver/dnssec/work.h"

namespace rw::dnssec
{

/// Keys of one RRset that are looked at: 64. The largest honest sets have about 12 (an algorithm roll in a zone with
/// several signers). Attack: thousands of keys to compare tags with.
inline constexpr std::size_t max_zone_keys = 64;
/// Signatures of one RRset that are looked at: 32, by the same reckoning. Attack: KeyTrap.
inline constexpr std::size_t max_rrset_signatures = 32;

/// The DNSKEY RRset of a zone. Belongs to one thread, as its keys do.
struct ZoneKeys {
    dns::Name zone;
    std::vector<PublicKey> keys;

    ZoneKeys() = default;
    /// Reads the first max_zone_keys records; what is no DNSKEY is left out.
    explicit ZoneKeys(const dns::RRset& dnskeys);
};

/// What is known of an RRset after verification.
struct RRsetVerdict {
    RrsigProblem problem = RrsigProblem::no_signatures;  ///< `none`: the RRset is authentic
    std::uint16_t key_tag = 0;                           ///< of the signature that `problem` is about
    std::uint8_t algorithm = 0;
    std::uint8_t labels = 0;  ///< when expanded: of the closest encloser, the name the wildcard stands under
    bool expanded = false;    ///< came out of a wildcard: that no closer name exists is still to be proven
    std::uint32_t ttl = 0;    ///< highest TTL the RRset may be kept for
    std::uint32_t inception = 0;
    std::uint32_t expiration = 0;

    [[nodiscard]] bool valid() const { return problem == RrsigProblem::none; }
};

class RRsetVerifier
{
 public:
    explicit RRsetVerifier(const AlgorithmPolicy& policy) : policy_(policy) {}

    /// Looks for one signature of `rrset` that is right under a zone key of `keys`.
    [[nodiscard]] RRsetVerdict verify(const dns::RRset& rrset, ZoneKeys& keys, const SignatureTime& time, Work& work);
    /// The same with one key only: the DNSKEY RRset under a key that a DS or an anchor names. `keys.keys[index]` may be
    /// revoked when `allow_revoked`: a revocation is signed by the key it revokes (RFC 5011 §2.1).
    [[nodiscard]] RRsetVerdict verify_with_key(const dns::RRset& rrset, ZoneKeys& keys, std::size_t index,
                                               const SignatureTime& time, Work& work, bool allow_revoked = false);

    [[nodiscard]] const AlgorithmPolicy& policy() const { return policy_; }
    void set_policy(const AlgorithmPolicy& policy) { policy_ = policy; }
    [[nodiscard]] Digester& digester() { return tools_.digester; }

 private:
    struct Attempt {
        const dns::RRset& rrset;
        const dns::Name& zone;
        std::span<PublicKey> keys;
        const SignatureTime& time;
        Work& work;
        bool allow_revoked;
    };
    RRsetVerdict run(const Attempt& attempt);
    RrsigProblem try_signature(const Attempt& attempt, const Rrsig& rrsig);
    RrsigProblem try_key(const Attempt& attempt, const Rrsig& rrsig, PublicKey& key);

    AlgorithmPolicy policy_;
    SignatureTools tools_;
    CanonicalRRset canonical_;
    bool canonical_ready_ = false;  // canonical_ holds the RRset of this run
    OctetBuffer signed_data_;
};

}  // namespace rw::dnssec
