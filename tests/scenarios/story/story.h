// SPDX-License-Identifier: EUPL-1.2
// A scenario of our own format (YAML): zones and servers, departures from what servers should do, and steps with what
// is expected of the resolver. README.md beside this folder describes the format.
#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "resolver/frontend/client.h"
#include "tests/scenarios/simulator/network.h"
#include "tests/scenarios/story/universe.h"

namespace rw::scenarios::story
{

/// How many of something are expected.
struct Amount {
    std::uint64_t at_least = 0;
    std::uint64_t at_most = ~std::uint64_t{0};

    [[nodiscard]] bool allows(std::uint64_t count) const { return count >= at_least && count <= at_most; }
    [[nodiscard]] std::string to_string() const;
};

/// What the resolver may have sent during a step.
struct ExpectedQueries {
    std::optional<Amount> total;
    std::optional<Amount> stream;
    std::optional<Amount> with_edns;
    std::vector<std::pair<IpAddress, Amount>> to;
    std::vector<std::pair<dns::Question, Amount>> asked;
    std::vector<std::pair<dns::Name, Amount>> below;          ///< for names at or below
    std::vector<IpAddress> first_to;                          ///< the first query goes to one of these
    std::optional<Amount> source_ports;                       ///< different ones, of datagrams
    std::optional<Amount> mixed_case;                         ///< with upper and lower case letters in the name
    std::vector<std::pair<dns::RRType, Amount>> with_type;    ///< of this query type
    std::vector<std::pair<std::uint16_t, Amount>> with_flag;  ///< header flag set
};

enum class Security : std::uint8_t { secure, insecure, bogus };

struct Expectation {
    bool reply = true;  ///< false: the query must be dropped
    std::optional<std::uint16_t> rcode;
    std::uint16_t flags_set = 0;
    std::uint16_t flags_clear = 0;
    std::array<std::optional<std::string>, 3> sections;  ///< all records of a section
    std::array<std::optional<Amount>, 3> counts;
    std::optional<std::string> contains;            ///< records the answer section must have
    std::optional<std::vector<std::uint16_t>> ede;  ///< one of these; empty: none at all
    bool any_ede = false;
    std::optional<std::string> ede_text;  ///< part of the text of one (RFC 8914 §2)
    std::optional<Amount> ttl;            ///< of every record in the answer and authority sections
    std::optional<Amount> size;           ///< octets of the reply
    std::optional<bool> edns;
    std::optional<std::string> option;  ///< "3": an EDNS option; "3=text": with this value
    std::optional<Security> security;
    std::optional<dns::Name> echoed;  ///< the question as it stands in the reply, with its case
    Duration within = std::chrono::seconds(5);
    std::optional<Duration> not_before;
};

struct Query {
    std::string name;  ///< "$" becomes the number of the copy
    dns::RRType type = dns::RRType::a;
    dns::RRClass rrclass = dns::RRClass::in;
    std::uint16_t flags = dns::Header::rd;
    dns::Opcode opcode = dns::Opcode::query;
    frontend::Transport transport = frontend::Transport::udp;
    IpAddress from = IpAddress::v4(0x7f000001);
    std::optional<EdnsRecord> edns = EdnsRecord{};
    std::uint32_t copies = 1;
    Duration after{};                   ///< from the start of the step
    Duration every{};                   ///< between copies
    std::optional<OctetBuffer> octets;  ///< in place of a proper query
    Expectation expected;
    std::optional<Amount> answered;  ///< of the copies; absent: all, unless a dropped query is expected
    std::uint32_t tolerated = 0;     ///< so many copies may fail their expectation
};

/// Other settings, over those of the start, in place of what the story's own say.
struct ReloadStep {
    YAML::Node settings;
};

struct AskStep {
    std::vector<Query> queries;
    std::optional<ReloadStep> reload;  ///< while they are under way
    Duration reload_after{};           ///< from the start of the step
    ExpectedQueries sent;
    std::optional<Amount> connections;  ///< opened to servers during the step
    std::optional<Amount> burst;        ///< replies to clients within any 10 ms
    Duration settle{};                  ///< goes on for this long before queries are counted
    bool within_budget = true;          ///< at most 32 upstream queries for each client query
};

struct AdvanceStep {
    Duration by{};
    bool wall_only = false;  ///< the wall clock jumps and no time passes
};

/// Zones that change, by field; rules that replace those of a server; the state of a family.
struct ChangeStep {
    std::vector<std::pair<dns::Name, YAML::Node>> zones;
    RulesByAddress rules;
    std::optional<FamilyState> ipv4;
    std::optional<FamilyState> ipv6;
    std::optional<YAML::Node> path;  ///< what becomes of the path to servers that have none of their own
};

struct Step {
    int line = 0;
    std::variant<AskStep, AdvanceStep, ChangeStep, ReloadStep> what;
};

struct Story {
    std::filesystem::path file;
    YAML::Node settings;
    WallSeconds start;
    ZonePlans zones;
    RulesByAddress rules;
    Path path;
    std::map<IpAddress, Path> paths;
    FamilyState ipv4 = FamilyState::works;
    FamilyState ipv6 = FamilyState::works;
    bool background = false;           ///< start() is called: priming and probes
    bool elsewhere = false;            ///< queries to addresses without a server are part of the scenario
    std::optional<std::string> hints;  ///< in place of the root zone's servers
    std::vector<Step> steps;
};

[[nodiscard]] Result<Story> read(const std::filesystem::path& file);

// The parts of read(), each for one kind of mapping. They throw BadStory.
void read_zone(const YAML::Node& node, ZonePlan& plan);
[[nodiscard]] std::vector<Rule> read_rules(const YAML::Node& node);
[[nodiscard]] Step read_step(const YAML::Node& node);
[[nodiscard]] RulesByAddress read_servers(const YAML::Node& node);
[[nodiscard]] FamilyState read_family(const YAML::Node& node);
/// `path` with what `node` says.
[[nodiscard]] Path read_path(const YAML::Node& node, Path path);

/// Why what came of `query` is not what was expected; nothing when it is. `number` is that of the copy.
[[nodiscard]] std::optional<std::string> mismatch(const Query& query, std::uint32_t number, const Message* reply,
                                                  std::size_t octets, Duration took);
[[nodiscard]] std::optional<std::string> mismatch(const ExpectedQueries& expected, const std::vector<Sent>& record,
                                                  std::size_t from);

}  // namespace rw::scenarios::story
