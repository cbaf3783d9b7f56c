// SPDX-License-Identifier: EUPL-1.2
#include <doctest/doctest.h>

#include <set>

#include "config/file.h"
#include "config/outline.h"
#include "config/print.h"

using namespace rw::config;

TEST_CASE("the committed reference equals the generated one")
{
    const auto committed = read_file(std::string(RW_SOURCE_DIR) + "/config/reference.md", 1U << 20U);
    REQUIRE(committed);
    // When this fails: rootward --print-reference > config/reference.md
    CHECK((*committed == print_reference()));
}

TEST_CASE("every setting stands in the reference")
{
    const std::string reference = print_reference();
    for (const Leaf& leaf : outline(Settings{})) {
        CAPTURE(leaf.path);
        const std::string name = leaf.path.substr(leaf.path.rfind('.') + 1);
        CHECK(reference.find("`" + name + "`") != std::string::npos);
    }
}

TEST_CASE("every setting has one path")
{
    std::set<std::string> seen;
    for (const Leaf& leaf : outline(Settings{})) {
        CAPTURE(leaf.path);
        CHECK(seen.insert(leaf.path).second);
    }
    CHECK(seen.size() > 50);
}
