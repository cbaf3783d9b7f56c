// SPDX-License-Identifier: EUPL-1.2
// Implements responder.h.
#include "tests/lab/odd/responder.h"

#include <fmt/format.h>

#include <string_view>

namespace rw::lab
{
namespace
{

constexpr std::uint16_t kA = 1;
constexpr std::uint16_t kNs = 2;
constexpr std::uint16_t kCname = 5;

constexpr std::uint16_t kFormErr = 1;
constexpr std::uint16_t kServFail = 2;
constexpr std::uint16_t kNxDomain = 3;
constexpr std::uint16_t kNotImp = 4;
constexpr std::uint16_t kRefused = 5;
constexpr std::uint16_t kBadVers = 16;

// Unknown codes, the same one twice, one of 400 octets, and NSID that nobody asked for with octets that are no text.
std::string loud_options()
{
    std::string options;
    const auto add = [&](unsigned code, const std::string& value) {
        options += {static_cast<char>(code >> 8), static_cast<char>(code & 0xff), static_cast<char>(value.size() >> 8),
                    static_cast<char>(value.size() & 0xff)};
        options += value;
    };
    add(65001, "unknown");
    add(65001, "again");
    add(3, std::string("\0\x1b[31m\xff", 7));
    add(3, "a second identifier");
    add(65002, std::string(400, 'x'));
    return options;
}

WireName wire_name(std::string_view dotted)
{
    WireName name;
    while (!dotted.empty()) {
        const std::string_view label = dotted.substr(0, dotted.find('.'));
        name.push_back(static_cast<char>(label.size()));
        name += label;
        dotted.remove_prefix(std::min(label.size() + 1, dotted.size()));
    }
    name.push_back('\0');
    return name;
}

void empty_sections(OddReply& reply)
{
    reply.answer.clear();
    reply.authority.clear();
    reply.additional.clear();
}

}  // namespace

OddReply Responder::bare_reply(const OddQuery& query)
{
    OddReply reply;
    reply.id = query.id;
    reply.recursion_desired = query.recursion_desired;
    reply.question_name = query.name;
    reply.question_type = query.type;
    reply.edns = query.edns;
    return reply;
}

OddReply Responder::sound_reply(const OddQuery& query) const
{
    OddReply reply = bare_reply(query);
    const WireName name = lower_case(query.name);
    const auto zone = store_.zone_of(name);
    if (!zone) {
        reply.rcode = kRefused;
        reply.authoritative = false;
        return reply;
    }
    if (const auto* found = store_.find(name, query.type)) {
        reply.answer = *found;
    } else if (const auto* alias = store_.find(name, kCname)) {
        reply.answer = *alias;
    } else {
        reply.rcode = store_.exists(name) ? 0 : kNxDomain;
        reply.authority = *store_.find(*zone, kSoa);
    }
    return reply;
}

OddReply Responder::referral(const OddQuery& query, const WireName& cut, const WireName& host) const
{
    OddReply reply = bare_reply(query);
    reply.authoritative = false;
    reply.authority.push_back({.owner = cut, .type = kNs, .ttl = 86400, .rdata = host});
    if (const auto* address = store_.find(host, kA)) {
        reply.additional = *address;
    }
    return reply;
}

WireName Responder::random_label()
{
    const std::string text = fmt::format("{:08x}", random_() & 0xffffffffU);
    return std::string(1, static_cast<char>(text.size())) + text;
}

// Thirty name servers that nobody has heard of, all in a zone of somebody else.
OddReply Responder::fan_out(const OddQuery& query)
{
    OddReply reply = sound_reply(query);
    const auto zone = store_.zone_of(lower_case(query.name));
    if (!zone || lower_case(query.name) == *zone || store_.find(lower_case(query.name), kA) != nullptr) {
        return reply;
    }
    empty_sections(reply);
    reply.rcode = 0;
    reply.authoritative = false;
    for (int at = 0; at < 30; ++at) {
        reply.authority.push_back({.owner = lower_case(query.name),
                                   .type = kNs,
                                   .ttl = 86400,
                                   .rdata = random_label() + wire_name("nic.nl")});
    }
    return reply;
}

OddReply Responder::alias(const OddQuery& query)
{
    OddReply reply = sound_reply(query);
    const auto zone = store_.zone_of(lower_case(query.name));
    if (!zone || store_.owns_something(lower_case(query.name))) {
        return reply;
    }
    empty_sections(reply);
    reply.rcode = 0;
    reply.answer.push_back({.owner = query.name, .type = kCname, .ttl = 60, .rdata = random_label() + *zone});
    return reply;
}

std::string Responder::noise(const OddQuery& query)
{
    std::string message{static_cast<char>(query.id >> 8), static_cast<char>(query.id & 0xff), '\x84', '\0'};
    for (int at = 0; at < 60; ++at) {
        message.push_back(static_cast<char>(random_() & 0xff));
    }
    return message;
}

// What differs from a sound reply in the reply itself.
void Responder::spoil(Behaviour behaviour, const OddQuery& query, OddReply& reply)
{
    const auto only_rcode = [&](std::uint16_t rcode) {
        empty_sections(reply);
        reply.rcode = rcode;
        reply.authoritative = false;
    };
    const WireName name = lower_case(query.name);
    switch (behaviour) {
        case Behaviour::no_edns:
            reply.edns = false;
            break;
        case Behaviour::formerr_edns:
            if (query.edns) {
                only_rcode(kFormErr);
                reply.edns = false;
            }
            break;
        case Behaviour::badvers:
            if (query.edns) {
                only_rcode(kBadVers);
            }
            break;
        case Behaviour::options:
            reply.edns_options = query.edns ? loud_options() : "";
            break;
        case Behaviour::refused:
            only_rcode(kRefused);
            break;
        case Behaviour::servfail:
            only_rcode(kServFail);
            break;
        case Behaviour::notimp:
            only_rcode(kNotImp);
            break;
        case Behaviour::refuse_ns:
            if (query.type == kNs) {
                only_rcode(kRefused);
            }
            break;
        case Behaviour::upward:
            reply = referral(query, wire_name(""), wire_name("a.root-servers.net"));
            break;
        case Behaviour::self_referral:
            if (const auto zone = store_.zone_of(name)) {
                reply = referral(query, *zone, std::string("\3ns1") + *zone);
            }
            break;
        case Behaviour::no_aa:
            reply.authoritative = false;
            break;
        case Behaviour::wrong_id:
            reply.id = static_cast<std::uint16_t>(reply.id + 1);
            break;
        case Behaviour::wrong_question:
            reply.question_name = random_label() + reply.question_name;
            break;
        case Behaviour::query_back:
            reply.response = false;
            break;
        case Behaviour::ent_nxdomain:
            if (reply.answer.empty() && !store_.owns_something(name)) {
                reply.rcode = kNxDomain;
            }
            break;
        case Behaviour::no_soa:
            reply.authority.clear();
            break;
        case Behaviour::lower_case:
            reply.question_name = name;
            break;
        case Behaviour::poison:
            reply.authority.push_back({wire_name("nl"), kNs, 86400, wire_name("a.evil.example")});
            reply.additional.push_back({wire_name("www.nsec-0000.se"), kA, 86400, std::string("\xcb\x00\x71\x42", 4)});
            reply.additional.push_back({wire_name("a.nic.nl"), kA, 86400, std::string("\xc6\x12\x63\x42", 4)});
            break;
        default:
            break;
    }
}

Reaction Responder::react(Behaviour behaviour, const OddQuery& query, bool tcp)
{
    OddReply reply = behaviour == Behaviour::fan_out         ? fan_out(query)
                     : behaviour == Behaviour::alias_forever ? alias(query)
                                                             : sound_reply(query);
    spoil(behaviour, query, reply);
    const bool truncates =
        behaviour == Behaviour::always_tc || behaviour == Behaviour::tc_close || behaviour == Behaviour::drip;
    if (truncates && !tcp) {
        empty_sections(reply);
        reply.truncated = true;
    }
    Say say{.message = reply.wire()};
    switch (behaviour) {
        case Behaviour::tcp_only:
            return tcp ? Reaction{.says = {say}} : Reaction{.says = {}};
        case Behaviour::drop_edns:
            return query.edns ? Reaction{.says = {}} : Reaction{.says = {say}};
        case Behaviour::tc_close:
            return tcp ? Reaction{.says = {}, .close = true} : Reaction{.says = {say}};
        case Behaviour::drop_first:
            return asked_before_.emplace(lower_case(query.name), query.type).second ? Reaction{.says = {}}
                                                                                    : Reaction{.says = {say}};
        case Behaviour::garbage:
            return {.says = {{.message = noise(query)}}};
        case Behaviour::cut_short:
            say.message.resize(say.message.size() - (reply.edns ? 15 : 4));
            return {.says = {say}};
        case Behaviour::slow:
            say.after = std::chrono::milliseconds(1500);
            return {.says = {say}};
        case Behaviour::drip:
            say.drip = tcp;
            return {.says = {say}};
        case Behaviour::near_misses: {
            Reaction reaction;
            for (int at = 0; at < 3 && !tcp; ++at) {
                reply.id = static_cast<std::uint16_t>(random_() & 0xffff);
                reaction.says.push_back({.message = reply.wire()});
            }
            reaction.says.push_back(say);
            return reaction;
        }
        default:
            return {.says = {say}};
    }
}

}  // namespace rw::lab
