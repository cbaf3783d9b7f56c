// SPDX-License-Identifier: EUPL-1.2
// The shipped trust anchors of the root with their validity windows (RFC 9718). Data shipped as
// config/trust-anchors.yaml and compiled in; used unless `dnssec.trust-anchors` says otherwise.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/trust_anchor.h"
#include "resolver/base/result.h"

namespace rw::config
{

struct RootAnchor {
    std::string name;  ///< "KSK-2024"
    TrustAnchorSource record;
    std::chrono::sys_seconds valid_from{};
    std::optional<std::chrono::sys_seconds> valid_until;

    /// The record; the reader made sure that it is one.
    [[nodiscard]] const TrustAnchor& anchor() const { return std::get<TrustAnchor>(record); }
    /// Whether the window of RFC 9718 §2.2 includes `now`.
    [[nodiscard]] bool valid_at(std::chrono::sys_seconds now) const
    {
        return valid_from <= now && (!valid_until || now < *valid_until);
    }
    bool operator==(const RootAnchor&) const = default;
};

/// Reads the data file's format. The error lists every problem, each with line and column.
[[nodiscard]] Result<std::vector<RootAnchor>> read_root_anchors(std::string_view text);

/// The shipped anchors, oldest first.
[[nodiscard]] const std::vector<RootAnchor>& root_anchors();

}  // namespace rw::config
