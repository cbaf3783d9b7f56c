// SPDX-License-Identifier: EUPL-1.2
#include "config/document.h"

#include <doctest/doctest.h>

#include <string>

using namespace rw::config;

namespace
{

struct Outcome {
    std::expected<Node, Problem> node;
    std::vector<Problem> problems;
};

Outcome read(std::string_view text)
{
    Problems problems;
    auto node = read_document(text, problems);
    return {std::move(node), problems.take()};
}

std::string refusal(std::string_view text)
{
    const Outcome outcome = read(text);
    return outcome.node ? "" : to_string("f", outcome.node.error());
}

std::string repeated(std::string_view part, std::size_t times)
{
    std::string text;
    for (std::size_t i = 0; i < times; ++i)
        text += part;
    return text;
}

}  // namespace

TEST_CASE("a document becomes a tree with positions that count from 1")
{
    const Outcome outcome = read("a: 1\nb:\n  - x\n  - 'off'\n");
    REQUIRE(outcome.node);
    const Node& root = *outcome.node;
    REQUIRE(root.kind == Node::Kind::mapping);
    REQUIRE(root.keys.size() == 2);
    CHECK(root.keys[1].text == "b");
    CHECK(root.keys[1].at == Position{2, 1});
    REQUIRE(root.items[1].items.size() == 2);
    CHECK(root.items[1].items[0].at == Position{3, 5});
    CHECK_FALSE(root.items[1].items[0].quoted);
    CHECK(root.items[1].items[1].quoted);
}

TEST_CASE("an empty document and one of comments are nothing at all")
{
    CHECK(read("").node->kind == Node::Kind::null);
    CHECK(read("# only a comment\n").node->kind == Node::Kind::null);
    CHECK(read("---\n").node->kind == Node::Kind::null);
}

TEST_CASE("a duplicate key is a problem and the first value stays")
{
    const Outcome outcome = read("a: 1\nb: 2\na: 3\n");
    REQUIRE(outcome.node);
    REQUIRE(outcome.problems.size() == 1);
    CHECK(outcome.problems[0] == Problem{3, 1, "'a' is given twice; first in line 1"});
    CHECK(outcome.node->items[0].text == "1");
    CHECK(outcome.node->keys.size() == 2);
}

TEST_CASE("nesting is bounded long before the stack is")
{
    CHECK(refusal(repeated("[", 16) + repeated("]", 16)) == "");
    CHECK(refusal(repeated("[", 17) + repeated("]", 17)) == "f:1:17: the document is nested more than 16 levels deep");
    CHECK(refusal(repeated("[", 200'000)) != "");
    CHECK(refusal(repeated("{a: ", 100'000)) != "");
    std::string indented;
    for (std::size_t level = 0; level < 1000; ++level)
        indented += std::string(level, ' ') + "a:\n";
    CHECK(refusal(indented).find("nested more than") != std::string::npos);
    CHECK(refusal(repeated("- ", 100'000)).find("nested more than") != std::string::npos);
}

TEST_CASE("anchors, aliases and tags are refused, so that nothing can be multiplied")
{
    CHECK(refusal("a: &x [1, 1]\nb: [*x, *x, *x]\n") ==
          "f:1:4: anchors (&name) are not used in settings; write the value out");
    CHECK(refusal("a: *x\n") != "");
    CHECK(refusal("<<: {a: 1}\n") == "");  // no merging: an ordinary key that no section knows
    CHECK(refusal("a: !!binary AAAA\n").find("tags") != std::string::npos);
    CHECK(refusal("a: !local x\n").find("tags") != std::string::npos);
}

TEST_CASE("huge documents, mappings, lists and values are refused")
{
    CHECK(refusal(std::string(limits::document_octets + 1, ' ')).find("larger than") != std::string::npos);
    CHECK(refusal("a: " + std::string(limits::scalar + 1, 'x')).find("longer than") != std::string::npos);
    CHECK(refusal("a: " + std::string(limits::scalar, 'x')) == "");
    CHECK(refusal("[" + repeated("a,", limits::nodes) + "a]").find("more than 100000 values") != std::string::npos);
    std::string keys;
    for (std::size_t i = 0; i <= limits::keys; ++i)
        keys += "k" + std::to_string(i) + ": 1\n";
    CHECK(refusal(keys).find("more than 256 keys") != std::string::npos);
}

TEST_CASE("octets that are not UTF-8 are refused where they stand")
{
    CHECK(refusal("a: 1\nb: x\xff\n") == "f:2:5: octet 0xff is not valid UTF-8");
    CHECK(refusal("# \xc0\xaf overlong") == "f:1:3: octet 0xc0 is not valid UTF-8");
    CHECK(refusal("\xed\xa0\x80") != "");      // surrogate
    CHECK(refusal("\xf4\x90\x80\x80") != "");  // beyond U+10FFFF
    CHECK(refusal("\xe2\x82") != "");          // cut short
    CHECK(refusal("a: \xe2\x82\xac m\xc3\xbc\n") == "");
}

TEST_CASE("NUL and other control characters are refused")
{
    using namespace std::string_view_literals;
    CHECK(refusal("a: x\0y\n"sv) == "f:1:5: control character 0x00");
    CHECK(refusal("\xff\xfe\x61\0"sv) != "");  // UTF-16 with a byte order mark
    CHECK(refusal("a: \x1b[2J\n") == "f:1:4: control character 0x1b");
    CHECK(refusal("a:\tx\r\n") == "");
}

TEST_CASE("a second document in the same file is refused")
{
    CHECK(refusal("a: 1\n---\nb: 2\n").find("more than one YAML document") != std::string::npos);
}

TEST_CASE("broken syntax says where")
{
    CHECK(refusal("a: [1, 2\n").find("this [ is never closed") != std::string::npos);
    CHECK(refusal("a: 1\n b: 2\n").find("f:2:") == 0);
    CHECK(refusal("a: 'open\n").find("not valid YAML") != std::string::npos);
    CHECK(refusal("a: \"open").find("not valid YAML") != std::string::npos);
    CHECK(refusal("? [a, b]\n: 1\n").find("key must be a plain text") != std::string::npos);
}

TEST_CASE("what the parser complains of is told as the slip that caused it")
{
    const auto complaint = [](std::string_view text) {
        Problems problems;
        const auto document = read_document(text, problems);
        REQUIRE_FALSE(document);
        return to_string("t", document.error());
    };
    CHECK(complaint("cache:\n\tsize: 1MiB\n") == "t:2:1: a tab indents this line; YAML takes spaces only");
    CHECK(complaint("cache:\n  size: 1MiB\n   max-ttl: 1d\n") ==
          "t:3:4: this line is indented by 3, its neighbours in cache by 2");
    CHECK(complaint("cache:\n    size: 1MiB\n  max-ttl: 1d\n") ==
          "t:3:3: this line is indented by 2, its neighbours in cache by 4");
    CHECK(complaint("cache: {size: 1MiB\n\n") == "t:1:8: this { is never closed");
    CHECK(complaint("root:\n  prefer: [i, k\ncache: {size: \"}\"}\n") == "t:2:11: this [ is never closed");
}
