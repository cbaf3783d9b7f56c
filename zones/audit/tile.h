// SPDX-License-Identifier: EUPL-1.2
// The file layout of C2SP tlog-tiles: which file holds which hashes and entries, and how an entry bundle is laid out.
// Pure: paths and octets only. A tile is 256 hashes wide; the rightmost tile of a level may be partial.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "resolver/base/result.h"
#include "zones/encoding.h"

namespace rw::zones::audit
{

inline constexpr std::uint64_t tile_width = 256;
/// 6 levels of tiles hold tree_size_limit (2^48) leaves.
inline constexpr unsigned tile_levels = 6;
/// An entry's length is a 16-bit field in the bundle (C2SP tlog-tiles, "Log entries").
inline constexpr std::size_t entry_size_limit = 65535;

struct Tile {
    std::optional<unsigned> level;  ///< absent: an entry bundle
    std::uint64_t index = 0;
    std::uint64_t width = tile_width;  ///< 1 to 256

    bool operator==(const Tile&) const = default;
};

/// "tile/0/x001/234.p/17", relative to the log.
[[nodiscard]] std::string tile_path(const Tile& tile);
/// The tile that `path` names; nothing when it is no tile path or another spelling of one.
[[nodiscard]] std::optional<Tile> tile_of_path(std::string_view path);

/// Hashes (or entries) that level `level` of a tree of `size` leaves has.
[[nodiscard]] constexpr std::uint64_t level_size(std::uint64_t size, unsigned level)
{
    return size >> (8 * level);
}

/// Width of tile `index` at `level` in a tree of `size` leaves; 0 when it is not there.
[[nodiscard]] std::uint64_t width_in_tree(std::uint64_t size, unsigned level, std::uint64_t index);

/// Appends one entry: 16-bit length, octets.
void append_entry(OctetBuffer& bundle, Octets entry);
/// The entries of a bundle that must hold exactly `count`; views into `bundle`.
[[nodiscard]] Result<std::vector<Octets>> entries_of(Octets bundle, std::uint64_t count);

}  // namespace rw::zones::audit
