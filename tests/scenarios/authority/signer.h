// SPDX-License-Identifier: EUPL-1.2
// Signs zones of scenarios with fresh keys through ldns: ECDSA, one key-signing and one zone-signing key of each
// algorithm, NSEC or NSEC3. The signatures are valid around the virtual time of the scenario.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "resolver/base/clock.h"
#include "tests/scenarios/message/message.h"

namespace rw::scenarios
{

enum class SigningAlgorithm : std::uint8_t {
    p256,
    p384,  ///< a signature costs several times as much to verify
};
using SigningAlgorithms = std::vector<SigningAlgorithm>;

/// P-256; P-384 when RW_SIM_P384 is set in the environment: the same scenarios with expensive signatures.
[[nodiscard]] SigningAlgorithms default_algorithms();

enum class Denial : std::uint8_t { nsec, nsec3, nsec3_opt_out };

/// Departures from the usual, some of them within the rules.
struct SigningManner {
    std::uint16_t iterations = 0;    ///< of NSEC3
    bool unknown_algorithm = false;  ///< keys, signatures and DS are of an algorithm that nobody knows
    bool unpublished_key = false;    ///< everything is also signed with a key that no DNSKEY record shows (RFC 6781)
    bool no_zone_key_bit = false;    ///< no DNSKEY says that it may sign a zone (RFC 4034 §2.1.1)
    std::optional<dns::Name> nsec3_below;  ///< NSEC3 records stand below this name, not below the apex (RFC 5155 §3)

    bool operator==(const SigningManner&) const = default;
};

/// What an RRSIG says of itself, when that is not the truth.
struct SignatureClaim {
    std::optional<std::uint8_t> labels;  ///< what is signed is then the wildcard with so many labels
    std::optional<dns::Name> signer;

    bool operator==(const SignatureClaim&) const = default;
};

struct SigningTimes {
    WallSeconds inception;
    WallSeconds expiration;
};

class ZoneSigner
{
 public:
    ZoneSigner(const dns::Name& origin, const SigningTimes& times,
               const SigningAlgorithms& algorithms = default_algorithms());
    ZoneSigner(ZoneSigner&&) noexcept;
    ZoneSigner& operator=(ZoneSigner&&) noexcept;
    ~ZoneSigner();

    /// What is signed from here on is valid at these times.
    void set_times(const SigningTimes& times);

    /// The DS of the first key-signing key, for the parent or as a trust anchor.
    [[nodiscard]] Record delegation_signer(const SigningManner& manner = {}) const;
    /// `records` with DNSKEY, RRSIG and NSEC or NSEC3 records.
    [[nodiscard]] Result<Records> sign(const Records& records, Denial denial, const SigningManner& manner) const;
    /// The RRSIG of one RRset by the first zone-signing key, with what `claim` says in it.
    [[nodiscard]] Result<Record> sign_as(const Records& rrset, const SignatureClaim& claim) const;

 private:
    void add_unpublished(Records& records) const;
    Result<void> move_nsec3(Records& records, const dns::Name& below) const;
    Result<void> forget_zone_key_bit(Records& records) const;

    struct Keys;
    std::unique_ptr<Keys> keys_;
    dns::Name origin_;
};

}  // namespace rw::scenarios
