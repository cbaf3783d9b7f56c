// SPDX-License-Identifier: EUPL-1.2
// Rules by suffix, and addresses moved to another network.
#include "resolver/iterate/policy.h"

#include <doctest/doctest.h>

#include <array>

#include "resolver/dns/message_view.h"
#include "resolver/dns/message_writer.h"
#include "resolver/frontend/address_rewrite.h"

using namespace rw;
using config::PolicyAction;
using frontend::AddressRewrite;
using iterate::Policy;

namespace
{

config::PolicySettings rule(std::string suffix, PolicyAction action)
{
    return {.suffix = {.name = {std::move(suffix)}}, .action = action, .servers = {}};
}

std::string rewritten(std::string_view from, std::string_view to, std::string_view address, bool* authentic = nullptr)
{
    std::array<std::uint8_t, 512> room{};
    dns::MessageWriter writer(room);
    writer.set_header(1, dns::Header::qr | dns::Header::ad);
    const dns::Name name = *dns::Name::parse("www.example.");
    const IpAddress given = *IpAddress::parse(address);
    writer.add_question({name, dns::RRType::a, dns::RRClass::in});
    writer.add_record(dns::Section::answer, name, given.is_v4() ? dns::RRType::a : dns::RRType::aaaa, dns::RRClass::in,
                      60, given.octets());
    const std::size_t size = writer.finish().size();
    AddressRewrite({{*Prefix::parse(from), *Prefix::parse(to)}}).apply(std::span(room).first(size));
    const auto view = dns::MessageView::parse(Octets(room).first(size));
    REQUIRE(view);
    if (authentic != nullptr)
        *authentic = view->header().has(dns::Header::ad);
    return IpAddress::from_octets(view->raw_rdata(*view->records(dns::Section::answer).begin())).to_string();
}

}  // namespace

TEST_CASE("the longest suffix decides, whatever its case")
{
    const Policy policy({rule("example.", PolicyAction::deny), rule("good.example.", PolicyAction::pass)},
                        rw::HashKey{1, 2});
    CHECK(policy.action_for(*dns::Name::parse("ADS.Example.")) == PolicyAction::deny);
    CHECK(policy.action_for(*dns::Name::parse("example.")) == PolicyAction::deny);
    CHECK(policy.action_for(*dns::Name::parse("www.good.example.")) == PolicyAction::pass);
    CHECK_FALSE(policy.action_for(*dns::Name::parse("example.org.")));
    CHECK_FALSE(policy.action_for(*dns::Name::parse("notexample.")));
    CHECK_FALSE(policy.action_for(dns::Name{}));
}

TEST_CASE("without rules a policy says nothing")
{
    const Policy policy;
    CHECK(policy.empty());
    CHECK_FALSE(policy.action_for(*dns::Name::parse("example.")));
}

TEST_CASE("an address moves to the other network and keeps its host part")
{
    CHECK(rewritten("192.0.2.0/24", "198.51.100.0/24", "192.0.2.77") == "198.51.100.77");
    CHECK(rewritten("192.0.2.0/28", "198.51.100.16/28", "192.0.2.5") == "198.51.100.21");
    CHECK(rewritten("2001:db8:1::/48", "2001:db8:2::/48", "2001:db8:1::5") == "2001:db8:2::5");
    CHECK(rewritten("192.0.2.0/24", "198.51.100.0/24", "192.0.3.77") == "192.0.3.77");
}

TEST_CASE("AD goes when an address was moved, and only then")
{
    bool authentic = true;
    rewritten("192.0.2.0/24", "198.51.100.0/24", "192.0.2.77", &authentic);
    CHECK_FALSE(authentic);
    rewritten("192.0.2.0/24", "198.51.100.0/24", "203.0.113.1", &authentic);
    CHECK(authentic);
}

TEST_CASE("the first rule about a name on the way of an answer decides, and what may pass may lead anywhere")
{
    const Policy policy({rule("ads.example.", PolicyAction::deny), rule("ok.example.", PolicyAction::pass),
                         rule("fwd.example.", PolicyAction::forward), rule("quiet.example.", PolicyAction::drop)},
                        rw::HashKey{1, 2});
    const auto name = [](std::string_view text) { return *dns::Name::parse(text); };
    iterate::PolicyWalk asked(policy, name("www.example.net."));
    CHECK_FALSE(asked.follow(name("a.fwd.example.")));
    CHECK(asked.follow(name("x.quiet.example.")) == PolicyAction::drop);
    CHECK(asked.follow(name("x.ads.example.")) == PolicyAction::deny);
    CHECK_FALSE(asked.follow(name("ok.example.")));
    CHECK_FALSE(asked.follow(name("x.ads.example.")));
    iterate::PolicyWalk passed(policy, name("www.ok.example."));
    CHECK_FALSE(passed.follow(name("x.ads.example.")));
}
