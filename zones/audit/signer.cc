// SPDX-License-Identifier: EUPL-1.2
// KEY.head is canonical JSON: origin, size and root of the last head, and whether it is announced or signed.
#include "zones/audit/signer.h"

#include <fmt/format.h>

#include "zones/canonical_json.h"

namespace rw::zones::audit
{

namespace
{

struct LastHead {
    TreeHead head;
    bool announced = false;
};

std::optional<LastHead> read_last_head(std::string_view text)
{
    const Result<Json> json = read_canonical_json(text);
    if (!json || !json->is_object() || !json->contains("size"))
        return std::nullopt;
    const std::optional<Digest> root = digest_from_base64(text_member(*json, "root"));
    const std::int64_t size = integer_member(*json, "size");
    const std::string state = text_member(*json, "state");
    if (!root || size < 0 || (state != "signed" && state != "announced"))
        return std::nullopt;
    return LastHead{
        .head = {.origin = text_member(*json, "origin"), .size = static_cast<std::uint64_t>(size), .root = *root},
        .announced = state == "announced"};
}

}  // namespace

Signer::Signer(Files& files, std::string key_path, std::vector<SigningKey> keys, FileLock lock)
    : files_(files), key_path_(std::move(key_path)), keys_(std::move(keys)), lock_(std::move(lock))
{
}

Result<Signer> Signer::open(Files& files, std::string key_path, const KeyReader& read_keys)
{
    Result<FileLock> lock = files.lock(key_path + ".lock");
    if (!lock)
        return failed(fmt::format("another process signs with this key: {}", lock.error().message));
    Result<std::vector<SigningKey>> keys = read_keys();
    if (!keys)
        return std::unexpected(keys.error());
    if (keys->empty())
        return failed("a log needs a key to sign with");
    Signer signer(files, std::move(key_path), std::move(*keys), std::move(*lock));
    if (!files.exists(signer.head_path()))
        return signer;
    const Result<OctetBuffer> octets = files.read(signer.head_path());
    if (!octets)
        return std::unexpected(octets.error());
    std::optional<LastHead> last = read_last_head(text_of(*octets));
    if (!last)
        return failed(
            fmt::format("{} is damaged: it says how far the key has signed. Move it away and let \"audit "
                        "restore\" make it again",
                        printable(signer.head_path())));
    if (last->head.origin != signer.origin())
        return failed(fmt::format("{} belongs to the log \"{}\", the key to \"{}\"", printable(signer.head_path()),
                                  printable(last->head.origin), signer.origin()));
    signer.last_ = std::move(last->head);
    signer.announced_ = last->announced;
    return signer;
}

std::vector<VerifierKey> Signer::verifiers() const
{
    std::vector<VerifierKey> all;
    all.reserve(keys_.size());
    for (const SigningKey& key : keys_)
        all.push_back(key.verifier());
    return all;
}

Result<Checkpoint> Signer::sign(const TreeHead& head)
{
    if (last_ && (head.size < last_->size || (head.size == last_->size && head.root != last_->root)))
        return failed(fmt::format("this key has signed {} leaves already; to sign {} would be a second history",
                                  last_->size, head.size));
    if (Result<void> done = write(head, true); !done)
        return std::unexpected(done.error());
    return sign_checkpoint(head, keys_);
}

Result<void> Signer::confirm()
{
    return last_ && announced_ ? write(*last_, false) : Result<void>{};
}

Result<void> Signer::remember(const TreeHead& head)
{
    if (last_ && last_->size >= head.size)
        return {};
    return write(head, false);
}

Result<void> Signer::write(const TreeHead& head, bool announced)
{
    const Json json{{"schema", 1},
                    {"origin", head.origin},
                    {"size", head.size},
                    {"root", base64(head.root)},
                    {"state", announced ? "announced" : "signed"}};
    if (Result<void> done = replace_file_durably(files_, head_path(), octets_of(canonical_json(json)), 0600); !done)
        return done;
    last_ = head;
    announced_ = announced;
    return {};
}

}  // namespace rw::zones::audit
