// SPDX-License-Identifier: EUPL-1.2
// A Service with fixed views, for the tests of control/ and ctl/. It notes what it was asked.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/root_identities.h"
#include "resolver/control/explain.h"
#include "resolver/control/service.h"
#include "tests/unit/name.h"

namespace rw::control::test
{

using rw::test::name;

class FakeService : public Service
{
 public:
    StatusView status() override
    {
        StatusView view;
        view.version = "9.9";
        view.uptime = std::chrono::seconds{90061};
        view.validation = "on";
        view.workers = 2;
        view.listening = {"127.0.0.1:53 dns"};
        return view;
    }

    RootStateView root() override
    {
        RootStateView view;
        view.mode = "prefer";
        for (const config::RootIdentity& identity : config::root_identities()) {
            RootIdentityView row;
            row.letter = identity.letter.letter;
            row.operator_name = identity.operator_name;
            row.jurisdiction = identity.jurisdiction;
            const bool preferred = row.letter == 'i' || row.letter == 'k';
            row.tier = preferred ? "preferred" : "other";
            row.addresses = {{identity.ipv4, preferred ? "good" : "unmeasured", std::nullopt},
                             {identity.ipv6, "unmeasured", std::nullopt}};
            if (preferred) {
                row.addresses.front().srtt = std::chrono::microseconds{12345};
                row.serial = 2026112200;
                row.serial_validated = row.letter == 'k';
                row.nsid = row.letter == 'k' ? "ns1.nl-ams.k.ripe.net" : "s1.\x1b[31msto\xff";
            }
            view.identities.push_back(std::move(row));
        }
        view.reference_serial = 2026112200;
        view.budget = {50, 500, 3};
        view.identities[10].health = {120, 0.99, std::chrono::milliseconds{13}, 1.0, std::nullopt};
        view.identities[10].queries = {{"resolution", 1000, 998, 2}, {"priming", 1, 1, 0}};
        view.events.push_back({WallSeconds{std::chrono::hours{500'000}}, "path-tampering", "critical", 'c',
                               config::root_identities()[2].ipv4, "C gave \x1b[31m records"});
        view.last_hour = {999, 1000, 998, 999, 1, 0, 0};
        view.last_day = {1000, 1000, 1000, 1000, 0, 0, 0};
        return view;
    }

    void explain(const LookupRequest& request, Done<const ExplainView&> done) override
    {
        ExplainView view;
        view.name = request.name;
        view.type = request.type;
        view.security = security;
        view.sentence = "the signature of x. A by x. is expired";
        ExplainStep step;
        step.kind = "rrset";
        step.name = request.name;
        step.type = request.type;
        step.key_tag = 20326;
        step.algorithm = "RSASHA256";
        step.security = security;
        step.sentence = view.sentence;
        step.server = Endpoint{*IpAddress::parse("193.0.14.129"), 53};
        step.identity = 'k';
        view.steps.push_back(step);
        done(view);
    }

    void lookup(const LookupRequest& request, Done<LookupView> done) override
    {
        LookupView view;
        view.name = request.name;
        view.type = request.type;
        view.security = security;
        view.rcode = rcode;
        view.time = std::chrono::microseconds{1500};
        dns::RRset rrset;
        rrset.owner = request.name;
        rrset.type = dns::RRType::a;
        rrset.ttl = 300;
        const OctetBuffer rdata{192, 0, 2, 1};
        rrset.rdatas.add(rdata);
        view.answer.push_back(rrset);
        view.errors.push_back({22, "no name server of the zone answered"});
        HopView hop;
        hop.question = request.name;
        hop.type = request.type;
        hop.server = {*IpAddress::parse("193.0.14.129"), 53};
        hop.identity = 'k';
        hop.transport = "udp";
        hop.time = std::chrono::milliseconds{12};
        hop.outcome = "referral";
        view.hops.push_back(hop);
        if (hold)
            held.emplace_back(std::move(done), std::move(view));
        else
            done(std::move(view));
    }

    std::uint64_t flush(const dns::Name& flushed) override
    {
        flushes.push_back(flushed.to_string());
        return 7;
    }

    CacheView cache() override { return {268435456, 134217728, 33554432, 1000, 75, 25, 1, 2, 3, 4}; }

    std::string zone_source = "delegation";

    ZoneServersView servers(const dns::Name& asked) override
    {
        ZoneServersView view;
        view.zone = asked.parent();
        view.source = zone_source;
        ServerView server;
        server.name = name("ns1.example.");
        server.address = {*IpAddress::parse("192.0.2.53"), 53};
        server.srtt = std::chrono::milliseconds{5};
        view.servers.push_back(server);
        view.without_address.push_back(name("ns2.example."));
        return view;
    }

    std::vector<InflightView> inflight(std::size_t limit) override
    {
        return std::vector<InflightView>(
            std::min<std::size_t>(limit, in_flight),
            {name("slow.example."), dns::RRType::mx, "upstream", std::chrono::milliseconds{1200}, 3});
    }

    void reload(Done<ReloadView> done) override { done(reloaded); }
    std::vector<FailedView> failures(std::size_t) override
    {
        return {{name("broken.example."), dns::RRType::a, "bogus", "validation failed", std::uint16_t{6},
                 "no DS matches\x1b[31m", std::chrono::seconds{12}, 3}};
    }
    void set_log_level(LogLevel level) override { log_level = level; }

    std::string security = "secure";
    Rcode rcode = Rcode::noerror;
    bool hold = false;
    std::size_t in_flight = 0;
    ReloadView reloaded;
    std::vector<std::pair<Done<LookupView>, LookupView>> held;
    std::vector<std::string> flushes;
    LogLevel log_level = LogLevel::info;
};

}  // namespace rw::control::test
