// SPDX-License-Identifier: EUPL-1.2
#include "resolver/base/failure.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using rw::fact;
using rw::Failure;
using rw::Rcode;

namespace
{

constexpr auto failure_count = static_cast<std::size_t>(Failure::invalid_type) + 1;

}  // namespace

TEST_CASE("the rows of the failure table stand in the order of the enumeration")
{
    for (std::size_t i = 0; i < failure_count; ++i)
        CHECK(static_cast<std::size_t>(fact(static_cast<Failure>(i)).failure) == i);
}

TEST_CASE("every failure has its own name, a text, and an RCODE that is not success")
{
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < failure_count; ++i) {
        const auto& row = fact(static_cast<Failure>(i));
        CAPTURE(row.name);
        CHECK(names.insert(row.name).second);
        CHECK(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos);
        CHECK_FALSE(row.text.empty());
        CHECK(row.rcode != Rcode::noerror);
        CHECK(rw::rcode_name(row.rcode) != "RCODE-UNKNOWN");
    }
}

TEST_CASE("only failures of a resolution are remembered, never those of a client's query or of our own state")
{
    for (const Failure failure : {Failure::malformed_query, Failure::access_refused, Failure::unsupported_opcode,
                                  Failure::shutting_down, Failure::too_many_waiters, Failure::root_budget_exhausted,
                                  Failure::cached_failure, Failure::network_unreachable, Failure::servers_busy}) {
        CAPTURE(fact(failure).name);
        CHECK_FALSE(fact(failure).remember);
    }
    CHECK(fact(Failure::no_reachable_authority).remember);
    CHECK(fact(Failure::bogus).remember);
}

TEST_CASE("each kind of validation failure has its own extended error")
{
    CHECK(fact(Failure::bogus).ede == 6);
    CHECK(fact(Failure::signature_expired).ede == 7);
    CHECK(fact(Failure::signature_not_yet_valid).ede == 8);
    CHECK(fact(Failure::dnskey_missing).ede == 9);
    CHECK(fact(Failure::rrsigs_missing).ede == 10);
    CHECK(fact(Failure::no_zone_key_bit).ede == 11);
    CHECK(fact(Failure::nsec_missing).ede == 12);
}

TEST_CASE("response codes have the names of the registry")
{
    CHECK(rw::rcode_name(Rcode::noerror) == "NOERROR");
    CHECK(rw::rcode_name(Rcode::badvers) == "BADVERS");
    CHECK(rw::rcode_name(static_cast<Rcode>(4000)) == "RCODE-UNKNOWN");
}
