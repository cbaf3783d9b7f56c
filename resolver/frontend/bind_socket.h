// SPDX-License-Identifier: EUPL-1.2
// Listening sockets.
#pragma once

#include "resolver/base/address.h"
#include "resolver/base/result.h"
#include "resolver/io/loop.h"

namespace rw::frontend
{

/// A non-blocking socket bound to `address`, which several workers may share (SO_REUSEPORT). `type` is SOCK_DGRAM or
/// SOCK_STREAM. The error says what to do.
Result<io::FileDescriptor> bind_socket(const Endpoint& address, int type);

}  // namespace rw::frontend
