// SPDX-License-Identifier: EUPL-1.2
// The root's keys as priming and monitor use them: takes a DNSKEY RRset when a trust anchor vouches for it, and says of
// other RRsets of the apex whether they are authentic. No chain of trust is walked: these are records of the anchor's
// own zone. Belongs to one worker, as decoded keys do.
#pragma once

#include <cstdint>
#include <optional>

#include "config/settings.h"
#include "resolver/dnssec/key_judge.h"
#include "resolver/validate/anchors.h"

namespace rw::root
{

enum class Authenticity : std::uint8_t {
    unknown,    ///< there is no anchor, or no keys have been had yet: nothing can be said
    authentic,  ///< a signature is right
    forged,     ///< unsigned, or no signature is right: it is not what the root's owner signed
};

/// How long keys are used: the TTL of the root's DNSKEY RRset. Later nothing is called forged on their word, because
/// the key that signs may have rolled.
inline constexpr Duration root_keys_lifetime = std::chrono::days{2};

class RootKeys
{
 public:
    /// Both must outlive the keys.
    RootKeys(const validate::AnchorStore& anchors, const config::DnssecSettings& settings)
        : anchors_(anchors), settings_(settings), verifier_({settings.sha1 == config::Sha1Policy::validate})
    {
    }

    struct Verdict {
        Authenticity authenticity = Authenticity::unknown;
        WallSeconds signed_at{};  ///< inception of the right signature
    };

    /// Whether anything can be validated: validation is on and an anchor of the root is valid.
    [[nodiscard]] bool applies(WallSeconds wall) const;
    /// Judges a DNSKEY RRset of the root; uses it from now on when it is authentic.
    Verdict take(const dns::RRset& dnskeys, Instant now, WallSeconds wall);
    /// Judges another RRset of the apex.
    [[nodiscard]] Verdict judge(const dns::RRset& rrset, Instant now, WallSeconds wall);
    /// There are keys, fresh enough to judge with.
    [[nodiscard]] bool ready(Instant now) const
    {
        return taken_ && now - *taken_ < root_keys_lifetime && generation_ == anchors_.current()->generation;
    }

 private:
    const validate::AnchorStore& anchors_;
    const config::DnssecSettings& settings_;
    dnssec::RRsetVerifier verifier_;
    dnssec::ZoneKeys keys_;
    std::optional<Instant> taken_;
    std::uint64_t generation_ = 0;  // of the anchors that vouched
};

}  // namespace rw::root
