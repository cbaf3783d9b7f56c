// SPDX-License-Identifier: EUPL-1.2
// What came compared with what was expected; the first difference in words.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tests/scenarios/message/presentation.h"
#include "tests/scenarios/report.h"
#include "tests/scenarios/story/story.h"

namespace rw::scenarios::story
{

namespace
{

using Difference = std::optional<std::string>;

constexpr std::uint32_t any_ttl = 0x7fff'fffe;  // stands for "no TTL written" in expectations
constexpr std::array<std::string_view, 3> titles{"answer", "authority", "additional"};

bool as_expected(const Record& wanted, const Record& got)
{
    return got.same_as(wanted) && (wanted.ttl == any_ttl || wanted.ttl == got.ttl);
}

bool contains(const Records& records, const Record& wanted)
{
    return std::ranges::any_of(records, [&](const Record& got) { return as_expected(wanted, got); });
}

std::string listing(const Records& records)
{
    std::string text;
    for (const Record& record : records)
        text += fmt::format("\n      {}", to_text(record));
    return text.empty() ? "\n      (nothing)" : text;
}

Records expected_records(std::string text, std::uint32_t number)
{
    for (std::size_t at = text.find('$'); at != std::string::npos; at = text.find('$'))
        text.replace(at, 1, std::to_string(number));
    return parse_records(text, dns::Name(), any_ttl).value_or(Records{});
}

Difference compare_amount(std::string_view what, const std::optional<Amount>& expected, std::uint64_t got)
{
    if (!expected || expected->allows(got))
        return std::nullopt;
    return fmt::format("{}: expected {}, got {}", what, expected->to_string(), got);
}

Difference compare_sections(const Expectation& expected, const Message& reply, std::uint32_t number)
{
    for (std::size_t section = 0; section < 3; ++section) {
        const Records& got = reply.sections[section];
        if (auto difference = compare_amount(fmt::format("records in the {} section", titles[section]),
                                             expected.counts[section], got.size()))
            return difference;
        if (!expected.sections[section])
            continue;
        const Records wanted = expected_records(*expected.sections[section], number);
        if (wanted.size() != got.size() ||
            !std::ranges::all_of(wanted, [&](const Record& each) { return contains(got, each); }))
            return fmt::format("{}: expected{}\n    got{}", titles[section], listing(wanted), listing(got));
    }
    if (expected.contains)
        for (const Record& wanted : expected_records(*expected.contains, number))
            if (!contains(reply.answer(), wanted))
                return fmt::format("answer: {} is missing in{}", to_text(wanted), listing(reply.answer()));
    return std::nullopt;
}

/// What the extended errors say, behind their codes.
std::string ede_texts(const Message& reply)
{
    constexpr std::uint16_t extended_error = 15;
    std::string texts;
    if (reply.edns)
        for (const auto& [code, value] : reply.edns->options)
            if (code == extended_error && value.size() > 2)
                texts += std::string(text_of(Octets(value).subspan(2))) + "\n";
    return texts;
}

Difference compare_ede(const Expectation& expected, const Message& reply)
{
    const std::vector<std::uint16_t> codes = reply.extended_errors();
    if (expected.any_ede && codes.empty())
        return "EDE: expected one, got none";
    const std::string texts = ede_texts(reply);
    if (expected.ede_text && texts.find(*expected.ede_text) == std::string::npos)
        return fmt::format("EDE: expected the text \"{}\", got \"{}\"", *expected.ede_text, texts);
    if (!expected.ede)
        return std::nullopt;
    const auto given = [&codes](std::uint16_t code) { return std::ranges::count(codes, code) > 0; };
    if (expected.ede->empty() ? codes.empty() : std::ranges::any_of(*expected.ede, given))
        return std::nullopt;
    return fmt::format("EDE: expected {}, got {}",
                       expected.ede->empty() ? "none" : fmt::format("{}", fmt::join(*expected.ede, " or ")),
                       codes.empty() ? "none" : fmt::format("{}", fmt::join(codes, " ")));
}

Difference compare_option(const Expectation& expected, const Message& reply)
{
    if (expected.edns && *expected.edns != reply.edns.has_value())
        return *expected.edns ? "EDNS: expected OPT" : "EDNS: expected no OPT";
    if (!expected.option)
        return std::nullopt;
    if (reply.edns)
        for (const auto& [code, value] : reply.edns->options)
            if (std::to_string(code) == *expected.option ||
                fmt::format("{}={}", code, text_of(value)) == *expected.option)
                return std::nullopt;
    return fmt::format("EDNS: option {} is missing", *expected.option);
}

Difference compare_security(const Expectation& expected, const Message& reply)
{
    if (!expected.security)
        return std::nullopt;
    const bool servfail = reply.rcode == static_cast<std::uint16_t>(Rcode::servfail);
    const bool authentic = reply.has(dns::Header::ad);
    switch (*expected.security) {
        case Security::secure:
            return servfail || !authentic ? Difference("security: expected secure (AD), got " + summary(reply))
                                          : std::nullopt;
        case Security::insecure:
            return servfail || authentic ? Difference("security: expected insecure, got " + summary(reply))
                                         : std::nullopt;
        case Security::bogus:
            return !servfail ? Difference("security: expected bogus (SERVFAIL), got " + summary(reply)) : std::nullopt;
    }
    return std::nullopt;
}

Difference compare_header(const Expectation& expected, const Message& reply)
{
    if (expected.rcode && *expected.rcode != reply.rcode)
        return fmt::format("RCODE: expected {}, got {}", rcode_text(*expected.rcode), rcode_text(reply.rcode));
    if ((reply.flags & expected.flags_set) != expected.flags_set || (reply.flags & expected.flags_clear) != 0)
        return fmt::format("flags: expected {} and not {}, got {}", flags_text(expected.flags_set),
                           flags_text(expected.flags_clear), flags_text(reply.flags));
    if (expected.echoed && (!reply.question || !reply.question->name.identical(*expected.echoed)))
        return fmt::format("question: expected {}", expected.echoed->to_string());
    return std::nullopt;
}

Difference compare_ttls(const Expectation& expected, const Message& reply)
{
    for (const Records* section : {&reply.answer(), &reply.authority()})
        for (const Record& record : *section)
            if (auto difference = compare_amount("TTL of " + to_text(record), expected.ttl, record.ttl))
                return difference;
    return std::nullopt;
}

Difference compare_times(const Expectation& expected, Duration took)
{
    if (took > expected.within)
        return fmt::format("time: expected an answer within {}, it took {}", milliseconds_text(expected.within),
                           milliseconds_text(took));
    if (expected.not_before && took < *expected.not_before)
        return fmt::format("time: expected no answer before {}, it took {}", milliseconds_text(*expected.not_before),
                           milliseconds_text(took));
    return std::nullopt;
}

/// One query of the resolver with its message read.
struct Asked {
    const Sent* sent;
    Message message;
};

std::vector<Asked> asked_since(const std::vector<Sent>& record, std::size_t from)
{
    std::vector<Asked> asked;
    for (std::size_t i = from; i < record.size(); ++i) {
        if (record[i].from_server)
            continue;
        if (auto message = decode(record[i].octets); message && message->question)
            asked.push_back({.sent = &record[i], .message = std::move(*message)});
    }
    return asked;
}

bool has_mixed_case(const dns::Name& name)
{
    const std::string text = name.to_string();
    return std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

template <class Predicate>
std::uint64_t count_of(const std::vector<Asked>& asked, Predicate holds)
{
    return static_cast<std::uint64_t>(std::ranges::count_if(asked, holds));
}

Difference compare_kinds(const ExpectedQueries& expected, const std::vector<Asked>& asked)
{
    std::set<std::uint16_t> ports;
    for (const Asked& each : asked)
        if (!each.sent->stream)
            ports.insert(each.sent->source_port);
    const std::array<std::tuple<std::string_view, std::optional<Amount>, std::uint64_t>, 5> kinds{
        {{"upstream queries", expected.total, asked.size()},
         {"upstream queries over TCP", expected.stream,
          count_of(asked, [](const Asked& each) { return each.sent->stream; })},
         {"upstream queries with EDNS", expected.with_edns,
          count_of(asked, [](const Asked& each) { return each.message.edns.has_value(); })},
         {"source ports", expected.source_ports, ports.size()},
         {"names with mixed case", expected.mixed_case,
          count_of(asked, [](const Asked& each) { return has_mixed_case(each.message.question->name); })}}};
    for (const auto& [what, amount, count] : kinds)
        if (auto difference = compare_amount(what, amount, count))
            return difference;
    return std::nullopt;
}

}  // namespace

std::string Amount::to_string() const
{
    if (at_least == at_most)
        return std::to_string(at_least);
    if (at_most == ~std::uint64_t{0})
        return fmt::format("at least {}", at_least);
    return at_least == 0 ? fmt::format("at most {}", at_most) : fmt::format("{} to {}", at_least, at_most);
}

std::optional<std::string> mismatch(const Query& query, std::uint32_t number, const Message* reply, std::size_t octets,
                                    Duration took)
{
    const Expectation& expected = query.expected;
    if (reply == nullptr)
        return expected.reply ? Difference("no reply came") : std::nullopt;
    if (!expected.reply)
        return "a reply came where none was expected: " + summary(*reply);
    Difference difference = compare_header(expected, *reply);
    if (!difference)
        difference = compare_security(expected, *reply);
    if (!difference)
        difference = compare_sections(expected, *reply, number);
    if (!difference)
        difference = compare_ede(expected, *reply);
    if (!difference)
        difference = compare_option(expected, *reply);
    if (!difference)
        difference = compare_ttls(expected, *reply);
    if (!difference)
        difference = compare_amount("octets of the reply", expected.size, octets);
    return difference ? difference : compare_times(expected, took);
}

std::optional<std::string> mismatch(const ExpectedQueries& expected, const std::vector<Sent>& record, std::size_t from)
{
    const std::vector<Asked> asked = asked_since(record, from);
    if (auto difference = compare_kinds(expected, asked))
        return difference;
    for (const auto& [address, amount] : expected.to)
        if (auto difference = compare_amount(
                "upstream queries to " + address.to_string(), amount,
                count_of(asked, [&](const Asked& each) { return each.sent->server.address == address; })))
            return difference;
    for (const auto& [question, amount] : expected.asked)
        if (auto difference =
                compare_amount("upstream queries for " + to_text(question), amount,
                               count_of(asked, [&](const Asked& each) { return *each.message.question == question; })))
            return difference;
    for (const auto& [name, amount] : expected.below)
        if (auto difference = compare_amount(
                "upstream queries at or below " + name.to_string(), amount,
                count_of(asked, [&](const Asked& each) { return each.message.question->name.is_at_or_below(name); })))
            return difference;
    for (const auto& [type, amount] : expected.with_type)
        if (auto difference =
                compare_amount("upstream queries of type " + dns::type_name(type), amount,
                               count_of(asked, [&](const Asked& each) { return each.message.question->type == type; })))
            return difference;
    for (const auto& [flag, amount] : expected.with_flag)
        if (auto difference =
                compare_amount("upstream queries with " + flags_text(flag), amount,
                               count_of(asked, [&](const Asked& each) { return each.message.has(flag); })))
            return difference;
    if (!expected.first_to.empty() &&
        (asked.empty() || std::ranges::count(expected.first_to, asked.front().sent->server.address) == 0))
        return fmt::format("the first upstream query: expected to {}, it went to {}",
                           expected.first_to.front().to_string(),
                           asked.empty() ? "nobody" : asked.front().sent->server.address.to_string());
    return std::nullopt;
}

}  // namespace rw::scenarios::story
