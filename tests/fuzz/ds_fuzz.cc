// SPDX-License-Identifier: EUPL-1.2
// DS RDATA: what is read is what was there, and only what is usable is used.
#include "resolver/dnssec/ds.h"
#include "tests/fuzz/harness.h"

using rw::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    const rw::Octets rdata(input, size);
    const auto ds = rw::dnssec::Ds::parse(rdata);
    must(!ds || size >= 4, "a DS has tag, algorithm and digest type");
    if (size > 65535)
        return 0;
    rw::dns::RdataList list;
    list.add(rdata);
    const auto usable = rw::dnssec::usable_ds(list, rw::dnssec::AlgorithmPolicy{});
    must(usable.size() <= 1, "one record gives one DS at most");
    must(usable.empty() || ds.has_value(), "what cannot be read is not used");
    return 0;
}
