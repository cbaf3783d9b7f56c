// SPDX-License-Identifier: EUPL-1.2
// Trust anchor text: what is read must read back the same. Input: text.
#include <cstdlib>

#include "config/anchor_file.h"

using namespace rw;

namespace
{

constexpr WallSeconds now = std::chrono::sys_days(std::chrono::January / 1 / 2027);

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto anchors = config::read_trust_anchors(text_of({data, size}), now);
    if (!anchors)
        return anchors.error().message.empty() ? (std::abort(), 0) : 0;
    for (const config::TrustAnchor& anchor : *anchors) {
        const auto again = config::read_trust_anchors(config::to_string(anchor), now);
        if (!again || again->size() != 1 || again->front() != anchor ||
            config::rdata_of(again->front()) != config::rdata_of(anchor))
            std::abort();
    }
    return 0;
}
