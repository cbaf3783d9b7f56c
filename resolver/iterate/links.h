// SPDX-License-Identifier: EUPL-1.2
// The links of a chain that one response is, each with its rank: the answer to the question, and what the response says of
// the targets of its aliases, which counts for less (RFC 2181 §5.4.1). Pure; called by the iterator.
#pragma once

#include <vector>

#include "resolver/iterate/outcome.h"
#include "resolver/iterate/reading.h"

namespace rw::iterate
{

/// The links that a usable, final reading of `question` is made of; its records are moved out.
[[nodiscard]] std::vector<Link> links_of(const dns::Question& question, Reading& reading);

}  // namespace rw::iterate
