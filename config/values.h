// SPDX-License-Identifier: EUPL-1.2
// How each kind of value is written: for every type a read_value, a write_value and a kind_of (what it is called in
// messages and in the reference). The visitors (loader, dumper, reference) know no type by name; a new kind of setting
// is three new overloads here. Reading and writing are inverse; a test holds every kind to it.
#pragma once

#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

#include "config/settings.h"
#include "config/words.h"
#include "resolver/base/result.h"

namespace rw::config
{

/// Where a text stands: relative paths start at `base`, the folder of the configuration file.
struct Origin {
    std::filesystem::path base;
};

template <class T>
inline constexpr bool is_duration = false;
template <class Rep, class Period>
inline constexpr bool is_duration<std::chrono::duration<Rep, Period>> = true;

template <class T>
concept DurationValue = is_duration<T>;

template <class T>
concept WholeNumber = std::unsigned_integral<T> && !std::same_as<T, bool>;

/// Kinds whose values have a range.
template <class T>
concept Bounded = WholeNumber<T> || DurationValue<T> || std::same_as<T, ByteSize>;

/// The names of an enumeration's values, as pairs of value and name. Specialised in names.h.
template <class E>
struct Names;

template <class E>
concept NamedEnum = std::is_enum_v<E>;

//--- kind_of: completes "expected ..." -----------------------------------------------------------------------------

template <class T>
using Kind = std::type_identity<T>;

template <WholeNumber T>
std::string kind_of(Kind<T>)
{
    return "a whole number";
}

template <DurationValue T>
std::string kind_of(Kind<T>)
{
    return std::same_as<T, seconds> ? "a duration (s, m, h, d, w)" : "a duration (ms, s, m, h, d, w)";
}

template <NamedEnum E>
std::string kind_of(Kind<E>)
{
    std::string list;
    for (const auto& [value, name] : Names<E>::table)
        list += (list.empty() ? "" : " | ") + std::string(name);
    return list;
}

std::string kind_of(Kind<bool>);
std::string kind_of(Kind<ByteSize>);
std::string kind_of(Kind<std::string>);
std::string kind_of(Kind<std::filesystem::path>);
std::string kind_of(Kind<IpAddress>);
std::string kind_of(Kind<Endpoint>);
std::string kind_of(Kind<Prefix>);
std::string kind_of(Kind<ZoneName>);
std::string kind_of(Kind<NameSuffix>);
std::string kind_of(Kind<IdentityLetter>);
std::string kind_of(Kind<ServerAddress>);
std::string kind_of(Kind<NegativeTrustAnchor>);
std::string kind_of(Kind<TrustAnchorSource>);
std::string kind_of(Kind<std::chrono::sys_seconds>);

//--- read_value: the error says what is wrong and how to write it --------------------------------------------------

[[nodiscard]] Result<std::uint64_t> read_whole_number(std::string_view text, std::uint64_t largest);
[[nodiscard]] Result<milliseconds> read_duration(std::string_view text);

template <WholeNumber T>
Result<void> read_value(std::string_view text, const Origin&, T& out)
{
    const auto value = read_whole_number(text, std::numeric_limits<T>::max());
    if (!value)
        return std::unexpected(value.error());
    out = static_cast<T>(*value);
    return {};
}

template <DurationValue T>
Result<void> read_value(std::string_view text, const Origin&, T& out)
{
    const auto value = read_duration(text);
    if (!value)
        return std::unexpected(value.error());
    out = std::chrono::duration_cast<T>(*value);
    if (out != *value)
        return failed("only whole seconds can be given here");
    return {};
}

template <NamedEnum E>
Result<void> read_value(std::string_view text, const Origin&, E& out)
{
    std::string list;
    for (const auto& [value, name] : Names<E>::table) {
        if (same_word(name, text)) {
            out = value;
            return {};
        }
        list += (list.empty() ? "" : ", ") + std::string(name);
    }
    return failed("expected one of: " + list);
}

Result<void> read_value(std::string_view text, const Origin& origin, bool& out);
Result<void> read_value(std::string_view text, const Origin& origin, ByteSize& out);
Result<void> read_value(std::string_view text, const Origin& origin, std::string& out);
Result<void> read_value(std::string_view text, const Origin& origin, std::filesystem::path& out);
Result<void> read_value(std::string_view text, const Origin& origin, IpAddress& out);
Result<void> read_value(std::string_view text, const Origin& origin, Endpoint& out);
Result<void> read_value(std::string_view text, const Origin& origin, Prefix& out);
Result<void> read_value(std::string_view text, const Origin& origin, ZoneName& out);
Result<void> read_value(std::string_view text, const Origin& origin, NameSuffix& out);
Result<void> read_value(std::string_view text, const Origin& origin, IdentityLetter& out);
Result<void> read_value(std::string_view text, const Origin& origin, ServerAddress& out);
Result<void> read_value(std::string_view text, const Origin& origin, NegativeTrustAnchor& out);
Result<void> read_value(std::string_view text, const Origin& origin, TrustAnchorSource& out);
Result<void> read_value(std::string_view text, const Origin& origin, std::chrono::sys_seconds& out);

//--- write_value: the inverse, without YAML quoting ----------------------------------------------------------------

[[nodiscard]] std::string write_duration(milliseconds value);

template <WholeNumber T>
std::string write_value(T value)
{
    return std::to_string(value);
}

template <DurationValue T>
std::string write_value(T value)
{
    return write_duration(value);
}

template <NamedEnum E>
std::string write_value(E value)
{
    for (const auto& [candidate, name] : Names<E>::table) {
        if (candidate == value)
            return std::string(name);
    }
    return {};
}

std::string write_value(bool value);
std::string write_value(const ByteSize& value);
std::string write_value(const std::string& value);
std::string write_value(const std::filesystem::path& value);
std::string write_value(const IpAddress& value);
std::string write_value(const Endpoint& value);
std::string write_value(const Prefix& value);
std::string write_value(const ZoneName& value);
std::string write_value(const NameSuffix& value);
std::string write_value(const IdentityLetter& value);
std::string write_value(const ServerAddress& value);
std::string write_value(const NegativeTrustAnchor& value);
std::string write_value(const TrustAnchorSource& value);
std::string write_value(const std::chrono::sys_seconds& value);

}  // namespace rw::config
