// SPDX-License-Identifier: EUPL-1.2
// Comparing a message with an entry, and turning an entry into a reply. TTLs count only when the entry says so.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "resolver/dns/edns_option.h"
#include "tests/scenarios/message/presentation.h"
#include "tests/scenarios/rpl/scenario.h"

namespace rw::scenarios::rpl
{

namespace
{

using Difference = std::optional<std::string>;

std::string listing(const Records& records)
{
    std::string text;
    for (const Record& record : records)
        text += fmt::format("\n      {}", to_text(record));
    return text.empty() ? "\n      (nothing)" : text;
}

bool contains(const Records& records, const Record& wanted, bool with_ttl)
{
    return std::ranges::any_of(records, [&](const Record& record) {
        return record.same_as(wanted) && (!with_ttl || record.ttl == wanted.ttl);
    });
}

Difference compare_records(std::string_view section, const Records& expected, const Records& got, bool with_ttl)
{
    const auto all_in = [with_ttl](const Records& some, const Records& others) {
        return std::ranges::all_of(some, [&](const Record& each) { return contains(others, each, with_ttl); });
    };
    if (expected.size() == got.size() && all_in(expected, got) && all_in(got, expected))
        return std::nullopt;
    return fmt::format("{}: expected{}\n    got{}", section, listing(expected), listing(got));
}

Difference compare_text(std::string_view what, const std::string& expected, const std::string& got)
{
    if (expected == got)
        return std::nullopt;
    return fmt::format("{}: expected '{}', got '{}'", what, expected, got);
}

std::set<std::string> types_in(const Records& records, bool with_signatures)
{
    std::set<std::string> types;
    for (const Record& record : records) {
        if (record.type != dns::RRType::rrsig)
            types.insert(dns::type_name(record.type));
        else if (with_signatures && record.rdata.size() >= 2)
            types.insert("RRSIG(" + dns::type_name(static_cast<dns::RRType>(load_u16(record.rdata.data()))) + ")");
    }
    return types;
}

Difference compare_types(const Message& expected, const Message& got, bool with_signatures)
{
    const auto joined = [](const std::set<std::string>& types) { return fmt::format("{}", fmt::join(types, " ")); };
    return compare_text("types in the answer", joined(types_in(expected.answer(), with_signatures)),
                        joined(types_in(got.answer(), with_signatures)));
}

Difference compare_question(const Match& match, const Message& expected, const Message& got)
{
    if (!expected.question)
        return std::nullopt;
    const dns::Question& wanted = *expected.question;
    if (match.subdomain) {
        const dns::Name asked = got.question ? got.question->name : dns::Name();
        if (!asked.is_at_or_below(wanted.name))
            return fmt::format("name: {} is not at or below {}", asked.to_string(), wanted.name.to_string());
    }
    if (!match.qname && !match.qtype && !match.qcase)
        return std::nullopt;
    if (!got.question)
        return "question: there is none";
    if (match.qtype && got.question->type != wanted.type)
        return compare_text("type", dns::type_name(wanted.type), dns::type_name(got.question->type));
    if (match.qname && got.question->name != wanted.name)
        return compare_text("name", wanted.name.to_string(), got.question->name.to_string());
    if (match.qcase && !got.question->name.identical(wanted.name))
        return compare_text("name with its case", wanted.name.to_string(), got.question->name.to_string());
    return std::nullopt;
}

OctetBuffer nsid_of(const Message& message)
{
    if (message.edns)
        for (const auto& [code, value] : message.edns->options)
            if (code == rw::dns::edns_option::nsid)
                return value;
    return {};
}

Difference compare_edns(const Match& match, const Message& expected, const Message& got)
{
    if (match.edns) {
        const auto described = [](const Message& message) {
            return message.edns ? fmt::format("version {} size {}", message.edns->version, message.edns->udp_size)
                                : std::string("none");
        };
        if (auto difference = compare_text("EDNS", described(expected), described(got)))
            return difference;
    }
    if (match.nsid && nsid_of(expected) != nsid_of(got))
        return "NSID differs";
    return std::nullopt;
}

Difference compare_header(const Match& match, const Message& expected, const Message& got)
{
    if (match.opcode && expected.opcode != got.opcode)
        return fmt::format("opcode: expected {}, got {}", static_cast<unsigned>(expected.opcode),
                           static_cast<unsigned>(got.opcode));
    if (match.rcode && expected.rcode != got.rcode)
        return compare_text("RCODE", rcode_text(expected.rcode), rcode_text(got.rcode));
    if (match.flags && expected.flags != got.flags)
        return compare_text("flags", flags_text(expected.flags), flags_text(got.flags));
    return std::nullopt;
}

Difference compare_sections(const Match& match, const Message& expected, const Message& got)
{
    Difference difference;
    if (match.answer)
        difference = compare_records("answer", expected.answer(), got.answer(), match.ttl);
    if (!difference && match.authority)
        difference = compare_records("authority", expected.authority(), got.authority(), match.ttl);
    if (!difference && match.additional)
        difference = compare_records("additional", expected.additional(), got.additional(), match.ttl);
    if (!difference && match.answertypes)
        difference = compare_types(expected, got, false);
    if (!difference && match.answerrrsigs)
        difference = compare_types(expected, got, true);
    return difference;
}

}  // namespace

std::optional<std::string> mismatch(const Entry& entry, const Message& got, bool stream)
{
    if ((entry.match.tcp && !stream) || (entry.match.udp && stream))
        return stream ? "transport: expected UDP, got TCP" : "transport: expected TCP, got UDP";
    if (auto difference = compare_header(entry.match, entry.message, got))
        return difference;
    if (auto difference = compare_question(entry.match, entry.message, got))
        return difference;
    if (auto difference = compare_edns(entry.match, entry.message, got))
        return difference;
    return compare_sections(entry.match, entry.message, got);
}

Message adjusted(const Entry& entry, const Message& query)
{
    Message reply = entry.message;
    if (entry.adjust.copy_id) {
        reply.id = query.id;
        // With the id comes the name as it was asked, so that the case of its letters is right.
        if (reply.question && query.question)
            reply.question->name = query.question->name;
    }
    if (entry.adjust.copy_query)
        reply.question = query.question;
    if (!entry.adjust.copy_id && !entry.adjust.copy_query)
        return reply;
    if (!query.edns) {
        reply.edns.reset();
        return reply;
    }
    reply.edns = EdnsRecord{.udp_size = 1232, .version = query.edns->version, .dnssec_ok = query.edns->dnssec_ok};
    return reply;
}

}  // namespace rw::scenarios::rpl
