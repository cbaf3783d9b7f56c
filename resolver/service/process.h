// SPDX-License-Identifier: EUPL-1.2
// What the process takes and gives up at its start: descriptors, memory, privileges. Each says what to do when it
// cannot be had.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "config/settings.h"
#include "resolver/base/result.h"
#include "resolver/control/socket.h"

namespace rw::service
{

/// Raises the limit on descriptors as far as it goes, and warns when that is less than `settings` may need.
void raise_descriptor_limit(const config::Settings& settings);

/// Octets of memory this process may have: the host's, or a control group's when that is less.
[[nodiscard]] std::uint64_t memory_limit();

/// The group of that name. The error says how to make one.
[[nodiscard]] Result<gid_t> group_of(const std::string& name);

/// Whose the control socket is: `user` and its group, or `control.group`; whoever started the daemon otherwise. The
/// error names what to do.
[[nodiscard]] Result<control::SocketOwner> socket_owner(const config::Settings& settings);

enum class Stage : std::uint8_t {
    start,    ///< before anything is opened, while there is one thread
    running,  ///< everything is open
};
/// What can be given up of a root that is not going to become another user: every capability but those to open what is
/// configured (start), or to read and write files of others (running), as a reload may have to. Says so.
void give_up_root(Stage stage);

/// Becomes `user`, with its group alone and without any capability; and in any case never gains privileges again.
/// Called when every socket is open. The error names what to do.
[[nodiscard]] Result<void> drop_privileges(const std::optional<std::string>& user);

}  // namespace rw::service
