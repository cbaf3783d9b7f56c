// SPDX-License-Identifier: EUPL-1.2
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>
#include <sstream>
#include <string>

#include "config/file.h"
#include "config/load.h"
#include "config/root_anchors.h"
#include "config/root_identities.h"
#include "config/shipped.h"

using namespace rw::config;

namespace
{

std::string source_file(const std::string& name)
{
    const auto content = read_file(std::string(RW_SOURCE_DIR) + "/config/" + name, 1U << 20U);
    return content ? *content : "";
}

std::chrono::sys_seconds at(int year, unsigned month, unsigned day)
{
    using namespace std::chrono;
    return sys_days{year_month_day{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}}};
}

}  // namespace

TEST_CASE("there are 13 identities, and the European ones are I in Sweden and K in the Netherlands")
{
    const auto& identities = root_identities();
    REQUIRE(identities.size() == 13);
    std::set<std::string> names;
    std::set<std::string> addresses;
    std::string european;
    for (const RootIdentity& identity : identities) {
        CHECK(identity.name.text == std::string(1, identity.letter.letter) + ".root-servers.net.");
        CHECK_FALSE(identity.operator_name.empty());
        CHECK_FALSE(identity.autonomous_systems.empty());
        names.insert(identity.name.text);
        addresses.insert(identity.ipv4.to_string());
        addresses.insert(identity.ipv6.to_string());
        if (identity.jurisdiction == "SE" || identity.jurisdiction == "NL")
            european += identity.letter.letter;
    }
    CHECK(names.size() == 13);
    CHECK(addresses.size() == 26);
    CHECK(european == "ik");
    CHECK(identities[8].operator_name == "Netnod");
    CHECK(identities[10].operator_name == "RIPE NCC");
    CHECK(identities[10].ipv4.to_string() == "193.0.14.129");
    CHECK(identities[10].ipv6.to_string() == "2001:7fd::1");
}

TEST_CASE("hints and identities say the same")
{
    std::set<std::string> expected;
    for (const RootIdentity& identity : root_identities()) {
        std::string name = identity.name.text;
        for (char& c : name)
            c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        expected.insert(". NS " + name);
        expected.insert(name + " A " + identity.ipv4.to_string());
        expected.insert(name + " AAAA " + identity.ipv6.to_string());
    }
    std::set<std::string> found;
    std::istringstream lines{std::string(shipped::root_hints)};
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == ';')
            continue;
        std::istringstream words(line);
        std::string owner;
        std::string ttl;
        std::string type;
        std::string rdata;
        words >> owner >> ttl >> type >> rdata;
        CHECK(ttl == "3600000");
        found.insert(fmt::format("{} {} {}", owner, type, rdata));
    }
    CHECK(found == expected);
}

TEST_CASE("both root anchors are shipped, each with its window")
{
    const auto& anchors = root_anchors();
    REQUIRE(anchors.size() == 2);
    CHECK(std::get<DsAnchor>(anchors[0].anchor().record).key_tag == 20326);
    CHECK(std::get<DsAnchor>(anchors[1].anchor().record).key_tag == 38696);
    CHECK_FALSE(anchors[0].valid_at(at(2017, 2, 1)));
    CHECK(anchors[0].valid_at(at(2017, 2, 2)));
    CHECK(anchors[0].valid_at(at(2027, 1, 10)));
    CHECK_FALSE(anchors[0].valid_at(at(2027, 1, 11)));
    CHECK_FALSE(anchors[1].valid_at(at(2024, 7, 17)));
    CHECK(anchors[1].valid_at(at(2040, 1, 1)));
}

TEST_CASE("the compiled-in data is that of the files")
{
    CHECK((shipped::root_hints == source_file("root.hints")));
    CHECK((shipped::root_identities == source_file("root-identities.yaml")));
    CHECK((shipped::trust_anchors == source_file("trust-anchors.yaml")));
}

TEST_CASE("broken data files are refused with every problem")
{
    const auto identities = read_root_identities("identities:\n  - {letter: z, name: a.}\n");
    REQUIRE_FALSE(identities);
    CHECK(identities.error().message.find("root-identities.yaml:2:") == 0);
    CHECK(identities.error().message.find("operator is missing") != std::string::npos);
    CHECK(identities.error().message.find("a to m; found 'z'") != std::string::npos);
    CHECK_FALSE(
        read_root_identities("identities: [{letter: b, name: b., operator: x, jurisdiction: SE, "
                             "ipv4: 192.0.2.1, ipv6: \"::1\", as: [1]}]"));
    CHECK_FALSE(
        read_root_identities("identities: [{letter: a, name: a., operator: x, jurisdiction: SE, "
                             "ipv4: \"::2\", ipv6: \"::1\", as: [1]}]"));
    CHECK_FALSE(read_root_anchors("anchors: [{name: x, record: /etc/root.key, valid-from: 2017-02-02T00:00:00Z}]"));
    CHECK_FALSE(
        read_root_anchors("anchors: [{name: x, record: \"a. IN DS 1 8 250 00\", valid-from: "
                          "2017-02-02T00:00:00Z}]"));
    CHECK_FALSE(
        read_root_anchors("anchors: [{name: x, record: \". IN DS 1 8 250 00\", valid-from: "
                          "2017-02-02T00:00:00Z, valid-until: 2016-01-01T00:00:00Z}]"));
}

TEST_CASE("the shipped configuration loads and equals the defaults")
{
    const Loaded loaded = load_file(std::string(RW_SOURCE_DIR) + "/config/rootward.yaml");
    REQUIRE(loaded);
    CHECK((*loaded == Settings{}));
}

TEST_CASE("the harness profile sends nothing that resolution does not need")
{
    const Loaded loaded = load_file(std::string(RW_SOURCE_DIR) + "/config/profiles/harness.yaml");
    REQUIRE(loaded);
    CHECK_FALSE(loaded->root.priming);
    CHECK_FALSE(loaded->root.monitor.enabled);
    CHECK_FALSE(loaded->dnssec.rfc5011);
    CHECK_FALSE(loaded->dnssec.key_tag_signal);
    CHECK_FALSE(loaded->dnssec.sentinel);
    CHECK_FALSE(loaded->special_use_zones);
    CHECK_FALSE(loaded->cache.prefetch);
    CHECK_FALSE(loaded->cache.serve_stale.enabled);
    CHECK_FALSE(loaded->case_randomisation);
    CHECK(loaded->cache.clock == CacheClock::wall);
    CHECK(loaded->dnssec.sha1 == Sha1Policy::validate);
    CHECK(loaded->dnssec.signature_skew.count() == 0);
    CHECK(loaded->mirror.mode == MirrorMode::off);
    CHECK(loaded->qname_minimisation.mode == MinimisationMode::off);
    REQUIRE(loaded->dnssec.trust_anchors);
    CHECK(loaded->dnssec.trust_anchors->empty());
}

TEST_CASE("the systemd unit gives one capability and no more")
{
    const std::string unit = source_file("rootward.service");
    for (const char* line :
         {"Type=notify", "DynamicUser=yes", "NoNewPrivileges=yes", "ProtectSystem=strict",
          "AmbientCapabilities=CAP_NET_BIND_SERVICE", "CapabilityBoundingSet=CAP_NET_BIND_SERVICE"}) {
        CAPTURE(line);
        CHECK(unit.find(std::string("\n") + line + "\n") != std::string::npos);
    }
}
