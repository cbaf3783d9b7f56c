// SPDX-License-Identifier: EUPL-1.2
// The thread that watches over the workers: signals, reloads, the end. It has a loop of its own, so that reading a
// configuration or waiting for the last answer holds up no query.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "resolver/io/loop.h"
#include "resolver/service/changeover.h"
#include "resolver/service/configuration.h"
#include "resolver/service/control_service.h"

namespace rw::service
{

class Worker;
class Shared;

class Supervisor final : public Reloader
{
 public:
    /// Everything must outlive the supervisor; `workers` may be filled until run(). The thread has its signals blocked
    /// (block_signals), as has every other.
    Supervisor(std::filesystem::path file, Shared& shared, std::vector<std::unique_ptr<Worker>>& workers);

    /// Until a signal has ended it and the workers have drained. Signals that came before are taken first.
    void run();

    /// From any thread. Requests are served one after the other.
    void request_reload(control::Done<control::ReloadView> done) override;

 private:
    class Alarm final : public io::Timer
    {
     public:
        explicit Alarm(std::function<void()> rings) : rings_(std::move(rings)) {}

     private:
        void expired() override { rings_(); }
        std::function<void()> rings_;
    };

    void on_signal(int number);
    void reload(const control::Done<control::ReloadView>& done);
    void apply(const std::shared_ptr<const Configuration>& configuration, const std::function<void()>& done);
    void ping_workers();
    void drain();
    void check_drained();

    std::filesystem::path file_;
    Shared& shared_;
    std::vector<std::unique_ptr<Worker>>& workers_;
    io::Scheduler scheduler_;
    io::Loop loop_;
    std::optional<Duration> watchdog_pause_;
    std::shared_ptr<std::size_t> unanswered_ = std::make_shared<std::size_t>(0);  ///< pings of the last round
    Alarm watchdog_alarm_;
    bool draining_ = false;
    Instant drain_ends_{};
    Alarm drain_alarm_;
    Changeover changeover_;
    Alarm changeover_alarm_;
};

}  // namespace rw::service
