// SPDX-License-Identifier: EUPL-1.2
// Configuration text: what loads must print to text that loads to the same settings. Input: YAML.
#include "config/load.h"
#include "config/print.h"
#include "resolver/base/octets.h"
#include "tests/fuzz/harness.h"

using namespace rw;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const config::Loaded settings = config::load_text(text_of({data, size}), "/nonexistent");
    if (!settings) {
        fuzz::must(!settings.error().empty(), "what is refused has a problem");
        return 0;
    }
    const config::Loaded again = config::load_text(config::print_config(*settings), "/nonexistent");
    fuzz::must(again.has_value(), "what is printed loads");
    fuzz::must(*again == *settings, "what is printed says the same");
    fuzz::must(config::difference(*settings, *again).empty(), "equal settings have no difference");
    return 0;
}
