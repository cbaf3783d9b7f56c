// SPDX-License-Identifier: EUPL-1.2
// Confirmations: what is accepted is written back octet for octet; one that nobody signed enters and leaves nothing.
#include "tests/fuzz/harness.h"
#include "tests/unit/zones/continuity/world.h"

using namespace rw::zones::continuity;
using rw::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    const std::string_view text = rw::text_of(rw::Octets{input, size});
    test::World world;
    world.arm();
    if (const auto confirmation = read_confirmation(text)) {
        must(payload_of(*confirmation) == text, "a confirmation is written as it was read");
        must(!world.happen(Enter{{test::World::from(*confirmation, test::key("Anna"))}}).permitted,
             "one person does not enter");
    }
    if (const auto opened = open_confirmation(text, world.state.site.content))
        must(!world.happen(Enter{{*opened, *opened}}).permitted, "a confirmation that nobody signed enters nothing");
    return 0;
}
