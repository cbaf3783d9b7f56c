// SPDX-License-Identifier: EUPL-1.2
// DNSKEY RRsets signed ahead, and servers of the zone as they are given on the command line: what is read is written back
// and read again as the same.
#include "tests/fuzz/harness.h"
#include "zones/continuity/zone_build.h"

using namespace rw::zones::continuity;
using rw::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    const std::string_view text = rw::text_of(rw::Octets{input, size});
    if (const auto bundle = read_bundle(text)) {
        const std::string written = bundle_text(*bundle);
        const auto again = read_bundle(written);
        must(again && bundle_text(*again) == written, "a bundle is read as it was written");
        for (const Seconds at : {Seconds{0}, Seconds{1'790'000'000}}) {
            const KeySlot* slot = bundle->slot_at(at);
            must(slot == nullptr || (slot->inception <= at && at < slot->expiration), "a slot covers its time");
        }
        must(bundle->answer_octets() > 0, "an answer has octets");
    }
    if (const auto server = read_server(text))
        must(!server->name.is_root(), "a server has a name");
    return 0;
}
