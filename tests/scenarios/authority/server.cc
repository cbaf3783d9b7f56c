// SPDX-License-Identifier: EUPL-1.2
// From query to octets: the zone's answer, then what the rule does to it.
#include "tests/scenarios/authority/server.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/scenarios/message/presentation.h"

namespace rw::scenarios
{

namespace
{

constexpr std::uint32_t written_ttl = 3600;  // of records in rules that name none
constexpr std::uint16_t own_udp_size = 1232;

bool fits(const Picks& picks, const Message& query, bool stream)
{
    const dns::Question& question = *query.question;
    return (!picks.name || *picks.name == question.name) &&
           (!picks.below || question.name.is_at_or_below(*picks.below)) &&
           (!picks.type || *picks.type == question.type) && (!picks.stream || *picks.stream == stream) &&
           (!picks.edns || *picks.edns == query.edns.has_value());
}

std::string filled(std::string text, const dns::Question& question)
{
    const auto replace = [&text](std::string_view variable, const std::string& value) {
        for (std::size_t at = text.find(variable); at != std::string::npos; at = text.find(variable, at))
            text.replace(at, variable.size(), value);
    };
    replace("$NAME", question.name.to_string());
    replace("$TYPE", dns::type_name(question.type));
    return text;
}

/// The texts were read once when the scenario was; only the variables are new.
void add_written(const SectionTexts& texts, const dns::Question& question, Message& reply)
{
    const std::array<const std::string*, 3> sections{&texts.answer, &texts.authority, &texts.additional};
    for (std::size_t section = 0; section < 3; ++section)
        if (const auto records = parse_records(filled(*sections[section], question), dns::Name(), written_ttl))
            reply.sections[section].insert(reply.sections[section].end(), records->begin(), records->end());
}

Message empty_reply(const Message& query)
{
    Message reply;
    reply.id = query.id;
    reply.flags = static_cast<std::uint16_t>(dns::Header::qr | (query.flags & (dns::Header::rd | dns::Header::cd)));
    reply.opcode = query.opcode;
    reply.question = query.question;
    if (query.edns)
        reply.edns = EdnsRecord{.udp_size = own_udp_size, .dnssec_ok = query.edns->dnssec_ok};
    return reply;
}

void put_in_front(const SectionTexts& texts, const dns::Question& question, Message& reply)
{
    Message front;
    add_written(texts, question, front);
    for (std::size_t section = 0; section < front.sections.size(); ++section)
        reply.sections[section].insert(reply.sections[section].begin(), front.sections[section].begin(),
                                       front.sections[section].end());
}

void spoil_signatures(Message& reply)
{
    for (Records& section : reply.sections)
        for (Record& record : section)
            if (record.type == dns::RRType::rrsig)
                record.rdata.back() ^= 1;
}

void distort(Message& reply, const Rule& rule, const dns::Question& question)
{
    add_written(rule.junk, question, reply);
    put_in_front(rule.junk_first, question, reply);
    if (rule.spoil)
        spoil_signatures(reply);
    if (rule.no_aa)
        reply.flags = static_cast<std::uint16_t>(reply.flags & ~dns::Header::aa);
    if (rule.not_a_response)
        reply.flags = static_cast<std::uint16_t>(reply.flags & ~dns::Header::qr);
    if (rule.wrong_id)
        reply.id = static_cast<std::uint16_t>(reply.id ^ 0x5555);
    if (rule.wrong_question)
        reply.question->name = *rule.wrong_question;
    if (rule.lower_case)
        reply.question->name = reply.question->name.lowercase();
    if (rule.no_question)
        reply.question.reset();
    if (rule.edns != EdnsManner::proper)
        reply.edns.reset();
}

}  // namespace

bool AuthoritativeServer::serves(const dns::Name& origin) const
{
    return std::ranges::any_of(zones_, [&origin](const auto& zone) { return zone->origin() == origin; });
}

void AuthoritativeServer::stop_serving(const dns::Name& origin)
{
    std::erase_if(zones_, [&origin](const auto& zone) { return zone->origin() == origin; });
}

void AuthoritativeServer::replace(const std::shared_ptr<const Zone>& zone)
{
    for (auto& each : zones_)
        if (each->origin() == zone->origin())
            each = zone;
}

Rule* AuthoritativeServer::rule_for(const Message& query, bool stream)
{
    for (Rule& rule : rules_) {
        if (!fits(rule.picks, query, stream))
            continue;
        ++rule.seen;
        if (rule.seen >= rule.picks.first && rule.seen <= rule.picks.last)
            return &rule;
    }
    return nullptr;
}

const Zone* AuthoritativeServer::zone_for(const dns::Question& question) const
{
    const Zone* deepest = nullptr;
    for (const auto& zone : zones_) {
        const bool above = question.type == dns::RRType::ds && !zone->origin().is_root()
                               ? question.name.is_below(zone->origin())
                               : question.name.is_at_or_below(zone->origin());
        if (above && (deepest == nullptr || zone->origin().is_below(deepest->origin())))
            deepest = zone.get();
    }
    if (deepest == nullptr && question.type == dns::RRType::ds && serves(question.name))
        return zone_for({.name = question.name, .type = dns::RRType::soa});  // only the child is here
    return deepest;
}

bool AuthoritativeServer::refuses_edns(const Message& query, const Rule& rule, Message& reply)
{
    if (!query.edns || (rule.edns != EdnsManner::formerr && rule.edns != EdnsManner::badvers))
        return false;
    if (rule.edns == EdnsManner::formerr) {
        reply.rcode = static_cast<std::uint16_t>(Rcode::formerr);
        reply.edns.reset();
    } else {
        reply.rcode = static_cast<std::uint16_t>(Rcode::badvers);
    }
    return true;
}

Message AuthoritativeServer::reply_to(const Message& query, const Rule* rule, const Arrival& arrival)
{
    Message reply = empty_reply(query);
    if (rule != nullptr && refuses_edns(query, *rule, reply))
        return reply;
    if (rule != nullptr && rule->rcode) {
        reply.rcode = *rule->rcode;
    } else if (rule != nullptr && rule->reply) {
        reply.rcode = rule->reply->rcode;
        reply.flags |= rule->reply->flags;
        add_written(rule->reply->sections, *query.question, reply);
    } else if (const Zone* zone = zone_for(*query.question)) {
        zone->answer(reply, query.edns && query.edns->dnssec_ok);
    } else {
        reply.rcode = static_cast<std::uint16_t>(Rcode::refused);
        if (rule == nullptr || !rule->lame)
            unanswered_.push_back(
                fmt::format("{} was asked {}", arrival.server.address.to_string(), to_text(*query.question)));
    }
    if (rule != nullptr)
        distort(reply, *rule, *query.question);
    return reply;
}

void AuthoritativeServer::arrived(const Arrival& arrival)
{
    const auto query = decode(arrival.message);
    if (!query || !query->question || query->has(dns::Header::qr))
        return;
    const bool stream = arrival.channel->stream();
    Rule* found = rule_for(*query, stream);
    const Rule rule = found != nullptr ? *found : Rule{};
    if (rule.drop || (rule.edns == EdnsManner::dropped && query->edns))
        return;
    if (rule.unreachable) {
        arrival.channel->end({});
        return;
    }
    if (rule.forged.count > 0 && !stream)
        forge(*query, rule, *arrival.channel);
    send(*query, reply_to(*query, found, arrival), rule, arrival);
}

void AuthoritativeServer::send(const Message& query, Message reply, const Rule& rule, const Arrival& arrival)
{
    Channel& channel = *arrival.channel;
    Duration after = rule.delay;
    if (rule.jitter > Duration::zero())
        after += std::chrono::microseconds(random_.below(
            static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(rule.jitter).count())));
    std::size_t limit = 65535;
    if (!channel.stream())
        limit = rule.truncate ? 0 : query.edns ? std::max<std::size_t>(512, query.edns->udp_size) : 512;
    OctetBuffer wire = encode(reply, limit);
    if (rule.octets) {
        wire.assign(rule.octets->begin(), rule.octets->end());
        wire.insert(wire.begin(), {static_cast<std::uint8_t>(query.id >> 8), static_cast<std::uint8_t>(query.id)});
    }
    if (!channel.stream() || rule.stream == StreamManner::proper) {
        for (std::uint32_t copy = 0; copy < rule.copies; ++copy)
            channel.reply(wire, after);
        return;
    }
    if (rule.stream == StreamManner::once) {
        channel.reply(wire, after);
        channel.end(after);
    }
    if (rule.stream == StreamManner::once || rule.stream == StreamManner::mute) {
        channel.mute();
        return;
    }
    OctetBuffer framed;
    append_u16(framed, static_cast<std::uint16_t>(wire.size()));
    append(framed, wire);
    if (rule.stream == StreamManner::half)
        framed.resize(framed.size() / 2);
    if (rule.stream == StreamManner::half)
        channel.raw(framed, after);
    if (rule.stream == StreamManner::half || rule.stream == StreamManner::close)
        channel.end(after);
    if (rule.stream == StreamManner::drip)
        for (std::size_t i = 0; i < framed.size(); ++i)
            channel.raw({framed[i]}, after + rule.drip_every * static_cast<std::int64_t>(i + 1));
}

void AuthoritativeServer::forge(const Message& query, const Rule& rule, Channel& channel)
{
    for (std::uint32_t i = 0; i < rule.forged.count; ++i) {
        Message forged = empty_reply(query);
        forged.flags |= dns::Header::aa;
        if (rule.forged.lower_case)
            forged.question->name = forged.question->name.lowercase();
        if (!rule.forged.right_id)
            while (forged.id == query.id)
                forged.id = random_.u16();
        add_written(rule.forged.sections, *query.question, forged);
        channel.raw(encode(forged), {});
    }
}

Acceptance AuthoritativeServer::accepts_stream(const Endpoint&)
{
    for (const Rule& rule : rules_) {
        if (rule.stream == StreamManner::refuse)
            return Acceptance::refuse;
        if (rule.stream == StreamManner::ignore)
            return Acceptance::ignore;
    }
    return Acceptance::accept;
}

}  // namespace rw::scenarios
