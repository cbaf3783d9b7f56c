// SPDX-License-Identifier: EUPL-1.2
// One worker thread.
#include "resolver/service/worker.h"

#include <algorithm>

#include "resolver/service/heap.h"
#include "resolver/service/shared.h"

namespace rw::service
{

namespace
{

constexpr Duration watch_step = 10ms;  // between two looks; short beside what clients wait

}  // namespace

Worker::Worker(std::shared_ptr<Shared> shared, bool first)
    : shared_(std::move(shared)),
      scheduler_(shared_->clock),
      loop_(scheduler_),
      network_(loop_.sockets(), random_, shared_->configuration()->settings.outgoing.addresses),
      engine_(shared_, {scheduler_, network_, random_, loop_}),
      first_(first)
{
}

Worker::~Worker()
{
    stop();
}

Result<std::unique_ptr<Worker>> Worker::open(std::shared_ptr<Shared> shared, bool first, Reloader& reloader,
                                             const control::SocketOwner& owner)
{
    std::unique_ptr<Worker> worker(new Worker(std::move(shared), first));
    const auto listening = worker->listen();
    if (!listening)
        return std::unexpected(listening.error());
    const auto controlled = first ? worker->open_control(reloader, owner) : Result<void>{};
    if (!controlled)
        return std::unexpected(controlled.error());
    return worker;
}

Result<void> Worker::listen()
{
    const auto configuration = shared_->configuration();
    const config::Settings& settings = configuration->settings;
    for (const config::ListenSettings& entry : settings.listen) {
        const Endpoint address{entry.address, entry.port};
        auto udp = frontend::UdpListener::open(loop_, address, engine_);
        if (!udp)
            return std::unexpected(udp.error());
        udp_.push_back(std::move(*udp));
        auto tcp = frontend::TcpListener::open(loop_, address, engine_, shared_->connection_limits,
                                               settings.tcp.idle_timeout, tcp_places_);
        if (!tcp)
            return std::unexpected(tcp.error());
        tcp_.push_back(std::move(*tcp));
    }
    return {};
}

Result<void> Worker::open_control(Reloader& reloader, const control::SocketOwner& owner)
{
    const auto configuration = shared_->configuration();
    const auto& path = configuration->settings.control.socket;
    if (!path)
        return {};
    control_service_ = std::make_unique<ControlService>(*shared_, engine_, loop_, reloader);
    auto socket =
        control::ControlSocket::open(*path, owner, loop_, [this](std::string_view line, const control::Reply& reply) {
            control::handle(line, *control_service_, reply);
        });
    if (!socket)
        return std::unexpected(socket.error());
    control_ = std::move(*socket);
    return {};
}

void Worker::run()
{
    thread_ = std::thread([this] {
        prepare_heap();
        // Background work is the process's, not each worker's: one of them does it.
        if (first_)
            engine_.start();
        loop_.run();
    });
}

void Worker::apply(std::shared_ptr<const Configuration> before, std::shared_ptr<const Configuration> configuration,
                   std::function<void()> done)
{
    loop_.post([this, before = std::move(before), configuration = std::move(configuration), done = std::move(done)] {
        engine_.apply(*configuration);
        if (first_)
            engine_.apply_root(*before, *configuration);
        for (const auto& listener : tcp_)
            listener->set_idle_timeout(configuration->settings.tcp.idle_timeout);
        done();
    });
}

void Worker::drain()
{
    loop_.post([this] {
        engine_.drain();
        check_drained();
    });
}

void Worker::check_drained()
{
    const bool flushed = std::ranges::all_of(tcp_, [](const auto& listener) { return listener->flushed(); });
    if (engine_.idle() && flushed)
        drained_.store(true, std::memory_order_release);
    else
        drain_watch_.arm(scheduler_, scheduler_.now() + watch_step);
}

void Worker::stop()
{
    if (!thread_.joinable())
        return;
    loop_.stop();
    thread_.join();
}

}  // namespace rw::service
