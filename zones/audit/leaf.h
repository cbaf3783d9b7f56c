// SPDX-License-Identifier: EUPL-1.2
// The facts that a log records, one leaf each, as canonical JSON. Every leaf has `schema`, `kind`, `index` (its place
// in the log) and `time` (seconds since 1970 by the recorder's clock). Nothing here says what is true; it says what was
// seen.
#pragma once

#include <string>
#include <vector>

#include "zones/audit/note.h"
#include "zones/delta.h"
#include "zones/severity.h"
#include "zones/verify.h"

namespace rw::zones::audit
{

/// How the recorder's clock was kept, as the kernel tells it.
struct ClockFacts {
    std::string source;             ///< "kernel-synchronised" or "unsynchronised"
    std::int64_t offset_us = 0;     ///< last offset the time daemon told the kernel
    std::int64_t max_error_us = 0;  ///< the kernel's bound
};

/// A version as it is recorded.
struct SeenVersion {
    ZoneVerdict verdict;
    Digest sha256{};  ///< of its canonical text
    std::size_t octets = 0;
    std::size_t records = 0;
    std::optional<std::int64_t> signed_at;
    std::string source;  ///< name of the file or server it came from
};

// Each gives the members that are particular to its kind; stamp() adds the common ones.
[[nodiscard]] Json start_leaf(const std::string& origin, const ClockFacts& clock);
[[nodiscard]] Json stop_leaf(std::string_view reason);
[[nodiscard]] Json version_leaf(const SeenVersion& version);
[[nodiscard]] Json event_leaf(const Finding& finding, std::uint32_t serial);
[[nodiscard]] Json gap_leaf(std::uint32_t from, std::uint32_t to, const MissingSerials& missing);
[[nodiscard]] Json heartbeat_leaf(std::uint32_t serial, const Digest& sha256);
[[nodiscard]] Json key_leaf(std::string_view action, const VerifierKey& key);
/// A delta that does not fit one entry becomes several leaves with `part` of `parts`.
[[nodiscard]] std::vector<Json> delta_leaves(const Delta& delta, const Digest& from, const Digest& to);

[[nodiscard]] std::string stamp(Json leaf, std::uint64_t index, WallSeconds time);

/// Reads one leaf: canonical JSON, a known kind, and the index it claims must be `index`.
[[nodiscard]] Result<Json> read_leaf(Octets entry, std::uint64_t index);

}  // namespace rw::zones::audit
