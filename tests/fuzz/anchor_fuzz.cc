// SPDX-License-Identifier: EUPL-1.2
// Trust anchor text: what is read must read back the same. Input: text.
#include <cstdlib>

#include "resolver/dnssec/trust_anchor.h"

using namespace rw;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto anchors = dnssec::parse_trust_anchors(text_of({data, size}));
    if (!anchors)
        return anchors.error().message.empty() ? (std::abort(), 0) : 0;
    for (const dnssec::TrustAnchor& anchor : *anchors) {
        const auto again = dnssec::parse_trust_anchors(anchor.to_string());
        if (!again || again->size() != 1 || again->front().rdata != anchor.rdata ||
            again->front().owner != anchor.owner || again->front().key_tag() != anchor.key_tag())
            std::abort();
    }
    return 0;
}
