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
    return fmt::format("log-{}.json", hex_lower(sha256(origin)));
}

}  // namespace

Watcher::Watcher(Files& files, std::string state_folder, Rules rules, FileLock lock)
    : files_(files), folder_(std::move(state_folder)), rules_(std::move(rules)), lock_(std::move(lock))
{
}

Result<Watcher> Watcher::open(Files& files, std::string state_folder, Rules rules)
{
    if (Result<void> done = files.make_folder(state_folder); !done)
        return std::unexpected(done.error());
    Result<FileLock> lock = files.lock(state_folder + "/lock");
    if (!lock)
        return failed("another process watches with this state: " + lock.error().message);
    Watcher watcher(files, std::move(state_folder), std::move(rules), std::move(*lock));
    if (Result<void> done = watcher.load(); !done)
        return std::unexpected(done.error());
    return watcher;
}

Result<void> Watcher::load()
{
    const Result<std::vector<std::string>> names = files_.list(folder_);
    if (!names)
        return std::unexpected(names.error());
    for (const std::string& name : *names) {
        if (!name.starts_with("log-") || !name.ends_with(".json"))
            continue;
        if (Result<void> done = load_log(name); !done)
            return failed(fmt::format("{}/{}: {}", printable(folder_), printable(name), done.error().message));
    }
    Result<void> done = load_table("sources.json", [this](const Json& json) { return take_sources(json); });
    if (!done)
        return done;
    return load_table("serials.json", [this](const Json& json) -> Result<void> {
        Result<Claims> claims = Claims::read(json);
        if (!claims)
            return std::unexpected(claims.error());
        claims_ = std::move(*claims);
        return {};
    });
}

Result<void> Watcher::load_log(const std::string& name)
{
    const Result<OctetBuffer> octets = files_.read(folder_ + "/" + name);
    if (!octets)
        return std::unexpected(octets.error());
    const Result<Json> state = read_canonical_json(text_of(*octets));
    if (!state || !state->is_object() || !is_list(*state, "frontier") || !is_list(*state, "rotations") ||
        !is_list(*state, "keys"))
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
    std::vector<VerifierKey> first;
    for (const Json& text : (*state)["keys"]) {
        Result<VerifierKey> key = text.is_string() ? read_vkey(text.get<std::string>()) : failed("no vkey");
        if (!key)
            return std::unexpected(key.error());
        first.push_back(std::move(*key));
    }
    // Only keys that are trusted today: the state itself makes none.
    std::erase_if(first, [&](const VerifierKey& key) {
        return std::ranges::find(followed.keys.keys(), key) == followed.keys.keys().end();
    });
    followed.keys.begin_with(first);
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
    followed.newest = integer_member(*state, "newest");
    followed.grew_at = integer_member(*state, "grew_at");
    logs_[origin] = std::move(followed);
    return {};
}

Result<void> Watcher::load_table(const char* name, const std::function<Result<void>(const Json&)>& take)
{
    const std::string path = folder_ + "/" + name;
    if (!files_.exists(path))
        return {};
    const Result<OctetBuffer> octets = files_.read(path);
    const Result<Json> json = octets ? read_canonical_json(text_of(*octets)) : failed(octets.error().message);
    const Result<void> done = json ? take(*json) : Result<void>(std::unexpected(json.error()));
    return done ? done : failed(fmt::format("{}: not a watcher's state: {}", printable(path), done.error().message));
}

Result<void> Watcher::take_sources(const Json& json)
{
    if (!json.is_object())
        return failed("not a table of sources");
    for (const auto& [name, origin] : json.items()) {
        if (!origin.is_string())
            return failed("a source without its log");
        sources_[name] = origin.get<std::string>();
    }
    return {};
}

Result<void> Watcher::save()
{
    for (const auto& [origin, followed] : logs_) {
        Json keys = Json::array();
        for (const VerifierKey& key : followed.keys.first())
            keys.push_back(key.text());
        const Json state{{"checkpoint", followed.checkpoint.note.whole()},
                         {"frontier", frontier_json(followed.frontier)},
                         {"keys", keys},
                         {"rotations", followed.keys.steps()},
                         {"newest", followed.newest},
                         {"grew_at", followed.grew_at}};
        const std::string path = folder_ + "/" + state_name(origin);
        if (Result<void> done = replace_file(files_, path, octets_of(canonical_json(state))); !done)
            return done;
    }
    const std::pair<const char*, Json> tables[]{{"sources.json", Json(sources_)}, {"serials.json", claims_.to_json()}};
    for (const auto& [name, json] : tables) {
        if (Result<void> done = replace_file(files_, folder_ + "/" + name, octets_of(canonical_json(json))); !done)
            return done;
    }
    return files_.sync_folder(folder_);
}

void Watcher::keep_evidence(const Checkpoint& old_one, const Checkpoint& new_one, WatchRound& round)
{
    Alarm& alarm = round.alarms.back();
    const std::string prefix = fmt::format("evidence-{}-", hex_lower(sha256(old_one.head.origin)).substr(0, 16));
    const std::string name =
        fmt::format("{}{}-{}", prefix, old_one.head.size, hex_lower(new_one.head.root).substr(0, 16));
    const Result<std::vector<std::string>> names = files_.list(folder_);
    const auto kept_before =
        names ? std::ranges::count_if(*names,
                                      [&](const std::string& one) { return one.starts_with(prefix) && one != name; })
              : 0;
    if (static_cast<std::size_t>(kept_before) >= evidence_limit) {
        alarm.text += fmt::format("; {} pairs of its checkpoints are kept already", evidence_limit);
        return;
    }
    const std::string path = folder_ + "/" + name;
    const std::string text = old_one.note.whole() + "\n" + new_one.note.whole();
    if (Result<void> kept = replace_file_durably(files_, path, octets_of(text)); !kept)
        alarm.text += "; evidence not kept: " + kept.error().message;
    else
        alarm.text += "; both checkpoints kept in " + path;
}

}  // namespace rw::zones::audit
