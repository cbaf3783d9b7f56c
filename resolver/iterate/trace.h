// SPDX-License-Identifier: EUPL-1.2
// What one resolution did, written down for an operator's `lookup` and `explain`: each query to a server and what came
// of it, and each step of validation. Clients' queries carry none. Bounded by the work budget it hangs on.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "config/units.h"
#include "resolver/iterate/reading.h"
#include "resolver/upstream/attempt.h"
#include "resolver/validate/journal.h"

namespace rw::iterate
{

/// One query to one server.
struct Hop {
    dns::Name zone;  ///< whose servers were asked
    dns::Question question;
    Endpoint server;
    std::optional<config::IdentityLetter> letter;  ///< when it is a root server identity
    bool tcp = false;
    Instant sent{};
    std::optional<Duration> time{};           ///< nothing when no response came
    std::string_view outcome = "unanswered";  ///< "referral", "answer", "nxdomain", "unreachable", ...
    dns::Name leads_to{};                     ///< the zone that a referral delegates
};

struct Trace {
    std::vector<Hop> hops;
    validate::Journal journal;

    void answered(std::size_t hop, Instant now, const Reading& reading);
    /// Something came that is no response.
    void disturbed(std::size_t hop, upstream::Happened happened);
};

}  // namespace rw::iterate
