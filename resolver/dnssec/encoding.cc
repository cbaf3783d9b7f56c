// SPDX-License-Identifier: EUPL-1.2
// Base16, base32hex and base64.
#include "resolver/dnssec/encoding.h"

namespace rw::dnssec
{

namespace
{

constexpr std::string_view hex_alphabet = "0123456789ABCDEF";
constexpr std::string_view base32hex_alphabet = "0123456789abcdefghijklmnopqrstuv";
constexpr std::string_view base64_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Position of `c` in the alphabets that ignore case: digits, then letters. -1 when beyond `base`.
int digit(char c, int base)
{
    int value = -1;
    if (c >= '0' && c <= '9')
        value = c - '0';
    else if (c >= 'a' && c <= 'z')
        value = c - 'a' + 10;
    else if (c >= 'A' && c <= 'Z')
        value = c - 'A' + 10;
    return value < base ? value : -1;
}

/// Writes digits of `bits` bits each, most significant first; the last one is filled with zeros.
std::string encode(Octets octets, unsigned bits, std::string_view alphabet)
{
    std::string text;
    unsigned held = 0;
    unsigned held_bits = 0;
    for (const std::uint8_t octet : octets) {
        held = (held << 8 | octet) & 0xffff;
        for (held_bits += 8; held_bits >= bits; held_bits -= bits)
            text.push_back(alphabet[held >> (held_bits - bits) & ((1U << bits) - 1)]);
    }
    if (held_bits > 0)
        text.push_back(alphabet[held << (bits - held_bits) & ((1U << bits) - 1)]);
    return text;
}

}  // namespace

bool decode_base32hex(std::string_view text, std::span<std::uint8_t> out)
{
    if (text.size() != (out.size() * 8 + 4) / 5)
        return false;
    std::uint32_t held = 0;
    unsigned held_bits = 0;
    std::size_t at = 0;
    for (const char c : text) {
        const int value = digit(c, 32);
        if (value < 0)
            return false;
        held = (held << 5 | static_cast<std::uint32_t>(value)) & 0xffff;
        held_bits += 5;
        if (held_bits >= 8) {
            held_bits -= 8;
            out[at++] = static_cast<std::uint8_t>(held >> held_bits);
        }
    }
    return (held & ((1U << held_bits) - 1)) == 0;  // bits beyond the last octet
}

std::string encode_base32hex(Octets octets)
{
    return encode(octets, 5, base32hex_alphabet);
}

std::optional<OctetBuffer> decode_hex(std::string_view text)
{
    if (text.size() % 2 != 0)
        return std::nullopt;
    OctetBuffer octets;
    octets.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = digit(text[i], 16);
        const int low = digit(text[i + 1], 16);
        if (high < 0 || low < 0)
            return std::nullopt;
        octets.push_back(static_cast<std::uint8_t>(high << 4 | low));
    }
    return octets;
}

std::string encode_hex(Octets octets)
{
    return encode(octets, 4, hex_alphabet);
}

std::optional<OctetBuffer> decode_base64(std::string_view text)
{
    if (text.size() % 4 != 0)
        return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && text.ends_with('=')) {
        text.remove_suffix(1);
        ++padding;
    }
    OctetBuffer octets;
    octets.reserve(text.size() * 3 / 4);
    std::uint32_t held = 0;
    unsigned held_bits = 0;
    for (const char c : text) {
        const std::size_t value = base64_alphabet.find(c);
        if (value == std::string_view::npos)
            return std::nullopt;
        held = (held << 6 | static_cast<std::uint32_t>(value)) & 0xffff;
        held_bits += 6;
        if (held_bits >= 8) {
            held_bits -= 8;
            octets.push_back(static_cast<std::uint8_t>(held >> held_bits));
        }
    }
    if ((held & ((1U << held_bits) - 1)) != 0)
        return std::nullopt;
    return octets;
}

std::string encode_base64(Octets octets)
{
    std::string text = encode(octets, 6, base64_alphabet);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

}  // namespace rw::dnssec
