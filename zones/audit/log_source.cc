// SPDX-License-Identifier: EUPL-1.2
// Reading tiles. A partial tile may have been replaced by the full one meanwhile (C2SP tlog-tiles, "Partial Tiles").
#include "zones/audit/log_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "zones/store.h"

namespace rw::zones::audit
{

namespace
{

constexpr std::size_t tile_cache_size = 16;

Digest digest_at(Octets hashes, std::uint64_t index)
{
    Digest digest{};
    std::ranges::copy(hashes.subspan(static_cast<std::size_t>(index) * digest.size(), digest.size()), digest.begin());
    return digest;
}

/// The root of the 2^level hashes that start at `begin`.
Digest perfect_root(Octets hashes, std::uint64_t begin, unsigned level)
{
    if (level == 0)
        return digest_at(hashes, begin);
    const std::uint64_t half = std::uint64_t{1} << (level - 1);
    return node_hash(perfect_root(hashes, begin, level - 1), perfect_root(hashes, begin + half, level - 1));
}

}  // namespace

bool is_log_path(std::string_view path)
{
    constexpr std::array<std::string_view, 4> single{"checkpoint", "commit", "keys", "lock"};
    return std::ranges::find(single, path) != single.end() || tile_of_path(path) || Store::digest_of_path(path);
}

Result<OctetBuffer> FolderSource::fetch(const std::string& path)
{
    Result<OctetBuffer> octets = files_.read(folder_ + "/" + path);
    if (octets && octets->size() > log_file_limit)
        return failed(fmt::format("{}/{} is larger than a log's files are", printable(folder_), path));
    return octets;
}

Result<Checkpoint> fetch_checkpoint(LogSource& source)
{
    const Result<OctetBuffer> octets = source.fetch("checkpoint");
    if (!octets)
        return std::unexpected(octets.error());
    return read_checkpoint(text_of(*octets));
}

Result<OctetBuffer> LogReader::fetch_tile(std::optional<unsigned> level, std::uint64_t index, std::uint64_t width)
{
    const Tile wanted{.level = level, .index = index, .width = width};
    Result<OctetBuffer> octets = source_.fetch(tile_path(wanted));
    if (octets || width == tile_width)
        return octets;
    Result<OctetBuffer> full = source_.fetch(tile_path({.level = level, .index = index, .width = tile_width}));
    return full ? full : octets;
}

Result<Octets> LogReader::tile(unsigned level, std::uint64_t index)
{
    const auto cached =
        std::ranges::find_if(recent_, [&](const CachedTile& t) { return t.level == level && t.index == index; });
    if (cached != recent_.end())
        return Octets(cached->hashes);
    const std::uint64_t width = width_in_tree(size_, level, index);
    if (width == 0)
        return failed(fmt::format("tile {} of level {} lies outside a tree of {} leaves", index, level, size_));
    Result<OctetBuffer> octets = fetch_tile(level, index, width);
    if (!octets)
        return std::unexpected(octets.error());
    const auto wanted = static_cast<std::size_t>(width) * sizeof(Digest);
    if (octets->size() < wanted || octets->size() % sizeof(Digest) != 0)
        return failed(fmt::format("tile {} of level {} has {} octets, not {}", index, level, octets->size(), wanted));
    octets->resize(wanted);
    if (recent_.size() == tile_cache_size)
        recent_.pop_front();
    recent_.push_back({.level = level, .index = index, .hashes = std::move(*octets)});
    return Octets(recent_.back().hashes);
}

Result<Digest> LogReader::subtree(unsigned level, std::uint64_t index)
{
    const unsigned tile_level = level / 8;
    const unsigned within = level % 8;
    const std::uint64_t first = index << within;  // index at the tile's own level
    const Result<Octets> hashes = tile(tile_level, first / tile_width);
    if (!hashes)
        return std::unexpected(hashes.error());
    const std::uint64_t begin = first % tile_width;
    if ((begin + (std::uint64_t{1} << within)) * sizeof(Digest) > hashes->size())
        return failed(fmt::format("subtree {} of level {} is not complete in {} leaves", index, level, size_));
    return perfect_root(*hashes, begin, within);
}

SubtreeHash LogReader::subtrees()
{
    return [this](unsigned level, std::uint64_t index) { return subtree(level, index); };
}

Result<void> LogReader::entries(std::uint64_t begin, std::uint64_t end, const EntrySink& sink)
{
    for (std::uint64_t at = begin; at < end;) {
        const std::uint64_t index = at / tile_width;
        const std::uint64_t width = width_in_tree(size_, 0, index);
        const Result<OctetBuffer> bundle = fetch_tile(std::nullopt, index, width);
        if (!bundle)
            return std::unexpected(bundle.error());
        // A full bundle may stand in for the partial one: it then has more entries than this tree.
        Result<std::vector<Octets>> found = entries_of(*bundle, width);
        if (!found && width < tile_width)
            found = entries_of(*bundle, tile_width);
        if (!found)
            return failed(fmt::format("entries {}: {}", index, found.error().message));
        for (; at < end && at / tile_width == index && at % tile_width < width; ++at) {
            if (Result<void> done = sink(at, (*found)[static_cast<std::size_t>(at % tile_width)]); !done)
                return done;
        }
        if (at < end && at / tile_width == index)
            return failed(fmt::format("entry {} lies outside a tree of {} leaves", at, size_));
    }
    return {};
}

Result<OctetBuffer> LogReader::entry(std::uint64_t index)
{
    OctetBuffer octets;
    Result<void> done = entries(index, index + 1, [&](std::uint64_t, Octets entry) -> Result<void> {
        octets.assign(entry.begin(), entry.end());
        return {};
    });
    if (!done)
        return std::unexpected(done.error());
    return octets;
}

}  // namespace rw::zones::audit
