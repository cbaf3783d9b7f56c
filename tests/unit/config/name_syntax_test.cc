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

TEST_CASE("what URLs and block lists put around a name is named, with the name that was meant")
{
    const auto error_of = [](const char* text) { return parse_zone_name(text).error().message; };
    CHECK(error_of("ads.example/").find("write 'ads.example'") != std::string::npos);
    CHECK(error_of("https://ads.example/x").find("write 'ads.example'") != std::string::npos);
    CHECK(error_of("||ads.example^").find("write 'ads.example'") != std::string::npos);
    CHECK(error_of("ads.example:443").find("write 'ads.example'") != std::string::npos);
    CHECK(error_of(".ads.example").find("write 'ads.example'") != std::string::npos);
    CHECK(error_of("a*b.example").find("\\042") != std::string::npos);
    CHECK(parse_zone_name("a\\042b.example"));
}

TEST_CASE("a slash is part of the names of classless reverse zones")
{
    CHECK(parse_zone_name("0/25.2.0.192.in-addr.arpa.")->text == "0/25.2.0.192.in-addr.arpa.");
    CHECK_FALSE(parse_zone_name("0/25.example."));
}

TEST_CASE("an address is no name")
{
    for (const char* wrong : {"192.0.2.1", "10.0.0.0/8", "2001:db8::1"}) {
        CAPTURE(wrong);
        CHECK(parse_zone_name(wrong).error().message.find("is an address, not a domain name") != std::string::npos);
    }
}

TEST_CASE("an asterisk stands for the names below in a suffix, and is refused in a zone's name with the right spelling")
{
    CHECK(rw::config::parse_name_suffix("*.ads.example") == rw::config::NameSuffix{{"ads.example."}, true});
    CHECK(rw::config::parse_name_suffix("ads.example") == rw::config::NameSuffix{{"ads.example."}, false});
    CHECK_FALSE(rw::config::parse_name_suffix("ads.*.example"));
    CHECK_FALSE(rw::config::parse_name_suffix("*ads.example"));
    CHECK_FALSE(rw::config::parse_name_suffix("*"));
    CHECK(parse_zone_name("*.corp.example").error().message.find("write 'corp.example'") != std::string::npos);
}

TEST_CASE("a record's owner may be a wildcard, and hold what names of services hold")
{
    using rw::config::parse_owner_name;
    CHECK(parse_owner_name("*.home.example.")->text == "*.home.example.");
    CHECK(parse_owner_name("Bob's\\032Printer._ipp._tcp.lan.")->text == "Bob's\\032Printer._ipp._tcp.lan.");
    CHECK_FALSE(parse_owner_name("a.*.example."));
    CHECK_FALSE(parse_owner_name("a(b.example."));
}

TEST_CASE("an internationalised name is told its A-label form")
{
    CHECK(parse_zone_name("B\xc3\xbc"
                          "cher.example")
              .error()
              .message == "write it in its A-label form: xn--bcher-kva.example");
}
