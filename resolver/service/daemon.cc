// SPDX-License-Identifier: EUPL-1.2
// The daemon's life.
#include "resolver/service/daemon.h"

#include <fmt/format.h>

#include <csignal>
#include <vector>

#include "resolver/base/log.h"
#include "resolver/frontend/bind_socket.h"
#include "resolver/service/checks.h"
#include "resolver/service/clock_check.h"
#include "resolver/service/process.h"
#include "resolver/service/shared.h"
#include "resolver/service/signals.h"
#include "resolver/service/status_pages.h"
#include "resolver/service/supervisor.h"
#include "resolver/service/worker.h"

namespace rw::service
{

namespace
{

/// Nobody's names stay unresolved because metrics cannot be served: that is said, and the daemon runs without.
std::unique_ptr<status::HttpServer> open_status(const Shared& shared)
{
    const auto configuration = shared.configuration();
    const auto& address = configuration->settings.status.listen;
    if (!address)
        return nullptr;
    auto server =
        status::HttpServer::open(*address, [&shared](std::string_view path) { return status_page(shared, path); });
    if (!server) {
        log(LogLevel::warning, "{}; running without", server.error().message);
        return nullptr;
    }
    return std::move(*server);
}

/// Where and how clients are served, in one line.
std::string summary_of(const config::Settings& settings)
{
    std::string addresses;
    for (const config::ListenSettings& entry : settings.listen)
        addresses += (addresses.empty() ? "" : ", ") + Endpoint{entry.address, entry.port}.to_string();
    std::string letters;
    for (const config::IdentityLetter& identity : settings.root.prefer)
        letters += fmt::format("{}{}", letters.empty() ? "" : " and ", static_cast<char>(identity.letter - 'a' + 'A'));
    std::string preference = "root servers without preference";
    if (settings.root.mode != config::RootMode::off)
        preference =
            fmt::format("root servers {} {}", letters, settings.root.mode == config::RootMode::only ? "only" : "first");
    return fmt::format("{}; {} worker{}, {}, validation {}, cache {} MiB", addresses, settings.workers,
                       settings.workers == 1 ? "" : "s", preference, settings.dnssec.enabled ? "on" : "off",
                       settings.cache.size.octets >> 20U);
}

}  // namespace

Result<void> run_daemon(const config::Settings& settings, const std::filesystem::path& file)
{
    block_signals();
    std::signal(SIGPIPE, SIG_IGN);  // a peer that is gone is an error of the write
    const SystemClock clock;
    SecureRandom random;
    if (!settings.user)
        give_up_root(Stage::start);
    raise_descriptor_limit(settings);
    log_doubts(settings);
    auto shared = make_shared_state(settings, clock, random);
    if (!shared)
        return std::unexpected(shared.error());
    std::vector<std::unique_ptr<Worker>> workers;
    if (const auto wrong = clock_problem(clock.wall_seconds(), (*shared)->time_floor.floor(), built_on()))
        log(LogLevel::warning, "{}", *wrong);
    Supervisor supervisor(file, **shared, workers);
    for (const config::ListenSettings& entry : settings.listen) {
        if (const auto unused = frontend::ensure_free({entry.address, entry.port}); !unused)
            return std::unexpected(unused.error());
    }
    const auto owner = socket_owner(settings);
    if (!owner)
        return std::unexpected(owner.error());
    for (std::uint32_t i = 0; i < settings.workers; ++i) {
        auto worker = Worker::open(*shared, i == 0, supervisor, *owner);
        if (!worker)
            return std::unexpected(worker.error());
        workers.push_back(std::move(*worker));
    }
    const auto status = open_status(**shared);
    if (const auto dropped = drop_privileges(settings.user); !dropped)
        return std::unexpected(dropped.error());
    for (const auto& worker : workers)
        worker->run();
    log(LogLevel::info, "rootward {} answers on {}", ROOTWARD_VERSION, summary_of(settings));
    supervisor.run();
    for (const auto& worker : workers)
        worker->stop();
    log(LogLevel::info, "rootward stopped");
    return {};
}

}  // namespace rw::service
