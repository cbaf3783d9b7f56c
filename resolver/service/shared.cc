// SPDX-License-Identifier: EUPL-1.2
// Making the shared state from the settings.
#include "resolver/service/shared.h"

#include <fstream>
#include <sstream>

#include "config/root_identities.h"
#include "config/shipped.h"
#include "resolver/service/anchors.h"

namespace rw::service
{

namespace
{

cache::TtlLimits ttl_limits(const config::CacheSettings& settings)
{
    return {static_cast<std::uint32_t>(settings.min_ttl.count()), static_cast<std::uint32_t>(settings.max_ttl.count()),
            static_cast<std::uint32_t>(settings.max_negative_ttl.count())};
}

frontend::ReplyRules reply_rules(const config::Settings& settings)
{
    frontend::ReplyRules rules;
    rules.udp_size = settings.edns.size;
    rules.nsid = settings.edns.nsid ? std::string_view(*settings.edns.nsid) : std::string_view{};
    rules.tcp_keepalive = static_cast<std::uint16_t>(settings.tcp.idle_timeout.count() / 100);
    return rules;
}

Result<std::string> read_file(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file)
        return failed("cannot read " + path.string());
    return std::move(text).str();
}

Result<std::vector<root::RootServer>> root_servers(const config::RootSettings& settings)
{
    std::string text(config::shipped::root_hints);
    if (settings.hints) {
        auto file = read_file(*settings.hints);
        if (!file)
            return std::unexpected(file.error());
        text = std::move(*file);
    }
    const auto hints = root::read_hints(text);
    if (!hints)
        return std::unexpected(hints.error());
    return root::classify(*hints, config::root_identities(), settings.prefer);
}

}  // namespace

Shared::Shared(const config::Settings& given, const Clock& given_clock, Random& random,
               std::vector<root::RootServer> servers, iterate::LocalAnswers local_answers)
    : settings(given),
      clock(given_clock),
      started(given_clock.monotonic()),
      store(settings.cache.size.octets, HashKey::make(random)),
      answers(store, ttl_limits(settings.cache)),
      delegations(store, static_cast<std::uint32_t>(settings.cache.max_ttl.count())),
      failures(store),
      configured(settings),
      local(std::move(local_answers)),
      stats(clock),
      root_servers(std::move(servers)),
      root_counts(clock, settings.root),
      root_budget(clock, settings.root.query_budget, HashKey::make(random)),
      access(settings.access),
      reply_rules(service::reply_rules(settings))
{
}

frontend::Counters& Shared::add_counters()
{
    const std::scoped_lock lock(counters_mutex_);
    return counters_.emplace_back();
}

Result<std::shared_ptr<Shared>> make_shared_state(const config::Settings& settings, const Clock& clock, Random& random)
{
    auto servers = root_servers(settings.root);
    if (!servers)
        return std::unexpected(servers.error());
    auto local = iterate::LocalAnswers::make(settings);
    if (!local)
        return std::unexpected(local.error());
    auto anchors = configured_anchors(settings.dnssec);
    if (!anchors)
        return std::unexpected(anchors.error());
    auto shared = std::make_shared<Shared>(settings, clock, random, std::move(*servers), std::move(*local));
    shared->anchors.replace(std::move(*anchors));
    return shared;
}

}  // namespace rw::service
