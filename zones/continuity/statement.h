// SPDX-License-Identifier: EUPL-1.2
// Statements: what a quorum of parties says. A file says everything that it permits, so that what is signed can be read
// aloud before it is signed (statement_words.h).
#pragma once

#include <optional>

#include "zones/continuity/authority.h"

namespace rw::zones::continuity
{

enum class StatementType : std::uint8_t { drill, activate, renew, leave, revoke };

/// "drill", "activate", "renew", "return", "revoke".
[[nodiscard]] std::string_view type_name(StatementType type);
[[nodiscard]] std::optional<StatementType> parse_statement_type(std::string_view name);

enum class DrillMode : std::uint8_t { shadow, canary, full };

[[nodiscard]] std::string_view mode_name(DrillMode mode);
[[nodiscard]] std::optional<DrillMode> parse_mode(std::string_view name);

/// Reason codes of statements, with what they say in words.
struct ReasonFact {
    std::string_view code;
    std::string_view words;
};
[[nodiscard]] std::span<const ReasonFact> reason_facts();

/// 14 days: about as long as a frozen IANA zone goes on validating; a longer emergency is renewed.
inline constexpr Seconds statement_lifetime = 14 * day;
/// 4 hours: a working morning. Attack: a drill that never ends is an activation.
inline constexpr Seconds drill_lifetime = 4 * hour;
/// 2,000 listed differences: more than there are TLDs (1,440 in 2024); bounds what a signer is asked to read.
inline constexpr std::size_t difference_limit = 2'000;
/// 1 % of the TLDs, unless a statement says otherwise, in thousandths.
inline constexpr std::int64_t usual_share = 10;

struct Source {
    std::string uri;  ///< "file:/path", "https://192.0.2.1/root.zone" or "tls://[2001:db8::1]:853" (RFC 9103)
    std::string pin;  ///< base64 SHA-256 of the server's public key (SPKI); empty for file:
    bool operator==(const Source&) const = default;
};

/// One RRset of the base that the continuity zone is to have otherwise.
struct Difference {
    std::string owner;               ///< absolute, lower case
    std::string type;                ///< NS, DS, A or AAAA
    std::int64_t ttl = 0;            ///< 0 when removed
    std::optional<Digest> old;       ///< rrset_hash() in the base; none: the base's owner has no such RRset
    std::vector<std::string> rdata;  ///< presentation form; empty: removed
    bool operator==(const Difference&) const = default;
};

struct Base {
    std::int64_t serial = 0;
    std::string zonemd;  ///< SHA-384 digest of scheme SIMPLE, upper-case hex
    bool operator==(const Base&) const = default;
};

struct ZonePolicy {
    std::vector<Source> sources;
    std::string anchor;  ///< DS: the continuity trust anchor
    std::int64_t least_serial = 0;
    bool zonemd = true;
    std::vector<std::int64_t> algorithms;  ///< DNSSEC algorithm numbers that may sign the zone
    Base base;
    std::vector<Difference> differences;
    std::int64_t share = usual_share;  ///< largest part of the TLDs that differ from the base, in thousandths
    bool operator==(const ZonePolicy&) const = default;
};

struct DrillPlan {
    DrillMode mode = DrillMode::shadow;
    Seconds length = 0;
};

struct Statement {
    StatementType type = StatementType::drill;
    std::string id;
    std::int64_t sequence = 0;
    Seconds not_before = 0;
    Seconds expires = 0;
    std::string reason;                ///< a code of reason_facts()
    std::string text;                  ///< the reason in the signers' words
    std::vector<std::string> sites;    ///< scope: ids of sites; empty: all
    Digest authority{};                ///< hash of the authority that it was signed under
    std::optional<Digest> before;      ///< the last statement that the signers knew
    std::string legal;                 ///< reference to the legal act; may be empty
    std::optional<ZonePolicy> policy;  ///< of drill and activate; of a renew that moves it
    std::optional<DrillPlan> drill;    ///< of drill
    std::optional<Digest> subject;     ///< what a renew renews; what a return or revoke ends: none: whatever runs
    bool extends = false;              ///< of renew: `expires` becomes the activation's

    /// Roles whose thresholds it needs; a canary or full drill may do with less (see evaluator.h).
    [[nodiscard]] std::vector<Role> roles() const;
    [[nodiscard]] bool leads_out() const { return type == StatementType::leave || type == StatementType::revoke; }
    [[nodiscard]] bool is_for(std::string_view site) const;
};

[[nodiscard]] Result<Statement> read_statement(std::string_view payload);
[[nodiscard]] std::string payload_of(const Statement& statement);
[[nodiscard]] Result<Signed<Statement>> open_statement(std::string_view envelope, std::span<const Digest> candidates);

/// Whether the pieces fit together: what a type must have and must not, times, sources, anchor, differences.
[[nodiscard]] Result<void> check_statement(const Statement& statement);

}  // namespace rw::zones::continuity
