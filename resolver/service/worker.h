// SPDX-License-Identifier: EUPL-1.2
// One worker thread of the daemon: loop, sockets and engine. It shares nothing but `Shared` and its inbox.
#pragma once

#include <atomic>
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
    /// Opens the listening sockets; the thread starts with run(). The error says which address and what to do. The
    /// first worker does the background work and serves the operator, who may reload through `reloader`.
    static Result<std::unique_ptr<Worker>> open(std::shared_ptr<Shared> shared, bool first, Reloader& reloader,
                                                const control::SocketOwner& owner);
    ~Worker();

    void run();

    // From the thread that supervises the workers:
    /// Has the worker take `configuration` in place of `before`; `done` is called on its thread.
    void apply(std::shared_ptr<const Configuration> before, std::shared_ptr<const Configuration> configuration,
               std::function<void()> done);
    /// Calls `done` on the worker's thread: its loop is alive.
    void ping(std::function<void()> done) { loop_.post(std::move(done)); }
    /// Answers from the cache only from now on; drained() tells when nobody waits any more.
    void drain();
    [[nodiscard]] bool drained() const { return drained_.load(std::memory_order_acquire); }
    /// Stops the loop and waits for the thread.
    void stop();

 private:
    /// Looks now and then whether the last client has got its reply.
    class DrainWatch final : public io::Timer
    {
     public:
        explicit DrainWatch(Worker& worker) : worker_(worker) {}

     private:
        void expired() override { worker_.check_drained(); }
        Worker& worker_;
    };

    Worker(std::shared_ptr<Shared> shared, bool first);
    Result<void> listen();
    Result<void> open_control(Reloader& reloader, const control::SocketOwner& owner);
    void check_drained();

    std::shared_ptr<Shared> shared_;
    SecureRandom random_;
    io::Scheduler scheduler_;
    io::Loop loop_;
    io::SystemNetwork network_;
    Engine engine_;
    std::vector<std::unique_ptr<frontend::UdpListener>> udp_;
    FairPool tcp_places_{SIZE_MAX};  ///< of connections; how many there may be say the limits that all workers share
    frontend::TcpListeners tcp_;
    std::unique_ptr<ControlService> control_service_;  ///< of the first worker
    std::unique_ptr<control::ControlSocket> control_;
    bool first_;
    DrainWatch drain_watch_{*this};
    std::atomic<bool> drained_ = false;
    std::thread thread_;
};

}  // namespace rw::service
