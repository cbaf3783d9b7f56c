// SPDX-License-Identifier: EUPL-1.2
// Which names are sentinels.
#include "resolver/frontend/sentinel.h"

#include <doctest/doctest.h>

using namespace rw;
using frontend::read_sentinel;

namespace
{

std::optional<frontend::SentinelQuestion> read(std::string_view name, dns::RRType type = dns::RRType::a)
{
    return read_sentinel({*dns::Name::parse(name), type, dns::RRClass::in});
}

}  // namespace

TEST_CASE("sentinel names are read in any case, with five digits, for addresses only (RFC 8509 section 3)")
{
    const auto is = read("root-key-sentinel-is-ta-20326.example.");
    REQUIRE(is);
    CHECK(is->is_trusted);
    CHECK(is->key_tag == 20326);
    const auto is_not = read("Root-Key-Sentinel-NOT-ta-00012.example.", dns::RRType::aaaa);
    REQUIRE(is_not);
    CHECK_FALSE(is_not->is_trusted);
    CHECK(is_not->key_tag == 12);
    CHECK_FALSE(read("root-key-sentinel-is-ta-20326.example.", dns::RRType::txt));
    CHECK_FALSE(read("root-key-sentinel-is-ta-2032.example."));
    CHECK_FALSE(read("root-key-sentinel-is-ta-99999.example."));
    CHECK_FALSE(read("root-key-sentinel-is-ta-2032x.example."));
    CHECK_FALSE(read("www.root-key-sentinel-is-ta-20326.example."));
    CHECK_FALSE(read("."));
}
