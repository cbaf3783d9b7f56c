// SPDX-License-Identifier: EUPL-1.2
// Hex, base64 and SHA-256: known values, and that each value has exactly one text.
#include "zones/encoding.h"

#include <doctest/doctest.h>

namespace rw::zones
{

TEST_CASE("base64 agrees with the vectors of RFC 4648 and reads back")
{
    for (const auto& [plain, text] : {std::pair{"", ""},
                                      {"f", "Zg=="},
                                      {"fo", "Zm8="},
                                      {"foo", "Zm9v"},
                                      {"foob", "Zm9vYg=="},
                                      {"fooba", "Zm9vYmE="},
                                      {"foobar", "Zm9vYmFy"}}) {
        CHECK(base64(octets_of(plain)) == text);
        REQUIRE(from_base64(text));
        CHECK(text_of(*from_base64(text)) == plain);
    }
}

TEST_CASE("base64 has one spelling: stray bits, missing padding and white space are refused")
{
    for (const char* text : {"Zh==", "Zg=", "Zg", "Zm9v\n", "Zm 9", "Z===", "====", "Zg==Zg==", "Zm9=", "Zm-_"})
        CHECK_FALSE(from_base64(text));
}

TEST_CASE("hex reads both cases and refuses odd lengths and other letters")
{
    CHECK(hex_upper(*from_hex("0aFf")) == "0AFF");
    CHECK(hex_lower(*from_hex("0aFf")) == "0aff");
    CHECK_FALSE(from_hex("abc"));
    CHECK_FALSE(from_hex("zz"));
}

TEST_CASE("SHA-256 in pieces is SHA-256 of the whole")
{
    CHECK(hex_lower(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(Sha256().add("a").add("bc").finish() == sha256("abc"));
}

TEST_CASE("decimal numbers have one spelling")
{
    CHECK(decimal("0") == 0);
    CHECK(decimal("18446744073709551615") == ~std::uint64_t{0});
    for (const char* text : {"", "00", "01", "+1", "-1", " 1", "1 ", "18446744073709551616", "1x"})
        CHECK_FALSE(decimal(text));
}

}  // namespace rw::zones
