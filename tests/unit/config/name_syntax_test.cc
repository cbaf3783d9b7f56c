// SPDX-License-Identifier: EUPL-1.2
#include "config/name_syntax.h"

#include <doctest/doctest.h>

#include <string>

using rw::config::parse_zone_name;

namespace
{

std::string label_of(std::size_t octets)
{
    return std::string(octets, 'a');
}

}  // namespace

TEST_CASE("a name gets its final dot")
{
    CHECK(parse_zone_name("example")->text == "example.");
    CHECK(parse_zone_name("example.")->text == "example.");
    CHECK(parse_zone_name(".")->text == ".");
    CHECK(parse_zone_name("_dns.Example.COM")->text == "_dns.Example.COM.");
}

TEST_CASE("empty names and empty labels are refused")
{
    for (const char* wrong : {"", "..", ".example.", "a..b."}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_zone_name(wrong));
    }
}

TEST_CASE("a label has at most 63 octets, escapes counted as the octet they stand for")
{
    CHECK(parse_zone_name(label_of(63) + "."));
    CHECK_FALSE(parse_zone_name(label_of(64) + "."));
    CHECK(parse_zone_name("\\255\\." + label_of(61)));
    CHECK_FALSE(parse_zone_name("\\255\\." + label_of(62)));
}

TEST_CASE("a name has at most 255 octets on the wire")
{
    const std::string three = label_of(63) + "." + label_of(63) + "." + label_of(63) + ".";  // 192 octets
    CHECK(parse_zone_name(three + label_of(61)));                                            // 192 + 62 + 1
    CHECK_FALSE(parse_zone_name(three + label_of(62)));
}

TEST_CASE("escapes are three digits up to 255 or one character")
{
    CHECK(parse_zone_name("a\\.b.example."));
    CHECK(parse_zone_name("a\\032b.example."));
    for (const char* wrong : {"a\\", "a\\25", "a\\256.", "a\\2x5."}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_zone_name(wrong));
    }
}

TEST_CASE("an escaped dot at the end does not end the name")
{
    CHECK(parse_zone_name("a\\.")->text == "a\\..");
}

TEST_CASE("blanks, control characters and octets beyond ASCII are refused")
{
    for (const char* wrong : {"a b.", "a\tb.", "m\xc3\xbcnchen.", "a\x7f."}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_zone_name(wrong));
    }
}
