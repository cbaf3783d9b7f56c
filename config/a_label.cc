// SPDX-License-Identifier: EUPL-1.2
// Punycode (RFC 3492).
#include "config/a_label.h"

#include <algorithm>
#include <clocale>
#include <cstdint>
#include <cwctype>
#include <memory>
#include <type_traits>

namespace rw::config
{

namespace
{

// RFC 3492 §5.
constexpr std::uint32_t base = 36;
constexpr std::uint32_t t_min = 1;
constexpr std::uint32_t t_max = 26;
constexpr std::uint32_t skew = 38;
constexpr std::uint32_t damp = 700;
constexpr std::uint32_t initial_bias = 72;
constexpr std::uint32_t initial_n = 128;

constexpr std::size_t octets_limit = 255;  // of the whole name; bounds the work, which grows with the square

struct FreeLocale {
    void operator()(locale_t locale) const { ::freelocale(locale); }
};
using Locale = std::unique_ptr<std::remove_pointer_t<locale_t>, FreeLocale>;

bool is_combining(char32_t c)
{
    return c >= 0x300 && c <= 0x36f;
}

/// The characters of `text`; nothing when it is not UTF-8 (RFC 3629 §4).
std::optional<std::u32string> characters_of(std::string_view text)
{
    std::u32string characters;
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t width = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (width == 0 || lead > 0xf4 || at + width > text.size())
            return std::nullopt;
        char32_t c = width == 1 ? lead : lead & (0xffU >> (width + 1));
        for (std::size_t i = 1; i < width; ++i) {
            const auto tail = static_cast<unsigned char>(text[at + i]);
            if ((tail & 0xc0U) != 0x80U)
                return std::nullopt;
            c = c << 6U | (tail & 0x3fU);
        }
        characters += c;
        at += width;
    }
    return characters;
}

char digit(std::uint32_t value)
{
    return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26));
}

/// RFC 3492 §6.1.
std::uint32_t adapt(std::uint32_t delta, std::uint32_t points, bool first)
{
    delta = first ? delta / damp : delta / 2;
    delta += delta / points;
    std::uint32_t k = 0;
    for (; delta > (base - t_min) * t_max / 2; k += base)
        delta /= base - t_min;
    return k + (base - t_min + 1) * delta / (delta + skew);
}

void append_variable_length(std::string& out, std::uint32_t q, std::uint32_t bias)
{
    for (std::uint32_t k = base;; k += base) {
        const std::uint32_t t = k <= bias ? t_min : k >= bias + t_max ? t_max : k - bias;
        if (q < t)
            break;
        out += digit(t + (q - t) % (base - t));
        q = (q - t) / (base - t);
    }
    out += digit(q);
}

/// RFC 3492 §6.3. `label` has at most 255 characters, so that no sum overflows.
std::string punycode(std::u32string_view label)
{
    std::string out;
    for (const char32_t c : label) {
        if (c < 0x80)
            out += static_cast<char>(c);
    }
    const auto basic = static_cast<std::uint32_t>(out.size());
    if (basic > 0)
        out += '-';
    std::uint32_t n = initial_n;
    std::uint32_t delta = 0;
    std::uint32_t bias = initial_bias;
    for (std::uint32_t done = basic; done < label.size();) {
        char32_t next = 0x110000;
        for (const char32_t c : label) {
            if (c >= n)
                next = std::min(next, c);
        }
        delta += (static_cast<std::uint32_t>(next) - n) * (done + 1);
        n = static_cast<std::uint32_t>(next);
        for (const char32_t c : label) {
            if (c < n)
                ++delta;
            if (c != n)
                continue;
            append_variable_length(out, delta, bias);
            bias = adapt(delta, done + 1, done == basic);
            delta = 0;
            ++done;
        }
        ++delta;
        ++n;
    }
    return out;
}

}  // namespace

std::optional<std::string> a_label_form(std::string_view text)
{
    if (text.size() > octets_limit)
        return std::nullopt;
    auto characters = characters_of(text);
    if (!characters || std::ranges::any_of(*characters, is_combining))
        return std::nullopt;
    const Locale locale(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr));
    if (!locale)
        return std::nullopt;
    for (char32_t& c : *characters)
        c = static_cast<char32_t>(::towlower_l(static_cast<wint_t>(c), locale.get()));
    std::string name;
    const std::u32string_view all(*characters);
    for (std::size_t at = 0; at <= all.size();) {
        const std::size_t end = std::min(all.find(U'.', at), all.size());
        const auto label = all.substr(at, end - at);
        if (std::ranges::all_of(label, [](char32_t c) { return c < 0x80; }))
            name.append(label.begin(), label.end());
        else
            name += "xn--" + punycode(label);
        if (end < all.size())
            name += '.';
        at = end + 1;
    }
    return name;
}

}  // namespace rw::config
