// SPDX-License-Identifier: EUPL-1.2
// What proofs of non-existence say, whichever of NSEC and NSEC3 they are made of, and why a denial record is refused
// before it can prove anything. Shared words of nsec.h and nsec3.h; validate/ acts on them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "resolver/dns/name.h"

namespace rw::dnssec
{

enum class DenialOutcome : std::uint8_t {
    unproven,  ///< the records do not show it: bogus
    proven,
    opt_out,  ///< an opt-out span covers it: an unsigned delegation may be there, so insecure (RFC 5155 §9.2)
    too_many_iterations,  ///< insecure (RFC 9276 §3.2)
    work_exhausted,
};

struct Denial {
    DenialOutcome outcome = DenialOutcome::unproven;
    dns::Name closest_encloser;  ///< when a proof needed one
    bool wildcard = false;       ///< NODATA: the name does not exist but a wildcard that lacks the type does
};

/// What denial records say about a DS RRset that is not there.
enum class DsDenial : std::uint8_t {
    unproven,
    insecure_delegation,  ///< a zone cut without DS, or an opt-out span that may hold one
    no_delegation,        ///< no zone cut at this name: the zone goes on, or the name does not exist
    too_many_iterations,
    work_exhausted,
};

/// Why a record is refused as proof.
enum class DenialProblem : std::uint8_t {
    none,
    malformed,
    owner_outside_zone,
    next_outside_zone,  ///< CVE-2026-13321 and kin
    next_before_owner,  ///< only the last NSEC of a zone points back, and to the apex
    owner_not_hash,     ///< not a base32hex label directly under the zone (CVE-2026-10723 and kin)
    unknown_hash_algorithm,
    unknown_flags,
    other_parameters,  ///< iterations and salt differ from those of the first NSEC3 (RFC 5155 §8.2)
    too_many_records,
};

/// End of the sentence "the NSEC record ...".
[[nodiscard]] std::string_view describe(DenialProblem problem);

/// Verifies the RRset of a denial record once a proof leans on it. Attack: denials padded with records that prove nothing,
/// each of which would cost a signature.
class Voucher
{
 public:
    Voucher() = default;
    Voucher(const Voucher&) = delete;
    Voucher& operator=(const Voucher&) = delete;
    virtual ~Voucher() = default;
    /// Whether what was claimed under `number` is verified.
    [[nodiscard]] virtual bool vouch(std::size_t number) = 0;
};

/// A record that may stand in a proof, and who says that it is verified.
template <class Record>
struct Claimed {
    Record record;
    Voucher* voucher;  ///< none: it was verified before it was added
    std::size_t number;

    [[nodiscard]] bool is_verified() const { return voucher == nullptr || voucher->vouch(number); }
};

/// Denial records of one response that are looked at for one question: 16; a proof needs three at most. Attack: padded
/// negative answers (CVE-2026-42923).
inline constexpr std::size_t max_denial_records = 16;

}  // namespace rw::dnssec
