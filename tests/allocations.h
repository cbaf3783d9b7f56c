// SPDX-License-Identifier: EUPL-1.2
// Counts allocations, so that a test can say "this walk never allocates". Linked into the unit tests and fuzz targets
// that ask; it takes the place of operator new for the whole program.
#pragma once

#include <cstddef>

namespace rw::test
{

/// Allocations of this thread so far.
[[nodiscard]] std::size_t allocation_count();

}  // namespace rw::test
