// SPDX-License-Identifier: EUPL-1.2
// Questions of a DNS64's clients.
#include "resolver/iterate/resolve_dns64.h"

namespace rw::iterate
{

namespace
{

using dns::RRType;

/// Silence about AAAA counts as an empty answer (RFC 6147 §5.1.3) while there is time to ask for A: half of it.
constexpr Duration first_question_time = limits::answer_time / 2;
constexpr std::uint32_t reverse_ttl = 600;  // seconds; the alias is ours and as stable as the prefix

Link alias_to(const dns::Name& from, const dns::Name& to, RRType type)
{
    dns::RRset cname{from, RRType::cname, reverse_ttl, {}, {}};
    cname.rdatas.add(to.wire());
    Link link{from, type, cache::EntryFacts(cache::Rank::answer), {}, {}, reverse_ttl};
    link.facts.kind = cache::EntryKind::alias;
    link.facts.security = cache::Security::insecure;
    link.records.push_back(std::move(cname));
    return link;
}

}  // namespace

io::Task<Outcome> resolve_with_dns64(Iterator& iterator, const Dns64& dns64, dns::Question question, WorkBudget& budget,
                                     Checking checking)
{
    const auto ipv4_name = question.type == RRType::ptr ? dns64.ipv4_reverse(question.name) : std::nullopt;
    if (ipv4_name) {
        const dns::Question reverse{*ipv4_name, RRType::ptr, question.rrclass};
        Outcome named = co_await iterator.answer(reverse, budget, checking);
        named.links.insert(named.links.begin(), alias_to(question.name, *ipv4_name, question.type));
        co_return named;
    }
    if (question.type == RRType::aaaa)
        budget.reserve(first_question_time);
    Outcome outcome = co_await iterator.answer(question, budget, checking);
    budget.reserve({});
    if (question.type != RRType::aaaa || !dns64.wants_synthesis(outcome))
        co_return outcome;
    const dns::Question ipv4{question.name, RRType::a, question.rrclass};
    const Outcome with_a = co_await iterator.answer(ipv4, budget, checking);
    std::optional<Outcome> made = dns64.synthesise(outcome, with_a);
    if (made)
        co_return std::move(*made);
    co_return outcome;
}

}  // namespace rw::iterate
