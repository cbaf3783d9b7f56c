// SPDX-License-Identifier: EUPL-1.2
// Listening sockets.
#pragma once

#include "resolver/base/address.h"
#include "resolver/base/result.h"
#include "resolver/io/file_descriptor.h"

namespace rw::frontend
{

/// A non-blocking socket bound to `address`, which several workers may share (SO_REUSEPORT). `type` is SOCK_DGRAM or
/// SOCK_STREAM. The error says what to do.
Result<io::FileDescriptor> bind_socket(const Endpoint& address, int type);

/// Whether nobody has `address` yet, over UDP or TCP: a program of the same user that shares its port as well would go
/// on getting a part of the queries. The error says what to do. Before the first socket of our own is bound to it.
Result<void> ensure_free(const Endpoint& address);

}  // namespace rw::frontend
