// SPDX-License-Identifier: EUPL-1.2
// lab_router: the only link between the lab's two network namespaces. Holds a device in each, forwards IP packets
// between them under the conditions of each path, and is steered over a Unix socket. Prints `ready` when it can be.
// It must never do more than the lab's own traffic needs: no routes, no addresses, those are the lab front's.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>

#include "tests/lab/router/command.h"
#include "tests/lab/router/control.h"
#include "tests/lab/router/device.h"
#include "tests/lab/router/forwarder.h"

namespace rw::lab
{
namespace
{

struct Options {
    int resolver_namespace = -1;
    int server_namespace = -1;
    std::string device = "rw0";
    bool veth = false;
    std::string control;
    std::string script;
    std::uint64_t seed = 1;
};

// Packets read from one device before the other gets its turn.
constexpr int kBatch = 64;

bool run_script(Forwarder& forwarder, const std::string& file)
{
    std::ifstream input(file);
    int number = 0;
    for (std::string line; std::getline(input, line);) {
        ++number;
        const std::string reply = run_command(forwarder, line);
        if (reply.starts_with("error")) {
            std::cerr << fmt::format("lab_router: {}:{}: {}", file, number, reply);
            return false;
        }
    }
    return true;
}

int termination_signals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

void watch(int epoll, int fd)
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

class Router
{
 public:
    Router(Device& resolver, Device& server, Forwarder& forwarder, ControlSocket& control, int epoll, int signals)
        : resolver_(resolver),
          server_(server),
          forwarder_(forwarder),
          control_(control),
          epoll_(epoll),
          signals_(signals)
    {
    }

    void run()
    {
        std::array<epoll_event, 16> events{};
        for (;;) {
            const int ready = wait(events);
            for (int at = 0; at < ready; ++at) {
                const int fd = events.at(static_cast<std::size_t>(at)).data.fd;
                if (fd == signals_) {
                    return;
                }
                handle(fd);
            }
            forwarder_.deliver_due(std::chrono::steady_clock::now());
        }
    }

 private:
    int wait(std::array<epoll_event, 16>& events)
    {
        forwarder_.log().flush();
        timespec timeout{.tv_sec = 1, .tv_nsec = 0};
        if (const auto due = forwarder_.next_due()) {
            const auto left = std::max(*due - std::chrono::steady_clock::now(), Instant::duration::zero());
            const auto whole = std::chrono::duration_cast<std::chrono::seconds>(left);
            timeout.tv_sec = whole.count();
            timeout.tv_nsec = std::chrono::duration_cast<std::chrono::nanoseconds>(left - whole).count();
        }
        return epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &timeout, nullptr);
    }

    void handle(int fd)
    {
        if (fd == resolver_.fd()) {
            read_batch(resolver_, &Forwarder::from_resolver);
        } else if (fd == server_.fd()) {
            read_batch(server_, &Forwarder::from_server);
        } else {
            control_.handle(fd, [this](std::string_view line) { return run_command(forwarder_, line); });
        }
    }

    void read_batch(const Device& device, void (Forwarder::*forward)(std::span<std::uint8_t>, Instant))
    {
        const Instant now = std::chrono::steady_clock::now();
        for (int count = 0; count < kBatch; ++count) {
            const std::size_t length = device.read(buffer_);
            if (length == 0) {
                return;
            }
            (forwarder_.*forward)(std::span(buffer_).first(length), now);
        }
    }

    Device& resolver_;
    Device& server_;
    Forwarder& forwarder_;
    ControlSocket& control_;
    int epoll_;
    int signals_;
    std::array<std::uint8_t, kPacketLimit> buffer_{};
};

int fail(const std::string& what)
{
    std::cerr << "lab_router: " << what << '\n';
    return 2;
}

int run(const Options& options)
{
    const auto open = options.veth ? Device::open_veth : Device::open_tun;
    auto resolver = open(options.resolver_namespace, options.device);
    if (!resolver) {
        return fail(resolver.error());
    }
    auto server = open(options.server_namespace, options.device);
    if (!server) {
        return fail(server.error());
    }
    Forwarder forwarder({.resolver = &*resolver, .server = &*server}, options.seed);
    if (!options.script.empty() && !run_script(forwarder, options.script)) {
        return 2;
    }
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    const int signals = termination_signals();
    auto control = ControlSocket::listen(options.control, epoll);
    if (!control) {
        return fail(control.error());
    }
    watch(epoll, signals);
    watch(epoll, resolver->fd());
    watch(epoll, server->fd());
    std::cout << "ready\n" << std::flush;
    Router(*resolver, *server, forwarder, *control, epoll, signals).run();
    return 0;
}

}  // namespace
}  // namespace rw::lab

namespace
{

int with_arguments(int argc, char** argv)
{
    rw::lab::Options options;
    CLI::App app{"Joins the lab's two network namespaces, with conditions by server"};
    app.add_option("--resolver-namespace", options.resolver_namespace, "descriptor of the resolver side")->required();
    app.add_option("--server-namespace", options.server_namespace, "descriptor of the server side")->required();
    app.add_option("--device", options.device, "name of the network device in both");
    app.add_flag("--veth", options.veth, "the devices are veth pairs that are there already, not TUN devices to make");
    app.add_option("--control", options.control, "Unix socket to listen on")->required();
    app.add_option("--script", options.script, "commands to run first");
    app.add_option("--seed", options.seed, "of loss and jitter");
    CLI11_PARSE(app, argc, argv);
    return rw::lab::run(options);
}

}  // namespace

int main(int argc, char** argv)
{
    try {
        return with_arguments(argc, argv);
    } catch (const std::exception& error) {
        std::fputs("lab_router: ", stderr);
        std::fputs(error.what(), stderr);
        std::fputs("\n", stderr);
        return 2;
    }
}
