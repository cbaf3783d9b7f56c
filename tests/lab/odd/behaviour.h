// SPDX-License-Identifier: EUPL-1.2
// What the odd server can do wrong, once: the zone maker takes names and addresses from this table, the odd server acts
// on it. Behaviour number n lives at addresses 2n+1 and 2n+2 of the group `odd`.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace rw::lab
{

enum class Behaviour : std::uint8_t {
    plain,           // nothing wrong, for comparison
    no_edns,         // ignores OPT, as servers before RFC 2671 did
    formerr_edns,    // FORMERR to OPT, an answer without
    drop_edns,       // silence to OPT, an answer without
    badvers,         // BADVERS to EDNS version 0, an answer without OPT
    options,         // an OPT full of unknown, repeated and oversized options
    refused,         // REFUSED
    servfail,        // SERVFAIL
    notimp,          // NOTIMP
    tcp_only,        // silence over UDP
    always_tc,       // TC over UDP, an answer over TCP
    tc_close,        // TC over UDP, closes TCP
    udp_only,        // nobody listens on TCP
    upward,          // a referral to the root
    self_referral,   // a referral to itself, without AA
    no_aa,           // the right answer without AA
    wrong_id,        // another message id
    wrong_question,  // another question
    query_back,      // QR=0
    garbage,         // noise behind the id
    cut_short,       // ends in the middle of a record
    slow,            // the right answer after 1.5 s
    drip,            // TC over UDP, then one octet a second over TCP
    ent_nxdomain,    // NXDOMAIN for empty non-terminals (RFC 8020 §3 says why that is wrong)
    no_soa,          // negative answers without SOA
    refuse_ns,       // REFUSED to questions for NS, which minimising resolvers may ask
    lower_case,      // answers with the question in lower case
    near_misses,     // three replies with wrong ids before the right one
    poison,          // the right answer, and records about other people's names
    drop_first,      // drops every first question for a name
    fan_out,         // a referral to thirty random servers of somebody else (NXNSAttack)
    alias_forever,   // each name is an alias of a new one
};

struct BehaviourRow {
    std::string_view name;
    Behaviour behaviour;
    std::string_view outlook;  // sound, broken, varies
};

inline constexpr std::array kBehaviours{
    BehaviourRow{.name = "plain", .behaviour = Behaviour::plain, .outlook = "sound"},
    BehaviourRow{.name = "no-edns", .behaviour = Behaviour::no_edns, .outlook = "sound"},
    BehaviourRow{.name = "formerr-edns", .behaviour = Behaviour::formerr_edns, .outlook = "sound"},
    BehaviourRow{.name = "drop-edns", .behaviour = Behaviour::drop_edns, .outlook = "varies"},
    BehaviourRow{.name = "badvers", .behaviour = Behaviour::badvers, .outlook = "varies"},
    BehaviourRow{.name = "options", .behaviour = Behaviour::options, .outlook = "sound"},
    BehaviourRow{.name = "refused", .behaviour = Behaviour::refused, .outlook = "broken"},
    BehaviourRow{.name = "servfail", .behaviour = Behaviour::servfail, .outlook = "broken"},
    BehaviourRow{.name = "notimp", .behaviour = Behaviour::notimp, .outlook = "broken"},
    BehaviourRow{.name = "tcp-only", .behaviour = Behaviour::tcp_only, .outlook = "varies"},
    BehaviourRow{.name = "always-tc", .behaviour = Behaviour::always_tc, .outlook = "sound"},
    BehaviourRow{.name = "tc-close", .behaviour = Behaviour::tc_close, .outlook = "broken"},
    BehaviourRow{.name = "udp-only", .behaviour = Behaviour::udp_only, .outlook = "sound"},
    BehaviourRow{.name = "upward", .behaviour = Behaviour::upward, .outlook = "broken"},
    BehaviourRow{.name = "self-referral", .behaviour = Behaviour::self_referral, .outlook = "varies"},
    BehaviourRow{.name = "no-aa", .behaviour = Behaviour::no_aa, .outlook = "varies"},
    BehaviourRow{.name = "wrong-id", .behaviour = Behaviour::wrong_id, .outlook = "varies"},
    BehaviourRow{.name = "wrong-question", .behaviour = Behaviour::wrong_question, .outlook = "broken"},
    BehaviourRow{.name = "query-back", .behaviour = Behaviour::query_back, .outlook = "broken"},
    BehaviourRow{.name = "garbage", .behaviour = Behaviour::garbage, .outlook = "broken"},
    BehaviourRow{.name = "cut-short", .behaviour = Behaviour::cut_short, .outlook = "broken"},
    BehaviourRow{.name = "slow", .behaviour = Behaviour::slow, .outlook = "varies"},
    BehaviourRow{.name = "drip", .behaviour = Behaviour::drip, .outlook = "broken"},
    BehaviourRow{.name = "ent-nxdomain", .behaviour = Behaviour::ent_nxdomain, .outlook = "sound"},
    BehaviourRow{.name = "no-soa", .behaviour = Behaviour::no_soa, .outlook = "sound"},
    BehaviourRow{.name = "refuse-ns", .behaviour = Behaviour::refuse_ns, .outlook = "sound"},
    BehaviourRow{.name = "lower-case", .behaviour = Behaviour::lower_case, .outlook = "sound"},
    BehaviourRow{.name = "near-misses", .behaviour = Behaviour::near_misses, .outlook = "sound"},
    BehaviourRow{.name = "poison", .behaviour = Behaviour::poison, .outlook = "sound"},
    BehaviourRow{.name = "drop-first", .behaviour = Behaviour::drop_first, .outlook = "varies"},
    BehaviourRow{.name = "fan-out", .behaviour = Behaviour::fan_out, .outlook = "broken"},
    BehaviourRow{.name = "alias-forever", .behaviour = Behaviour::alias_forever, .outlook = "broken"},
};

}  // namespace rw::lab
