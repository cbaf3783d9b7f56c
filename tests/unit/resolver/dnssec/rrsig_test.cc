// SPDX-License-Identifier: EUPL-1.2
// The checks of a signature that come before cryptography.
#include "resolver/dnssec/rrsig.h"

#include <doctest/doctest.h>

#include "tests/unit/resolver/dnssec/oracle.h"

using namespace rw;
using namespace rw::dnssec;
using namespace rw::dnssec::test;
using dns::RRType;

namespace
{

constexpr std::uint32_t inception = 1'600'000'000;
constexpr std::uint32_t expiration = 1'700'000'000;

Rrsig make(RRType covered, std::uint8_t labels, const char* signer)
{
    Rrsig rrsig;
    rrsig.covered = covered;
    rrsig.algorithm = 13;
    rrsig.labels = labels;
    rrsig.original_ttl = 3600;
    rrsig.inception = inception;
    rrsig.expiration = expiration;
    rrsig.signer = name(signer);
    return rrsig;
}

RrsigProblem check(const Rrsig& rrsig, const char* owner, RRType type, const char* zone = "example.")
{
    return check_rrsig(rrsig, name(owner), type, name(zone), at(good_time), {});
}

}  // namespace

TEST_CASE("the table of problems stands in the order of the enumeration")
{
    for (int i = 0; i <= static_cast<int>(RrsigProblem::work_exhausted); ++i) {
        CHECK(static_cast<int>(fact(static_cast<RrsigProblem>(i)).problem) == i);
        CHECK_FALSE(fact(static_cast<RrsigProblem>(i)).text.empty());
    }
}

TEST_CASE("CVE-2026-44690 and kin: labels below the signer's are refused")
{
    CHECK(check(make(RRType::a, 0, "example."), "a.example.", RRType::a) == RrsigProblem::labels_below_signer);
    CHECK(check(make(RRType::a, 1, "b.example."), "a.b.example.", RRType::a, "b.example.") ==
          RrsigProblem::labels_below_signer);
    CHECK(check(make(RRType::a, 2, "b.example."), "a.b.example.", RRType::a, "b.example.") == RrsigProblem::none);
    CHECK(check(make(RRType::a, 1, "example."), "a.b.example.", RRType::a) == RrsigProblem::none);
    CHECK(check(make(RRType::dnskey, 0, "example."), "example.", RRType::dnskey) == RrsigProblem::labels_below_signer);
}

TEST_CASE("labels above the owner's are refused, and an asterisk does not count")
{
    CHECK(check(make(RRType::a, 3, "example."), "a.example.", RRType::a) == RrsigProblem::labels_above_owner);
    CHECK(check(make(RRType::a, 2, "example."), "*.example.", RRType::a) == RrsigProblem::labels_above_owner);
    CHECK(check(make(RRType::a, 1, "example."), "*.example.", RRType::a) == RrsigProblem::none);
    CHECK_FALSE(make(RRType::a, 1, "example.").is_expanded(name("*.example.")));
    CHECK(make(RRType::a, 1, "example.").is_expanded(name("a.example.")));
    CHECK(make(RRType::a, 1, "example.").signed_owner(name("b.a.example.")) == name("*.example."));
}

TEST_CASE("a signer outside the zone is refused")
{
    CHECK(check(make(RRType::a, 2, "b.example."), "a.example.", RRType::a) == RrsigProblem::signer_outside);
    CHECK(check(make(RRType::a, 2, "test."), "a.example.", RRType::a) == RrsigProblem::signer_outside);
    CHECK(check(make(RRType::a, 2, "."), "a.example.", RRType::a) == RrsigProblem::signer_unexpected);
    CHECK(check(make(RRType::a, 2, "a.example."), "a.example.", RRType::a) == RrsigProblem::signer_unexpected);
}

TEST_CASE("a DS is signed above its owner, DNSKEY and SOA at their owner, NSEC3 one label below its signer")
{
    CHECK(check(make(RRType::ds, 1, "example."), "example.", RRType::ds) == RrsigProblem::signer_not_parent);
    CHECK(check(make(RRType::ds, 2, "example."), "a.example.", RRType::ds) == RrsigProblem::none);
    CHECK(check(make(RRType::dnskey, 2, "example."), "a.example.", RRType::dnskey) == RrsigProblem::signer_not_apex);
    CHECK(check(make(RRType::soa, 2, "example."), "a.example.", RRType::soa) == RrsigProblem::signer_not_apex);
    CHECK(check(make(RRType::nsec3, 3, "example."), "h.a.example.", RRType::nsec3) == RrsigProblem::signer_not_parent);
    CHECK(check(make(RRType::nsec3, 2, "example."), "h.example.", RRType::nsec3) == RrsigProblem::none);
}

TEST_CASE("denial records expanded from a wildcard are refused")
{
    CHECK(check(make(RRType::nsec, 1, "example."), "a.example.", RRType::nsec) == RrsigProblem::denial_expanded);
    CHECK(check(make(RRType::nsec3, 1, "example."), "a.example.", RRType::nsec3) == RrsigProblem::denial_expanded);
    CHECK(check(make(RRType::nsec, 1, "example."), "*.example.", RRType::nsec) == RrsigProblem::none);
}

TEST_CASE("another type or an unsupported algorithm is refused")
{
    CHECK(check(make(RRType::aaaa, 2, "example."), "a.example.", RRType::a) == RrsigProblem::type_mismatch);
    Rrsig rrsig = make(RRType::a, 2, "example.");
    rrsig.algorithm = 12;
    CHECK(check(rrsig, "a.example.", RRType::a) == RrsigProblem::algorithm_unsupported);
    rrsig.algorithm = 7;
    CHECK(check(rrsig, "a.example.", RRType::a) == RrsigProblem::algorithm_unsupported);
    CHECK(check_rrsig(rrsig, name("a.example."), RRType::a, name("example."), at(good_time), {true}) ==
          RrsigProblem::none);
}

TEST_CASE("times are compared as serial numbers, with the skew that is allowed")
{
    using std::chrono::seconds;
    Rrsig rrsig = make(RRType::a, 2, "example.");
    CHECK(check_times(rrsig, at(inception)) == RrsigProblem::none);
    CHECK(check_times(rrsig, at(expiration)) == RrsigProblem::none);
    CHECK(check_times(rrsig, at(inception - 1)) == RrsigProblem::not_yet_valid);
    CHECK(check_times(rrsig, at(expiration + 1)) == RrsigProblem::expired);
    CHECK(check_times(rrsig, at(inception - 3600, seconds{3600})) == RrsigProblem::none);
    CHECK(check_times(rrsig, at(inception - 3601, seconds{3600})) == RrsigProblem::not_yet_valid);
    CHECK(check_times(rrsig, at(expiration + 3600, seconds{3600})) == RrsigProblem::none);
    CHECK(check_times(rrsig, at(expiration + 3601, seconds{3600})) == RrsigProblem::expired);

    std::swap(rrsig.inception, rrsig.expiration);
    CHECK(check_times(rrsig, at(good_time)) == RrsigProblem::expires_before_inception);
    rrsig.inception = rrsig.expiration - 0x80000000U;  // incomparable (RFC 1982 3.2)
    CHECK(check_times(rrsig, at(good_time)) == RrsigProblem::expires_before_inception);

    // Across 2106-02-07, where 32 bits of seconds end.
    rrsig.inception = 0xfffff000U;
    rrsig.expiration = 0x00001000U;
    CHECK(check_times(rrsig, at(0x100000000LL)) == RrsigProblem::none);
    CHECK(check_times(rrsig, at(0x100001001LL)) == RrsigProblem::expired);
    CHECK(check_times(rrsig, at(0xffffefffLL)) == RrsigProblem::not_yet_valid);
}

TEST_CASE("clock jumps of a year either way make good signatures not yet valid or expired")
{
    const Rrsig rrsig = [] {
        Rrsig two_weeks = make(RRType::a, 2, "example.");
        two_weeks.inception = static_cast<std::uint32_t>(good_time) - 604'800;
        two_weeks.expiration = static_cast<std::uint32_t>(good_time) + 604'800;
        return two_weeks;
    }();
    CHECK(check_times(rrsig, at(good_time)) == RrsigProblem::none);
    CHECK(check_times(rrsig, at(good_time - 31'536'000)) == RrsigProblem::not_yet_valid);
    CHECK(check_times(rrsig, at(good_time + 31'536'000)) == RrsigProblem::expired);
}

TEST_CASE("the TTL is capped by the original TTL and by the expiration")
{
    const Rrsig rrsig = make(RRType::a, 2, "example.");
    CHECK(capped_ttl(300, rrsig, at(good_time)) == 300);
    CHECK(capped_ttl(86400, rrsig, at(good_time)) == 3600);
    CHECK(capped_ttl(86400, rrsig, at(expiration - 10)) == 10);
    CHECK(capped_ttl(86400, rrsig, at(expiration + 10, std::chrono::seconds{60})) == 0);
}

TEST_CASE("what is no RRSIG is not read")
{
    const OctetBuffer good = rdata("a.example. RRSIG A 13 2 3600 20300101000000 20000101000000 1 example. AAAA");
    REQUIRE(Rrsig::parse(good));
    CHECK(Rrsig::parse(good)->signature.size() == 3);
    CHECK(Rrsig::parse(good)->signer == name("example."));
    for (std::size_t size = 0; size < good.size() - 2; ++size)
        CHECK_FALSE(Rrsig::parse(Octets(good).first(size)));
    OctetBuffer compressed = good;
    compressed[18] = 0xc0;
    CHECK_FALSE(Rrsig::parse(compressed));
}
