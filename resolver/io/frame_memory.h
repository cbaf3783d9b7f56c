// SPDX-License-Identifier: EUPL-1.2
// Memory of coroutine frames. Resolving one name takes some twenty frames of a few hundred octets to a few KiB, more than
// malloc keeps ready by thread: each would be cut from a larger piece and joined to its neighbours again. So each thread
// keeps what its frames gave back, by size, at most 1 MiB; the rest is malloc's.
#pragma once

#include <cstddef>

namespace rw::io
{

/// At least `octets`, aligned for any type.
[[nodiscard]] void* take_frame(std::size_t octets);
/// `frame` was taken for as many octets, by whatever thread.
void give_frame(void* frame, std::size_t octets) noexcept;

}  // namespace rw::io
