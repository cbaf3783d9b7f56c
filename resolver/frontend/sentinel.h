// SPDX-License-Identifier: EUPL-1.2
// Root key sentinel (RFC 8509): names by which a client learns whether a key is trusted here. The answer to
// root-key-sentinel-is-ta-NNNNN.* is withheld unless key NNNNN of the root is trusted, that to
// root-key-sentinel-not-ta-NNNNN.* when it is. Asked by the fast path for each reply, hence a compare of few octets for
// all other names.
#pragma once

#include <cstdint>
#include <optional>

#include "resolver/dns/message_view.h"

namespace rw::frontend
{

struct SentinelQuestion {
    bool is_trusted = true;  ///< what the name claims
    std::uint16_t key_tag = 0;
};

/// What `question` asks about; nothing for every other name and for types other than A and AAAA (§3).
[[nodiscard]] std::optional<SentinelQuestion> read_sentinel(const dns::Question& question);

}  // namespace rw::frontend
