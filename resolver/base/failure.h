// SPDX-License-Identifier: EUPL-1.2
// The one table of ways in which a resolution can fail: what the client is told (RCODE, extended error of RFC 8914,
// text) and whether the failure may be remembered (RFC 9520). Metrics and logs use the same names.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rw
{

/// Response codes (RFC 1035 §4.1.1, RFC 2136, RFC 6891). Values above 15 need EDNS.
enum class Rcode : std::uint16_t {
    noerror = 0,
    formerr = 1,
    servfail = 2,
    nxdomain = 3,
    notimp = 4,
    refused = 5,
    yxdomain = 6,
    badvers = 16,
};

enum class Failure : std::uint8_t {
    // what the servers did
    no_reachable_authority,
    authority_lame,
    authority_refused,
    authority_servfail,
    authority_malformed,
    network_unreachable,
    // what the data is like
    alias_chain_too_long,
    no_name_server_address,
    servers_excluded,
    answer_too_large,
    // what we will not do
    budget_exhausted,
    time_exhausted,
    cached_failure,
    too_many_waiters,
    servers_busy,
    root_budget_exhausted,
    root_preferred_only,
    not_authoritative_rd0,
    access_refused,
    policy_blocked,
    policy_refused,
    dname_too_long,
    shutting_down,
    // validation (RFC 4035, RFC 8914 §4.7 to §4.13)
    bogus,
    signature_expired,
    signature_not_yet_valid,
    dnskey_missing,
    rrsigs_missing,
    no_zone_key_bit,
    nsec_missing,
    signature_expired_before_valid,
    validation_budget_exhausted,
    // the query itself
    malformed_query,
    unsupported_opcode,
    unsupported_edns_version,
    unsupported_class,
    unsupported_transfer,
    invalid_type,
};

struct FailureFact {
    Failure failure;
    std::string_view name;  ///< stable identifier for logs, metrics and JSON
    Rcode rcode;
    std::optional<std::uint16_t> ede;  ///< INFO-CODE of RFC 8914
    bool remember;                     ///< may be cached as a failure (RFC 9520 §3.2)
    std::string_view text;             ///< EXTRA-TEXT; says what happened in the field's words
};

/// The table row of `failure`.
[[nodiscard]] const FailureFact& fact(Failure failure);

/// Data was there but did not validate: bogus to validation_budget_exhausted.
[[nodiscard]] constexpr bool is_validation_failure(Failure failure)
{
    return failure >= Failure::bogus && failure <= Failure::validation_budget_exhausted;
}

[[nodiscard]] std::string_view rcode_name(Rcode rcode);

}  // namespace rw
