// SPDX-License-Identifier: EUPL-1.2
// The client side that both floors share with frontend/udp_listener: its socket options and its batches.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>

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

/// A UDP socket bound to `at`; -1 when that cannot be.
int listen_at(const Endpoint& at);

}  // namespace rw::bench
