// SPDX-License-Identifier: EUPL-1.2
// Domain names: both forms, limits, ancestry, order.
#include "resolver/dns/name.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "resolver/base/keyed_table.h"
#include "tests/unit/annotated.h"
#include "tests/unit/name.h"

using rw::OctetBuffer;
using rw::Octets;
using rw::octets_of;
using rw::dns::Name;
using rw::test::annotated;

using rw::test::name;

namespace
{

std::string labels(std::size_t count, std::size_t length)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += std::string(length, 'x') + '.';
    return text;
}

// 3 labels of 63 octets and one of 61: 3 * 64 + 62 + 1 = 255 octets.
const std::string longest = labels(3, 63) + labels(1, 61);

}  // namespace

TEST_CASE("the root is one octet and prints as a dot")
{
    CHECK(Name{}.wire().size() == 1);
    CHECK(Name{}.is_root());
    CHECK(Name{}.label_count() == 0);
    CHECK(Name{}.to_string() == ".");
    CHECK(Name::parse(".") == Name{});
}

TEST_CASE("a name without its final dot is the same name")
{
    CHECK(name("www.example") == name("www.example."));
    CHECK(name("www.example").to_string() == "www.example.");
    CHECK(name("www.example").label_count() == 2);
    CHECK(name("www.example").size() == 13);
}

TEST_CASE("text that is no name is refused")
{
    for (const char* text :
         {"", "..", ".example", "www..example", "example..", "a\\", "a\\1", "a\\12", "a\\256", "a\\1x2"}) {
        CAPTURE(text);
        CHECK_FALSE(Name::parse(text));
    }
}

TEST_CASE("escapes stand for one octet each")
{
    CHECK(name("a\\.b.example").label_count() == 2);
    CHECK(rw::equal(name("a\\.b").first_label(), octets_of("a.b")));
    CHECK(rw::equal(name("\\065").first_label(), octets_of("A")));
    CHECK(rw::equal(name("\\\\").first_label(), octets_of("\\")));
    CHECK(rw::equal(name("\\000").first_label(), annotated("00")));
    CHECK(rw::equal(name("\\255").first_label(), annotated("ff")));
}

TEST_CASE("every octet survives printing and parsing")
{
    for (unsigned octet = 0; octet < 256; ++octet) {
        const std::uint8_t label[] = {'a', static_cast<std::uint8_t>(octet), 'b'};
        const Name before = Name{}.prepend(label).value();
        CAPTURE(before.to_string());
        const auto after = Name::parse(before.to_string());
        REQUIRE(after);
        CHECK(after->identical(before));
    }
}

TEST_CASE("octets that other software would misread are printed as escapes")
{
    CHECK(name("a\\.b").to_string() == "a\\.b.");
    CHECK(name("\\032\\127\\200").to_string() == "\\032\\127\\200.");
    CHECK(name("\\@\\;\\\"\\$\\(\\)").to_string() == "\\@\\;\\\"\\$\\(\\).");
    CHECK(name("*._tcp-1").to_string() == "*._tcp-1.");
}

TEST_CASE("a label has at most 63 octets")
{
    CHECK(Name::parse(std::string(63, 'x')));
    CHECK_FALSE(Name::parse(std::string(64, 'x')));
    CHECK(Name::from_wire(annotated("3f" + std::string(126, 'a') + "00")));
    CHECK_FALSE(Name::from_wire(annotated("40" + std::string(128, 'a') + "00")));
}

TEST_CASE("a name has at most 255 octets")
{
    CHECK(name(longest).size() == 255);
    CHECK_FALSE(Name::parse(labels(3, 63) + labels(1, 62)));
    CHECK(name(labels(127, 1)).size() == 255);
    CHECK(name(labels(127, 1)).label_count() == 127);
    CHECK_FALSE(Name::parse(labels(128, 1)));
    CHECK_FALSE(Name::parse("y" + longest));
}

TEST_CASE("wire form must be exactly one uncompressed name")
{
    CHECK(Name::from_wire(annotated("'www' 'example' 00")) == name("www.example"));
    CHECK_FALSE(Name::from_wire(Octets{}));
    CHECK_FALSE(Name::from_wire(annotated("'www'")));        // no root label
    CHECK_FALSE(Name::from_wire(annotated("'www' 00 00")));  // an octet behind
    CHECK_FALSE(Name::from_wire(annotated("'www' c00c")));   // a pointer
    CHECK_FALSE(Name::from_wire(annotated("04 \"www\"")));   // a label past the end
    CHECK_FALSE(Name::from_wire(annotated("41 00")));        // the extended label type 01 (RFC 6891 §5)
    OctetBuffer too_long;
    for (int i = 0; i < 128; ++i)
        rw::append(too_long, annotated("'x'"));
    too_long.push_back(0);
    CHECK_FALSE(Name::from_wire(too_long));
}

TEST_CASE("SECURITY names that collide under a hash without a key do not under one with a key")
{
    static_assert(!std::is_default_constructible_v<std::hash<Name>>);
    // FNV-1a, which anybody can compute: 400 names that it puts into one of 541 buckets.
    const auto unkeyed = [](const Name& owner) {
        std::uint64_t seed = 0xcbf29ce484222325ULL;
        for (const std::uint8_t octet : owner.wire())
            seed = (seed ^ rw::dns::lower(octet)) * 0x100000001b3ULL;
        return seed;
    };
    constexpr std::size_t count = 400;
    rw::KeyedSet<Name> names(rw::HashKey{1, 2});
    for (std::uint32_t i = 0; names.size() < count; ++i) {
        const Name candidate = name(std::to_string(i) + ".evil.example");
        if (unkeyed(candidate) % 541 == 5)
            names.insert(candidate);
    }
    std::size_t fullest = 0;
    for (std::size_t bucket = 0; bucket < names.bucket_count(); ++bucket)
        fullest = std::max(fullest, names.bucket_size(bucket));
    CHECK(fullest <= 10);
    CHECK(names.contains(name("EVIL.example").prepend(names.begin()->first_label()).value()));
}

TEST_CASE("names compare without regard to case and keep it")
{
    CHECK(name("WWW.Example") == name("www.eXAMPLE"));
    CHECK_FALSE(name("WWW.Example").identical(name("www.example")));
    CHECK(name("WWW.Example").to_string() == "WWW.Example.");
    CHECK(name("WWW.Example").lowercase().identical(name("www.example")));
    CHECK(keyed_hash(rw::HashKey{1, 2}, name("WWW.Example")) == keyed_hash(rw::HashKey{1, 2}, name("www.example")));
    CHECK(name("a[") != name("a{"));        // only letters have case: [ and { differ by the same bit
    CHECK(name("\\192") != name("\\224"));  // and only those of ASCII (RFC 4343 §3)
}

TEST_CASE("label borders take part in comparison")
{
    CHECK(name("ab.c") != name("a.bc"));
    CHECK(name("a\\.b") != name("a.b"));
    CHECK_FALSE(name("notexample.com").is_at_or_below(name("example.com")));
    CHECK_FALSE(name("x\\007example.com").is_at_or_below(name("example.com")));
}

TEST_CASE("ancestors are counted from the right")
{
    const Name www = name("www.example.com");
    CHECK(www.ancestor(3) == www);
    CHECK(www.ancestor(2) == name("example.com"));
    CHECK(www.ancestor(0).is_root());
    CHECK(www.parent() == name("example.com"));
    CHECK(Name{}.parent().is_root());
    CHECK(www.offset_of_ancestor(1) == 12);
    CHECK(rw::equal(www.first_label(), octets_of("www")));
    CHECK(Name{}.first_label().empty());
}

TEST_CASE("at or below and below differ in the name itself")
{
    CHECK(name("example.com").is_at_or_below(name("EXAMPLE.com")));
    CHECK_FALSE(name("example.com").is_below(name("example.com")));
    CHECK(name("www.example.com").is_below(name("example.com")));
    CHECK(name("com").is_below(Name{}));
    CHECK_FALSE(name("com").is_at_or_below(name("example.com")));
    CHECK(Name{}.is_at_or_below(Name{}));
}

TEST_CASE("common labels are counted from the root")
{
    CHECK(name("a.example.com").common_labels(name("b.EXAMPLE.com")) == 2);
    CHECK(name("a.example.com").common_labels(name("a.example.net")) == 0);
    CHECK(name("example.com").common_labels(name("www.example.com")) == 2);
    CHECK(Name{}.common_labels(name("com")) == 0);
}

TEST_CASE("prepending keeps the limits")
{
    CHECK(name("example").prepend(octets_of("www")) == name("www.example"));
    CHECK(name("example").wildcard() == name("*.example"));
    CHECK(name("*.example").is_wildcard());
    CHECK_FALSE(name("**.example").is_wildcard());
    CHECK_FALSE(Name{}.is_wildcard());
    CHECK_FALSE(name("example").prepend(Octets{}));
    CHECK_FALSE(name("example").prepend(octets_of(std::string(64, 'x'))));
    CHECK_FALSE(name(longest).prepend(octets_of("x")));
    CHECK(name(labels(126, 1)).wildcard()->size() == 255);
    CHECK_FALSE(name(labels(127, 1)).wildcard());
}

TEST_CASE("rebasing replaces the part below a DNAME's owner and keeps the rest")
{
    // The rows of RFC 6672 §2.2 that have a result.
    CHECK(name("a.example.com").rebase(name("example.com"), name("example.net")) == name("a.example.net"));
    CHECK(name("a.b.example.com").rebase(name("example.com"), name("example.net")) == name("a.b.example.net"));
    CHECK(name("a.x").rebase(name("x"), Name{}) == name("a"));
    CHECK(name("cyc.cyc").rebase(name("cyc"), name("cyc")) == name("cyc.cyc"));
    CHECK(name("www.com").rebase(Name{}, name("net"))->label_count() == 3);
    CHECK(name("example.com").rebase(name("example.com"), name("x.y")) == name("x.y"));
}

TEST_CASE("rebasing fails when the result is longer than 255 octets")
{
    const Name below = name(labels(1, 63) + "x.");
    CHECK(below.rebase(name("x"), name(labels(2, 63) + labels(1, 61))).has_value());
    CHECK_FALSE(below.rebase(name("x"), name(labels(2, 63) + labels(1, 62))));
}

TEST_CASE("canonical order is that of RFC 4034 §6.1")
{
    const std::vector<Name> sorted{name("example"),         name("a.example"),      name("yljkjljk.a.example"),
                                   name("Z.a.example"),     name("zABC.a.EXAMPLE"), name("z.example"),
                                   name("\\001.z.example"), name("*.z.example"),    name("\\200.z.example")};
    CHECK(std::ranges::is_sorted(sorted));
    auto shuffled = sorted;
    std::ranges::reverse(shuffled);
    std::ranges::sort(shuffled);
    CHECK(shuffled == sorted);
    CHECK((Name{} <=> name("example")) == std::weak_ordering::less);
    CHECK((name("EXAMPLE") <=> name("example")) == std::weak_ordering::equivalent);
    CHECK((name("ab") <=> name("abc")) == std::weak_ordering::less);
}

TEST_CASE("copies of names hold the same octets, also onto themselves")
{
    Name original = name("Www.Example");
    const Name copy = original;
    original = *&original;
    CHECK(original.identical(copy));
    original = Name{};
    CHECK(original.is_root());
    CHECK(copy.to_string() == "Www.Example.");
}

TEST_CASE("case can be changed in place for 0x20")
{
    Name mixed = name("example");
    mixed.octets_for_case()[1] = 'E';
    CHECK(mixed.to_string() == "Example.");
    CHECK(mixed == name("example"));
}
