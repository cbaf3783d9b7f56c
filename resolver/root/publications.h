// SPDX-License-Identifier: EUPL-1.2
// Which root zones were published when, as far as validly signed SOA records tell: the newest one is the reference, and
// how far a server is behind follows from what was published after the zone it serves. Pure; the monitor fills it.
// Never a majority: one right signature beats twelve servers that agree.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "resolver/base/clock.h"

namespace rw::root
{

/// A point in time on both clocks.
struct Moment {
    Instant at;
    WallSeconds wall;
};

/// Older publications are forgotten; two a day make this two weeks, longer than signatures last.
inline constexpr std::size_t max_publications = 32;
/// A root zone is signed with an inception one hour before it is published.
inline constexpr Duration signing_lead = std::chrono::hours{1};

class Publications
{
 public:
    /// A validly signed SOA with `serial` was seen. True when it is the newest so far (RFC 1982 §3.2).
    bool note(std::uint32_t serial, WallSeconds signed_at, const Moment& now);

    [[nodiscard]] std::optional<std::uint32_t> reference() const;
    /// How long the zone with `serial` has been out of date; zero when nothing newer is known.
    [[nodiscard]] Duration behind(std::uint32_t serial, const Moment& now) const;

 private:
    struct Publication {
        std::uint32_t serial = 0;
        Instant first_seen;
        WallSeconds signed_at;
    };
    [[nodiscard]] static Duration age(const Publication& publication, const Moment& now);

    std::vector<Publication> known_;  // oldest first
};

/// Days between two serials of the form YYYYMMDDNN, by date and edition: 1.0 is the same edition a day later. Nothing
/// when one of them is no such serial.
[[nodiscard]] std::optional<double> days_between(std::uint32_t older, std::uint32_t newer);

}  // namespace rw::root
