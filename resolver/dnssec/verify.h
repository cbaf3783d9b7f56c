// SPDX-License-Identifier: EUPL-1.2
// Verification of RRsets (RFC 4035 §5.3): the DNSKEY RRset of a zone as keys, and the question whether one signature of
// an RRset is right under one of them. Called by validate/ and by zones/verify. Work is counted; the answer says which
// signature and key did it, or the one reason that explains the failure best.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <variant>
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

/// A DNSKEY RRset, read. Nobody has vouched for these keys yet. Belongs to one thread, as its keys do.
struct KeySet {
    dns::Name zone;
    std::vector<PublicKey> keys;

    /// Reads the first max_zone_keys records; what is no DNSKEY is left out.
    explicit KeySet(const dns::RRset& dnskeys);
};

/// The keys of a zone for which a DS or an anchor vouches. Made by KeyJudge (key_judge.h) alone, so that no key gets in
/// by another way; without keys it verifies nothing. Belongs to one thread.
class ZoneKeys
{
 public:
    ZoneKeys() = default;
    [[nodiscard]] const dns::Name& zone() const { return zone_; }
    [[nodiscard]] std::span<PublicKey> keys() { return keys_; }
    [[nodiscard]] std::span<const PublicKey> keys() const { return keys_; }
    /// RDATA of the keys that are vouched for by name.
    [[nodiscard]] const dns::RdataList& vouched() const { return vouched_; }

 private:
    friend class KeyJudge;
    ZoneKeys(KeySet set, dns::RdataList vouched)
        : zone_(set.zone), keys_(std::move(set.keys)), vouched_(std::move(vouched))
    {
    }

    dns::Name zone_;
    std::vector<PublicKey> keys_;
    dns::RdataList vouched_;
};

/// What a right signature says of itself and of the RRset.
struct SignatureFacts {
    std::uint16_t key_tag = 0;
    std::uint8_t algorithm = 0;
    std::uint32_t ttl = 0;  ///< highest TTL the RRset may be kept for, in seconds
    std::uint32_t inception = 0;
    std::uint32_t expiration = 0;
};

/// No signature is right.
struct Unverified {
    RrsigProblem problem = RrsigProblem::no_signatures;  ///< of the signature that got furthest
    std::uint16_t key_tag = 0;                           ///< of that signature; 0 with algorithm 0 when there is none
    std::uint8_t algorithm = 0;
};

/// The zone signed the RRset at its own owner name.
struct Signed {
    SignatureFacts by;
};

/// The zone signed the RRset of a wildcard. That it stands for the owner name is not shown by this: it is once the zone
/// denies that the owner itself exists (RFC 4035 §5.3.4). Anyone can give a wildcard's RRset any name below it.
struct Expanded {
    SignatureFacts by;
    dns::Name wildcard;  ///< the owner that was signed
    /// Labels of the closest encloser, the name the wildcard stands under.
    [[nodiscard]] std::size_t encloser_labels() const { return wildcard.label_count() - 1; }
};

/// What is known of an RRset after verification. There is no common "valid" of the last two on purpose.
using RRsetVerdict = std::variant<Unverified, Signed, Expanded>;

/// `none` when a signature is right, be it the owner's or a wildcard's.
[[nodiscard]] RrsigProblem problem_of(const RRsetVerdict& verdict);
/// Of the signature that was right; nothing when none was.
[[nodiscard]] const SignatureFacts* facts_of(const RRsetVerdict& verdict);

class RRsetVerifier
{
 public:
    explicit RRsetVerifier(const AlgorithmPolicy& policy) : policy_(policy) {}

    /// Looks for one signature of `rrset` that is right under a zone key of `keys`.
    [[nodiscard]] RRsetVerdict verify(const dns::RRset& rrset, ZoneKeys& keys, const SignatureTime& time, Work& work);
    /// The same for an RRset that is to be kept or given on. When a signature is right, the TTL is capped by it (RFC
    /// 4035 §5.3.3), and of the others those stay that somebody may need: further_signatures more that are right, and
    /// as `unchecked` one for each other algorithm of the zone's keys. What stays has signer and labels of the right
    /// one.
    [[nodiscard]] RRsetVerdict authenticate(dns::RRset& rrset, ZoneKeys& keys, const SignatureTime& time, Work& work);
    /// The same with one key only, for whose trust the caller answers: the DNSKEY RRset under a key that a DS or an
    /// anchor names. `keys.keys[index]` may be revoked when `allow_revoked`: a revocation is signed by the key it
    /// revokes (RFC 5011 §2.1).
    [[nodiscard]] RRsetVerdict verify_with_key(const dns::RRset& rrset, KeySet& keys, std::size_t index,
                                               const SignatureTime& time, Work& work, bool allow_revoked = false);

    /// verify_with_key() for a DNSKEY RRset that is to be kept or given on: what authenticate() does beside. Signatures
    /// of revoked keys stay as well: followers of RFC 5011 behind us must see them.
    [[nodiscard]] RRsetVerdict authenticate_with_key(dns::RRset& rrset, KeySet& keys, std::size_t index,
                                                     const SignatureTime& time, Work& work);

    /// Signatures that are verified and kept beside the one that is right: 1, of another key of the same algorithm.
    /// While keys roll an RRset has two (RFC 6781 §4.1.1.2), and a validator behind us may still know the older key
    /// only. Attack: an RRset with as many signatures as fit, each of which would cost a verification.
    static constexpr std::size_t further_signatures = 1;

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
    /// The verdict, and the number of the signature that it is about.
    struct Run {
        RRsetVerdict verdict;
        std::size_t signature = 0;
    };
    Run run(const Attempt& attempt);
    /// Leaves in the RRset the signatures that authenticate() says; `good` was right.
    void keep_signatures(dns::RRset& rrset, std::size_t good, const Attempt& attempt);
    RrsigProblem try_signature(const Attempt& attempt, const Rrsig& rrsig);
    RrsigProblem try_key(const Attempt& attempt, const Rrsig& rrsig, PublicKey& key);

    AlgorithmPolicy policy_;
    SignatureTools tools_;
    CanonicalRRset canonical_;
    bool canonical_ready_ = false;  // canonical_ holds the RRset of this run
    OctetBuffer signed_data_;
};

}  // namespace rw::dnssec
