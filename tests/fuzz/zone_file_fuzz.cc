// SPDX-License-Identifier: EUPL-1.2
// Zone files. What is accepted has a canonical text that reads back to the same canonical text; verdict, ZONEMD and a
// comparison with itself never fail in a worse way than by saying so.
#include "tests/fuzz/harness.h"
#include "zones/events.h"
#include "zones/verify.h"
#include "zones/zone_file.h"

using namespace rw::zones;
using rw::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    const rw::Result<Zone> zone = read_zone(rw::text_of({input, size}));
    if (!zone)
        return 0;
    const std::string text = canonical_text(*zone);
    const rw::Result<Zone> again = read_zone(text);
    must(again.has_value(), "canonical text is a zone");
    must(canonical_text(*again) == text, "canonical text is stable");
    const Delta delta = compare(*zone, *again);
    must(delta.changes.empty() && delta.resigned == 0, "a zone does not differ from itself");
    (void)find_events(*zone, *again, delta, EventLimits{});
    const ZoneVerdict verdict = verify_zone(*zone, shipped_anchor(), rw::WallSeconds{});
    must(verdict.result != ZoneResult::verified, "nothing here has the root's signatures");
    return 0;
}
