// SPDX-License-Identifier: EUPL-1.2
// Packed zone files: what comes out stays within the limit, whatever went in.
#include "tests/fuzz/harness.h"
#include "zones/unpack.h"

using rw::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    constexpr std::size_t limit = 1U << 20;
    const rw::Result<std::string> text = rw::zones::unpacked({input, size}, limit);
    must(!text || text->size() <= limit, "what is unpacked is bounded");
    return 0;
}
