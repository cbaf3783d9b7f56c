// SPDX-License-Identifier: EUPL-1.2
// Files: FOLDER/witness says whose state this is; KEY.heads and FOLDER/heads have size and root of each log; FOLDER/log-HASH
// is the last checkpoint of one log, cosigned or about to be, which shows that its holder signed it. KEY.heads is written
// first: it is the copy that a restored or swapped folder does not take along.
#include "zones/audit/witness_memory.h"

#include <fmt/format.h>

#include "zones/canonical_json.h"

namespace rw::zones::audit
{

namespace
{

/// An origin is a stranger's text and no file name.
std::string file_of(const std::string& origin)
{
    return "log-" + hex_lower(sha256(origin));
}

Result<Json> read_object(Files& files, const std::string& path)
{
    const Result<OctetBuffer> octets = files.read(path);
    if (!octets)
        return std::unexpected(octets.error());
    Result<Json> json = read_canonical_json(text_of(*octets));
    if (!json || !json->is_object())
        return failed(printable(path) + " is damaged");
    return json;
}

constexpr std::string_view new_witness = "bring the right files back, or make a new witness with a new key (--init)";

}  // namespace

WitnessDesk::Memory::Memory(const WitnessPlace& place, VerifierKey key, FileLock beside_key, FileLock state)
    : place_(place), key_(std::move(key)), key_lock_(std::move(beside_key)), state_lock_(std::move(state))
{
}

Result<void> WitnessDesk::Memory::make(const WitnessPlace& place, const VerifierKey& key)
{
    Result<FileLock> beside_key = place.beside_key.lock(place.key_path + ".lock");
    if (!beside_key)
        return std::unexpected(beside_key.error());
    if (Result<void> done = place.state.make_folder(place.folder); !done)
        return done;
    if (Result<void> done = place.state.sync_folder(folder_of(place.folder)); !done)
        return done;
    Result<FileLock> state = place.state.lock(place.folder + "/lock");
    if (!state)
        return std::unexpected(state.error());
    Memory memory(place, key, std::move(*beside_key), std::move(*state));
    for (const std::string& path : {memory.card_path(), memory.heads_path()}) {
        if ((path == memory.card_path() ? place.state : place.beside_key).exists(path))
            return failed(fmt::format("{} is there already: it is what another witness remembers", printable(path)));
    }
    if (Result<void> done = memory.write_heads(); !done)
        return done;
    return memory.write_card(true);
}

Result<WitnessDesk::Memory> WitnessDesk::Memory::open(const WitnessPlace& place, const VerifierKey& key)
{
    if (!place.state.exists(place.folder + "/witness"))
        return failed(
            fmt::format("{} is not the state folder of this witness, which --init makes. Is its disk mounted?",
                        printable(place.folder)));
    Result<FileLock> beside_key = place.beside_key.lock(place.key_path + ".lock");
    if (!beside_key)
        return failed("another process is this witness: " + beside_key.error().message);
    Result<FileLock> state = place.state.lock(place.folder + "/lock");
    if (!state)
        return failed("another process is this witness: " + state.error().message);
    Memory memory(place, key, std::move(*beside_key), std::move(*state));
    if (Result<void> done = memory.read(); !done)
        return failed(fmt::format("{}; {}", done.error().message, new_witness));
    return memory;
}

Result<void> WitnessDesk::Memory::read()
{
    const Result<Json> card = read_object(place_.state, card_path());
    if (!card)
        return std::unexpected(card.error());
    if (text_member(*card, "key") != key_.text())
        return failed(fmt::format("{} is the state of another witness", printable(place_.folder)));
    new_ = text_member(*card, "state") == "new";
    const Result<std::string> beside_key = read_heads(place_.beside_key, heads_path());
    const Result<std::string> in_folder = read_heads(place_.state, copy_path());
    if (!beside_key || !in_folder)
        return std::unexpected(beside_key ? in_folder.error() : beside_key.error());
    const Result<std::vector<std::string>> names = place_.state.list(place_.folder);
    if (!names)
        return std::unexpected(names.error());
    for (const std::string& name : *names) {
        if (!name.starts_with("log-") || name.ends_with(".tmp"))
            continue;
        if (Result<void> done = read_checkpoint_of(name); !done)
            return done;
    }
    return *beside_key == heads_text() && *in_folder == heads_text() ? Result<void>{} : write_heads();
}

Result<std::string> WitnessDesk::Memory::read_heads(Files& files, const std::string& path)
{
    const Result<Json> json = read_object(files, path);
    if (!json)
        return std::unexpected(json.error());
    for (const auto& [origin, head] : json->items()) {
        const std::optional<Digest> root =
            head.is_object() ? digest_from_base64(text_member(head, "root")) : std::nullopt;
        if (!root || !head.contains("size") || integer_member(head, "size") < 0)
            return failed(printable(path) + " is damaged");
        const TreeHead known{
            .origin = origin, .size = static_cast<std::uint64_t>(integer_member(head, "size")), .root = *root};
        if (Result<void> done = raise(known, path); !done)
            return std::unexpected(done.error());
    }
    return canonical_json(*json);
}

Result<void> WitnessDesk::Memory::read_checkpoint_of(const std::string& name)
{
    const std::string path = place_.folder + "/" + name;
    const Result<OctetBuffer> octets = place_.state.read(path);
    if (!octets)
        return std::unexpected(octets.error());
    const Result<Checkpoint> checkpoint = read_checkpoint(text_of(*octets));
    if (!checkpoint || file_of(checkpoint->head.origin) != name)
        return failed(printable(path) + " is damaged");
    return raise(checkpoint->head, path);
}

/// The larger head counts. Two of one size that differ: one of the copies is not ours.
Result<void> WitnessDesk::Memory::raise(const TreeHead& head, std::string_view where)
{
    TreeHead& known = heads_.try_emplace(head.origin, head).first->second;
    if (known.size == head.size && known.root != head.root)
        return failed(fmt::format("{} and {} remember different trees of {} leaves of {}", printable(where),
                                  printable(heads_path()), head.size, printable(head.origin)));
    if (known.size < head.size)
        known = head;
    return {};
}

const TreeHead* WitnessDesk::Memory::last(const std::string& origin) const
{
    const auto found = heads_.find(origin);
    return found == heads_.end() ? nullptr : &found->second;
}

Result<void> WitnessDesk::Memory::begin(const std::string& origin)
{
    heads_[origin] = {.origin = origin, .size = 0, .root = empty_root()};
    return write_heads();
}

Result<void> WitnessDesk::Memory::settle()
{
    if (Result<void> done = write_card(false); !done)
        return done;
    new_ = false;
    return {};
}

Result<void> WitnessDesk::Memory::keep(const Checkpoint& checkpoint)
{
    const TreeHead before = heads_.at(checkpoint.head.origin);
    heads_[checkpoint.head.origin] = checkpoint.head;
    Result<void> done = write_heads();
    if (done)
        done = replace_file_durably(place_.state, place_.folder + "/" + file_of(checkpoint.head.origin),
                                    octets_of(checkpoint.note.whole()));
    // What was not kept was not cosigned; the larger head may stand on disk all the same, which only refuses more.
    if (!done)
        heads_[checkpoint.head.origin] = before;
    return done;
}

std::string WitnessDesk::Memory::heads_text() const
{
    Json json = Json::object();
    for (const auto& [origin, head] : heads_)
        json[origin] = {{"size", head.size}, {"root", base64(head.root)}};
    return canonical_json(json);
}

Result<void> WitnessDesk::Memory::write_heads()
{
    const std::string text = heads_text();
    if (Result<void> done = replace_file_durably(place_.beside_key, heads_path(), octets_of(text), 0600); !done)
        return done;
    return replace_file_durably(place_.state, copy_path(), octets_of(text));
}

Result<void> WitnessDesk::Memory::write_card(bool is_new)
{
    const Json card{{"schema", 1}, {"key", key_.text()}, {"state", is_new ? "new" : "serving"}};
    return replace_file_durably(place_.state, card_path(), octets_of(canonical_json(card)));
}

}  // namespace rw::zones::audit
