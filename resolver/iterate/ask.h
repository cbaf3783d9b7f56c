// SPDX-License-Identifier: EUPL-1.2
// Asks the servers of a zone one question, looking up addresses of name servers when none is left to ask.
#pragma once

#include <expected>

#include "resolver/io/task.h"
#include "resolver/iterate/context.h"
#include "resolver/iterate/round.h"
#include "resolver/iterate/work_budget.h"
#include "resolver/iterate/zone_servers.h"

namespace rw::iterate
{

/// The questions that are being resolved to answer each other, innermost first: how a cycle of name servers is seen.
struct Chain {
    dns::Question question;
    const Chain* outer = nullptr;
    std::size_t depth = 0;

    [[nodiscard]] bool contains(const dns::Question& other) const
    {
        for (const Chain* link = this; link != nullptr; link = link->outer) {
            if (link->question == other)
                return true;
        }
        return false;
    }
};

/// Finds addresses of a name server by resolving its name: the iterator.
class AddressFinder
{
 public:
    virtual ~AddressFinder() = default;
    /// Looks up one more name server of `zone` and adds what it finds. False when there is none left to look up.
    virtual io::Task<bool> find_addresses(ZoneServers& zone, WorkBudget& budget, const Chain& chain) = 0;
};

/// A usable reading from one of the servers of `zone`, or why there is none within `patience` and the budget's time.
/// Everything referred to must live until the task ends.
io::Task<std::expected<std::unique_ptr<Asked>, Failure>> ask(Context& context, AddressFinder& finder, ZoneServers& zone,
                                                             const dns::Question& question, WorkBudget& budget,
                                                             const Chain& chain, Duration patience);

}  // namespace rw::iterate
