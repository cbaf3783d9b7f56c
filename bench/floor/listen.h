// SPDX-License-Identifier: EUPL-1.2
// The client side that both floors share with frontend/udp_listener: its socket options and its batches.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "resolver/base/address.h"

namespace rw::bench
{

constexpr std::size_t batch = 64;
constexpr std::size_t most_octets = 4096;

/// Queries that come and, made into replies in place, go.
struct Batch {
    std::array<std::array<std::uint8_t, most_octets>, batch> octets{};
    std::array<sockaddr_storage, batch> from{};
    std::array<iovec, batch> parts{};
    std::array<mmsghdr, batch> headers{};

    void expect_queries();
};

/// Where to listen, and whatever else a floor wants to know.
class FloorOptions
{
 public:
    explicit FloorOptions(const std::string& description);

    /// Reads the command line; a UDP socket bound as it says, or -1 when something was said on standard error or
    /// output.
    int listen(int argc, char** argv);

    CLI::App app;

 private:
    std::string address_;
    std::uint16_t port_ = 0;
};

}  // namespace rw::bench
