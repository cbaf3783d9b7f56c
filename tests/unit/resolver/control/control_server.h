// SPDX-License-Identifier: EUPL-1.2
// A control socket on a loop in a thread of its own, for the tests of control/ and ctl/.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <string>
#include <thread>

#include "resolver/control/socket.h"
#include "resolver/control/verbs.h"
#include "tests/unit/resolver/control/fake_service.h"

namespace rw::control::test
{

/// A folder that lives as long as the test.
class ScratchFolder
{
 public:
    ScratchFolder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "rw_control_XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~ScratchFolder() { std::filesystem::remove_all(path_); }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

class ControlServer
{
 public:
    ControlServer() : scheduler_(clock_), loop_(scheduler_)
    {
        auto opened = ControlSocket::open(
            path(), {}, loop_, [this](std::string_view line, const Reply& reply) { handle(line, service_, reply); });
        REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message));
        socket_ = std::move(*opened);
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~ControlServer()
    {
        loop_.stop();
        thread_.join();
    }
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "control.sock"; }

    /// Runs `action(service)` on the loop's thread and waits for it.
    template <class Action>
    void with_service(Action action)
    {
        std::promise<void> done;
        loop_.post([&] {
            action(service_);
            done.set_value();
        });
        done.get_future().wait();
    }

 private:
    ScratchFolder folder_;
    SystemClock clock_;
    io::Scheduler scheduler_;
    io::Loop loop_;
    FakeService service_;
    std::unique_ptr<ControlSocket> socket_;
    std::thread thread_;
};

}  // namespace rw::control::test
