// SPDX-License-Identifier: EUPL-1.2
// One worker thread.
#include "resolver/service/worker.h"

#include "resolver/service/shared.h"

namespace rw::service
{

Worker::Worker(std::shared_ptr<Shared> shared, bool first)
    : shared_(std::move(shared)),
      scheduler_(shared_->clock),
      loop_(scheduler_),
      network_(loop_, random_, shared_->settings.outgoing.addresses),
      engine_(shared_, {scheduler_, network_, random_, loop_}),
      first_(first)
{
}

Worker::~Worker()
{
    stop();
}

Result<std::unique_ptr<Worker>> Worker::open(std::shared_ptr<Shared> shared, bool first)
{
    std::unique_ptr<Worker> worker(new Worker(std::move(shared), first));
    const auto listening = worker->listen();
    if (!listening)
        return std::unexpected(listening.error());
    const auto controlled = first ? worker->open_control() : Result<void>{};
    if (!controlled)
        return std::unexpected(controlled.error());
    return worker;
}

Result<void> Worker::listen()
{
    for (const config::ListenSettings& entry : shared_->settings.listen) {
        const Endpoint address{entry.address, entry.port};
        auto udp = frontend::UdpListener::open(loop_, address, engine_);
        if (!udp)
            return std::unexpected(udp.error());
        udp_.push_back(std::move(*udp));
        auto tcp = frontend::TcpListener::open(loop_, address, engine_, shared_->settings.tcp);
        if (!tcp)
            return std::unexpected(tcp.error());
        tcp_.push_back(std::move(*tcp));
    }
    return {};
}

Result<void> Worker::open_control()
{
    if (!shared_->settings.control.socket)
        return {};
    control_service_ = std::make_unique<ControlService>(*shared_, engine_);
    auto socket = control::ControlSocket::open(*shared_->settings.control.socket, loop_,
                                               [this](std::string_view line, const control::Reply& reply) {
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
        // Background work is the process's, not each worker's: one of them does it.
        if (first_)
            engine_.start();
        loop_.run();
    });
}

void Worker::stop()
{
    if (!thread_.joinable())
        return;
    loop_.stop();
    thread_.join();
}

}  // namespace rw::service
