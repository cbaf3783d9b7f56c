// SPDX-License-Identifier: EUPL-1.2
// Leaves and the canonical JSON they are written in: what is accepted is written back octet for octet and exports
// without breaking a line.
#include <algorithm>

#include "tests/fuzz/harness.h"
#include "zones/audit/export.h"
#include "zones/audit/leaf.h"

using namespace rw::zones;
using rw::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    const rw::Octets octets{input, size};
    if (const rw::Result<Json> value = read_canonical_json(rw::text_of(octets)))
        must(canonical_json(*value) == rw::text_of(octets), "canonical JSON is written as it was read");
    const rw::Result<Json> leaf = audit::read_leaf(octets, 7);
    if (!leaf)
        return 0;
    for (const audit::ExportFormat format : {audit::ExportFormat::jsonl, audit::ExportFormat::syslog,
                                             audit::ExportFormat::ocsf, audit::ExportFormat::csv}) {
        const std::string line = audit::export_line(format, "fuzz.example", *leaf);
        must(std::ranges::count(line, '\n') <= 1, "one leaf is one line");
    }
    return 0;
}
