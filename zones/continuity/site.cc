// SPDX-License-Identifier: EUPL-1.2
// Reading, writing and the rules of site files and confirmations.
#include "zones/continuity/site.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "resolver/base/address.h"
#include "zones/continuity/fields.h"

namespace rw::zones::continuity
{

namespace
{

constexpr std::array<std::string_view, 5> action_names{"enter", "leave", "enrol", "install", "set-time"};

std::string hash_text(const std::optional<Digest>& hash)
{
    return hash ? hex_lower(*hash) : std::string();
}

Person read_person(Fields& fields)
{
    Person person;
    person.name = fields.text("person", {});
    for (const std::string& key : fields.texts("keys", 1, person_key_limit, {.most = 44})) {
        const std::optional<Digest> octets = digest_from_base64(key);
        if (!octets)
            fields.refuse("keys", "must be Ed25519 public keys: 32 octets in base64");
        person.keys.push_back(octets.value_or(Digest{}));
    }
    fields.finish();
    return person;
}

/// What an action must name, and what it must not.
Result<void> check_confirmation(const Confirmation& confirmation)
{
    const bool enters = confirmation.action == Action::enter;
    const bool names_subject = confirmation.action != Action::set_time;
    if (confirmation.subject.has_value() != names_subject)
        return failed(
            fmt::format("{} {} a subject", action_name(confirmation.action), names_subject ? "wants" : "has no"));
    if (confirmation.zone.has_value() != enters)
        return failed(fmt::format("{} {} a zone", action_name(confirmation.action), enters ? "wants" : "has no"));
    if (!is_nonce(confirmation.nonce))
        return failed("the nonce must be 32 lower-case hex digits");
    return {};
}

}  // namespace

const Person* Site::holder(const Digest& key) const
{
    for (const Person& person : operators) {
        if (std::ranges::find(person.keys, key) != person.keys.end())
            return &person;
    }
    return nullptr;
}

std::vector<Digest> Site::keys() const
{
    std::vector<Digest> all;
    for (const Person& person : operators)
        all.insert(all.end(), person.keys.begin(), person.keys.end());
    return all;
}

Result<void> check_site(const Site& site)
{
    if (site.operators.size() < 2)
        return failed("a site has at least two people: entering takes two");
    std::set<std::string> names;
    std::set<Digest> keys;
    for (const Person& person : site.operators) {
        if (!names.insert(person.name).second)
            return failed(fmt::format("{} is there twice: give one person all their keys", person.name));
        for (const Digest& key : person.keys) {
            if (!keys.insert(key).second)
                return failed(fmt::format("key {} is there twice, the second time of {}", key_id(key).substr(0, 16),
                                          person.name));
        }
    }
    for (const std::string& prefix : site.canary) {
        if (!Prefix::parse(prefix))
            return failed(fmt::format("\"{}\" is no prefix like 192.0.2.0/24", prefix));
    }
    if ((site.version == 1) != !site.previous.has_value())
        return failed("version 1 has no version before it, every other one names it");
    return {};
}

Result<Site> read_site(std::string_view payload)
{
    Result<Site> site = read_site_draft(payload);
    if (!site)
        return site;
    if (Result<void> done = check_site(*site); !done)
        return failed("site file refused: " + done.error().message);
    return site;
}

Result<Site> read_site_draft(std::string_view payload)
{
    const Result<PlacedJson> json = read_placed_json(payload, fact(Payload::site).limit, true);
    if (!json)
        return failed("site file refused: " + json.error().message);
    Fields fields(*json);
    Site site;
    fields.integer("schema", 1, 1);
    if (fields.text("type", {}) != "site")
        fields.refuse("type", "this is no site file");
    site.institution = fields.text("institution", {});
    site.id = fields.text("site", {});
    site.version = fields.integer("version", 1, 1'000'000);
    site.previous = fields.hash_or_none("previous");
    site.auto_activate = fields.flag("auto-activate");
    site.canary = fields.texts("canary", 0, 64, {});
    for (Fields& person : fields.objects("operators", 0, person_limit))
        site.operators.push_back(read_person(person));
    fields.finish();
    if (!fields.good())
        return failed("site file refused: " + fields.problem());
    return site;
}

std::string payload_of(const Site& site)
{
    Json operators = Json::array();
    for (const Person& person : site.operators) {
        Json keys = Json::array();
        for (const Digest& key : person.keys)
            keys.push_back(base64(key));
        operators.push_back(Json{{"person", person.name}, {"keys", keys}});
    }
    return canonical_json(Json{{"schema", 1},
                               {"type", "site"},
                               {"institution", site.institution},
                               {"site", site.id},
                               {"version", site.version},
                               {"previous", hash_text(site.previous)},
                               {"auto-activate", site.auto_activate},
                               {"canary", site.canary},
                               {"operators", operators}});
}

Result<Signed<Site>> open_site(std::string_view envelope, std::span<const Digest> more)
{
    const Result<Envelope> opened = read_envelope(envelope, Payload::site);
    if (!opened)
        return std::unexpected(opened.error());
    Result<Site> site = read_site(opened->payload);
    if (!site)
        return std::unexpected(site.error());
    std::vector<Digest> candidates = site->keys();
    for (const Digest& key : more) {
        if (std::ranges::find(candidates, key) == candidates.end())
            candidates.push_back(key);
    }
    return open(*opened, std::move(*site), candidates);
}

std::vector<std::string> people(const Site& site, std::span<const Digest> signers)
{
    std::vector<std::string> names;
    for (const Person& person : site.operators) {
        const bool signed_by = std::ranges::any_of(
            person.keys, [&](const Digest& key) { return std::ranges::find(signers, key) != signers.end(); });
        if (signed_by)
            names.push_back(person.name);
    }
    return names;
}

std::string_view action_name(Action action)
{
    return action_names.at(static_cast<std::size_t>(action));
}

std::optional<Action> parse_action(std::string_view name)
{
    const auto* found = std::ranges::find(action_names, name);
    if (found == action_names.end())
        return std::nullopt;
    return static_cast<Action>(found - action_names.begin());
}

Result<Confirmation> read_confirmation(std::string_view payload)
{
    const Result<PlacedJson> json = read_placed_json(payload, fact(Payload::confirmation).limit, true);
    if (!json)
        return failed("confirmation refused: " + json.error().message);
    Fields fields(*json);
    Confirmation confirmation;
    fields.integer("schema", 1, 1);
    if (fields.text("type", {}) != "confirmation")
        fields.refuse("type", "this is no confirmation");
    const std::optional<Action> action = parse_action(fields.text("action", {}));
    if (!action)
        fields.refuse("action", "must be enter, leave, enrol, install or set-time");
    confirmation.action = action.value_or(Action::leave);
    confirmation.site = fields.text("site", {});
    confirmation.subject = fields.hash_or_none("subject");
    confirmation.zone = fields.hash_or_none("zone");
    confirmation.nonce = fields.text("nonce", {.most = 32});
    confirmation.time = fields.integer("time", 0, last_second);
    fields.finish();
    if (!fields.good())
        return failed("confirmation refused: " + fields.problem());
    if (Result<void> done = check_confirmation(confirmation); !done)
        return failed("confirmation refused: " + done.error().message);
    return confirmation;
}

std::string payload_of(const Confirmation& confirmation)
{
    return canonical_json(Json{{"schema", 1},
                               {"type", "confirmation"},
                               {"action", action_name(confirmation.action)},
                               {"site", confirmation.site},
                               {"subject", hash_text(confirmation.subject)},
                               {"zone", hash_text(confirmation.zone)},
                               {"nonce", confirmation.nonce},
                               {"time", confirmation.time}});
}

Result<Signed<Confirmation>> open_confirmation(std::string_view envelope, const Site& site)
{
    const Result<Envelope> opened = read_envelope(envelope, Payload::confirmation);
    if (!opened)
        return std::unexpected(opened.error());
    Result<Confirmation> confirmation = read_confirmation(opened->payload);
    if (!confirmation)
        return std::unexpected(confirmation.error());
    return open(*opened, std::move(*confirmation), site.keys());
}

bool is_nonce(std::string_view text)
{
    return text.size() == 32 &&
           std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace rw::zones::continuity
