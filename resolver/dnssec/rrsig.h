// SPDX-License-Identifier: EUPL-1.2
// RRSIG records (RFC 4034 §3): reading them, and every check that comes before cryptography, as a pure function with
// one precise reason. A signature that fails a check costs nothing. verify.h does the cryptography; validate/ turns a
// problem into a failure and a sentence through fact().
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "resolver/base/clock.h"
#include "resolver/base/failure.h"
#include "resolver/dns/name.h"
#include "resolver/dns/rrset.h"
#include "resolver/dnssec/algorithm.h"

namespace rw::dnssec
{

/// RDATA of an RRSIG, read. `fixed` and `signature` are valid as long as the RDATA.
struct Rrsig {
    dns::RRType covered = dns::RRType::none;
    std::uint8_t algorithm = 0;
    std::uint8_t labels = 0;
    std::uint32_t original_ttl = 0;
    std::uint32_t expiration = 0;
    std::uint32_t inception = 0;
    std::uint16_t key_tag = 0;
    dns::Name signer;
    Octets fixed;  ///< the 18 octets in front of the signer's name
    Octets signature;

    static std::optional<Rrsig> parse(Octets rdata);

    /// The RRset came out of a wildcard: its owner has more labels than were signed (RFC 4034 §3.1.3).
    [[nodiscard]] bool is_expanded(const dns::Name& owner) const { return labels < signable_labels(owner); }
    /// Labels of `owner` as RRSIG counts them: without the root and without a leading asterisk.
    static std::size_t signable_labels(const dns::Name& owner)
    {
        return owner.label_count() - (owner.is_wildcard() ? 1U : 0U);
    }
    /// The owner that was signed: `owner`, or the wildcard it was expanded from.
    [[nodiscard]] dns::Name signed_owner(const dns::Name& owner) const;
};

/// What is wrong with a signature, or with the signatures of an RRset. In the order in which the checks are made: of
/// several signatures the one that got furthest explains the RRset best.
enum class RrsigProblem : std::uint8_t {
    none,
    no_signatures,
    malformed,
    type_mismatch,
    signer_outside,       ///< the signer is not an ancestor of the owner
    signer_not_parent,    ///< a DS signed by the zone it belongs to, or an NSEC3 not directly below its signer
    signer_not_apex,      ///< DNSKEY or SOA not signed at its own owner
    signer_unexpected,    ///< the signer is not the zone that was asked for
    labels_above_owner,   ///< more labels than the owner has
    labels_below_signer,  ///< fewer labels than the signer has: a wildcard above the zone (CVE-2026-44690 and kin)
    denial_expanded,      ///< NSEC or NSEC3 expanded from a wildcard (RFC 4035 §5.4)
    algorithm_unsupported,
    expires_before_inception,
    not_yet_valid,
    expired,
    no_matching_key,
    key_not_zone_key,
    key_revoked,
    key_undecodable,
    rdata_malformed,  ///< an RDATA of the RRset does not have the layout of its type
    signature_wrong,
    work_exhausted,
};

struct RrsigProblemFact {
    RrsigProblem problem;
    std::string_view name;  ///< stable identifier for logs and JSON
    Failure failure;        ///< what the client is told
    std::string_view text;  ///< end of the sentence "the signature ..."
};

[[nodiscard]] const RrsigProblemFact& fact(RrsigProblem problem);

/// How times of signatures are judged.
struct SignatureTime {
    WallSeconds now;
    std::chrono::seconds skew{0};  ///< `dnssec.signature-skew`: tolerated on either side
};

/// `a` after `b` in serial arithmetic (RFC 1982 §3.2). Incomparable values are not after one another.
[[nodiscard]] constexpr bool serial_after(std::uint32_t a, std::uint32_t b)
{
    const std::uint32_t distance = a - b;
    return distance != 0 && distance < 0x80000000U;
}

/// When the first readable signature of `rrset` says that it was made: nobody has verified it.
[[nodiscard]] std::optional<std::uint32_t> claimed_inception(const dns::RRset& rrset);

/// Validity period only.
[[nodiscard]] RrsigProblem check_times(const Rrsig& rrsig, const SignatureTime& time);

/// All checks of RFC 4035 §5.3.1 that need no key, for an RRset of `owner` and `type` in `zone`.
[[nodiscard]] RrsigProblem check_rrsig(const Rrsig& rrsig, const dns::Name& owner, dns::RRType type,
                                       const dns::Name& zone, const SignatureTime& time, const AlgorithmPolicy& policy);

/// The TTL a valid RRset may be kept for: the lowest of the one it came with, the original one and the time until the
/// signature expires (RFC 4035 §5.3.3).
[[nodiscard]] std::uint32_t capped_ttl(std::uint32_t ttl, const Rrsig& rrsig, const SignatureTime& time);

}  // namespace rw::dnssec
