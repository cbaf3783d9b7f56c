// SPDX-License-Identifier: EUPL-1.2
// The daemon's life.
#include "resolver/service/daemon.h"

#include <sys/signalfd.h>

#include <csignal>
#include <vector>

#include "resolver/base/log.h"
#include "resolver/service/shared.h"
#include "resolver/service/supervisor.h"
#include "resolver/service/worker.h"

namespace rw::service
{

namespace
{

/// Blocks the signals the daemon waits for, in this thread and those it starts; gives a descriptor to read them from.
io::FileDescriptor take_signals()
{
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGTERM, SIGINT, SIGHUP})
        sigaddset(&signals, number);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return io::FileDescriptor(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

}  // namespace

Result<void> run_daemon(const config::Settings& settings, const std::filesystem::path& file)
{
    io::FileDescriptor signals = take_signals();
    const SystemClock clock;
    SecureRandom random;
    auto shared = make_shared_state(settings, clock, random);
    if (!shared)
        return std::unexpected(shared.error());
    std::vector<std::unique_ptr<Worker>> workers;
    Supervisor supervisor(file, **shared, workers, std::move(signals));
    for (std::uint32_t i = 0; i < settings.workers; ++i) {
        auto worker = Worker::open(*shared, i == 0, supervisor);
        if (!worker)
            return std::unexpected(worker.error());
        workers.push_back(std::move(*worker));
    }
    for (const auto& worker : workers)
        worker->run();
    log(LogLevel::info, "rootward {} answers on {} addresses with {} workers", ROOTWARD_VERSION, settings.listen.size(),
        settings.workers);
    supervisor.run();
    for (const auto& worker : workers)
        worker->stop();
    log(LogLevel::info, "rootward stopped");
    return {};
}

}  // namespace rw::service
