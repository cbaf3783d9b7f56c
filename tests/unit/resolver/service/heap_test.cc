// SPDX-License-Identifier: EUPL-1.2
#include "resolver/service/heap.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

namespace
{

// Sanitizers bring allocators of their own.
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);

/// The flags of the mapping that `address` is in ("rd wr mr hg ..."), as the kernel shows them.
std::string mapping_flags(const void* address)
{
    std::ifstream maps("/proc/self/smaps");
    bool inside = false;
    for (std::string line; std::getline(maps, line);) {
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        char dash = 0;
        std::istringstream words(line);
        if (words >> std::hex >> begin >> dash >> end && dash == '-')
            inside =
                begin <= reinterpret_cast<std::uintptr_t>(address) && reinterpret_cast<std::uintptr_t>(address) < end;
        else if (inside && line.starts_with("VmFlags:"))
            return line;
    }
    return "";
}

}  // namespace

TEST_CASE("what a worker allocates stands in a range that may have huge pages")
{
    if (sanitized || !std::filesystem::exists("/sys/kernel/mm/transparent_hugepage")) {
        MESSAGE("skipped: a sanitizer's allocator, or a kernel without transparent huge pages");
        return;
    }
    std::string flags;
    std::thread([&flags] {
        rw::service::prepare_heap();
        const auto frame = std::make_unique<std::string>(4000, 'x');
        flags = mapping_flags(frame->data());
    }).join();
    CHECK(flags.find(" hg") != std::string::npos);
}
