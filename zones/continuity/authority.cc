// SPDX-License-Identifier: EUPL-1.2
// Reading, writing and the floors of the authority file.
#include "zones/continuity/authority.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "config/trust_anchor.h"
#include "resolver/dnssec/ds.h"
#include "zones/continuity/fields.h"
#include "zones/verify.h"

namespace rw::zones::continuity
{

namespace
{

constexpr std::array<std::string_view, role_count> role_names{"authority", "activate", "zone-trust", "return", "drill"};
constexpr std::array<std::string_view, 3> state_names{"active", "retired", "stolen"};

/// Roles that change who rules or what is trusted: more than half of the parties.
constexpr std::array<Role, 3> majority_roles{Role::authority, Role::activate, Role::zone_trust};

Party read_party(Fields& fields)
{
    Party party;
    party.name = fields.text("name", {});
    for (Fields& one : fields.objects("keys", 0, party_key_limit)) {
        PartyKey key;
        key.key = one.public_key("key");
        const std::optional<KeyState> state = parse_key_state(one.text("state", {}));
        if (!state)
            one.refuse("state", "must be active, retired or stolen");
        key.state = state.value_or(KeyState::stolen);
        if (one.has("expires"))
            key.expires = one.integer("expires", 0, last_second);
        one.finish();
        party.keys.push_back(key);
    }
    fields.finish();
    return party;
}

Json party_json(const Party& party)
{
    Json keys = Json::array();
    for (const PartyKey& key : party.keys) {
        Json& one = keys.emplace_back(Json{{"key", base64(key.key)}, {"state", key_state_name(key.state)}});
        if (key.expires)
            one["expires"] = *key.expires;
    }
    return Json{{"name", party.name}, {"keys", keys}};
}

bool can_sign(const Party& party, Seconds at)
{
    return std::ranges::any_of(party.keys, [&](const PartyKey& key) { return key.can_sign(at); });
}

Result<void> check_unique(const Authority& authority)
{
    std::set<std::string> names;
    std::set<Digest> keys;
    for (const Party& party : authority.parties) {
        if (!names.insert(party.name).second)
            return failed(fmt::format("two parties are called {}", party.name));
        for (const PartyKey& key : party.keys) {
            if (!keys.insert(key.key).second)
                return failed(fmt::format("key {} is there twice, the second time at {}: each key belongs to one party",
                                          key_id(key.key).substr(0, 16), party.name));
        }
    }
    return {};
}

}  // namespace

std::string_view role_name(Role role)
{
    return role_names.at(static_cast<std::size_t>(role));
}

std::string_view key_state_name(KeyState state)
{
    return state_names.at(static_cast<std::size_t>(state));
}

std::optional<KeyState> parse_key_state(std::string_view name)
{
    const auto* found = std::ranges::find(state_names, name);
    if (found == state_names.end())
        return std::nullopt;
    return static_cast<KeyState>(found - state_names.begin());
}

bool Authority::allows_anchor(std::string_view ds) const
{
    return std::ranges::find(anchors, ds) != anchors.end();
}

const PartyKey* Authority::find(const Digest& key) const
{
    for (const Party& party : parties) {
        for (const PartyKey& one : party.keys) {
            if (one.key == key)
                return &one;
        }
    }
    return nullptr;
}

bool Authority::calls_stolen(const Digest& key) const
{
    const PartyKey* found = find(key);
    return found != nullptr && found->state == KeyState::stolen;
}

std::vector<Digest> Authority::keys() const
{
    std::vector<Digest> all;
    for (const Party& party : parties) {
        for (const PartyKey& key : party.keys)
            all.push_back(key.key);
    }
    return all;
}

std::vector<Digest> Authority::keys_that_sign(Seconds at) const
{
    std::vector<Digest> all = keys();
    std::erase_if(all, [&](const Digest& key) { return !find(key)->can_sign(at); });
    return all;
}

Result<void> check_anchor(std::string_view text)
{
    const auto anchor = config::parse_trust_anchor(fmt::format(". DS {}", text));
    if (!anchor)
        return failed(fmt::format("\"{}\" is no DS record (tag, algorithm, digest type, digest)", printable(text)));
    const OctetBuffer rdata = config::rdata_of(*anchor);
    const std::optional<dnssec::Ds> ds = dnssec::Ds::parse(rdata);
    if (!ds || !ds->well_formed() || ds->digest_type == 1)
        return failed(fmt::format("\"{}\" has no SHA-256 or SHA-384 digest", printable(text)));
    if (fmt::format("{} {} {} {}", ds->key_tag, ds->algorithm, ds->digest_type, hex_upper(ds->digest)) != text)
        return failed(
            fmt::format("\"{}\" is not in canonical spelling: one space between, hex in upper case", printable(text)));
    if (shipped_anchor().ds.rdatas.contains(rdata))
        return failed(fmt::format("\"{}\" is a trust anchor of IANA's root, which is never a continuity anchor", text));
    return {};
}

Result<void> check_floors(const Authority& authority)
{
    const std::size_t count = authority.parties.size();
    if (count < 3)
        return failed(fmt::format("an authority has at least three parties, this one has {}", count));
    if (Result<void> done = check_unique(authority); !done)
        return done;
    const auto able = static_cast<std::int64_t>(std::ranges::count_if(
        authority.parties, [&](const Party& party) { return can_sign(party, authority.issued); }));
    for (std::size_t i = 0; i < role_count; ++i) {
        const auto role = static_cast<Role>(i);
        const std::int64_t needed = authority.threshold(role);
        const bool majority = std::ranges::find(majority_roles, role) != majority_roles.end();
        if (majority && needed * 2 <= static_cast<std::int64_t>(count))
            return failed(fmt::format("role {} takes {} of {} parties: it must be more than half", role_name(role),
                                      needed, count));
        if (needed < 1)
            return failed(fmt::format("role {} takes nobody", role_name(role)));
        if (needed > able)
            return failed(
                fmt::format("role {} takes {} parties, but only {} have an active key", role_name(role), needed, able));
    }
    if (authority.expires <= authority.issued || authority.expires - authority.issued > authority_lifetime)
        return failed(fmt::format("it must expire within 400 days of its issue, not after {}",
                                  span_words(authority.expires - authority.issued)));
    if ((authority.version == 1) != !authority.previous.has_value())
        return failed("version 1 has no version before it, every other one names it");
    for (const std::string& anchor : authority.anchors) {
        if (Result<void> done = check_anchor(anchor); !done)
            return done;
    }
    return {};
}

Result<Authority> read_authority(std::string_view payload)
{
    Result<Authority> authority = read_authority_draft(payload);
    if (!authority)
        return authority;
    if (Result<void> done = check_floors(*authority); !done)
        return failed("authority refused: " + done.error().message);
    return authority;
}

Result<Authority> read_authority_draft(std::string_view payload)
{
    const Result<PlacedJson> json = read_placed_json(payload, fact(Payload::authority).limit, true);
    if (!json)
        return failed("authority refused: " + json.error().message);
    Fields fields(*json);
    Authority authority;
    fields.integer("schema", 1, 1);
    if (fields.text("type", {}) != "authority")
        fields.refuse("type", "this is no authority");
    authority.name = fields.text("name", {});
    authority.version = fields.integer("version", 1, 1'000'000);
    authority.previous = fields.hash_or_none("previous");
    authority.issued = fields.integer("issued", 0, last_second);
    authority.expires = fields.integer("expires", 0, last_second);
    for (Fields& party : fields.objects("parties", 0, party_limit))
        authority.parties.push_back(read_party(party));
    Fields roles = fields.object("roles");
    for (std::size_t i = 0; i < role_count; ++i)
        authority.thresholds.at(i) = roles.integer(std::string(role_names.at(i)).c_str(), 0, party_limit);
    roles.finish();
    authority.anchors = fields.texts("anchors", 0, 16, {.most = 160});
    fields.finish();
    if (!fields.good())
        return failed("authority refused: " + fields.problem());
    return authority;
}

std::string payload_of(const Authority& authority)
{
    Json parties = Json::array();
    for (const Party& party : authority.parties)
        parties.push_back(party_json(party));
    Json roles = Json::object();
    for (std::size_t i = 0; i < role_count; ++i)
        roles[std::string(role_names.at(i))] = authority.thresholds.at(i);
    return canonical_json(Json{{"schema", 1},
                               {"type", "authority"},
                               {"name", authority.name},
                               {"version", authority.version},
                               {"previous", authority.previous ? hex_lower(*authority.previous) : ""},
                               {"issued", authority.issued},
                               {"expires", authority.expires},
                               {"parties", parties},
                               {"roles", roles},
                               {"anchors", authority.anchors}});
}

Result<Signed<Authority>> open_authority(std::string_view envelope, std::span<const Digest> more)
{
    const Result<Envelope> opened = read_envelope(envelope, Payload::authority);
    if (!opened)
        return std::unexpected(opened.error());
    Result<Authority> authority = read_authority(opened->payload);
    if (!authority)
        return std::unexpected(authority.error());
    std::vector<Digest> candidates = authority->keys();
    for (const Digest& key : more) {
        if (std::ranges::find(candidates, key) == candidates.end())
            candidates.push_back(key);
    }
    return open(*opened, std::move(*authority), candidates);
}

std::string Tally::words() const
{
    if (signed_by.empty())
        return fmt::format("{} of {} parties; nobody has signed", needed, parties);
    return fmt::format("{} of {} parties; {} {} signed: {}", needed, parties, signed_by.size(),
                       signed_by.size() == 1 ? "has" : "have", fmt::join(signed_by, ", "));
}

std::string time_words(Seconds at)
{
    const std::chrono::sys_seconds time{std::chrono::seconds(at)};
    const auto date = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day ymd{date};
    const std::chrono::hh_mm_ss clock{time - date};
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", static_cast<int>(ymd.year()),
                       static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

std::string span_words(Seconds length)
{
    constexpr std::array<std::pair<Seconds, std::string_view>, 4> units{
        {{day, "day"}, {hour, "hour"}, {minute, "minute"}, {1, "second"}}};
    for (const auto& [size, name] : units) {
        if (length % size == 0 && (length != 0 || size == 1))
            return fmt::format("{} {}{}", length / size, name, length / size == 1 ? "" : "s");
    }
    return {};
}

std::string list_words(const std::vector<std::string>& items)
{
    std::string text;
    for (std::size_t i = 0; i < items.size(); ++i)
        text += (i == 0 ? "" : i + 1 == items.size() ? " and " : ", ") + items[i];
    return text;
}

std::string short_hash(const Digest& hash)
{
    const std::string hex = hex_lower(hash);
    return fmt::format("{} {} {} {}", hex.substr(0, 4), hex.substr(4, 4), hex.substr(8, 4), hex.substr(12, 4));
}

}  // namespace rw::zones::continuity
