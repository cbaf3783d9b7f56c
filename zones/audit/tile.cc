// SPDX-License-Identifier: EUPL-1.2
// Paths of tiles and framing of entries.
#include "zones/audit/tile.h"

#include <fmt/format.h>

#include <algorithm>

#include "zones/audit/merkle.h"

namespace rw::zones::audit
{

namespace
{

std::string index_path(std::uint64_t index)
{
    std::string path = fmt::format("{:03}", index % 1000);
    while (index >= 1000) {
        index /= 1000;
        path.insert(0, fmt::format("x{:03}/", index % 1000));
    }
    return path;
}

}  // namespace

std::string tile_path(const Tile& tile)
{
    std::string path = tile.level ? fmt::format("tile/{}/", *tile.level) : std::string("tile/entries/");
    path += index_path(tile.index);
    if (tile.width != tile_width)
        path += fmt::format(".p/{}", tile.width);
    return path;
}

std::optional<Tile> tile_of_path(std::string_view path)
{
    const std::string_view whole = path;
    Tile tile;
    constexpr std::string_view entries = "tile/entries/";
    if (path.starts_with(entries)) {
        path.remove_prefix(entries.size());
    } else {
        if (path.size() < 7 || !path.starts_with("tile/") || path[6] != '/')
            return std::nullopt;
        tile.level = static_cast<unsigned>(path[5] - '0');
        if (*tile.level >= tile_levels)
            return std::nullopt;
        path.remove_prefix(7);
    }
    const std::size_t partial = path.find(".p/");
    if (partial != std::string_view::npos) {
        tile.width = decimal(path.substr(partial + 3)).value_or(0);
        path = path.substr(0, partial);
    }
    for (const char c : path) {
        if (c >= '0' && c <= '9')
            tile.index = tile.index * 10 + static_cast<std::uint64_t>(c - '0');
        if (tile.index > tree_size_limit)
            return std::nullopt;
    }
    // One spelling for each tile: what we would have written.
    if (tile.width == 0 || tile.width > tile_width || tile_path(tile) != whole)
        return std::nullopt;
    return tile;
}

std::uint64_t width_in_tree(std::uint64_t size, unsigned level, std::uint64_t index)
{
    const std::uint64_t hashes = level_size(size, level);
    const std::uint64_t begin = index * tile_width;
    return hashes <= begin ? 0 : std::min(tile_width, hashes - begin);
}

void append_entry(OctetBuffer& bundle, Octets entry)
{
    append_u16(bundle, static_cast<std::uint16_t>(entry.size()));
    append(bundle, entry);
}

Result<std::vector<Octets>> entries_of(Octets bundle, std::uint64_t count)
{
    OctetReader reader(bundle);
    std::vector<Octets> entries;
    entries.reserve(static_cast<std::size_t>(std::min(count, tile_width)));
    for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
        const std::uint16_t size = reader.u16();
        entries.push_back(reader.octets(size));
    }
    if (!reader.ok())
        return failed(fmt::format("an entry bundle ends within entry {} of {}", entries.size(), count));
    if (!reader.at_end())
        return failed(fmt::format("an entry bundle has {} octets behind its {} entries", reader.remaining(), count));
    return entries;
}

}  // namespace rw::zones::audit
