// SPDX-License-Identifier: EUPL-1.2
// Streaming decompression, so that a small file that would grow without end stops at the limit.
#include "zones/unpack.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <memory>

namespace rw::zones
{

namespace
{

constexpr std::array<std::uint8_t, 4> zstd_magic{0x28, 0xb5, 0x2f, 0xfd};
constexpr std::array<std::uint8_t, 2> gzip_magic{0x1f, 0x8b};
/// 64 KiB come out at a time: small beside the text, large beside a call.
constexpr std::size_t step = 64U << 10;
/// 65,536 frames or members: blocked archives have one per 64 KiB of text. Attack: millions of empty ones, each of which
/// starts the decoder anew.
constexpr std::size_t part_limit = 65'536;

std::unexpected<Error> too_many_parts(std::string_view form)
{
    return failed(fmt::format("{}: more than {} parts", form, part_limit));
}

/// 2^26 octets, 64 MiB: no zone text is longer. A frame may ask for 2 GiB.
constexpr int window_log_limit = 26;

bool begins_with(Octets file, Octets beginning)
{
    return file.size() >= beginning.size() && equal(file.first(beginning.size()), beginning);
}

std::unexpected<Error> too_large(std::size_t most)
{
    return failed(fmt::format("unpacked it is larger than {} MiB", most >> 20));
}

struct FreeZstd {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

Result<std::string> unpack_zstd(Octets file, std::size_t limit)
{
    const std::unique_ptr<ZSTD_DStream, FreeZstd> stream(ZSTD_createDStream());
    ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, window_log_limit);
    std::string text;
    std::string piece(step, '\0');
    std::size_t parts = 0;
    ZSTD_inBuffer in{.src = file.data(), .size = file.size(), .pos = 0};
    std::size_t left = 1;
    // `left` is 0 when a frame is complete; several may follow each other.
    while (in.pos < in.size || left != 0) {
        ZSTD_outBuffer out{.dst = piece.data(), .size = step, .pos = 0};
        const std::size_t before = in.pos;
        left = ZSTD_decompressStream(stream.get(), &out, &in);
        if (ZSTD_isError(left) != 0)
            return failed(fmt::format("zstd: {}", ZSTD_getErrorName(left)));
        text.append(piece, 0, out.pos);
        if (text.size() > limit)
            return too_large(limit);
        if (left == 0 && ++parts > part_limit)
            return too_many_parts("zstd");
        if (left != 0 && in.pos == before && out.pos == 0)
            return failed("zstd: the file is cut off");
    }
    return text;
}

Result<std::string> unpack_gzip(Octets file, std::size_t limit)
{
    constexpr int gzip_only = 16 + MAX_WBITS;
    z_stream stream{};
    if (inflateInit2(&stream, gzip_only) != Z_OK)
        return failed("gzip: zlib does not start");
    const std::unique_ptr<z_stream, int (*)(z_stream*)> owned(&stream, inflateEnd);
    stream.next_in = const_cast<Bytef*>(file.data());
    stream.avail_in = static_cast<uInt>(file.size());
    std::string text;
    std::string piece(step, '\0');
    std::size_t parts = 0;
    for (int state = Z_OK; state != Z_STREAM_END || stream.avail_in > 0;) {
        if (state == Z_STREAM_END && ++parts > part_limit)
            return too_many_parts("gzip");
        if (state == Z_STREAM_END && inflateReset(&stream) != Z_OK)
            return failed("gzip: zlib does not go on");
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = step;
        state = inflate(&stream, Z_NO_FLUSH);
        text.append(piece, 0, step - stream.avail_out);
        if (text.size() > limit)
            return too_large(limit);
        if (state == Z_BUF_ERROR)
            return failed("gzip: the file is cut off");
        if (state != Z_OK && state != Z_STREAM_END)
            return failed("gzip: the file is damaged");
    }
    return text;
}

}  // namespace

Result<std::string> unpacked(Octets file, std::size_t limit)
{
    if (begins_with(file, zstd_magic))
        return unpack_zstd(file, limit);
    if (begins_with(file, gzip_magic))
        return unpack_gzip(file, limit);
    if (file.size() > limit)
        return failed(fmt::format("the file is larger than {} MiB", limit >> 20));
    return std::string(text_of(file));
}

}  // namespace rw::zones
