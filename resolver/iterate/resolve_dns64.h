// SPDX-License-Identifier: EUPL-1.2
// Resolving for clients of a DNS64: for AAAA also the A records of the name when it has no usable AAAA, for reverse
// names below the prefix an alias to the reverse name of the IPv4 address (RFC 6147 §5.1, §5.3.1). Called by the
// frontend in place of Iterator::resolve; what it makes is not cached, the records it is made of are.
#pragma once

#include "resolver/iterate/dns64.h"
#include "resolver/iterate/iterator.h"

namespace rw::iterate
{

/// Everything referred to must live until the task ends; `budget` covers both questions.
io::Task<Outcome> resolve_with_dns64(Iterator& iterator, const Dns64& dns64, dns::Question question, WorkBudget& budget,
                                     Checking checking);

}  // namespace rw::iterate
