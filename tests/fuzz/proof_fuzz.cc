// SPDX-License-Identifier: EUPL-1.2
// Proof bundles, entry bundles and tile paths. The key below has no private half anywhere, so nothing may ever be proved.
#include "tests/fuzz/harness.h"
#include "zones/audit/bundle.h"
#include "zones/audit/tile.h"

using namespace rw::zones::audit;
using rw::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    static const VerifierKey key{.name = "fuzz.example/log", .type = KeyType::log, .key = {}};
    const rw::Octets octets{input, size};
    must(!check_bundle(rw::text_of(octets), {key}, nullptr).has_value(), "no bundle is signed by nobody");
    for (const std::uint64_t count : {0U, 1U, 2U, 256U})
        (void)entries_of(octets, count);
    if (const auto tile = tile_of_path(rw::text_of(octets)))
        must(tile_path(*tile) == rw::text_of(octets), "a tile has one path");
    return 0;
}
