// SPDX-License-Identifier: EUPL-1.2
// One row a key.
#include "tests/scenarios/rpl/header.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "config/load.h"
#include "tests/scenarios/message/text.h"

namespace rw::scenarios::rpl
{

namespace
{

/// Everything a header may set, with what is only complete at its end.
struct Draft {
    Setup setup;
    std::string root_name = "k.root-servers.net.";
    std::optional<IpAddress> root_address;
    std::string hint_name;
    std::string hint_address;
    std::string renumber_from;
    std::string renumber_to;
};

using Status = Result<void>;

std::optional<bool> truth(std::string_view text)
{
    if (text == "yes" || text == "on" || text == "true" || text == "1")
        return true;
    if (text == "no" || text == "off" || text == "false" || text == "0")
        return false;
    return std::nullopt;
}

std::string absolute(std::string name)
{
    if (!name.ends_with('.'))
        name += '.';
    return name;
}

template <class Assign>
Status set_truth(const std::string& value, Assign assign)
{
    const auto flag = truth(value);
    if (!flag)
        return failed(fmt::format("'{}' is neither yes nor no", value));
    assign(*flag);
    return {};
}

/// "20120420235959", or "-1" for any time.
Status set_date(Draft& draft, const std::string& value)
{
    if (value.size() != 14 || !whole_number<std::uint64_t>(value))
        return failed(fmt::format("'{}' is not YYYYMMDDHHMMSS", value));
    const auto part = [&value](std::size_t from, std::size_t size) {
        return *whole_number<unsigned>(std::string_view(value).substr(from, size));
    };
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(part(0, 4))),
                                           std::chrono::month(part(4, 2)), std::chrono::day(part(6, 2))};
    draft.setup.start = std::chrono::sys_days(date) + std::chrono::hours(part(8, 2)) +
                        std::chrono::minutes(part(10, 2)) + std::chrono::seconds(part(12, 2));
    return {};
}

Status set_timestamp(Draft& draft, const std::string& value)
{
    const auto seconds = whole_number<std::int64_t>(value);
    if (!seconds)
        return failed(fmt::format("'{}' is not a number of seconds", value));
    draft.setup.start = WallSeconds(std::chrono::seconds(*seconds));
    return {};
}

Status set_root_address(Draft& draft, const std::string& value)
{
    draft.root_address = IpAddress::parse(value);
    if (!draft.root_address)
        return failed(fmt::format("'{}' is not an address", value));
    return {};
}

Status add_anchor(Draft& draft, const std::string& value)
{
    auto anchor = config::parse_trust_anchor(value);
    if (!anchor)
        return std::unexpected(anchor.error());
    draft.setup.settings.dnssec.trust_anchors->emplace_back(std::move(*anchor));
    draft.setup.validates = true;
    return {};
}

Status set_forwarder(Draft& draft, const std::string& value)
{
    const auto address = IpAddress::parse(value);
    if (!address)
        return failed(fmt::format("'{}' is not an address", value));
    draft.setup.settings.forward_zones = {{.name = {"."}, .servers = {{.address = *address, .port = {}}}}};
    return {};
}

Status set_dns64(Draft& draft, const std::string& value)
{
    const auto prefix = config::prefix_of(value.find('/') == std::string::npos ? value + "/96" : value);
    draft.setup.settings.dns64 = config::Dns64Settings{.prefix = prefix};
    return {};
}

Status set_ttl(std::chrono::seconds& bound, const std::string& value)
{
    const auto seconds = whole_number<std::int64_t>(value);
    if (!seconds)
        return failed(fmt::format("'{}' is not a number of seconds", value));
    bound = std::chrono::seconds(*seconds);
    return {};
}

/// "name = value" behind `features:`.
Status set_feature(Draft& draft, const std::string& text)
{
    const std::size_t sign = text.find('=');
    const auto trimmed = [](std::string part) {
        part.erase(0, part.find_first_not_of(" \t"));
        part.erase(part.find_last_not_of(" \t") + 1);
        return part;
    };
    const std::string name = trimmed(text.substr(0, sign));
    const std::string value = sign == std::string::npos ? "" : trimmed(text.substr(sign + 1));
    config::CacheSettings& cache = draft.setup.settings.cache;
    if (name == "min_ttl")
        return set_ttl(cache.min_ttl, value);
    if (name == "max_ttl")
        return set_ttl(cache.max_ttl, value);
    if (name == "dns64_prefix")
        return set_dns64(draft, value);
    std::string* const place = name == "static_hint_name"   ? &draft.hint_name
                               : name == "static_hint_addr" ? &draft.hint_address
                               : name == "renumber_name"    ? &draft.renumber_from
                               : name == "renumber_src"     ? &draft.renumber_from
                               : name == "renumber_addr"    ? &draft.renumber_to
                               : name == "renumber_dst"     ? &draft.renumber_to
                                                            : nullptr;
    if (place == nullptr)
        return failed(fmt::format("unknown feature '{}'", name));
    *place = value;
    return {};
}

Status set_key(Draft& draft, const std::string& key, const std::string& value)
{
    config::Settings& settings = draft.setup.settings;
    if (key == "do-ip4")
        return set_truth(value, [&](bool on) { settings.outgoing.ipv4 = on; });
    if (key == "do-ip6")
        return set_truth(value, [&](bool on) { settings.outgoing.ipv6 = on; });
    if (key == "force-ipv6")
        return set_truth(value, [](bool) {});
    if (key == "query-minimization")
        return set_truth(value, [&](bool on) { draft.setup.minimisation = on ? Minimisation::on : Minimisation::off; });
    if (key == "harden-glue")
        return set_truth(value, [&](bool on) { settings.iterate.harden_glue = on; });
    if (key == "do-not-query-localhost")
        return set_truth(value, [&](bool on) {
            if (!on)
                settings.upstream.do_not_query.clear();
        });
    if (key == "domain-insecure") {
        settings.dnssec.negative_trust_anchors.push_back({.name = {absolute(value)}, .until = {}});
        return {};
    }
    if (key == "stub-name") {
        draft.root_name = absolute(value);
        return {};
    }
    const std::map<std::string, Status (*)(Draft&, const std::string&)> rows{
        {"stub-addr", set_root_address},          {"trust-anchor", add_anchor}, {"val-override-date", set_date},
        {"forward-addr", set_forwarder},          {"features", set_feature},    {"feature-list", set_feature},
        {"val-override-timestamp", set_timestamp}};
    const auto row = rows.find(key);
    if (row == rows.end())
        return failed(fmt::format("unknown header key '{}'", key));
    return row->second(draft, value);
}

/// "1.2.3.4" as "4.3.2.1.in-addr.arpa.", "2001:db8::1" as nibbles below ip6.arpa.
std::string reverse_name(const IpAddress& address)
{
    std::string name;
    const Octets octets = address.octets();
    for (auto octet = octets.rbegin(); octet != octets.rend(); ++octet)
        name += address.is_v4() ? fmt::format("{}.", *octet) : fmt::format("{:x}.{:x}.", *octet & 0xf, *octet >> 4);
    return name + (address.is_v4() ? "in-addr.arpa." : "ip6.arpa.");
}

Status finish(Draft& draft)
{
    config::Settings& settings = draft.setup.settings;
    if (!draft.hint_name.empty()) {
        const auto address = IpAddress::parse(draft.hint_address);
        if (!address)
            return failed("static_hint_name without a static_hint_addr");
        const std::string name = absolute(draft.hint_name);
        const std::string reverse = reverse_name(*address);
        const std::string type = address->is_v4() ? "A" : "AAAA";
        settings.local_zones.push_back({.name = {name},
                                        .type = config::LocalZoneType::transparent,
                                        .data = {fmt::format("{} 5 {} {}", name, type, address->to_string())}});
        settings.local_zones.push_back({.name = {reverse},
                                        .type = config::LocalZoneType::transparent,
                                        .data = {fmt::format("{} 5 PTR {}", reverse, name)}});
    }
    if (!draft.renumber_from.empty())
        settings.rewrite_addresses.push_back(
            {.from = config::prefix_of(draft.renumber_from), .to = config::prefix_of(draft.renumber_to)});
    if (draft.root_address) {
        const std::string address = draft.root_address->to_string();
        draft.setup.hints = fmt::format(". 3600000 NS {0}\n{0} 3600000 {1} {2}\n", draft.root_name,
                                        draft.root_address->is_v4() ? "A" : "AAAA", address);
    }
    return {};
}

/// The profile for harnesses, except that servers on loopback are refused unless the scenario says otherwise.
Result<config::Settings> harness_settings()
{
    auto settings = config::load_file(std::filesystem::path(RW_SOURCE_DIR) / "config/profiles/harness.yaml");
    if (!settings)
        return failed("config/profiles/harness.yaml: " + settings.error().front().message);
    settings->upstream = config::UpstreamSettings{};
    settings->cache.size = config::mebibytes(4);
    return std::move(*settings);
}

}  // namespace

Result<Setup> read_header(const Scenario& scenario)
{
    using namespace std::chrono;
    Draft draft;
    auto settings = harness_settings();
    if (!settings)
        return std::unexpected(settings.error());
    draft.setup.settings = std::move(*settings);
    draft.setup.start = sys_days(year(2026) / January / 1);
    for (const HeaderLine& line : scenario.header)
        if (auto status = set_key(draft, line.key, line.value); !status)
            return failed(fmt::format("{}:{}: {}", scenario.file.string(), line.line, status.error().message));
    if (auto status = finish(draft); !status)
        return failed(fmt::format("{}: {}", scenario.file.string(), status.error().message));
    return std::move(draft.setup);
}

}  // namespace rw::scenarios::rpl
