// SPDX-License-Identifier: EUPL-1.2
#include "resolver/base/octets.h"

#include <doctest/doctest.h>

#include <array>

using namespace rw;

TEST_CASE("integers are read and written in network order")
{
    OctetBuffer buffer;
    append_u8(buffer, 0x01);
    append_u16(buffer, 0x0203);
    append_u32(buffer, 0xf4050607);
    CHECK(buffer == OctetBuffer{0x01, 0x02, 0x03, 0xf4, 0x05, 0x06, 0x07});
    OctetReader reader(buffer);
    CHECK(reader.u8() == 0x01);
    CHECK(reader.u16() == 0x0203);
    CHECK(reader.u32() == 0xf4050607);
    CHECK(reader.ok());
    CHECK(reader.at_end());
}

TEST_CASE("stores write what loads read")
{
    std::array<std::uint8_t, 4> octets{};
    store_u32(octets.data(), 0xdeadbeef);
    CHECK(load_u32(octets.data()) == 0xdeadbeef);
    CHECK(load_u16(octets.data()) == 0xdead);
    store_u16(octets.data(), 0x1234);
    CHECK(load_u32(octets.data()) == 0x1234beef);
}

TEST_CASE("a reader past the end turns bad, gives zeros and stays bad")
{
    const OctetBuffer buffer{1, 2, 3};
    OctetReader reader(buffer);
    CHECK(reader.u32() == 0);
    CHECK_FALSE(reader.ok());
    CHECK(reader.u8() == 0);
    CHECK(reader.octets(1).empty());
    CHECK(reader.position() == 0);
    CHECK(reader.remaining() == 3);
}

TEST_CASE("a length that would overflow does not wrap")
{
    const OctetBuffer buffer{1, 2, 3};
    OctetReader reader(buffer);
    CHECK(reader.u8() == 1);
    CHECK(reader.octets(SIZE_MAX).empty());
    CHECK_FALSE(reader.ok());
}

TEST_CASE("the rest is everything that was not read, also when that is nothing")
{
    const OctetBuffer buffer{1, 2, 3};
    OctetReader reader(buffer);
    reader.u8();
    CHECK(reader.rest().size() == 2);
    CHECK(reader.rest().empty());
    CHECK(reader.ok());
}

TEST_CASE("views of text and octets compare by content")
{
    CHECK(equal(octets_of("abc"), octets_of("abc")));
    CHECK_FALSE(equal(octets_of("abc"), octets_of("abd")));
    CHECK_FALSE(equal(octets_of("abc"), octets_of("ab")));
    CHECK(equal({}, octets_of("")));
    CHECK(text_of(octets_of("abc")) == "abc");
}
