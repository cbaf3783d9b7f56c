// SPDX-License-Identifier: EUPL-1.2
// What fuzz targets share: a check that names what is wrong before it aborts. Called by the targets of this folder
// only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size);

namespace rw::fuzz
{

/// Aborts when `holds` is false, so that libFuzzer and the replay keep the input.
inline void must(bool holds, const char* what)
{
    if (holds)
        return;
    std::fprintf(stderr, "fuzz: does not hold: %s\n", what);
    std::abort();
}

}  // namespace rw::fuzz
