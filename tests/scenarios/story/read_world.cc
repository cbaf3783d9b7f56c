// SPDX-License-Identifier: EUPL-1.2
// Zones, servers and the file as a whole.
#include <fmt/format.h>

#include "tests/scenarios/message/presentation.h"
#include "tests/scenarios/story/fields.h"
#include "tests/scenarios/story/story.h"

namespace rw::scenarios::story
{

namespace
{

void read_zone_servers(const YAML::Node& node, ZonePlan& plan)
{
    plan.servers.clear();
    if (!node.IsMap())
        throw BadStory(node, "servers are 'name: address', 'name: [addresses]' or 'name: []'");
    for (const auto& entry : node)
        plan.servers.emplace_back(name_in(entry.first), addresses_in(entry.second));
}

std::optional<Denial> denial_in(const YAML::Node& node)
{
    return word_in<std::optional<Denial>>(node, {{"no", std::nullopt},
                                                 {"nsec", Denial::nsec},
                                                 {"nsec3", Denial::nsec3},
                                                 {"nsec3-opt-out", Denial::nsec3_opt_out}});
}

SigningAlgorithms algorithms_in(const YAML::Node& node)
{
    const std::map<std::string, SigningAlgorithm> words{{"p256", SigningAlgorithm::p256},
                                                        {"p384", SigningAlgorithm::p384}};
    if (!node.IsSequence())
        return {word_in<SigningAlgorithm>(node, words)};
    SigningAlgorithms algorithms;
    for (const YAML::Node& each : node)
        algorithms.push_back(word_in<SigningAlgorithm>(each, words));
    if (algorithms.empty())
        throw BadStory(node, "a signed zone has at least one algorithm");
    return algorithms;
}

void read_sections(const YAML::Node& node, SectionTexts& texts, Fields& fields)
{
    fields.take_into("answer", texts.answer, text_in);
    fields.take_into("authority", texts.authority, text_in);
    fields.take_into("additional", texts.additional, text_in);
    const dns::Question sample{.name = *dns::Name::parse("name.invalid."), .type = dns::RRType::a};
    for (std::string text : {texts.answer, texts.authority, texts.additional}) {
        for (std::size_t at = text.find("$NAME"); at != std::string::npos; at = text.find("$NAME"))
            text.replace(at, 5, sample.name.to_string());
        if (const auto records = parse_records(text, dns::Name(), 0); !records)
            throw BadStory(node, records.error().message);
    }
}

SectionTexts read_junk(const YAML::Node& node)
{
    SectionTexts texts;
    Fields fields(node);
    read_sections(node, texts, fields);
    fields.done();
    return texts;
}

WrittenReply read_reply(const YAML::Node& node)
{
    WrittenReply reply;
    Fields fields(node);
    fields.take_into("rcode", reply.rcode, rcode_in);
    fields.take_into("flags", reply.flags, flags_in);
    read_sections(node, reply.sections, fields);
    fields.done();
    return reply;
}

Forgery read_forgery(const YAML::Node& node)
{
    Forgery forgery{.count = 1, .right_id = false, .lower_case = false, .sections = {}};
    Fields fields(node);
    fields.take_into("count", forgery.count, number_in);
    fields.take_into("right-id", forgery.right_id, truth_in);
    fields.take_into("lower-case", forgery.lower_case, truth_in);
    read_sections(node, forgery.sections, fields);
    fields.done();
    return forgery;
}

HostileSet read_hostile_set(const YAML::Node& node)
{
    HostileSet hostile;
    Fields fields(node);
    fields.take_into("records", hostile.records, text_in);
    fields.take("labels",
                [&](const YAML::Node& value) { hostile.claim.labels = static_cast<std::uint8_t>(number_in(value)); });
    fields.take_into("signer", hostile.claim.signer, name_in);
    fields.done();
    return hostile;
}

void read_picks(Fields& fields, Picks& picks)
{
    fields.take_into("name", picks.name, name_in);
    fields.take_into("below", picks.below, name_in);
    fields.take_into("type", picks.type, type_in);
    fields.take("over",
                [&](const YAML::Node& node) { picks.stream = word_in<bool>(node, {{"udp", false}, {"tcp", true}}); });
    fields.take_into("with-edns", picks.edns, truth_in);
    fields.take_into("from-query", picks.first, number_in);
    fields.take_into("to-query", picks.last, number_in);
}

void read_departures(Fields& fields, Rule& rule)
{
    fields.take_into("drop", rule.drop, truth_in);
    fields.take_into("unreachable", rule.unreachable, truth_in);
    fields.take_into("lame", rule.lame, truth_in);
    fields.take_into("delay", rule.delay, duration_in);
    fields.take_into("jitter", rule.jitter, duration_in);
    fields.take_into("rcode", rule.rcode, rcode_in);
    fields.take_into("reply", rule.reply, read_reply);
    fields.take_into("octets", rule.octets, octets_in);
    fields.take_into("no-aa", rule.no_aa, truth_in);
    fields.take_into("truncate", rule.truncate, truth_in);
    fields.take_into("wrong-id", rule.wrong_id, truth_in);
    fields.take_into("not-a-response", rule.not_a_response, truth_in);
    fields.take_into("lower-case", rule.lower_case, truth_in);
    fields.take_into("no-question", rule.no_question, truth_in);
    fields.take_into("wrong-question", rule.wrong_question, name_in);
    fields.take_into("junk", rule.junk, read_junk);
    fields.take_into("junk-first", rule.junk_first, read_junk);
    fields.take_into("spoil", rule.spoil, truth_in);
    fields.take_into("forged", rule.forged, read_forgery);
    fields.take_into("copies", rule.copies, number_in);
}

Rule read_rule(const YAML::Node& node)
{
    Rule rule;
    Fields fields(node);
    read_picks(fields, rule.picks);
    read_departures(fields, rule);
    fields.take("edns", [&](const YAML::Node& value) {
        rule.edns = word_in<EdnsManner>(value, {{"proper", EdnsManner::proper},
                                                {"ignored", EdnsManner::ignored},
                                                {"formerr", EdnsManner::formerr},
                                                {"badvers", EdnsManner::badvers},
                                                {"dropped", EdnsManner::dropped}});
    });
    fields.take("tcp", [&](const YAML::Node& value) {
        rule.stream = word_in<StreamManner>(value, {{"proper", StreamManner::proper},
                                                    {"refuse", StreamManner::refuse},
                                                    {"ignore", StreamManner::ignore},
                                                    {"close", StreamManner::close},
                                                    {"half", StreamManner::half},
                                                    {"drip", StreamManner::drip},
                                                    {"once", StreamManner::once},
                                                    {"mute", StreamManner::mute}});
    });
    fields.take_into("drip-every", rule.drip_every, duration_in);
    fields.done();
    return rule;
}

void read_network(const YAML::Node& node, Story& story)
{
    Fields fields(node);
    fields.take_into("delay", story.path.delay, duration_in);
    fields.take_into("jitter", story.path.jitter, duration_in);
    fields.take_into("loss", story.path.loss, share_in);
    fields.take_into("ipv4", story.ipv4, read_family);
    fields.take_into("ipv6", story.ipv6, read_family);
    fields.take_into("elsewhere", story.elsewhere, truth_in);
    fields.take("to", [&](const YAML::Node& paths) {
        for (const auto& entry : paths)
            story.paths[address_in(entry.first)] = read_path(entry.second, story.path);
    });
    fields.done();
}

void add_default_root(Story& story)
{
    if (story.zones.contains(dns::Name()))
        return;
    ZonePlan root;
    root.servers = {{*dns::Name::parse("k.root-servers.net."), {*IpAddress::parse("193.0.14.129")}}};
    for (const auto& [origin, plan] : story.zones)
        if (plan.signed_with)
            root.signed_with = Denial::nsec;
    story.zones.emplace(dns::Name(), std::move(root));
}

void read_story(const YAML::Node& node, Story& story)
{
    using namespace std::chrono;
    story.start = sys_days(year(2026) / January / 15);
    Fields fields(node);
    fields.take("settings", [&](const YAML::Node& settings) { story.settings = settings; });
    fields.take("network", [&](const YAML::Node& network) { read_network(network, story); });
    fields.take("zones", [&](const YAML::Node& zones) {
        for (const auto& entry : zones) {
            ZonePlan plan;
            plan.origin = name_in(entry.first);
            read_zone(entry.second, plan);
            story.zones.emplace(plan.origin, std::move(plan));
        }
    });
    add_default_root(story);
    fields.take_into("servers", story.rules, read_servers);
    fields.take_into("background", story.background, truth_in);
    fields.take_into("hints", story.hints, text_in);
    fields.take("steps", [&](const YAML::Node& steps) {
        for (const YAML::Node& step : steps)
            story.steps.push_back(read_step(step));
    });
    fields.done();
    if (story.steps.empty())
        throw BadStory(node, "a scenario needs steps");
}

}  // namespace

FamilyState read_family(const YAML::Node& node)
{
    return word_in<FamilyState>(node, {{"works", FamilyState::works},
                                       {"absent", FamilyState::absent},
                                       {"black-hole", FamilyState::black_hole},
                                       {"unreachable", FamilyState::unreachable}});
}

Path read_path(const YAML::Node& node, Path path)
{
    Fields fields(node);
    fields.take_into("delay", path.delay, duration_in);
    fields.take_into("jitter", path.jitter, duration_in);
    fields.take_into("loss", path.loss, share_in);
    fields.done();
    return path;
}

void read_zone(const YAML::Node& node, ZonePlan& plan)
{
    Fields fields(node);
    fields.take("servers", [&](const YAML::Node& servers) { read_zone_servers(servers, plan); });
    fields.take_into("also-at", plan.also_at, addresses_in);
    fields.take_into_or_empty("served-at", plan.served_at, addresses_in);
    fields.take_into("records", plan.records, text_in);
    fields.take("glue", [&](const YAML::Node& glue) {
        plan.glue = word_in<Glue>(glue, {{"in-domain", Glue::in_domain}, {"none", Glue::none}, {"all", Glue::all}});
    });
    fields.take_into("delegated", plan.delegated, truth_in);
    fields.take_into_or_empty("delegation", plan.delegation, text_in);
    fields.take_into("ttl", plan.ttl, number_in);
    fields.take_into("delegation-ttl", plan.delegation_ttl, number_in);
    fields.take_into_or_empty("ds-ttl", plan.ds_ttl, number_in);
    fields.take_into("negative-ttl", plan.negative_ttl, number_in);
    fields.take_into("signed", plan.signed_with, denial_in);
    fields.take("signatures", [&](const YAML::Node& state) {
        plan.signatures = word_in<SignatureState>(state, {{"sound", SignatureState::sound},
                                                          {"expired", SignatureState::expired},
                                                          {"not-yet-valid", SignatureState::not_yet_valid},
                                                          {"corrupt", SignatureState::corrupt},
                                                          {"absent", SignatureState::absent}});
    });
    fields.take("algorithms", [&](const YAML::Node& words) { plan.algorithms = algorithms_in(words); });
    fields.take("iterations", [&](const YAML::Node& value) {
        plan.manner.iterations = static_cast<std::uint16_t>(number_in(value));
    });
    fields.take_into("unknown-algorithm", plan.manner.unknown_algorithm, truth_in);
    fields.take_into("unpublished-key", plan.manner.unpublished_key, truth_in);
    fields.take_into("no-zone-key-bit", plan.manner.no_zone_key_bit, truth_in);
    fields.take_into_or_empty("nsec3-below", plan.manner.nsec3_below, name_in);
    fields.take("also-signed", [&](const YAML::Node& sets) {
        plan.also_signed.clear();
        for (const YAML::Node& each : sets)
            plan.also_signed.push_back(read_hostile_set(each));
    });
    fields.take("ds", [&](const YAML::Node& state) {
        plan.ds = word_in<DsState>(state, {{"sound", DsState::sound},
                                           {"wrong", DsState::wrong},
                                           {"short", DsState::shortened},
                                           {"absent", DsState::absent}});
    });
    fields.take_into("keys", plan.keys, number_in);
    fields.done();
}

std::vector<Rule> read_rules(const YAML::Node& node)
{
    std::vector<Rule> rules;
    if (node.IsMap())
        rules.push_back(read_rule(node));
    else
        for (const YAML::Node& each : node)
            rules.push_back(read_rule(each));
    return rules;
}

RulesByAddress read_servers(const YAML::Node& node)
{
    RulesByAddress rules;
    for (const auto& entry : node) {
        // "192.0.2.1, 192.0.2.2: rules" gives the same rules to several servers.
        std::string addresses = text_in(entry.first);
        while (!addresses.empty()) {
            const std::size_t comma = std::min(addresses.find(','), addresses.size());
            rules[address_in(YAML::Node(addresses.substr(0, comma)))] = read_rules(entry.second);
            addresses.erase(0, std::min(addresses.find_first_not_of(", ", comma), addresses.size()));
        }
    }
    return rules;
}

Result<Story> read(const std::filesystem::path& file)
{
    Story story;
    story.file = file;
    try {
        read_story(YAML::LoadFile(file.string()), story);
    } catch (const std::exception& problem) {
        return failed(fmt::format("{}: {}", file.filename().string(), problem.what()));
    }
    return story;
}

}  // namespace rw::scenarios::story
