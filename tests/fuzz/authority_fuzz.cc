// SPDX-License-Identifier: EUPL-1.2
// Authority files, as payload and as envelope: what is accepted is written back octet for octet, keeps its floors, and
// has no signer that did not sign.
#include "tests/fuzz/harness.h"
#include "zones/continuity/statement_words.h"

using namespace rw::zones::continuity;
using rw::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    const std::string_view text = rw::text_of(rw::Octets{input, size});
    if (const auto authority = read_authority(text)) {
        must(payload_of(*authority) == text, "an authority is written as it was read");
        must(check_floors(*authority).has_value(), "an accepted authority keeps its floors");
        for (const char c : words_of(*authority))
            must(c == '\n' || (c >= 0x20 && c < 0x7f), "the page is printable ASCII");
    }
    if (const auto opened = open_authority(text))
        must(opened->signers.empty(), "nobody has signed what a fuzzer wrote");
    return 0;
}
