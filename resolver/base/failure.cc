// SPDX-License-Identifier: EUPL-1.2
// The failure table. Rows stand in the order of the enumeration; a unit test holds them to it.
#include "resolver/base/failure.h"

#include <array>

namespace rw
{

namespace
{

constexpr std::uint16_t ede_dnssec_bogus = 6;
constexpr std::uint16_t ede_signature_expired = 7;
constexpr std::uint16_t ede_signature_not_yet_valid = 8;
constexpr std::uint16_t ede_dnskey_missing = 9;
constexpr std::uint16_t ede_rrsigs_missing = 10;
constexpr std::uint16_t ede_no_zone_key_bit_set = 11;
constexpr std::uint16_t ede_nsec_missing = 12;
constexpr std::uint16_t ede_cached_error = 13;
constexpr std::uint16_t ede_not_ready = 14;
constexpr std::uint16_t ede_blocked = 15;
constexpr std::uint16_t ede_prohibited = 18;
constexpr std::uint16_t ede_not_authoritative = 20;
constexpr std::uint16_t ede_not_supported = 21;
constexpr std::uint16_t ede_no_reachable_authority = 22;
constexpr std::uint16_t ede_network_error = 23;
constexpr std::uint16_t ede_signature_expired_before_valid = 25;
constexpr std::uint16_t ede_invalid_query_type = 30;  // RFC 9824 §7.4
constexpr std::uint16_t ede_other = 0;

using enum Failure;
using enum Rcode;

constexpr std::array table{
    FailureFact{no_reachable_authority, "no-reachable-authority", servfail, ede_no_reachable_authority, true,
                "no name server of the zone answered"},
    FailureFact{authority_lame, "authority-lame", servfail, ede_no_reachable_authority, true,
                "every name server asked is lame for the zone"},
    FailureFact{authority_refused, "authority-refused", servfail, ede_no_reachable_authority, true,
                "every name server asked refused the query"},
    FailureFact{authority_servfail, "authority-servfail", servfail, ede_no_reachable_authority, true,
                "every name server asked failed to answer (SERVFAIL)"},
    FailureFact{authority_malformed, "authority-malformed", servfail, ede_network_error, true,
                "the name servers sent malformed responses"},
    FailureFact{network_unreachable, "network-unreachable", servfail, ede_network_error, false,
                "this host has no network route to the name servers"},
    FailureFact{alias_chain_too_long, "alias-chain-too-long", servfail, ede_other, true,
                "the chain of aliases is longer than 11"},
    FailureFact{no_name_server_address, "no-name-server-address", servfail, ede_no_reachable_authority, true,
                "no name server of the zone has an address that can be found"},
    FailureFact{servers_excluded, "servers-excluded", servfail, ede_no_reachable_authority, true,
                "every address of the zone's name servers is excluded by a setting (outgoing.ipv4, outgoing.ipv6, "
                "upstream.do-not-query)"},
    FailureFact{answer_too_large, "answer-too-large", servfail, ede_other, true,
                "the answer is larger than a response can be"},
    FailureFact{budget_exhausted, "budget-exhausted", servfail, ede_other, true,
                "resolving the name took more work than one query may cause"},
    FailureFact{time_exhausted, "time-exhausted", servfail, ede_no_reachable_authority, true,
                "the name servers were too slow: time ran out before they answered"},
    FailureFact{cached_failure, "cached-failure", servfail, ede_cached_error, false,
                "the same question failed a moment ago"},
    FailureFact{too_many_waiters, "too-many-waiters", servfail, ede_other, false,
                "too many clients wait for the same question"},
    FailureFact{servers_busy, "servers-busy", servfail, ede_no_reachable_authority, false,
                "too many queries wait for answers of the name servers"},
    FailureFact{root_budget_exhausted, "root-budget-exhausted", servfail, ede_not_ready, false,
                "the budget for queries to the root is used up for the moment"},
    FailureFact{root_preferred_only, "root-preferred-only", servfail, ede_no_reachable_authority, false,
                "no preferred root identity answers and root.mode is only (root-preferred-only)"},
    FailureFact{not_authoritative_rd0, "not-authoritative-rd0", refused, ede_not_authoritative, false,
                "recursion was not desired and the answer is not at hand"},
    FailureFact{access_refused, "access-refused", refused, ede_prohibited, false,
                "the access list does not allow this client"},
    FailureFact{policy_blocked, "policy-blocked", nxdomain, ede_blocked, false, "blocked by local policy"},
    FailureFact{policy_refused, "policy-refused", refused, ede_prohibited, false, "refused by a local zone"},
    FailureFact{dname_too_long, "dname-too-long", yxdomain, std::nullopt, false,
                "the name that a DNAME leads to is too long"},
    FailureFact{shutting_down, "shutting-down", servfail, ede_not_ready, false, "the resolver is shutting down"},
    FailureFact{bogus, "bogus", servfail, ede_dnssec_bogus, true, "validation failed"},
    FailureFact{signature_expired, "signature-expired", servfail, ede_signature_expired, true,
                "validation failed: the signatures are expired"},
    FailureFact{signature_not_yet_valid, "signature-not-yet-valid", servfail, ede_signature_not_yet_valid, true,
                "validation failed: the signatures are not yet valid"},
    FailureFact{dnskey_missing, "dnskey-missing", servfail, ede_dnskey_missing, true,
                "validation failed: no DNSKEY matches the DS or the signatures"},
    FailureFact{rrsigs_missing, "rrsigs-missing", servfail, ede_rrsigs_missing, true,
                "validation failed: signatures are missing"},
    FailureFact{no_zone_key_bit, "no-zone-key-bit", servfail, ede_no_zone_key_bit_set, true,
                "validation failed: no DNSKEY has the zone key bit set"},
    FailureFact{nsec_missing, "nsec-missing", servfail, ede_nsec_missing, true,
                "validation failed: the proof of non-existence is missing or wrong"},
    FailureFact{signature_expired_before_valid, "signature-expired-before-valid", servfail,
                ede_signature_expired_before_valid, true,
                "validation failed: a signature expires before it becomes valid"},
    FailureFact{validation_budget_exhausted, "validation-budget-exhausted", servfail, ede_dnssec_bogus, true,
                "validating the answer took more work than one query may cause"},
    FailureFact{malformed_query, "malformed-query", formerr, std::nullopt, false, "the query is malformed"},
    FailureFact{unsupported_opcode, "unsupported-opcode", notimp, ede_not_supported, false,
                "only standard queries are answered"},
    FailureFact{unsupported_edns_version, "unsupported-edns-version", badvers, std::nullopt, false,
                "only EDNS version 0 is known"},
    FailureFact{unsupported_class, "unsupported-class", refused, ede_not_supported, false, "only class IN is answered"},
    FailureFact{unsupported_transfer, "unsupported-transfer", notimp, ede_not_supported, false,
                "a resolver has no zones to transfer"},
    FailureFact{invalid_type, "invalid-type", formerr, ede_invalid_query_type, false,
                "no data has this type: it cannot be asked for"},
};

}  // namespace

const FailureFact& fact(Failure failure)
{
    return table[static_cast<std::size_t>(failure)];
}

std::string_view rcode_name(Rcode rcode)
{
    switch (rcode) {
        case noerror:
            return "NOERROR";
        case formerr:
            return "FORMERR";
        case servfail:
            return "SERVFAIL";
        case nxdomain:
            return "NXDOMAIN";
        case notimp:
            return "NOTIMP";
        case refused:
            return "REFUSED";
        case yxdomain:
            return "YXDOMAIN";
        case badvers:
            return "BADVERS";
    }
    return "RCODE-UNKNOWN";
}

}  // namespace rw
