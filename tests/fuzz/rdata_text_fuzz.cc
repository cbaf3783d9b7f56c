// SPDX-License-Identifier: EUPL-1.2
// RDATA as a server sent it, written for people by `lookup`, `explain` and `compare`: whatever it holds, what comes out
// is one line of printable text. Two octets choose the type; the rest is RDATA.
#include <algorithm>

#include "tests/fuzz/harness.h"
#include "zones/rdata_text.h"

using rw::fuzz::must;

// ldns keeps what it had made of RDATA that it then could not write.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions()
{
    return "leak:libldns";
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    constexpr std::size_t largest = 4096;  // more only repeats what is there
    if (size < 2 || size > largest)
        return 0;
    const rw::Octets octets(input, size);
    const rw::dns::RRType type{rw::load_u16(octets.data())};
    const rw::Octets rdata = octets.subspan(2);
    const auto printable = [](char c) { return c == '\t' || (c >= ' ' && c <= '~'); };
    must(std::ranges::all_of(rw::zones::rdata_text(type, rdata), printable), "the form for people is printable");
    std::string stable;
    rw::zones::append_stable_rdata(type, rdata, stable);
    must(std::ranges::all_of(stable, printable), "the stable form is printable");
    return 0;
}
