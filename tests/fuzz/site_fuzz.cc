// SPDX-License-Identifier: EUPL-1.2
// Site files: what is accepted is written back octet for octet and has two people.
#include "tests/fuzz/harness.h"
#include "zones/continuity/statement_words.h"

using namespace rw::zones::continuity;
using rw::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    const std::string_view text = rw::text_of(rw::Octets{input, size});
    if (const auto site = read_site(text)) {
        must(payload_of(*site) == text, "a site file is written as it was read");
        must(site->operators.size() >= 2, "an accepted site has two people");
        must(people(*site, {}).empty(), "nobody confirms with no key");
    }
    if (const auto opened = open_site(text))
        must(opened->signers.empty(), "nobody has signed what a fuzzer wrote");
    return 0;
}
