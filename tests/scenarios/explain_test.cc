// SPDX-License-Identifier: EUPL-1.2
// `explain` on a simulated tree of zones: the chain step by step, who gave it, and the one sentence.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "config/load.h"
#include "resolver/ctl/explain_svg.h"
#include "resolver/service/explain.h"
#include "tests/scenarios/message/presentation.h"
#include "tests/scenarios/simulator/resolver.h"
#include "tests/scenarios/story/universe.h"

using namespace rw;
using namespace rw::scenarios;
using namespace rw::scenarios::story;

namespace
{

dns::Name name(std::string_view text)
{
    return *dns::Name::parse(text);
}

ZonePlan plan(std::string_view origin, std::string_view server, std::string_view address, const char* records = "")
{
    ZonePlan zone;
    zone.origin = name(origin);
    zone.servers = {{name(server), {*IpAddress::parse(address)}}};
    zone.records = records;
    zone.signed_with = rw::scenarios::Denial::nsec;
    return zone;
}

struct Tree {
    ZonePlans plans;
    SimulatedResolver resolver{WallSeconds{std::chrono::seconds{1'790'000'000}}, 1};
    Universe universe{resolver.random(), WallSeconds{std::chrono::seconds{1'790'000'000}}};
    std::optional<HintsFile> hints;

    Tree()
    {
        for (ZonePlan& zone :
             std::vector{plan(".", "k.root-servers.net.", "193.0.14.129"), plan("com.", "a.gtld.net.", "192.5.6.30"),
                         plan("example.com.", "ns.example.com.", "192.0.2.1", "www A 192.0.2.80\n*.w A 192.0.2.81"),
                         plan("broken.com.", "ns.broken.com.", "192.0.2.2", "www A 192.0.2.82"),
                         plan("plain.com.", "ns.plain.com.", "192.0.2.3", "www A 192.0.2.83")})
            plans.emplace(zone.origin, zone);
        plans.at(name("broken.com.")).signatures = SignatureState::expired;
        plans.at(name("plain.com.")).signed_with.reset();
        REQUIRE(universe.build(plans));
        universe.connect(resolver.network());
        hints.emplace(Universe::hints(plans.at(dns::Name())));
        const auto settings =
            config::load_text(fmt::format("root: {{hints: {}, priming: false, monitor: {{enabled: false}}}}\n"
                                          "dnssec: {{trust-anchors: [\"{}\"]}}\n",
                                          hints->path().string(), to_text(universe.trust_anchors(plans).front())),
                              "");
        REQUIRE(settings);
        REQUIRE(resolver.start(*settings, false));
    }

    control::ExplainView explain(std::string_view owner, dns::RRType type = dns::RRType::a)
    {
        std::optional<control::ExplainView> view;
        const control::LookupRequest request{name(owner), type};
        resolver.world().scheduler().update_now();
        resolver.engine().explain({request.name, type, dns::RRClass::in},
                                  [&](const service::Engine::Resolved& resolved) {
                                      view = service::explain_view(request, resolved.outcome, resolved.trace);
                                  });
        resolver.world().run_for(std::chrono::seconds{6});
        REQUIRE(view);
        return *view;
    }
};

std::string steps_of(const control::ExplainView& view)
{
    std::string steps;
    for (const control::ExplainStep& step : view.steps)
        steps += fmt::format("{} {} {}; ", step.kind, step.name.to_string(), step.security);
    return steps;
}

const control::ExplainStep* find(const control::ExplainView& view, std::string_view kind, std::string_view owner)
{
    const auto at = std::ranges::find_if(
        view.steps, [&](const control::ExplainStep& step) { return step.kind == kind && step.name == name(owner); });
    return at != view.steps.end() ? &*at : nullptr;
}

}  // namespace

TEST_CASE("a secure answer is explained from the anchor down, with who gave what, also when it is cached")
{
    Tree tree;
    for (int time = 0; time < 2; ++time) {
        const control::ExplainView view = tree.explain("www.example.com.");
        CHECK(view.security == "secure");
        CHECK(view.sentence == "www.example.com. A is secure: example.com. hangs on the trust anchor of .");
        CHECK(steps_of(view) ==
              "anchor . secure; dnskey . secure; ds com. secure; dnskey com. secure; ds example.com. secure; "
              "dnskey example.com. secure; rrset www.example.com. secure; ");
        const control::ExplainStep* ds = find(view, "ds", "example.com.");
        REQUIRE(ds);
        REQUIRE(ds->server);
        CHECK(ds->server->to_string() == "192.5.6.30:53");
        CHECK(ds->algorithm == "ECDSAP256SHA256");
        const control::ExplainStep* root = find(view, "dnskey", ".");
        REQUIRE(root);
        CHECK(root->identity == 'k');
        CHECK(view.hops.size() >= 6);
    }
}

TEST_CASE("the first thing that is wrong is said in one sentence")
{
    Tree tree;
    const control::ExplainView view = tree.explain("www.broken.com.");
    CHECK(view.security == "bogus");
    CHECK(view.rcode == Rcode::servfail);
    CHECK(view.sentence.find("the signature of broken.com. DNSKEY by broken.com. (key ") == 0);
    CHECK(view.sentence.find("expired") != std::string::npos);
    REQUIRE(view.errors.size() == 1);
    CHECK(view.errors.front().code == 7);
    const control::ExplainStep* keys = find(view, "dnskey", "broken.com.");
    REQUIRE(keys);
    CHECK(keys->security == "bogus");
}

TEST_CASE("insecure answers, denials and wildcards are explained")
{
    Tree tree;
    const control::ExplainView plain = tree.explain("www.plain.com.");
    CHECK(plain.security == "insecure");
    CHECK(plain.sentence == "www.plain.com. A is insecure: com. proves that plain.com. has no DS");
    const control::ExplainView denied = tree.explain("nothing.example.com.");
    CHECK(denied.security == "secure");
    CHECK(denied.rcode == Rcode::nxdomain);
    CHECK(denied.steps.back().kind == "denial");
    CHECK(tree.explain("a.w.example.com.").security == "secure");
}

TEST_CASE("the picture holds names of any length and of wide letters within its frames")
{
    Tree tree;
    const std::string label(63, 'm');
    const std::string owner = fmt::format("{0}.{0}.{1}.example.com.", label, label.substr(0, 50));
    const std::string svg = ctl::draw_chain(control::to_json(tree.explain(owner)));
    CHECK(svg.find("...") != std::string::npos);
    CHECK(svg.find("lengthAdjust") != std::string::npos);
    CHECK(ctl::draw_chain(control::to_json(tree.explain("www.example.com."))).find("lengthAdjust") ==
          std::string::npos);
}

TEST_CASE("the picture of a chain has a row for each step and a frame for each zone")
{
    Tree tree;
    const std::string svg = ctl::draw_chain(control::to_json(tree.explain("www.broken.com.")));
    CHECK(svg.find("zone broken.com.") != std::string::npos);
    CHECK(svg.find("zone com.") != std::string::npos);
    CHECK(svg.find("#a61b1b") != std::string::npos);
    CHECK(svg.find("from 193.0.14.129:53 (root identity K)") != std::string::npos);
}
