// SPDX-License-Identifier: EUPL-1.2
// The client side of the control socket: one request, one document. Blocking, with a deadline.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "resolver/base/result.h"
#include "resolver/ctl/invocation.h"

namespace rw::ctl
{

/// A reply longer than this (octets) is refused: the largest, `inflight`, has 1,000 rows of at most 2.3 KiB.
inline constexpr std::size_t max_reply_octets = std::size_t{4} << 20U;
/// The daemon closes a connection after 20 s.
inline constexpr std::chrono::seconds reply_patience{25};

/// Where the daemon's control socket is: --socket, else what the file of -c says, else the default of the settings.
[[nodiscard]] Result<std::filesystem::path> socket_path(const Invocation& invocation);

/// Sends `line` and gives the reply without its line end. The error says what to do when no daemon answers.
[[nodiscard]] Result<std::string> ask(const std::filesystem::path& socket, std::string_view line,
                                      std::chrono::milliseconds patience = reply_patience);

}  // namespace rw::ctl
