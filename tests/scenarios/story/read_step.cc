// SPDX-License-Identifier: EUPL-1.2
// Steps: queries with what is expected, time that passes, changes of the world.
#include <fmt/format.h>

#include <sstream>

#include "tests/scenarios/message/presentation.h"
#include "tests/scenarios/story/fields.h"
#include "tests/scenarios/story/story.h"

namespace rw::scenarios::story
{

namespace
{

/// "3", or {at-least: 1, at-most: 3}.
Amount amount_in(const YAML::Node& node)
{
    if (node.IsScalar()) {
        const std::uint32_t exact = number_in(node);
        return {.at_least = exact, .at_most = exact};
    }
    Amount amount;
    Fields fields(node);
    fields.take_into("at-least", amount.at_least, number_in);
    fields.take_into("at-most", amount.at_most, number_in);
    fields.done();
    return amount;
}

dns::Question question_in(const YAML::Node& node)
{
    std::istringstream words(text_in(node));
    std::string name;
    std::string type;
    words >> name >> type;
    return {.name = name_in(YAML::Node(name)), .type = type_in(YAML::Node(type))};
}

ExpectedQueries read_sent(const YAML::Node& node)
{
    ExpectedQueries sent;
    if (node.IsScalar()) {
        sent.total = amount_in(node);
        return sent;
    }
    Fields fields(node);
    if (fields.has("at-most") || fields.has("at-least")) {
        sent.total = amount_in(node);
        return sent;
    }
    fields.take_into("total", sent.total, amount_in);
    fields.take_into("tcp", sent.stream, amount_in);
    fields.take_into("with-edns", sent.with_edns, amount_in);
    fields.take_into("source-ports", sent.source_ports, amount_in);
    fields.take_into("mixed-case", sent.mixed_case, amount_in);
    fields.take_into("first-to", sent.first_to, addresses_in);
    fields.take("to", [&](const YAML::Node& map) {
        for (const auto& entry : map)
            sent.to.emplace_back(address_in(entry.first), amount_in(entry.second));
    });
    fields.take("asked", [&](const YAML::Node& map) {
        for (const auto& entry : map)
            sent.asked.emplace_back(question_in(entry.first), amount_in(entry.second));
    });
    fields.take("below", [&](const YAML::Node& map) {
        for (const auto& entry : map)
            sent.below.emplace_back(name_in(entry.first), amount_in(entry.second));
    });
    fields.take("with-type", [&](const YAML::Node& map) {
        for (const auto& entry : map)
            sent.with_type.emplace_back(type_in(entry.first), amount_in(entry.second));
    });
    fields.take("with-flag", [&](const YAML::Node& map) {
        for (const auto& entry : map)
            sent.with_flag.emplace_back(flag_of(text_in(entry.first)), amount_in(entry.second));
    });
    fields.done();
    return sent;
}

std::string records_in(const YAML::Node& node)
{
    if (const auto records = parse_records(text_in(node), dns::Name(), 0); !records)
        throw BadStory(node, records.error().message);
    return text_in(node);
}

void read_ede(const YAML::Node& node, Expectation& expected)
{
    if (node.IsSequence()) {
        expected.ede.emplace();
        for (const YAML::Node& each : node)
            expected.ede->push_back(static_cast<std::uint16_t>(number_in(each)));
    } else if (text_in(node) == "any") {
        expected.any_ede = true;
    } else if (text_in(node) == "none") {
        expected.ede.emplace();
    } else {
        expected.ede = {static_cast<std::uint16_t>(number_in(node))};
    }
}

void read_expectation(Fields& fields, Expectation& expected)
{
    fields.take_into("reply", expected.reply, truth_in);
    fields.take_into("rcode", expected.rcode, rcode_in);
    fields.take_into("flags", expected.flags_set, flags_in);
    fields.take_into("no-flags", expected.flags_clear, flags_in);
    fields.take_into("answer", expected.sections[0], records_in);
    fields.take_into("authority", expected.sections[1], records_in);
    fields.take_into("additional", expected.sections[2], records_in);
    fields.take_into("answers", expected.counts[0], amount_in);
    fields.take_into("authorities", expected.counts[1], amount_in);
    fields.take_into("contains", expected.contains, records_in);
    fields.take("ede", [&](const YAML::Node& ede) { read_ede(ede, expected); });
    fields.take_into("ede-text", expected.ede_text, text_in);
    fields.take_into("ttl", expected.ttl, amount_in);
    fields.take_into("size", expected.size, amount_in);
    fields.take_into("edns", expected.edns, truth_in);
    fields.take_into("option", expected.option, text_in);
    fields.take_into("echoed", expected.echoed, name_in);
    fields.take_into("within", expected.within, duration_in);
    fields.take_into("not-before", expected.not_before, duration_in);
    fields.take("security", [&](const YAML::Node& word) {
        expected.security = word_in<Security>(
            word, {{"secure", Security::secure}, {"insecure", Security::insecure}, {"bogus", Security::bogus}});
    });
}

void read_valued_word(const YAML::Node& node, const std::string& word, Query& query)
{
    const std::string key = word.substr(0, word.find('='));
    const YAML::Node value(word.find('=') == std::string::npos ? "" : word.substr(word.find('=') + 1));
    if (key == "from")
        query.from = address_in(value);
    else if (key == "copies")
        query.copies = number_in(value);
    else if (key == "after")
        query.after = duration_in(value);
    else if (key == "every")
        query.every = duration_in(value);
    else if (key == "size")
        query.edns->udp_size = static_cast<std::uint16_t>(number_in(value));
    else if (key == "version")
        query.edns->version = static_cast<std::uint8_t>(number_in(value));
    else if (key == "option")
        query.edns->options.emplace_back(static_cast<std::uint16_t>(number_in(value)), OctetBuffer{});
    else if (key == "opcode")
        query.opcode = static_cast<dns::Opcode>(number_in(value));
    else
        throw BadStory(node, "unknown word '" + word + "' in a query");
}

/// "name type word...", for example "www.example. AAAA do tcp from=192.0.2.9".
Query read_query(const YAML::Node& node)
{
    Query query;
    std::istringstream words(text_in(node));
    std::string type;
    words >> query.name >> type;
    query.type = type_in(YAML::Node(type));
    for (std::string word; words >> word;) {
        if (word == "do")
            query.edns->dnssec_ok = true;
        else if (word == "tcp")
            query.transport = frontend::Transport::tcp;
        else if (word == "no-edns")
            query.edns.reset();
        else if (word == "no-rd")
            query.flags = static_cast<std::uint16_t>(query.flags & ~dns::Header::rd);
        else if (word == "ch")
            query.rrclass = dns::RRClass::ch;
        else if (const std::uint16_t flag = flag_of(word); flag != 0)
            query.flags |= flag;
        else
            read_valued_word(node, word, query);
    }
    return query;
}

Query read_one_query(Fields& fields, ExpectedQueries& sent, Duration& settle, bool& within_budget)
{
    Query query;
    fields.take_into("query", query, read_query);
    fields.take("octets", [&](const YAML::Node& node) {
        query.octets = octets_in(node);
        query.name = "octets.invalid.";
    });
    fields.take("expect", [&](const YAML::Node& node) {
        Fields expected(node);
        read_expectation(expected, query.expected);
        expected.take_into("answered", query.answered, amount_in);
        expected.take_into("tolerated", query.tolerated, number_in);
        expected.take_into("sent", sent, read_sent);
        expected.take_into("settle", settle, duration_in);
        expected.take_into("within-budget", within_budget, truth_in);
        expected.done();
    });
    return query;
}

ReloadStep read_reload(const YAML::Node& node)
{
    if (!node.IsMap())
        throw BadStory(node, "a reload has settings; {} are those that every story starts with");
    return {node};
}

AskStep read_ask(Fields& fields)
{
    AskStep step;
    if (!fields.has("together")) {
        step.queries.push_back(read_one_query(fields, step.sent, step.settle, step.within_budget));
        return step;
    }
    fields.take("together", [&](const YAML::Node& list) {
        for (const YAML::Node& each : list) {
            Fields one(each);
            step.queries.push_back(read_one_query(one, step.sent, step.settle, step.within_budget));
            one.done();
        }
    });
    fields.take_into("sent", step.sent, read_sent);
    fields.take_into("settle", step.settle, duration_in);
    fields.take_into("within-budget", step.within_budget, truth_in);
    fields.take("reload", [&](const YAML::Node& node) { step.reload = read_reload(node); });
    fields.take_into("reload-after", step.reload_after, duration_in);
    fields.take_into("connections", step.connections, amount_in);
    fields.take_into("burst", step.burst, amount_in);
    return step;
}

ChangeStep read_change(const YAML::Node& node)
{
    ChangeStep step;
    Fields fields(node);
    fields.take("zones", [&](const YAML::Node& zones) {
        for (const auto& entry : zones) {
            ZonePlan check;
            read_zone(entry.second, check);
            step.zones.emplace_back(name_in(entry.first), entry.second);
        }
    });
    fields.take_into("servers", step.rules, read_servers);
    fields.take_into("ipv4", step.ipv4, read_family);
    fields.take_into("ipv6", step.ipv6, read_family);
    fields.take("path", [&](const YAML::Node& path) {
        static_cast<void>(read_path(path, Path{}));
        step.path = path;
    });
    fields.done();
    if (node.size() == 0)
        throw BadStory(node, "a change of nothing");
    return step;
}

}  // namespace

Step read_step(const YAML::Node& node)
{
    Step step;
    step.line = node.Mark().line + 1;
    Fields fields(node);
    if (fields.has("advance"))
        fields.take("advance", [&](const YAML::Node& by) { step.what = AdvanceStep{.by = duration_in(by)}; });
    else if (fields.has("wall-clock"))
        fields.take("wall-clock",
                    [&](const YAML::Node& by) { step.what = AdvanceStep{.by = duration_in(by), .wall_only = true}; });
    else if (fields.has("change"))
        fields.take("change", [&](const YAML::Node& change) { step.what = read_change(change); });
    else if (fields.has("reload") && !fields.has("together"))
        fields.take("reload", [&](const YAML::Node& reload) { step.what = read_reload(reload); });
    else if (fields.has("query") || fields.has("together") || fields.has("octets"))
        step.what = read_ask(fields);
    else
        throw BadStory(node, "a step is a query, 'together', 'octets', 'advance', 'wall-clock', 'change' or 'reload'");
    fields.done();
    return step;
}

}  // namespace rw::scenarios::story
