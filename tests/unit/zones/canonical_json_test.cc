// SPDX-License-Identifier: EUPL-1.2
// Canonical JSON: what is written, and everything that must be refused on reading.
#include "zones/canonical_json.h"

#include <doctest/doctest.h>

namespace rw::zones
{

TEST_CASE("members are written sorted, without white space, integers plain")
{
    const Json value{{"zeta", 1}, {"alpha", {{"b", true}, {"a", nullptr}}}, {"list", {3, -2, "x\n\"\x7f/"}}};
    CHECK(canonical_json(value) == "{\"alpha\":{\"a\":null,\"b\":true},\"list\":[3,-2,\"x\\n\\\"\x7f/\"],\"zeta\":1}");
}

TEST_CASE("what is written reads back to the same value and the same text")
{
    const std::string text = R"({"a":[1,{"b":"\u001f"}],"c":9007199254740991})";
    const Result<Json> value = read_canonical_json(text);
    REQUIRE(value);
    CHECK(canonical_json(*value) == text);
}

TEST_CASE("any other spelling of the same value is refused")
{
    for (const char* text : {R"({"b":1,"a":2})", R"({"a": 1})", R"({"a":1} )", R"(["\u0041"])", R"(["\/"])", "[-0]",
                             R"({"a":1,"a":1})", "[1.0]", "[1e2]", "[01]", ""}) {
        CAPTURE(text);
        CHECK_FALSE(read_canonical_json(text));
    }
}

TEST_CASE("the strict reader allows any layout but neither duplicate keys nor numbers that lose digits")
{
    CHECK(read_strict_json("{ \"b\": 1,\n \"a\": [2] }"));
    const auto refusal = [](const char* text) { return read_strict_json(text).error().message; };
    CHECK(refusal(R"({"a":1,"a":2})").find("duplicate key \"a\"") != std::string::npos);
    CHECK(refusal("[1.5]").find("not an integer") != std::string::npos);
    CHECK(refusal("[9007199254740992]").find("2^53") != std::string::npos);
    CHECK(refusal("[18446744073709551616]").find("not an integer") != std::string::npos);
    CHECK(refusal("{\"\xC3\xA9\":1}").find("ASCII") != std::string::npos);
    CHECK(refusal("[1").find("not JSON") != std::string::npos);
    CHECK(refusal("[\"\xff\"]").find("not JSON") != std::string::npos);
}

TEST_CASE("nesting is bounded, however long the input")
{
    CHECK(read_strict_json(std::string(16, '[') + std::string(16, ']')));
    const std::string deep = std::string(1'000'000, '[');
    CHECK(read_strict_json(deep).error().message.find("deeper than 16") != std::string::npos);
}

}  // namespace rw::zones
