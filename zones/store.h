// SPDX-License-Identifier: EUPL-1.2
// Every version of a zone, kept for good: one file each, named by the SHA-256 of the canonical text. A version is
// stored as a zstd patch against the one before it, and whole every 32nd time, so that two years of the root take a few
// MB and any version is at most 32 steps away. A file is sealed by its own SHA-256: no octet of it changes unseen.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "zones/encoding.h"
#include "zones/files.h"

namespace rw::zones
{

/// 31 patches after a whole copy: reading one costs at most 32 decompressions of about 2 ms.
inline constexpr unsigned store_chain_limit = 31;
/// 64 MiB, as zone_text_limit. Bounds what a forged file makes us allocate.
inline constexpr std::size_t store_text_limit = 64U << 20;
/// 8 MiB: the root has 3 MB of text. A longer one is kept whole: 32 steps of 128 MiB each would take seconds.
inline constexpr std::size_t store_patch_limit = 8U << 20;

class Store
{
 public:
    Store(Files& files, std::string folder) : files_(files), folder_(std::move(folder)) {}

    /// Keeps `text`, durably when this returns. `base` is a version it resembles, if there is one.
    [[nodiscard]] Result<Digest> put(std::string_view text, const std::optional<Digest>& base);
    /// The text of a version, bit for bit.
    [[nodiscard]] Result<std::string> get(const Digest& digest);
    [[nodiscard]] bool has(const Digest& digest) { return files_.exists(path_of(digest)); }

    /// "store/ab/abcd..." relative to the folder that the store is in.
    [[nodiscard]] static std::string relative_path(const Digest& digest);
    /// The version that a file of the store holds, by its path.
    [[nodiscard]] static std::optional<Digest> digest_of_path(std::string_view path);

 private:
    struct Object {
        unsigned depth = 0;  ///< patches below it; 0: whole
        Digest base{};
        std::uint64_t size = 0;
        OctetBuffer file;
        [[nodiscard]] Octets payload() const;
    };
    [[nodiscard]] std::string path_of(const Digest& digest) const { return folder_ + "/" + relative_path(digest); }
    Result<Object> read_object(const Digest& digest);
    Result<std::string> unpack(const Digest& digest, unsigned steps);

    Files& files_;
    std::string folder_;
    std::optional<Digest> recent_digest_;  ///< the last text read or kept: the next one's base as a rule
    std::string recent_text_;
};

}  // namespace rw::zones
