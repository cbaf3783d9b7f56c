// SPDX-License-Identifier: EUPL-1.2
// Denials in canonical order: which record is found for a name, what is not let in, and that room is bounded.
#include "resolver/cache/denial_cache.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "resolver/dnssec/encoding.h"
#include "tests/unit/resolver/dnssec/oracle.h"

using namespace rw;
using namespace rw::cache;
using dnssec::test::name;
using dnssec::test::rrset;

namespace
{

constexpr Origin iana{1, 0};
const RootView view{1, nullptr};
const HashKey table_key{};

/// A room of 1 MiB that holds `records`, all of them of one zone.
struct Denials : DenialCache {
    explicit Denials(const std::vector<std::string>& records) : DenialCache(std::size_t{1} << 20, table_key)
    {
        for (const std::string& record : records)
            insert(name("example.com."), std::vector{rrset({record})}, 300, iana, 100);
    }
};

/// Owner of the record at or before `owner`; "nothing" when there is none.
std::string found(DenialCache& denials, const char* owner, DenialForm form = DenialForm::nsec, Seconds now = 100,
                  const RootView& root = view)
{
    const auto set = denials.at_or_before(name("example.com."), form, name(owner), now, root);
    return set ? set->owner.to_string() : "nothing";
}

const std::string apex = "example.com. 300 NSEC c.example.com. SOA NS RRSIG NSEC";
const std::string later = "m.example.com. 300 NSEC example.com. A RRSIG NSEC";

std::string nsec3(char first, const std::string& flags)
{
    const std::string rest(31, '0');
    return fmt::format("{}{}.example.com. 300 NSEC3 1 {} 0 - {}{} A RRSIG", first, rest, flags, first,
                       std::string(31, '1'));
}

}  // namespace

TEST_CASE("the record at a name, or the last one before it, is found")
{
    Denials denials({apex, later});
    CHECK(found(denials, "example.com.") == "example.com.");
    CHECK(found(denials, "b.example.com.") == "example.com.");
    CHECK(found(denials, "M.example.com.") == "m.example.com.");
    CHECK(found(denials, "z.example.com.") == "m.example.com.");
    CHECK(found(denials, "a.com.") == "nothing");
    CHECK(denials.form_of(name("example.com."), view) == DenialForm::nsec);
    CHECK(denials.form_of(name("com."), view) == DenialForm::none);
}

TEST_CASE("the chain of NSEC3 is a ring")
{
    Denials denials({nsec3('8', "0"), nsec3('g', "0")});
    CHECK(found(denials, "90000000000000000000000000000000.example.com.", DenialForm::nsec3).front() == '8');
    CHECK(found(denials, "10000000000000000000000000000000.example.com.", DenialForm::nsec3).front() == 'g');
    CHECK(denials.form_of(name("example.com."), view) == DenialForm::nsec3);
}

TEST_CASE("records count down and end; another root sees nothing")
{
    Denials denials({apex});
    const auto set = denials.at_or_before(name("example.com."), DenialForm::nsec, name("b.example.com."), 300, view);
    REQUIRE(set);
    CHECK(set->ttl == 100);
    CHECK(found(denials, "b.example.com.", DenialForm::nsec, 100, RootView{2, nullptr}) == "nothing");
    CHECK(found(denials, "b.example.com.", DenialForm::nsec, 400) == "nothing");
    CHECK(denials.size() == 0);
}

TEST_CASE("CVE-2026-13321 and kin: what may not prove anything is not let in")
{
    Denials denials({"example.com. 300 NSEC zzz.other. A", "b.other. 300 NSEC c.other. A", nsec3('8', "1"),
                     "00000000000000000000000000000000.sub.example.com. 300 NSEC3 1 0 0 - "
                     "11111111111111111111111111111111 A",
                     "00000000000000000000000000000000.example.com. 300 NSEC3 1 0 11 - "
                     "11111111111111111111111111111111 A"});
    CHECK(denials.size() == 0);
}

TEST_CASE("a chain with another salt replaces the one before")
{
    Denials denials({nsec3('8', "0"), nsec3('g', "0"),
                     "00000000000000000000000000000000.example.com. 300 NSEC3 1 0 0 ab "
                     "11111111111111111111111111111111 A"});
    CHECK(denials.size() == 1);
}

TEST_CASE("a flushed name is denied by nobody any more")
{
    Denials denials({apex, later});
    denials.flush(name("b.example.com."));
    CHECK(found(denials, "b.example.com.") == "nothing");
    CHECK(found(denials, "z.example.com.") == "m.example.com.");
    denials.flush(name("."));
    CHECK(denials.size() == 0);
}

TEST_CASE("room is bounded, and what was used last stays")
{
    DenialCache denials(std::size_t{256} << 10, table_key);
    for (int i = 0; i < 5000; ++i) {
        const std::string record = fmt::format("n{0:04}.example.com. 300 NSEC n{0:04}0.example.com. A", i);
        denials.insert(name("example.com."), std::vector{rrset({record})}, 300, iana, 100);
    }
    CHECK(denials.size() < 64);  // 16 KiB of the one shard that the zone lies in
    CHECK(found(denials, "n4999.example.com.") == "n4999.example.com.");
    CHECK(found(denials, "n0001.example.com.") == "nothing");
}

TEST_CASE("the SOA is that of the zone")
{
    Denials denials({"example.com. 300 SOA ns.example.com. h.example.com. 1 2 3 4 300",
                     "sub.example.com. 300 SOA ns.example.com. h.example.com. 9 2 3 4 300"});
    const auto soa = denials.soa(name("example.com."), 100, view);
    REQUIRE(soa);
    CHECK(soa->owner == name("example.com."));
    CHECK(denials.size() == 1);
    CHECK_FALSE(denials.soa(name("example.com."), 500, view));
}
