// SPDX-License-Identifier: EUPL-1.2
// The draft, and values in other programs' spelling.
#include "resolver/ctl/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "config/name_syntax.h"
#include "config/words.h"
#include "resolver/iterate/local_zone.h"

namespace rw::ctl
{

namespace
{

/// How many labels of `name` the zone has when `name` is in it; nothing when it is not.
std::optional<std::size_t> depth_in(const dns::Name& name, const config::ZoneName& zone)
{
    const auto apex = dns::Name::parse(zone.text);
    return apex && name.is_at_or_below(*apex) ? std::optional(apex->label_count()) : std::nullopt;
}

}  // namespace

std::string_view verdict_name(Verdict verdict)
{
    switch (verdict) {
        case Verdict::same:
            return "same";
        case Verdict::built_in:
            return "built-in";
        case Verdict::nearly:
            return "nearly";
        case Verdict::not_needed:
            return "not-needed";
        case Verdict::missing:
            return "missing";
    }
    return "";
}

void Draft::note(const Statement& statement, Verdict verdict, std::string words)
{
    const std::size_t dot = statement.path.find('.');
    const std::string option = dot == std::string::npos ? statement.path : statement.path.substr(dot + 1);
    report_.push_back({statement.at, verdict, option, std::move(words)});
}

void Draft::settle()
{
    constexpr std::uint64_t least = std::uint64_t{1} << 20U;  // the bounds of cache.size
    constexpr std::uint64_t most = std::uint64_t{1} << 40U;
    if (cache_octets > 0)
        settings.cache.size = config::ByteSize{std::clamp(cache_octets, least, most)};
    if (tcp_per_thread) {
        const std::uint64_t all = std::uint64_t{*tcp_per_thread} * settings.workers;
        settings.tcp.connections = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(all, 1, 1'000'000));
        settings.tcp.connections_per_client = std::min(settings.tcp.connections_per_client, settings.tcp.connections);
    }
    if (dns64_module)
        settings.dns64 = dns64_prefix ? config::Dns64Settings{*dns64_prefix} : config::Dns64Settings{};
    if (settings.cache.min_ttl > settings.cache.max_ttl)
        settings.cache.min_ttl = settings.cache.max_ttl;
    // Addresses of a family that is off are not asked from.
    std::erase_if(settings.outgoing.addresses, [this](const IpAddress& address) {
        return address.is_v4() ? !settings.outgoing.ipv4 : !settings.outgoing.ipv6;
    });
}

void Draft::add_insecure(const config::ZoneName& name)
{
    auto& zones = settings.dnssec.insecure_zones;
    const auto is_there = [&](const config::ZoneName& zone) { return config::same_word(zone.text, name.text); };
    if (std::ranges::none_of(zones, is_there))
        zones.push_back(name);
}

void Draft::set_access(const Prefix& prefix, config::AccessAction action)
{
    const auto at = std::ranges::find(settings.access, prefix, &config::AccessSettings::prefix);
    if (at != settings.access.end())
        at->action = action;
    else
        settings.access.push_back({prefix, action});
}

config::LocalZoneSettings& Draft::local_zone(const config::ZoneName& name, config::LocalZoneType type)
{
    const std::string key = config::folded(name.text);
    const auto at = std::ranges::find_if(settings.local_zones, [&](const config::LocalZoneSettings& zone) {
        return config::folded(zone.name.text) == key;
    });
    if (at != settings.local_zones.end())
        return *at;
    return settings.local_zones.emplace_back(name, type);
}

std::optional<std::string> Draft::add_record(const std::string& text)
{
    const auto record = iterate::read_local_record(text, dns::Name{});
    if (!record)
        return record.error().message;
    config::LocalZoneSettings* best = nullptr;
    std::size_t depth = 0;
    for (config::LocalZoneSettings& zone : settings.local_zones) {
        const auto found = depth_in(record->owner, zone.name);
        if (found && (best == nullptr || *found > depth)) {
            best = &zone;
            depth = *found;
        }
    }
    if (best == nullptr)
        best = &local_zone({record->owner.to_string()}, config::LocalZoneType::transparent);
    // What the zone would refuse is found before it is written.
    iterate::LocalZone zone(*dns::Name::parse(best->name.text), best->type);
    for (const std::string& earlier : best->data) {
        if (auto known = iterate::read_local_record(earlier, zone.apex()))
            (void)zone.add(std::move(*known));
    }
    if (best->type == config::LocalZoneType::refuse)
        return "the zone around it is refused as a whole";
    if (auto added = zone.add(*record); !added)
        return added.error().message;
    best->data.push_back(text);
    return std::nullopt;
}

std::optional<Prefix> prefix_in(std::string_view text)
{
    const std::size_t slash = text.find('/');
    std::string address(text.substr(0, slash));
    if (address.find(':') == std::string::npos) {
        for (auto dots = std::ranges::count(address, '.'); dots < 3 && slash != std::string_view::npos; ++dots)
            address += ".0";
    }
    return Prefix::parse(slash == std::string_view::npos ? address : address + std::string(text.substr(slash)));
}

std::optional<config::ServerAddress> server_in(std::string_view text)
{
    text = text.substr(0, text.find('#'));
    const std::size_t at = text.find('@');
    const auto address = IpAddress::parse(text.substr(0, at));
    if (!address)
        return std::nullopt;
    if (at == std::string_view::npos)
        return config::ServerAddress{*address, std::nullopt};
    const std::string_view digits = text.substr(at + 1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || port == 0)
        return std::nullopt;
    return config::ServerAddress{*address, port};
}

std::optional<config::ZoneName> zone_in(std::string_view text)
{
    auto name = config::parse_zone_name(text);
    return name ? std::optional(std::move(*name)) : std::nullopt;
}

std::string reverse_name(const IpAddress& address)
{
    std::string name;
    const Octets octets = address.octets();
    for (std::size_t i = octets.size(); i-- > 0;)
        name += address.is_v4() ? fmt::format("{}.", octets[i])
                                : fmt::format("{:x}.{:x}.", octets[i] & 0xfU, octets[i] >> 4U);
    return name + (address.is_v4() ? "in-addr.arpa." : "ip6.arpa.");
}

const std::string& word(const Statement& statement, std::size_t i)
{
    static const std::string nothing;
    return i < statement.words.size() ? statement.words[i] : nothing;
}

std::optional<std::uint32_t> number_in(std::string_view text)
{
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::optional<bool> flag_in(std::string_view text)
{
    for (const char* word : {"yes", "true", "on", "1"}) {
        if (config::same_word(text, word))
            return true;
    }
    for (const char* word : {"no", "false", "off", "0"}) {
        if (config::same_word(text, word))
            return false;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> octets_in(std::string_view text)
{
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{})
        return std::nullopt;
    const std::string unit = config::folded(std::string(end, text.data() + text.size()));
    constexpr std::array<std::pair<char, unsigned>, 4> shifts{{{'k', 10}, {'m', 20}, {'g', 30}, {'t', 40}}};
    if (unit.empty() || unit == "b")
        return count;
    if (unit.size() > 3 || (unit.size() > 1 && unit.substr(1) != "b" && unit.substr(1) != "ib"))
        return std::nullopt;
    for (const auto& [letter, shift] : shifts) {
        if (letter == unit.front())
            return count <= (UINT64_MAX >> shift) ? std::optional(count << shift) : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace rw::ctl
