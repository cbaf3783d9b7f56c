// SPDX-License-Identifier: EUPL-1.2
// One worker thread of the daemon: loop, sockets and engine. It shares nothing but `Shared` and its inbox.
#pragma once

#include <memory>
#include <thread>

#include "resolver/base/result.h"
#include "resolver/control/socket.h"
#include "resolver/frontend/tcp_listener.h"
#include "resolver/frontend/udp_listener.h"
#include "resolver/io/loop.h"
#include "resolver/io/system_network.h"
#include "resolver/service/control_service.h"
#include "resolver/service/engine.h"

namespace rw::service
{

class Worker
{
 public:
    /// Opens the listening sockets; the thread starts with run(). The error says which address and what to do.
    static Result<std::unique_ptr<Worker>> open(std::shared_ptr<Shared> shared, bool first);
    ~Worker();

    void run();
    /// Stops the loop and waits for the thread.
    void stop();

 private:
    Worker(std::shared_ptr<Shared> shared, bool first);
    Result<void> listen();
    Result<void> open_control();

    std::shared_ptr<Shared> shared_;
    SecureRandom random_;
    io::Scheduler scheduler_;
    io::Loop loop_;
    io::SystemNetwork network_;
    Engine engine_;
    std::vector<std::unique_ptr<frontend::UdpListener>> udp_;
    std::vector<std::unique_ptr<frontend::TcpListener>> tcp_;
    std::unique_ptr<ControlService> control_service_;  ///< of the first worker
    std::unique_ptr<control::ControlSocket> control_;
    bool first_;
    std::thread thread_;
};

}  // namespace rw::service
