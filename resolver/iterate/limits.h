// SPDX-License-Identifier: EUPL-1.2
// The bounds on the work that one question can cause in iteration, with value, unit, reason and the attack each
// answers. Those of validation are in resolver/dnssec/work.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "resolver/base/clock.h"

namespace rw::iterate::limits
{

/// Queries to name servers for one client query, retries and sub-questions included. A cold name six labels deep with
/// two aliases needs about 15; peers under attack send 51 to 108 (NXNSAttack CVE-2020-8616, CAMP 2024).
inline constexpr std::uint32_t upstream_queries = 32;

/// Name-server names looked up for one client query. NXNSAttack: referrals with many names and no glue.
inline constexpr std::uint32_t address_lookups = 8;

/// Questions of one client query whose answers are cached, asked again because what is cached leads nowhere: whether
/// the parent still delegates a zone, which address a name server has. Attack: zones whose servers refuse everything
/// must not turn each question for them into several to their parents.
inline constexpr std::uint32_t rechecks = 4;

/// The same of one zone or name server by all clients: once in so many seconds. As long as a zone that moves at this
/// moment may stay unreachable.
inline constexpr std::uint32_t recheck_interval = 60;

/// Who finds that somebody else has just asked waits for it: a query to the parent and back with one retry, looked at
/// as often as a reply from nearby takes.
inline constexpr Duration recheck_patience = 1s;
inline constexpr Duration recheck_pause = 50ms;

/// Octets received for one client query: a full TCP response and what led to it (CVE-2025-8677 kin: large key sets).
inline constexpr std::uint32_t octets_received = 256 * 1024;

/// Client queries are answered within this time whatever the servers do; stub resolvers give up after 5 s.
inline constexpr Duration answer_time = 4500ms;

/// Servers that were asked and say nothing may only be slow, and who looks for others does not hear them meanwhile: for
/// so long nothing is asked for again that is known. A server on the far side of a satellite answers within it.
inline constexpr Duration hopeful_time = 1500ms;

/// How long a parent's servers are asked what they delegate: with three tries of one that is not known yet.
inline constexpr Duration parent_time = 1200ms;

/// After this time in silence about a part of the name its servers are asked for the whole: a third of what the client
/// waits. Some drop questions about empty non-terminals (RFC 9156 §3). Below top-level domains only, whose servers do
/// not.
inline constexpr Duration minimised_time = 1500ms;

/// Length of a chain of aliases (Unbound and BIND: 11). CAMP: chains that cross many zones.
inline constexpr std::size_t alias_chain = 11;

/// Depth of questions asked to answer a question (address of a name server of a name server ...). iDNS, cyclic NS.
inline constexpr std::size_t nesting = 6;

/// Name servers kept of one delegation; more do not make a zone more reachable (NRDelegation CVE-2022-3204: 1,500 of
/// them).
inline constexpr std::size_t servers_per_delegation = 20;

/// Addresses kept of one name server.
inline constexpr std::size_t addresses_per_server = 6;

/// Names above a zone's name servers at which a delegation with their glue is looked for, once in a resolution: four servers
/// with four labels each. Attack: referrals to servers each of which is somewhere else, below each other.
inline constexpr std::size_t glue_from_above = 16;

/// Records of a referral's additional section that are looked at for glue: the addresses of every server that is kept,
/// twice. The root's referrals, and its own NS, have 26. Attack: a thousand name servers with as many addresses.
inline constexpr std::size_t glue_records = 2 * servers_per_delegation * addresses_per_server;

/// Records of one section that are looked at; a response with more is refused (CVE-2024-8508: compression-heavy
/// answers).
inline constexpr std::size_t records_per_section = 1500;

/// The same of the authority section: as many name servers as one RRset may have, and a denial beside them. Attack: a
/// referral to a thousand name servers, each of which costs a look although none is used.
inline constexpr std::size_t authority_records = 400;

/// RRsets of one type that are picked from a section, each for a walk through it: as many denial records as validation
/// looks at (dnssec::max_denial_records); a referral and an SOA are one set. Attack: 1,500 NSEC records of one response
/// cost 20 ms.
inline constexpr std::size_t rrsets_of_type = 16;

/// Records of one RRset, signatures apart (BIND: 100). Big sets make every reply a large one.
inline constexpr std::size_t records_per_rrset = 300;

/// RRSIGs kept of one RRset: two keys of two algorithms and a roll (KeyTrap CVE-2023-50387).
inline constexpr std::size_t signatures_per_rrset = 8;

/// Steps of QNAME minimisation; names with more labels are finished in bigger steps (RFC 9156 §2.3: 10).
inline constexpr std::size_t minimise_steps = 10;

/// Servers asked in vain about one question to one zone.
inline constexpr std::size_t attempts_per_question = 12;

}  // namespace rw::iterate::limits
