// SPDX-License-Identifier: EUPL-1.2
// Statements, as payload and as envelope, handed to a site: no input makes it accept what lacks a threshold.
#include "tests/fuzz/harness.h"
#include "tests/unit/zones/continuity/world.h"
#include "zones/continuity/statement_words.h"

using namespace rw::zones::continuity;
using rw::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    const std::string_view text = rw::text_of(rw::Octets{input, size});
    test::World world;
    if (const auto statement = read_statement(text)) {
        must(payload_of(*statement) == text, "a statement is written as it was read");
        for (const char c : words_of(*statement))
            must(c == '\n' || (c >= 0x20 && c < 0x7f), "the page is printable ASCII");
        Statement ours = *statement;
        ours.authority = world.state.chain.front().hash;
        const std::size_t parties = ours.type == StatementType::drill ? 0 : ours.leads_out() ? 1 : 2;
        must(!world.present(ours, parties).permitted, "what lacks a threshold is not accepted");
    }
    if (const auto opened = open_statement(text, world.state.party_keys()))
        must(!world.happen(Present{.statement = *opened, .nonce = {}}).permitted,
             "an envelope nobody signed counts for nothing");
    return 0;
}
