// SPDX-License-Identifier: EUPL-1.2
#include "resolver/cache/answer_cache.h"

#include <doctest/doctest.h>

#include "samples.h"

using namespace rw;
using namespace rw::cache;
using namespace rw::cache::samples;
using dns::RRType;

namespace
{

struct Caches {
    explicit Caches(const TtlLimits& limits = {}) : answers(store, limits) {}

    bool insert(const Answer& made, Seconds now = 1000)
    {
        return answers.insert(made, origin, now) == AnswerCache::Kept::kept;
    }
    std::optional<FoundAnswer> find(std::string_view text, RRType type, Seconds now = 1000)
    {
        return answers.find(name(text), type, now, root, scratch);
    }

    Store store{Store::min_octets, secret};
    AnswerCache answers;
    Scratch scratch;
};

Answer with(Answer made, Security security)
{
    made.facts.security = security;
    return made;
}

Answer with(Answer made, Security security, Rank rank)
{
    made.facts.security = security;
    made.facts.rank = rank;
    return made;
}

}  // namespace

TEST_CASE("an answer is found for its type only and until its TTL is over")
{
    Caches caches;
    const dns::RRset sets[] = {a_set("www.example.com", 300)};
    REQUIRE(caches.insert(answer("www.example.com", RRType::a, EntryKind::positive, sets)));
    REQUIRE(caches.find("WWW.example.com", RRType::a, 1299));
    CHECK(caches.find("www.example.com", RRType::a)->entry.original_ttl() == 300);
    CHECK_FALSE(caches.find("www.example.com", RRType::a, 1300));
    CHECK_FALSE(caches.find("www.example.com", RRType::aaaa));
    CHECK_FALSE(caches.find("example.com", RRType::a));
}

TEST_CASE("an alias speaks for every type but those that live beside it")
{
    Caches caches;
    const dns::RRset sets[] = {alias_set("www.example.com", "t.example.net")};
    REQUIRE(caches.insert(answer("www.example.com", RRType::a, EntryKind::alias, sets)));
    for (const RRType type : {RRType::a, RRType::aaaa, RRType::https}) {
        const auto found = caches.find("www.example.com", type);
        REQUIRE(found);
        CHECK(found->entry.kind() == EntryKind::alias);
    }
    CHECK_FALSE(caches.find("www.example.com", RRType::nsec));
    CHECK_FALSE(caches.find("www.example.com", RRType::rrsig));
    // The name got an address: it is no alias any more.
    const dns::RRset address[] = {a_set("www.example.com")};
    REQUIRE(caches.insert(answer("www.example.com", RRType::a, EntryKind::positive, address)));
    CHECK_FALSE(caches.find("www.example.com", RRType::aaaa));
}

TEST_CASE("a question for CNAME is answered by the alias and not followed")
{
    Caches caches;
    const dns::RRset sets[] = {alias_set("www.example.com", "t.example.net")};
    REQUIRE(caches.insert(answer("www.example.com", RRType::a, EntryKind::alias, sets)));
    auto found = caches.find("www.example.com", RRType::cname);
    REQUIRE(found);
    CHECK(found->entry.kind() == EntryKind::positive);
    CHECK(found->entry.facts().kind == EntryKind::positive);
    CHECK(found->entry.to_rrsets(name("www.example.com"), 1000).records.front().rdatas == sets[0].rdatas);
    // The answer to such a question leaves the alias where it is.
    REQUIRE(caches.insert(answer("www.example.com", RRType::cname, EntryKind::positive, sets)));
    found = caches.find("www.example.com", RRType::a);
    REQUIRE(found);
    CHECK(found->entry.kind() == EntryKind::alias);
}

TEST_CASE("NXDOMAIN speaks for every type, NODATA for its own")
{
    Caches caches;
    const dns::RRset soa[] = {soa_set("example.com")};
    REQUIRE(caches.insert(answer("nx.example.com", RRType::a, EntryKind::nxdomain, soa)));
    REQUIRE(caches.insert(answer("nd.example.com", RRType::a, EntryKind::nodata, soa)));
    CHECK(caches.find("nx.example.com", RRType::mx)->entry.kind() == EntryKind::nxdomain);
    CHECK(caches.find("nd.example.com", RRType::a)->entry.kind() == EntryKind::nodata);
    CHECK_FALSE(caches.find("nd.example.com", RRType::mx));
}

TEST_CASE("an answer removes the NXDOMAIN it contradicts, but an insecure one is not kept beside a secure NXDOMAIN")
{
    const dns::RRset soa[] = {soa_set("example.com")};
    const dns::RRset sets[] = {a_set("n.example.com")};
    for (const Security security : {Security::insecure, Security::secure}) {
        Caches caches;
        REQUIRE(caches.insert(with(answer("n.example.com", RRType::a, EntryKind::nxdomain, soa), security)));
        const bool kept =
            caches.insert(with(answer("n.example.com", RRType::a, EntryKind::positive, sets), Security::insecure));
        CHECK(kept == (security == Security::insecure));
        CHECK(caches.find("n.example.com", RRType::mx).has_value() == (security == Security::secure));
        CHECK((caches.find("n.example.com", RRType::a)->entry.kind() == EntryKind::positive) == kept);
    }
}

TEST_CASE("TTLs are brought within the limits")
{
    const auto ttl = [](const TtlLimits& limits, std::uint32_t sent) {
        const dns::RRset sets[] = {a_set("www.example.com", sent)};
        Caches caches(limits);
        return caches.answers.ttl_of(answer("www.example.com", RRType::a, EntryKind::positive, sets));
    };
    CHECK(ttl({}, 300) == 300);
    CHECK(ttl({}, 1'000'000) == 86400);
    CHECK(ttl({.min_ttl = 300, .max_ttl = 600}, 0) == 300);
    CHECK(ttl({.min_ttl = 300, .max_ttl = 600}, 700) == 600);
    CHECK(ttl({}, 0) == 0);
}

TEST_CASE("the TTL of an answer is the lowest of its records and proofs")
{
    Caches caches;
    const dns::RRset chain[] = {rrset("example.com", RRType::dname, 100, {wire("example.net")}),
                                alias_set("www.example.com", "www.example.net", 300)};
    CHECK(caches.answers.ttl_of(answer("www.example.com", RRType::a, EntryKind::alias, chain)) == 100);
    const dns::RRset sets[] = {a_set("x.example.com", 300)};
    const dns::RRset proof[] = {nsec3_set("0p9mhaveqvm6t7vbl5lop2u3t2rp3tom", "example.com", 60)};
    CHECK(caches.answers.ttl_of(answer("x.example.com", RRType::a, EntryKind::positive, sets, proof)) == 60);
}

TEST_CASE("a denial lives as long as the lower of SOA TTL and MINIMUM, an hour at most, and not at all without SOA")
{
    Caches caches;
    const auto ttl = [&](std::uint32_t soa_ttl, std::uint32_t minimum) {
        const dns::RRset soa[] = {soa_set("example.com", soa_ttl, minimum)};
        return caches.answers.ttl_of(answer("nx.example.com", RRType::a, EntryKind::nxdomain, soa));
    };
    CHECK(ttl(3600, 900) == 900);
    CHECK(ttl(60, 900) == 60);
    CHECK(ttl(86400, 86400) == 3600);
    const Answer bare = answer("nx.example.com", RRType::a, EntryKind::nxdomain, {});
    CHECK(caches.answers.ttl_of(bare) == 0);
    CHECK_FALSE(caches.insert(bare));
}

TEST_CASE("an answer with TTL 0 is not kept")
{
    Caches caches;
    const dns::RRset sets[] = {a_set("www.example.com", 0)};
    CHECK_FALSE(caches.insert(answer("www.example.com", RRType::a, EntryKind::positive, sets)));
    CHECK_FALSE(caches.find("www.example.com", RRType::a));
}

TEST_CASE("bogus data is kept for a minute at most and never replaces what is valid")
{
    Caches caches;
    const dns::RRset sets[] = {a_set("www.example.com")};
    const Answer made = answer("www.example.com", RRType::a, EntryKind::positive, sets);
    CHECK(caches.answers.ttl_of(with(made, Security::bogus)) == 60);
    REQUIRE(caches.insert(with(made, Security::insecure)));
    CHECK_FALSE(caches.insert(with(made, Security::bogus)));
    CHECK(caches.find("www.example.com", RRType::a)->entry.security() == Security::insecure);
}

TEST_CASE(
    "what is cached gives way to an answer to its own question, to a higher rank, and to validated data of its rank")
{
    // RFC 2181 §5.4.1, and what is validated above all that is not.
    struct Step {
        Security old_security;
        Rank old_rank;
        Security new_security;
        Rank new_rank;
        bool replaces;
    };
    using enum Security;
    using enum Rank;
    const Step table[] = {
        {indeterminate, authoritative_answer, indeterminate, followed_answer, false},
        {indeterminate, authoritative_answer, secure, followed_answer, false},
        {indeterminate, authoritative_answer, indeterminate, Rank::answer, true},
        {indeterminate, authoritative_answer, indeterminate, denial, true},
        {indeterminate, authoritative_answer, indeterminate, authoritative_answer, true},
        {indeterminate, followed_answer, indeterminate, Rank::answer, true},
        {indeterminate, followed_answer, indeterminate, followed_answer, false},
        {indeterminate, followed_answer, secure, followed_answer, true},
        {insecure, followed_answer, insecure, followed_denial, false},
        {insecure, followed_denial, insecure, followed_answer, true},
        {insecure, authoritative_answer, insecure, zone, true},
        {secure, followed_answer, insecure, zone, false},
        {secure, followed_answer, secure, followed_answer, false},
        {secure, authoritative_answer, secure, followed_answer, false},
        {secure, authoritative_answer, secure, Rank::answer, true},
        {bogus, zone, indeterminate, followed_denial, true},
        {indeterminate, followed_denial, bogus, zone, false},
    };
    const dns::RRset sets[] = {a_set("www.example.com")};
    const Answer made = samples::answer("www.example.com", RRType::a, EntryKind::positive, sets);
    for (const Step& step : table) {
        CAPTURE(static_cast<int>(step.old_rank));
        CAPTURE(static_cast<int>(step.new_rank));
        Caches caches;
        REQUIRE(caches.insert(with(made, step.old_security, step.old_rank)));
        CHECK(caches.insert(with(made, step.new_security, step.new_rank), 1001) == step.replaces);
        CHECK(caches.insert(with(made, step.new_security, step.new_rank), 1400));  // what has expired gives way to all
    }
}

TEST_CASE("what is said of an alias's target replaces nothing that the name is known to be")
{
    const dns::RRset alias[] = {alias_set("www.example.com", "t.example.net")};
    const dns::RRset sets[] = {a_set("www.example.com")};
    const dns::RRset soa[] = {soa_set("example.com")};
    const Answer is_alias = answer("www.example.com", RRType::a, EntryKind::alias, alias);
    const Answer has_address = answer("www.example.com", RRType::a, EntryKind::positive, sets);
    const Answer denied = answer("www.example.com", RRType::a, EntryKind::nxdomain, soa);
    const auto followed = [](const Answer& made) { return with(made, Security::insecure, Rank::followed_answer); };
    const auto outranked = [&](const Answer& known, const Answer& said) {
        Caches caches;
        REQUIRE(caches.insert(known));
        const bool refused = caches.answers.insert(followed(said), origin, 1000) == AnswerCache::Kept::outranked;
        return refused && caches.find("www.example.com", RRType::a)->entry.kind() == known.facts.kind;
    };
    CHECK(outranked(is_alias, has_address));
    CHECK(outranked(has_address, is_alias));
    CHECK(outranked(denied, has_address));
    CHECK(outranked(has_address, denied));
    CHECK(outranked(is_alias, denied));
    Caches caches;  // an answer to its own question takes the place of both
    REQUIRE(caches.insert(followed(is_alias)));
    REQUIRE(caches.insert(with(has_address, Security::insecure)));
    CHECK(caches.find("www.example.com", RRType::a)->entry.kind() == EntryKind::positive);
}

TEST_CASE("only secure NXDOMAIN without opt-out cuts off the names below it")
{
    const dns::RRset soa[] = {soa_set("example.com")};
    const auto cut = [&](EntryKind kind, Security security, bool opt_out) {
        Caches caches;
        Answer made = with(answer("gone.example.com", RRType::a, kind, soa), security);
        made.facts.opt_out = opt_out;
        REQUIRE(caches.insert(made));
        const auto found = caches.answers.find_cut(name("a.b.gone.example.com"), 1000, root, caches.scratch);
        CHECK_FALSE(caches.answers.find_cut(name("example.com"), 1000, root, caches.scratch));
        CHECK((!found || found->labels == 3));
        return found.has_value();
    };
    CHECK(cut(EntryKind::nxdomain, Security::secure, false));
    CHECK_FALSE(cut(EntryKind::nxdomain, Security::secure, true));
    CHECK_FALSE(cut(EntryKind::nxdomain, Security::insecure, false));
    CHECK_FALSE(cut(EntryKind::nxdomain, Security::indeterminate, false));
    CHECK_FALSE(cut(EntryKind::nodata, Security::secure, false));
}

TEST_CASE("another root uses what is below a TLD that it delegates in the same way, and nothing else")
{
    struct Lineages final : LineageSource {
        std::uint32_t lineage_of(const dns::Name& asked) const override
        {
            return asked.is_at_or_below(name("com")) ? 7 : 8;
        }
    };
    const Lineages lineages;
    Caches caches;
    const auto insert = [&](std::string_view owner, std::uint32_t lineage) {
        const dns::RRset sets[] = {a_set(owner)};
        return caches.answers.insert(answer(owner, RRType::a, EntryKind::positive, sets), {1, lineage}, 1000) ==
               AnswerCache::Kept::kept;
    };
    REQUIRE(insert("www.example.com", 7));
    REQUIRE(insert("www.example.org", 7));
    REQUIRE(insert("com", 0));
    const auto usable = [&](std::string_view owner, const RootView& view) {
        return caches.answers.find(name(owner), RRType::a, 1000, view, caches.scratch).has_value();
    };
    const RootView own{1, &lineages};
    const RootView other{2, &lineages};
    const RootView blind{2, nullptr};
    for (const std::string_view owner : {"www.example.com", "www.example.org", "com"}) {
        CHECK(usable(owner, own));
        CHECK_FALSE(usable(owner, blind));
    }
    CHECK(usable("www.example.com", other));
    CHECK_FALSE(usable("www.example.org", other));
    CHECK_FALSE(usable("com", other));
}

TEST_CASE("flushing a name or a zone takes exactly that")
{
    Caches caches;
    for (const std::string_view owner : {"example.com", "www.example.com", "wwwexample.com", "a.www.example.com"}) {
        const dns::RRset sets[] = {a_set(owner)};
        REQUIRE(caches.insert(answer(owner, RRType::a, EntryKind::positive, sets)));
    }
    caches.answers.flush_name(name("WWW.example.com"));
    CHECK_FALSE(caches.find("www.example.com", RRType::a));
    CHECK(caches.find("a.www.example.com", RRType::a));
    CHECK(flush_zone(caches.store, name("Example.com")) == 2);
    CHECK_FALSE(caches.find("example.com", RRType::a));
    CHECK_FALSE(caches.find("a.www.example.com", RRType::a));
    CHECK(caches.find("wwwexample.com", RRType::a));
    CHECK(flush_zone(caches.store, dns::Name{}) == 1);
}
