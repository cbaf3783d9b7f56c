// SPDX-License-Identifier: EUPL-1.2
// What changed between two versions of a zone, RRset by RRset. SOA, RRSIG, NSEC and ZONEMD change with every version
// and are left out; RRsets that were only signed again are counted. Pure and deterministic: events.h reads meaning into
// it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "zones/canonical_json.h"
#include "zones/zone.h"

namespace rw::zones
{

struct Change {
    std::string owner;  ///< presentation form
    dns::RRType type = dns::RRType::none;
    std::vector<std::string> added;  ///< RDATA in presentation form, canonical order
    std::vector<std::string> removed;
    std::optional<std::uint32_t> ttl_before;  ///< absent: the RRset was not there
    std::optional<std::uint32_t> ttl_after;
};

struct Delta {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::vector<Change> changes;  ///< in canonical order of owner, then type
    std::size_t resigned = 0;     ///< RRsets in both versions whose RRSIGs differ
};

/// Both zones must have one apex.
[[nodiscard]] Delta compare(const Zone& before, const Zone& after);

[[nodiscard]] Json change_json(const Change& change);

/// SOA, RRSIG, NSEC, ZONEMD: in no delta.
[[nodiscard]] bool changes_with_every_version(dns::RRType type);

}  // namespace rw::zones
