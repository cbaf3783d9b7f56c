// SPDX-License-Identifier: EUPL-1.2
// What one institution decides for itself: its operators and their keys, and what those operators signed: a
// confirmation, bound to one site, one statement, one zone and one nonce.
#pragma once

#include <optional>

#include "zones/continuity/signed.h"

namespace rw::zones::continuity
{

/// 64 people of 8 keys.
inline constexpr std::size_t person_limit = 64;
inline constexpr std::size_t person_key_limit = 8;

struct Person {
    std::string name;
    std::vector<Digest> keys;
};

struct Site {
    std::string institution;
    std::string id;
    std::int64_t version = 1;
    std::optional<Digest> previous;
    bool auto_activate = false;
    std::vector<std::string> canary;  ///< prefixes of clients that a canary drill answers from the continuity zone
    std::vector<Person> operators;

    /// The person who holds `key`; nullptr for nobody.
    [[nodiscard]] const Person* holder(const Digest& key) const;
    [[nodiscard]] std::vector<Digest> keys() const;
    /// Fewer than three people: when one of them cannot be reached, nothing can be entered.
    [[nodiscard]] bool is_thin() const { return operators.size() < 3; }
};

[[nodiscard]] Result<Site> read_site(std::string_view payload);
/// The same before it is complete, for the tools that fill it in.
[[nodiscard]] Result<Site> read_site_draft(std::string_view payload);
[[nodiscard]] std::string payload_of(const Site& site);
/// At least two people, each key once, prefixes that are prefixes.
[[nodiscard]] Result<void> check_site(const Site& site);
[[nodiscard]] Result<Signed<Site>> open_site(std::string_view envelope, std::span<const Digest> more = {});

/// People of `site` among `signers`, each once whatever number of keys they signed with.
[[nodiscard]] std::vector<std::string> people(const Site& site, std::span<const Digest> signers);

/// What an operator says yes to.
enum class Action : std::uint8_t {
    enter,     ///< go over to the zone of a statement
    leave,     ///< go back to IANA's root
    enrol,     ///< the marks are lost: this statement is the one to go on from
    install,   ///< no old quorum is left: this authority takes over
    set_time,  ///< the mark's time is wrong
};

[[nodiscard]] std::string_view action_name(Action action);
[[nodiscard]] std::optional<Action> parse_action(std::string_view name);

struct Confirmation {
    Action action = Action::enter;
    std::string site;
    std::optional<Digest> subject;  ///< hash of the statement, or of the authority to install
    std::optional<Digest> zone;     ///< hash of the unsigned zone that was shown; for `enter`
    std::string nonce;              ///< 32 hex digits, as the site gave it out
    Seconds time = 0;               ///< what the operator read on a clock and vouches for
};

[[nodiscard]] Result<Confirmation> read_confirmation(std::string_view payload);
[[nodiscard]] std::string payload_of(const Confirmation& confirmation);
[[nodiscard]] Result<Signed<Confirmation>> open_confirmation(std::string_view envelope, const Site& site);

/// 32 lower-case hex digits.
[[nodiscard]] bool is_nonce(std::string_view text);

}  // namespace rw::zones::continuity
