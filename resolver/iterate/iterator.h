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

/// Whether an answer is validated before it is cached and given out. Addresses of name servers are not: what they lead
/// to is. So are answers to clients that check themselves (CD).
enum class Checking : std::uint8_t { none, validate };

/// Why there is no answer.
struct Trouble {
    Failure failure = Failure::no_reachable_authority;
    std::string detail;                        ///< what exactly failed, for logs; may be empty
    bool lasting = false;                      ///< another server's answer would be no better
    std::optional<dns::Name> configured_zone;  ///< the stub or forward zone to blame, when validation failed for it
};

/// Where a walk stands: whose servers are asked next, and what is cached about what they say.
struct Position {
    /// The configured zone that the walk is for, when its servers failed as well: who is asked speaks for it.
    ConfiguredZonePtr source;
    bool fell_back = false;  ///< the servers of `source` failed; who would be asked without it is asked
    ZoneServers zone;
    std::optional<cache::Delegation> delegation;  ///< as the parent gave it, less the servers; none for the root
    cache::Origin origin;
};

/// The response that ends a walk. Handed on by pointer, as Asked is.
struct Final {
    Reading reading;
    Position position;
    Endpoint server;
};
using Walked = std::expected<std::unique_ptr<Final>, Trouble>;

class Iterator final : public AddressFinder
{
 public:
    explicit Iterator(Context& context) : context_(context) {}

    /// `budget` must live until the task ends; `outer` is the question this one helps to answer, if any. For ourselves:
    /// no rule of the operator's policy applies.
    io::Task<Outcome> resolve(dns::Question question, WorkBudget& budget, const Chain* outer, Checking checking)
    {
        return resolve_links(question, budget, outer, checking, nullptr);
    }
    /// The same for a client. What a rule denies or drops is not asked for: the links end with the alias to it.
    io::Task<Outcome> answer(dns::Question question, WorkBudget& budget, Checking checking)
    {
        return resolve_links(question, budget, nullptr, checking, &context_.policy);
    }

    /// Asks for one link again although it is cached, and keeps what comes. False when nothing usable came.
    io::Task<bool> renew(dns::Question question, WorkBudget& budget, Checking checking);

    /// Walks down to the servers that answer `question`, whatever they say. Servers in `avoid` are not asked.
    io::Task<Walked> walk(const dns::Question& question, WorkBudget& budget, const Chain& chain,
                          const std::vector<Endpoint>& avoid);

    /// Whom a question about `name` would be put to first, with the addresses that are known by now. Of the root's own
    /// servers nothing.
    [[nodiscard]] ZoneServers known_servers(const dns::Name& name);

    io::Task<bool> find_addresses(ZoneServers& zone, WorkBudget& budget, const Chain& chain) override;

 private:
    using Links = std::expected<std::vector<Link>, Trouble>;
    using KnownLink = std::optional<std::expected<Link, Failure>>;

    io::Task<Outcome> resolve_links(dns::Question question, WorkBudget& budget, const Chain* outer, Checking checking,
                                    const Policy* policy);
    /// What needs no asking, or why it gets no answer. The sources in their order: the operator's data, the cache, what
    /// follows from denials. Servers come after them, those of the deepest configured zone first (start).
    [[nodiscard]] KnownLink known(const dns::Question& question, WorkBudget& budget, Checking checking);
    /// One link, or several when a response holds more of the chain.
    io::Task<Links> resolve_link(const dns::Question& question, WorkBudget& budget, const Chain& chain,
                                 Checking checking);
    /// Judges the links of one response; says why when one is bogus.
    io::Task<std::optional<Trouble>> check(std::vector<Link>& links, const dns::Name& zone, WorkBudget& budget,
                                           const Chain& chain);
    /// Says so when it is for a stub or forward zone that a link does not validate; `zone` is to blame.
    void blame_configured_zone(Trouble& trouble, const Link& link, const dns::Name& zone) const;

    // find_addresses.cc
    class Outlook;
    struct Lookup {
        ZoneServers::Server* server;
        dns::RRType family;
    };
    /// What asking the parent came to, the better the higher.
    enum class Told : std::uint8_t { nothing, names, addresses };

    /// The name server and family that is looked up next: of the family that works, servers without address first.
    [[nodiscard]] std::optional<Lookup> next_lookup(ZoneServers& zone) const;
    /// Whether names other than that of `server` have not been looked up yet.
    [[nodiscard]] static bool has_others(const ZoneServers& zone, const ZoneServers::Server& server);
    io::Task<bool> look_up(ZoneServers::Server& server, dns::RRType type, WorkBudget& budget, const Chain& chain);
    /// Addresses that delegations above the closest one gave as glue.
    bool add_glue_from_above(ZoneServers& zone);
    /// The question for an address that only the parent can tell and has not told: of a server in the zone itself.
    [[nodiscard]] std::optional<dns::Question> missing_glue(ZoneServers& zone) const;
    /// Whether the parent still delegates `zone`, and where to; once per question, and by all clients together once per
    /// limits::recheck_interval. RFC 1034 §5.3.3 step 4 and RFC 9520 leave it open.
    io::Task<Told> ask_parent(ZoneServers& zone, WorkBudget& budget, const Chain& chain);
    io::Task<Told> ask_parent_about(dns::Question question, ZoneServers& zone, WorkBudget& budget, const Chain& chain);
    io::Task<Told> wait_for_recheck(ZoneServers& zone);
    [[nodiscard]] Told take_from_cache(ZoneServers& zone);
    /// Puts the servers of `fresh` in the place of those of `zone`.
    [[nodiscard]] static Told take(ZoneServers& zone, ZoneServers fresh);
    [[nodiscard]] Told take_answer(const Reading& reading, const dns::Question& question, ZoneServers& zone);
    /// A referral may hold the address asked for and leave the others out.
    static void keep_known_glue(cache::Delegation& delegation, const ZoneServers& zone);
    /// Name servers that were renumbered while their addresses were cached.
    io::Task<bool> renew_addresses(ZoneServers& zone, WorkBudget& budget, const Chain& chain);
    [[nodiscard]] bool claim_recheck(const dns::Name& name, dns::RRType type);

    /// The failure that servers of `zone` gave a moment ago, whoever asked (a budget across clients).
    [[nodiscard]] std::optional<Failure> recent_failure(const ZoneServers& zone, dns::RRType type);
    void note_failure(const ZoneServers& zone, dns::RRType type, Failure failure);
    [[nodiscard]] bool all_silent(const ZoneServers& zone, dns::RRType type) const;
    [[nodiscard]] Position start(const dns::Question& question);
    /// At the servers of `asked`, a configured zone or none, for data of `source`.
    [[nodiscard]] Position start(const dns::Name& name, const ConfiguredZonePtr& source,
                                 const ConfiguredZonePtr& asked);
    /// The servers of a configured zone failed, and what is wanted then is that it were not configured.
    [[nodiscard]] bool fall_back(Position& position, const dns::Question& question, Failure failure);
    /// Asks the servers that `position` is at, unless all of them were silent a moment ago.
    io::Task<std::expected<std::unique_ptr<Asked>, Failure>> ask_servers(Position& position, dns::Question shown,
                                                                         WorkBudget& budget, const Chain& chain,
                                                                         bool hasty);
    void descend(Position& position, Reading& reading);
    [[nodiscard]] std::optional<Link> cached(const dns::Question& question);
    /// What is cached, in short; none for what the operator has data of his own about.
    [[nodiscard]] std::optional<cache::EntryKind> cached_kind(const dns::Question& question);
    /// Judges what was cached without that, for a client that checks himself or as a step on the way (RFC 4035 §4.7).
    /// Nothing when it does not validate: others are asked then.
    io::Task<std::optional<Link>> judge_cached(Link link, WorkBudget& budget, const Chain& chain);
    /// The answer to a question for a DS, when the parent gave it with a referral: the RRset, or the proof that there is
    /// none, to which the parent's SOA must be known.
    io::Task<std::optional<Link>> from_referral(dns::Question question, WorkBudget& budget, const Chain& chain,
                                                Checking checking);
    /// The alias that a cached secure DNAME above the name makes (RFC 6672 §3.4). `edge`: not above that name.
    [[nodiscard]] std::optional<Link> renamed(const dns::Question& question, const dns::Name& edge);
    /// What is cached of the zone is what its parent has just said.
    void follow_parent(Position& position) const;
    /// What follows from secure denials: NXDOMAIN because a name above does not exist (RFC 8020), or an answer made
    /// from NSEC, NSEC3 and wildcards (RFC 8198), or an alias from a DNAME. Nothing across the edge of a configured zone.
    [[nodiscard]] std::optional<Link> deduced(const dns::Question& question, WorkBudget& budget);
    [[nodiscard]] std::optional<Link> cut(const dns::Question& question, const dns::Name& edge);
    /// Whether a minimised question needs no asking: its answer is known and is no zone cut.
    [[nodiscard]] bool known_inside(const dns::Question& question);
    /// Takes out the first link that the servers of `position` may not speak about, and what follows it: before it is
    /// judged, because it may well be bogus.
    void cut_off(std::vector<Link>& links, const Position& position) const;
    /// Keeps `links` for others. Those that nobody may have go, and what follows them: somebody else is responsible, or
    /// what is cached is to be trusted more. They are asked for by themselves then.
    void keep(std::vector<Link>& links, const Position& position);
    /// Keeps a secure DNAME under its own name, for other names below it.
    void keep_dname(const Link& link, const cache::Origin& origin);
    /// Whether `name` is in the configured zone that `position` is for, also after a reload meanwhile.
    [[nodiscard]] bool is_responsible(const Position& position, const dns::Name& name) const;
    /// Whether the servers of `position` may say what `link` says: its name is not the operator's, who gave data of his
    /// own or other servers for it (split DNS; CVE-2021-25220).
    [[nodiscard]] bool may_say(const Position& position, const Link& link) const;
    /// Whether `link` speaks for more types than DS of a name at which the operator cut: kept under every type it would
    /// hide what he has there.
    [[nodiscard]] bool is_parents_word(const Link& link) const;
    /// Keeps what a secure denial or wildcard says for other names.
    void keep_denial(const Link& link, const cache::Origin& origin);
    [[nodiscard]] ZoneServers root_zone() const;

    Context& context_;
};

}  // namespace rw::iterate
