// SPDX-License-Identifier: EUPL-1.2
// Strict JSON with the place of every value, so that whoever reads a signed file field by field can say in which line
// and column it is wrong. Used for texts of which each field has a rule: continuity files, envelopes.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "zones/canonical_json.h"

namespace rw::zones
{

/// "line 3, column 14" of an octet of `text`, both from 1 on; columns count octets.
[[nodiscard]] std::string line_and_column(std::string_view text, std::size_t offset);

/// A JSON text that was read, and where in it things stand. Paths are "/parties/0/name"; the root's is empty.
struct PlacedJson {
    struct Place {
        std::size_t key = 0;    ///< octet at which the member's name starts; of an item: the item
        std::size_t value = 0;  ///< octet at which the value starts
    };
    std::string text;
    Json root;
    std::map<std::string, Place> places;

    /// "line 1, column 20: " + what; the place of the value at `path`, or of its name.
    [[nodiscard]] std::string error_at_value(const std::string& path, std::string_view what) const;
    [[nodiscard]] std::string error_at_key(const std::string& path, std::string_view what) const;
};

/// As read_strict_json, at most `limit` octets. `canonical`: refuses any other form than RFC 8785's.
[[nodiscard]] Result<PlacedJson> read_placed_json(std::string_view text, std::size_t limit, bool canonical);

}  // namespace rw::zones
