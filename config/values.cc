// SPDX-License-Identifier: EUPL-1.2
// Reading and writing of scalar values.
#include "config/values.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>

#include "config/name_syntax.h"

namespace rw::config
{

namespace
{

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

// From large to small: writing takes the first that divides.
constexpr std::array size_units{Unit{"TiB", 1ULL << 40U}, Unit{"GiB", 1ULL << 30U}, Unit{"MiB", 1ULL << 20U},
                                Unit{"KiB", 1ULL << 10U}, Unit{"B", 1}};
constexpr std::array duration_units{Unit{"w", 604'800'000}, Unit{"d", 86'400'000}, Unit{"h", 3'600'000},
                                    Unit{"m", 60'000},      Unit{"s", 1'000},      Unit{"ms", 1}};

// Largest duration in milliseconds: 1000 years, so that no sum of two settings can overflow.
constexpr std::uint64_t longest = 31'536'000'000'000ULL;

/// Splits "15m" into 15 and "m" and multiplies; nothing unless exactly digits and then a known unit, without overflow.
std::optional<std::uint64_t> read_with_unit(std::string_view text, std::span<const Unit> units, std::uint64_t largest)
{
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{})
        return std::nullopt;
    const std::string_view name(end, text.data() + text.size());
    for (const Unit& unit : units) {
        if (unit.name == name)
            return count <= largest / unit.factor ? std::optional{count * unit.factor} : std::nullopt;
    }
    return std::nullopt;
}

std::string write_with_unit(std::uint64_t value, std::span<const Unit> units, std::string_view zero)
{
    if (value == 0)
        return std::string(zero);
    for (const Unit& unit : units) {
        // Weeks are read but never written: 1w and 7d are one value, and days are what people compare.
        if (value % unit.factor == 0 && unit.name != "w")
            return fmt::format("{}{}", value / unit.factor, unit.name);
    }
    return {};
}

std::optional<unsigned> digits(std::string_view text, std::size_t at, std::size_t count)
{
    unsigned value = 0;
    if (at + count > text.size())
        return std::nullopt;
    for (const char c : text.substr(at, count)) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value;
}

}  // namespace

Result<std::uint64_t> read_whole_number(std::string_view text, std::uint64_t largest)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::invalid_argument || end != text.data() + text.size())
        return failed("expected a whole number");
    if (error != std::errc{} || value > largest)
        return failed(fmt::format("the largest possible value is {}", largest));
    return value;
}

Result<milliseconds> read_duration(std::string_view text)
{
    const auto value = read_with_unit(text, duration_units, longest);
    if (!value)
        return failed("expected a duration with its unit, such as 1800ms, 30s, 15m, 1h or 3d (at most 1000 years)");
    return milliseconds{static_cast<milliseconds::rep>(*value)};
}

std::string write_duration(milliseconds value)
{
    return write_with_unit(static_cast<std::uint64_t>(value.count()), duration_units, "0s");
}

std::string kind_of(Kind<bool>)
{
    return "true | false";
}

std::string kind_of(Kind<ByteSize>)
{
    return "a size (B, KiB, MiB, GiB)";
}

std::string kind_of(Kind<std::string>)
{
    return "text";
}

std::string kind_of(Kind<std::filesystem::path>)
{
    return "a path";
}

std::string kind_of(Kind<IpAddress>)
{
    return "an IP address";
}

std::string kind_of(Kind<Endpoint>)
{
    return "ADDRESS:PORT";
}

std::string kind_of(Kind<Prefix>)
{
    return "a prefix";
}

std::string kind_of(Kind<ZoneName>)
{
    return "a domain name";
}

std::string kind_of(Kind<NameSuffix>)
{
    return "a domain name, or *.NAME";
}

std::string kind_of(Kind<IdentityLetter>)
{
    return "a root identity (a to m)";
}

std::string kind_of(Kind<ServerAddress>)
{
    return "ADDRESS or ADDRESS:PORT";
}

std::string kind_of(Kind<NegativeTrustAnchor>)
{
    return "NAME or NAME until TIME";
}

std::string kind_of(Kind<TrustAnchorSource>)
{
    return "a DS or DNSKEY record, or a file of them";
}

std::string kind_of(Kind<std::chrono::sys_seconds>)
{
    return "a time (UTC)";
}

Result<void> read_value(std::string_view text, const Origin&, bool& out)
{
    out = same_word(text, "true");
    return out || same_word(text, "false") ? Result<void>{} : failed("expected true or false");
}

Result<void> read_value(std::string_view text, const Origin&, ByteSize& out)
{
    const auto value = read_with_unit(text, size_units, std::numeric_limits<std::uint64_t>::max());
    if (!value)
        return failed("expected a size with its unit, such as 64KiB or 256MiB");
    out.octets = *value;
    return {};
}

Result<void> read_value(std::string_view text, const Origin&, std::string& out)
{
    if (text.empty())
        return failed("expected a text that is not empty");
    out = text;
    return {};
}

Result<void> read_value(std::string_view text, const Origin& origin, std::filesystem::path& out)
{
    if (text.empty())
        return failed("expected a path that is not empty");
    if (same_word(text, "off"))  // where off is a value it was taken before
        return failed("this cannot be off; a file of that name is written ./off");
    const std::filesystem::path path(text);
    out = path.is_absolute() ? path : (origin.base / path).lexically_normal();
    return {};
}

Result<void> read_value(std::string_view text, const Origin&, ZoneName& out)
{
    auto name = parse_zone_name(text);
    if (!name)
        return std::unexpected(name.error());
    out = std::move(*name);
    return {};
}

Result<void> read_value(std::string_view text, const Origin&, NameSuffix& out)
{
    auto suffix = parse_name_suffix(text);
    if (!suffix)
        return std::unexpected(suffix.error());
    out = std::move(*suffix);
    return {};
}

Result<void> read_value(std::string_view text, const Origin&, IdentityLetter& out)
{
    const char lower = text.size() == 1 ? static_cast<char>(text[0] | 0x20) : '\0';
    if (lower < 'a' || lower > 'm')
        return failed("expected the letter of a root identity, a to m");
    out.letter = lower;
    return {};
}

Result<void> read_value(std::string_view text, const Origin& origin, NegativeTrustAnchor& out)
{
    constexpr std::string_view separator = " until ";
    const std::size_t at = text.find(separator);
    NegativeTrustAnchor anchor;
    if (auto name = read_value(text.substr(0, at), origin, anchor.name); !name)
        return name;
    if (at != std::string_view::npos) {
        std::chrono::sys_seconds until;
        if (auto time = read_value(text.substr(at + separator.size()), origin, until); !time)
            return time;
        anchor.until = until;
    }
    out = std::move(anchor);
    return {};
}

Result<void> read_value(std::string_view text, const Origin& origin, TrustAnchorSource& out)
{
    if (!looks_like_record(text)) {
        std::filesystem::path path;
        if (auto read = read_value(text, origin, path); !read)
            return read;
        out = std::move(path);
        return {};
    }
    auto anchor = parse_trust_anchor(text);
    if (!anchor)
        return std::unexpected(anchor.error());
    out = std::move(*anchor);
    return {};
}

Result<void> read_value(std::string_view text, const Origin&, std::chrono::sys_seconds& out)
{
    using namespace std::chrono;
    const auto wrong = [] { return failed("expected a time in UTC, such as 2027-01-11T00:00:00Z"); };
    if (text.size() != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
        text[16] != ':' || text[19] != 'Z')
        return wrong();
    const auto y = digits(text, 0, 4);
    const auto mo = digits(text, 5, 2);
    const auto d = digits(text, 8, 2);
    const auto h = digits(text, 11, 2);
    const auto mi = digits(text, 14, 2);
    const auto s = digits(text, 17, 2);
    if (!y || !mo || !d || !h || !mi || !s || *h > 23 || *mi > 59 || *s > 59)
        return wrong();
    const year_month_day date{year{static_cast<int>(*y)}, month{*mo}, day{*d}};
    if (!date.ok())
        return wrong();
    out = sys_days{date} + hours{*h} + minutes{*mi} + seconds{*s};
    return {};
}

std::string write_value(bool value)
{
    return value ? "true" : "false";
}

std::string write_value(const ByteSize& value)
{
    return write_with_unit(value.octets, size_units, "0B");
}

std::string write_value(const std::string& value)
{
    return value;
}

std::string write_value(const std::filesystem::path& value)
{
    return value.string();
}

std::string write_value(const IpAddress& value)
{
    return value.to_string();
}

std::string write_value(const Endpoint& value)
{
    return value.to_string();
}

std::string write_value(const Prefix& value)
{
    return value.to_string();
}

std::string write_value(const ZoneName& value)
{
    return value.text;
}

std::string write_value(const NameSuffix& value)
{
    return (value.below_only ? "*." : "") + value.name.text;
}

std::string write_value(const IdentityLetter& value)
{
    return {value.letter};
}

std::string write_value(const ServerAddress& value)
{
    return value.port ? Endpoint{value.address, *value.port}.to_string() : value.address.to_string();
}

std::string write_value(const NegativeTrustAnchor& value)
{
    return value.until ? fmt::format("{} until {}", value.name.text, write_value(*value.until)) : value.name.text;
}

std::string write_value(const TrustAnchorSource& value)
{
    if (const auto* anchor = std::get_if<TrustAnchor>(&value))
        return to_string(*anchor);
    return std::get<std::filesystem::path>(value).string();
}

std::string write_value(const std::chrono::sys_seconds& value)
{
    using namespace std::chrono;
    const sys_days date = floor<days>(value);
    const year_month_day ymd{date};
    const hh_mm_ss time{value - date};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(ymd.year()),
                       static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()), time.hours().count(),
                       time.minutes().count(), time.seconds().count());
}

}  // namespace rw::config
