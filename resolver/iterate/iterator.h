// SPDX-License-Identifier: EUPL-1.2
// Resolves questions: the loop of RFC 1034 §5.3.3. Follows aliases link by link; for each link walks down from the
// closest known delegation, reading responses (reading.h) and remembering what they taught. Called for a client's
// question by frontend/, and by itself for the addresses of name servers.
#pragma once

#include "resolver/iterate/ask.h"
#include "resolver/iterate/context.h"
#include "resolver/iterate/outcome.h"
#include "resolver/iterate/work_budget.h"

namespace rw::iterate
{

class Iterator final : public AddressFinder
{
 public:
    explicit Iterator(Context& context) : context_(context) {}

    /// `budget` must live until the task ends; `outer` is the question this one helps to answer, if any.
    io::Task<Outcome> resolve(dns::Question question, WorkBudget& budget, const Chain* outer);

    io::Task<bool> find_addresses(ZoneServers& zone, WorkBudget& budget, const Chain& chain) override;

 private:
    using Links = std::expected<std::vector<Link>, Failure>;

    /// Where a walk stands: whose servers are asked next, and what is cached about what they say.
    struct Position {
        ZoneServers zone;
        std::optional<cache::Delegation> delegation;  ///< as the parent gave it; none for the root
        cache::Origin origin;
    };

    /// One link, or several when a response holds more of the chain.
    io::Task<Links> resolve_link(const dns::Question& question, WorkBudget& budget, const Chain& chain);
    /// The last resort: addresses that the parents of name servers' own zones gave as glue.
    bool add_parent_glue(ZoneServers& zone);
    io::Task<bool> look_up(ZoneServers::Server& server, dns::RRType type, WorkBudget& budget, const Chain& chain);

    [[nodiscard]] Position start(const dns::Question& question);
    void descend(Position& position, Reading& reading);
    [[nodiscard]] std::optional<Link> cached(const dns::Question& question);
    /// Whether a minimised question needs no asking: its answer is known and is no zone cut.
    [[nodiscard]] bool known_inside(const dns::Question& question);
    std::vector<Link> keep(const dns::Question& question, Reading& reading, const Position& position);
    [[nodiscard]] ZoneServers root_zone() const;

    Context& context_;
};

}  // namespace rw::iterate
