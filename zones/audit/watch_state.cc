// SPDX-License-Identifier: EUPL-1.2
// What a watcher remembers between rounds, and the evidence it keeps of a fork: both signed checkpoints, which together
// convict the log's key holder before anybody.
#include <fmt/format.h>

#include <algorithm>

#include "zones/audit/watch.h"

namespace rw::zones::audit
{

namespace
{

Json frontier_json(const Frontier& frontier)
{
    Json hashes = Json::array();
    for (const Digest& hash : frontier.hashes())
        hashes.push_back(base64(hash));
    return hashes;
}

bool is_list(const Json& state, const char* member)
{
    return state.contains(member) && state[member].is_array();
}

std::string state_name(const std::string& origin)
{
    return fmt::format("log-{}.json", hex_lower(sha256(origin)).substr(0, 16));
}

}  // namespace

Result<void> Watcher::open()
{
    if (Result<void> done = files_.make_folder(folder_); !done)
        return done;
    const Result<std::vector<std::string>> names = files_.list(folder_);
    if (!names)
        return std::unexpected(names.error());
    for (const std::string& name : *names) {
        if (!name.starts_with("log-") || !name.ends_with(".json"))
            continue;
        if (Result<void> done = load_log(name); !done)
            return failed(fmt::format("{}/{}: {}", folder_, name, done.error().message));
    }
    return load_claims();
}

Result<void> Watcher::load_log(const std::string& name)
{
    const Result<OctetBuffer> octets = files_.read(folder_ + "/" + name);
    if (!octets)
        return std::unexpected(octets.error());
    const Result<Json> state = read_canonical_json(text_of(*octets));
    if (!state || !state->is_object() || !is_list(*state, "frontier") || !is_list(*state, "rotations"))
        return failed("not a watcher's state; move it away to start afresh");
    Result<Checkpoint> checkpoint = read_checkpoint(text_member(*state, "checkpoint"));
    if (!checkpoint)
        return std::unexpected(checkpoint.error());
    const std::string origin = checkpoint->head.origin;
    if (name != state_name(origin))
        return failed("it is the state of another log");
    if (std::ranges::none_of(rules_.keys, [&](const VerifierKey& key) { return key.name == origin; }))
        return {};  // a log that is followed no more; what is known of it stays where it is
    Followed followed;
    followed.keys = KeyHistory(origin, given_keys());
    for (const Json& bundle : (*state)["rotations"]) {
        // A step that the keys given today do not prove teaches nothing; the checkpoint decides whether it is missed.
        if (bundle.is_string())
            static_cast<void>(followed.keys.learn(bundle.get<std::string>()));
    }
    if (Result<SignatureReport> good = check_log_signature(*checkpoint, followed.keys.keys()); !good)
        return failed(good.error().message + ": this state is not to be believed");
    std::vector<Digest> hashes;
    for (const Json& hash : (*state)["frontier"]) {
        const std::optional<Digest> digest =
            hash.is_string() ? digest_from_base64(hash.get<std::string>()) : std::nullopt;
        if (!digest)
            return failed("a hash of the frontier is malformed");
        hashes.push_back(*digest);
    }
    Result<Frontier> frontier = Frontier::restore(checkpoint->head.size, std::move(hashes));
    if (!frontier || frontier->root() != checkpoint->head.root)
        return failed("frontier and checkpoint do not belong together");
    followed.checkpoint = std::move(*checkpoint);
    followed.frontier = std::move(*frontier);
    followed.grew_at = integer_member(*state, "grew_at");
    logs_[origin] = std::move(followed);
    return {};
}

Result<void> Watcher::load_claims()
{
    if (!files_.exists(folder_ + "/serials.json"))
        return {};
    const Result<OctetBuffer> octets = files_.read(folder_ + "/serials.json");
    const Result<Json> state = octets ? read_canonical_json(text_of(*octets)) : failed(octets.error().message);
    if (!state || !state->is_object())
        return failed(folder_ + "/serials.json: not a watcher's state");
    for (const auto& [serial, said] : state->items()) {
        for (const auto& [origin, claim] : said.items())
            claims_[static_cast<std::uint32_t>(decimal(serial).value_or(0))][origin] = {
                .sha256 = text_member(claim, "sha256"),
                .zonemd = text_member(claim, "zonemd"),
                .result = text_member(claim, "result")};
    }
    return {};
}

Result<void> Watcher::save()
{
    for (const auto& [origin, followed] : logs_) {
        const Json state{{"checkpoint", followed.checkpoint.note.whole()},
                         {"frontier", frontier_json(followed.frontier)},
                         {"rotations", followed.keys.steps()},
                         {"grew_at", followed.grew_at}};
        const std::string path = folder_ + "/" + state_name(origin);
        if (Result<void> done = replace_file(files_, path, octets_of(canonical_json(state))); !done)
            return done;
    }
    Json serials = Json::object();
    for (const auto& [serial, said] : claims_) {
        for (const auto& [origin, claim] : said)
            serials[std::to_string(serial)][origin] = {
                {"sha256", claim.sha256}, {"zonemd", claim.zonemd}, {"result", claim.result}};
    }
    if (Result<void> done = replace_file(files_, folder_ + "/serials.json", octets_of(canonical_json(serials))); !done)
        return done;
    return files_.sync_folder(folder_);
}

void Watcher::keep_evidence(const Checkpoint& old_one, const Checkpoint& new_one, WatchRound& round)
{
    const std::string name =
        fmt::format("{}/evidence-{}-{}-{}", folder_, hex_lower(sha256(old_one.head.origin)).substr(0, 16),
                    old_one.head.size, hex_lower(new_one.head.root).substr(0, 16));
    const std::string text = old_one.note.whole() + "\n" + new_one.note.whole();
    if (Result<void> kept = replace_file_durably(files_, name, octets_of(text)); !kept)
        round.alarms.back().text += "; evidence not kept: " + kept.error().message;
    else
        round.alarms.back().text += "; both checkpoints kept in " + name;
}

}  // namespace rw::zones::audit
