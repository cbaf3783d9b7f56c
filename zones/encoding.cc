// SPDX-License-Identifier: EUPL-1.2
// Hex, base64 and SHA-256. Tables instead of library calls for base64 because OpenSSL's decoder forgives white space
// and stray bits, and the log's promise is that every changed character is seen.
#include "zones/encoding.h"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace rw::zones
{

namespace
{

constexpr std::string_view base64_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> base64_values = [] {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < base64_alphabet.size(); ++i)
        values[static_cast<unsigned char>(base64_alphabet[i])] = static_cast<std::int8_t>(i);
    return values;
}();

std::string hex(Octets octets, std::string_view digits)
{
    std::string text;
    text.reserve(octets.size() * 2);
    for (const std::uint8_t octet : octets) {
        text += digits[octet >> 4];
        text += digits[octet & 15];
    }
    return text;
}

int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

std::optional<Digest> as_digest(const std::optional<OctetBuffer>& octets)
{
    Digest digest{};
    if (!octets || octets->size() != digest.size())
        return std::nullopt;
    std::ranges::copy(*octets, digest.begin());
    return digest;
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const
{
    EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new())
{
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
}

Sha256& Sha256::add(Octets octets)
{
    EVP_DigestUpdate(context_.get(), octets.data(), octets.size());
    return *this;
}

Digest Sha256::finish()
{
    Digest digest{};
    EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
    return digest;
}

Digest sha256(Octets octets)
{
    return Sha256().add(octets).finish();
}

std::string hex_lower(Octets octets)
{
    return hex(octets, "0123456789abcdef");
}

std::string hex_upper(Octets octets)
{
    return hex(octets, "0123456789ABCDEF");
}

std::optional<OctetBuffer> from_hex(std::string_view text)
{
    if (text.size() % 2 != 0)
        return std::nullopt;
    OctetBuffer octets;
    octets.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_value(text[i]);
        const int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0)
            return std::nullopt;
        octets.push_back(static_cast<std::uint8_t>(high << 4 | low));
    }
    return octets;
}

std::string base64(Octets octets)
{
    std::string text;
    text.reserve((octets.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < octets.size(); i += 3) {
        const std::size_t have = std::min<std::size_t>(3, octets.size() - i);
        std::uint32_t group = std::uint32_t{octets[i]} << 16;
        group |= have > 1 ? std::uint32_t{octets[i + 1]} << 8 : 0;
        group |= have > 2 ? std::uint32_t{octets[i + 2]} : 0;
        text += base64_alphabet[group >> 18];
        text += base64_alphabet[group >> 12 & 63];
        text += have > 1 ? base64_alphabet[group >> 6 & 63] : '=';
        text += have > 2 ? base64_alphabet[group & 63] : '=';
    }
    return text;
}

std::optional<OctetBuffer> from_base64(std::string_view text)
{
    if (text.size() % 4 != 0)
        return std::nullopt;
    OctetBuffer octets;
    octets.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        const bool last = i + 4 == text.size();
        const std::size_t pads = !last || text[i + 3] != '=' ? 0U : text[i + 2] != '=' ? 1U : 2U;
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const int value = k >= 4 - pads ? 0 : base64_values[static_cast<unsigned char>(text[i + k])];
            if (value < 0)
                return std::nullopt;
            group = group << 6 | static_cast<std::uint32_t>(value);
        }
        if ((group & ((1U << 8 * pads) - 1)) != 0)
            return std::nullopt;
        for (std::size_t k = 0; k + pads < 3; ++k)
            octets.push_back(static_cast<std::uint8_t>(group >> (16 - 8 * k)));
    }
    return octets;
}

std::optional<Digest> digest_from_hex(std::string_view text)
{
    return as_digest(from_hex(text));
}

std::optional<Digest> digest_from_base64(std::string_view text)
{
    return as_digest(from_base64(text));
}

std::string printable(std::string_view text)
{
    std::string safe(text);
    std::ranges::replace_if(safe, [](char c) { return c < 0x20 || c >= 0x7f; }, '?');
    return safe;
}

std::string printable_lines(std::string_view text)
{
    std::string safe;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        safe += (at == 0 ? "" : "\n") + printable(text.substr(at, end - at));
        at = end + 1;
    }
    return safe;
}

std::optional<std::uint64_t> decimal(std::string_view text)
{
    std::uint64_t value = 0;
    if (text.empty() || (text.size() > 1 && text.front() == '0') || text.front() == '+' || text.front() == '-')
        return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

}  // namespace rw::zones
