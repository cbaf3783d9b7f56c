// SPDX-License-Identifier: EUPL-1.2
// Names inside messages: compression pointers (RFC 1035 §4.1.4) and the limits that keep their work bounded.
#include <doctest/doctest.h>

#include <string>

#include "resolver/dns/message_view.h"
#include "tests/unit/annotated.h"

using rw::OctetBuffer;
using rw::Octets;
using rw::dns::Name;
using rw::dns::NameReader;
using rw::test::annotated;

namespace
{

const std::string header = "0000 0000 0000 0000 0000 0000 ";  // offsets below count from the start of the message: 12

/// The name at `offset` of a message with an empty header, as text; "malformed" when there is none. All three readers
/// of names must agree on whether there is one, and where it ends.
std::string name_at(const OctetBuffer& message, std::size_t offset)
{
    std::size_t end = 0;
    const auto name = NameReader::read(message, offset, &end);
    const auto checked = NameReader::check(message, offset);
    CHECK(name.has_value() == checked.has_value());
    if (!name)
        return "malformed";
    CHECK(checked == end);
    CHECK(NameReader::skip(message, offset) == end);
    return name->to_string();
}

std::string first_name(std::string_view text)
{
    return name_at(annotated(header + std::string(text)), 12);
}

}  // namespace

TEST_CASE("a name without pointers is read as it stands")
{
    CHECK(first_name("'www' 'example' 00") == "www.example.");
    CHECK(first_name("00") == ".");
}

TEST_CASE("a pointer continues the name at an earlier place")
{
    const OctetBuffer message = annotated(header + "'example' 00  'www' c00c");  // offsets 12 and 21
    CHECK(name_at(message, 21) == "www.example.");
    std::size_t end = 0;
    REQUIRE(NameReader::read(message, 21, &end));
    CHECK(end == 27);  // behind the pointer, not behind what it points to
}

TEST_CASE("a pointer may lead to another pointer and to the root")
{
    const OctetBuffer message = annotated(header + "'example' 00 c00c c015  'a' c014");  // 12, 21, 23, 25
    CHECK(name_at(message, 21) == "example.");
    CHECK(name_at(message, 23) == "example.");
    CHECK(name_at(message, 25) == "a.");
}

TEST_CASE("a pointer to itself is refused")
{
    CHECK(first_name("c00c") == "malformed");
}

TEST_CASE("a pointer into the name that it ends is refused")
{
    CHECK(first_name("'www' c00c") == "malformed");
    CHECK(first_name("'www' 'x' c010") == "malformed");
}

TEST_CASE("a pointer forwards is refused")
{
    CHECK(first_name("c00e 'www' 00") == "malformed");
    CHECK(first_name("ffff") == "malformed");
}

TEST_CASE("a pointer into the header is refused")
{
    // The header is all zeros here: its octets would read as the root.
    for (unsigned target = 0; target < 12; ++target) {
        OctetBuffer message = annotated(header + "c000");
        message[13] = static_cast<std::uint8_t>(target);
        CHECK(name_at(message, 12) == "malformed");
    }
}

TEST_CASE("two pointers at each other are refused")
{
    const OctetBuffer message = annotated(header + "c00e c00c");
    CHECK(name_at(message, 12) == "malformed");
    CHECK(name_at(message, 14) == "malformed");
}

TEST_CASE("what lies behind a pointer's target may not come back to the pointer")
{
    // The labels at 12 run on into the pointer at 16, which points to them.
    const OctetBuffer message = annotated(header + "'abc' c00c");
    CHECK(name_at(message, 16) == "malformed");
}

TEST_CASE("half a pointer at the end of the message is refused")
{
    CHECK(first_name("'www' c0") == "malformed");
    CHECK_FALSE(NameReader::skip(annotated(header + "'www' c0"), 12));
}

TEST_CASE("names that run past the end of the message are refused")
{
    CHECK(first_name("") == "malformed");
    CHECK(first_name("'www'") == "malformed");
    CHECK(first_name("04 \"www\"") == "malformed");
    CHECK_FALSE(NameReader::skip(annotated(header + "04 \"www\""), 12));
}

TEST_CASE("label types 01 and 10 are refused")
{
    CHECK(first_name("41 \"a\" 00") == "malformed");
    CHECK(first_name("80 00") == "malformed");
    CHECK_FALSE(NameReader::skip(annotated(header + "41 \"a\" 00"), 12));
}

TEST_CASE("a pointer reaches as far as its 14 bits")
{
    OctetBuffer message(0x4001, 0);
    message[0x3fff] = 0;
    rw::append(message, annotated("'a' ffff"));
    CHECK(name_at(message, 0x4001) == "a.");
}

TEST_CASE("a name of 255 octets is read, one of 256 is not, whether compressed or not")
{
    std::string text;
    for (int i = 0; i < 126; ++i)
        text += "'x'";
    const OctetBuffer longest = annotated(header + text + "'y' 00");
    CHECK(NameReader::read(longest, 12)->size() == 255);
    CHECK(first_name(text + "'yy' 00") == "malformed");
    // The same again in two parts: 126 labels at 12, then one or two octets more in front of a pointer to them.
    const OctetBuffer fits = annotated(header + text + "00 'y' c00c");
    CHECK(NameReader::read(fits, 12 + 253)->size() == 255);
    CHECK(name_at(annotated(header + text + "00 'yy' c00c"), 12 + 253) == "malformed");
}

TEST_CASE("at most 127 pointers are followed for one name")
{
    OctetBuffer message = annotated(header + "00 c00c");  // pointer n stands at 11 + 2 n
    for (unsigned n = 2; n <= 128; ++n)
        rw::append_u16(message, static_cast<std::uint16_t>(0xc000 | (11 + 2 * (n - 1))));
    CHECK(name_at(message, 11 + 2 * 127) == ".");
    CHECK(name_at(message, 11 + 2 * 128) == "malformed");
}

TEST_CASE("skipping does not follow pointers")
{
    CHECK(NameReader::skip(annotated(header + "c00c"), 12) == 14U);
    CHECK(NameReader::skip(annotated(header + "'www' ffff"), 12) == 18U);
}
