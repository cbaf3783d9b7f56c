// SPDX-License-Identifier: EUPL-1.2
// File layout: magic (8 octets), depth (1), base (32), text size (8), zstd frame, SHA-256 of all that (32).
#include "zones/store.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <bit>
#include <memory>

namespace rw::zones
{

namespace
{

constexpr std::string_view magic = "rwstore1";
constexpr std::size_t header_size = 8 + 1 + 32 + 8;
constexpr std::size_t seal_size = 32;
/// Level 3: 1.2 MB in about 6 ms; a patch between two daily versions is a few kB at any level.
constexpr int compression_level = 3;

struct FreeCompressor {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
struct FreeDecompressor {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

/// A window that reaches from the end of `text` back over all of `base`.
int window_log(std::size_t octets)
{
    return std::clamp(static_cast<int>(std::bit_width(octets)), 10, 28);
}

Result<OctetBuffer> compress(std::string_view text, std::string_view base)
{
    const std::unique_ptr<ZSTD_CCtx, FreeCompressor> context(ZSTD_createCCtx());
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, compression_level);
    if (!base.empty()) {
        ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, window_log(text.size() + base.size()));
        ZSTD_CCtx_refPrefix(context.get(), base.data(), base.size());
    }
    OctetBuffer out(ZSTD_compressBound(text.size()));
    const std::size_t size = ZSTD_compress2(context.get(), out.data(), out.size(), text.data(), text.size());
    if (ZSTD_isError(size) != 0)
        return failed(fmt::format("zstd: {}", ZSTD_getErrorName(size)));
    out.resize(size);
    return out;
}

Result<std::string> decompress(Octets frame, std::string_view base, std::uint64_t size)
{
    const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context(ZSTD_createDCtx());
    ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, 28);
    if (!base.empty())
        ZSTD_DCtx_refPrefix(context.get(), base.data(), base.size());
    std::string out(static_cast<std::size_t>(size), '\0');
    const std::size_t got = ZSTD_decompressDCtx(context.get(), out.data(), out.size(), frame.data(), frame.size());
    if (ZSTD_isError(got) != 0 || got != out.size())
        return failed("the stored version does not unpack");
    return out;
}

}  // namespace

Octets Store::Object::payload() const
{
    return Octets(file).subspan(header_size, file.size() - header_size - seal_size);
}

std::string Store::relative_path(const Digest& digest)
{
    const std::string name = hex_lower(digest);
    return fmt::format("store/{}/{}", name.substr(0, 2), name);
}

std::optional<Digest> Store::digest_of_path(std::string_view path)
{
    const std::optional<Digest> digest = digest_from_hex(path.substr(path.rfind('/') + 1));
    if (!digest || relative_path(*digest) != path)
        return std::nullopt;
    return digest;
}

Result<Digest> Store::put(std::string_view text, const std::optional<Digest>& base)
{
    if (text.size() > store_text_limit)
        return failed(fmt::format("a zone of more than {} MiB is not kept", store_text_limit >> 20));
    const Digest digest = sha256(text);
    // Another hand may have put something there under the name that this version was going to have.
    if (has(digest) && get(digest))
        return digest;
    unsigned depth = 0;
    std::string base_text;
    if (base && text.size() <= store_patch_limit) {
        const Result<Object> below = read_object(*base);
        Result<std::string> found = below && below->depth < store_chain_limit && below->size <= store_patch_limit
                                        ? get(*base)
                                        : failed("whole copy due");
        if (found) {
            depth = below->depth + 1;
            base_text = std::move(*found);
        }
    }
    const Result<OctetBuffer> frame = compress(text, base_text);
    if (!frame)
        return std::unexpected(frame.error());
    OctetBuffer file;
    append(file, octets_of(magic));
    append_u8(file, static_cast<std::uint8_t>(depth));
    append(file, depth == 0 ? Digest{} : *base);
    append_u32(file, 0);
    append_u32(file, static_cast<std::uint32_t>(text.size()));
    append(file, *frame);
    append(file, sha256(file));
    const std::string path = path_of(digest);
    if (Result<void> done = make_folders(files_, folder_, folder_of(relative_path(digest))); !done)
        return std::unexpected(done.error());
    if (Result<void> done = replace_file_durably(files_, path, file); !done)
        return std::unexpected(done.error());
    recent_digest_ = digest;
    recent_text_ = text;
    return digest;
}

Result<Store::Object> Store::read_object(const Digest& digest)
{
    Result<OctetBuffer> file = files_.read(path_of(digest));
    if (!file)
        return std::unexpected(file.error());
    const auto bad = [&](std::string_view why) {
        return failed(fmt::format("stored version {}: {}", hex_lower(digest), why));
    };
    if (file->size() < header_size + seal_size || text_of(Octets(*file).first(magic.size())) != magic)
        return bad("not a file of the store");
    const Octets sealed = Octets(*file).first(file->size() - seal_size);
    if (!equal(sha256(sealed), Octets(*file).last(seal_size)))
        return bad("its seal is broken: it was changed or cut");
    Object object;
    object.depth = (*file)[8];
    std::copy_n(file->begin() + 9, 32, object.base.begin());
    object.size = std::uint64_t{load_u32(&(*file)[41])} << 32 | load_u32(&(*file)[45]);
    object.file = std::move(*file);
    if (object.size > store_text_limit || object.depth > store_chain_limit)
        return bad("its header is out of bounds");
    return object;
}

Result<std::string> Store::get(const Digest& digest)
{
    Result<std::string> text = unpack(digest, 0);
    if (text) {
        recent_digest_ = digest;
        recent_text_ = *text;
    }
    return text;
}

Result<std::string> Store::unpack(const Digest& digest, unsigned steps)
{
    if (recent_digest_ == digest)
        return recent_text_;
    const Result<Object> object = read_object(digest);
    if (!object)
        return std::unexpected(object.error());
    std::string base;
    if (object->depth > 0) {
        if (steps > store_chain_limit)
            return failed("a chain of stored versions is longer than it may be");
        Result<std::string> below = unpack(object->base, steps + 1);
        if (!below)
            return below;
        base = std::move(*below);
    }
    Result<std::string> text = decompress(object->payload(), base, object->size);
    if (text && sha256(*text) != digest)
        return failed(fmt::format("stored version {} has another content than its name says", hex_lower(digest)));
    return text;
}

}  // namespace rw::zones
