// SPDX-License-Identifier: EUPL-1.2
// Trust anchor text: what is read must read back the same. Input: text.
#include <cstdlib>

#include "config/trust_anchor.h"

using namespace rw;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto anchors = config::read_trust_anchors(text_of({data, size}));
    if (!anchors)
        return anchors.error().message.empty() ? (std::abort(), 0) : 0;
    for (const config::TrustAnchor& anchor : *anchors) {
        const auto again = config::read_trust_anchors(config::to_string(anchor));
        if (!again || again->size() != 1 || again->front() != anchor ||
            config::rdata_of(again->front()) != config::rdata_of(anchor))
            std::abort();
    }
    return 0;
}
