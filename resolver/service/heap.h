// SPDX-License-Identifier: EUPL-1.2
// What a worker asks of the C library's allocator.
#pragma once

namespace rw::service
{

/// Lets the heap of the calling thread stand in huge pages, and keeps what it once took from the kernel. A resolution
/// touches tens of kilobytes of frames and records between system calls that empty the TLB: with small pages a cold
/// one costs about a tenth more, signatures aside. Takes address space, no memory: that comes as it is touched. Only a
/// hint; call it first in a thread.
void prepare_heap();

}  // namespace rw::service
