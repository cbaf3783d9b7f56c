// SPDX-License-Identifier: EUPL-1.2
// Signs zones of scenarios with fresh keys through ldns: ECDSA P-256, one key-signing and one zone-signing key, NSEC or
// NSEC3. The signatures are valid around the virtual time of the scenario.
#pragma once

#include <chrono>
#include <memory>

#include "resolver/base/clock.h"
#include "tests/scenarios/message/message.h"

namespace rw::scenarios
{

enum class Denial : std::uint8_t { nsec, nsec3, nsec3_opt_out };

struct SigningTimes {
    WallSeconds inception;
    WallSeconds expiration;
};

class ZoneSigner
{
 public:
    ZoneSigner(const dns::Name& origin, const SigningTimes& times);
    ZoneSigner(ZoneSigner&&) noexcept;
    ZoneSigner& operator=(ZoneSigner&&) noexcept;
    ~ZoneSigner();

    /// The DS of the key-signing key, for the parent or as a trust anchor.
    [[nodiscard]] Record delegation_signer() const;
    /// `records` with DNSKEY, RRSIG and NSEC or NSEC3 records.
    [[nodiscard]] Result<Records> sign(const Records& records, Denial denial) const;

 private:
    struct Keys;
    std::unique_ptr<Keys> keys_;
    dns::Name origin_;
};

}  // namespace rw::scenarios
