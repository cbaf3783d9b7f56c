// SPDX-License-Identifier: EUPL-1.2
// Rotation as the log's own leaves tell it.
#include "zones/audit/key_history.h"

#include <algorithm>
#include <iterator>

#include "zones/audit/bundle.h"

namespace rw::zones::audit
{

namespace
{

bool is_among(const std::vector<VerifierKey>& keys, const VerifierKey& key)
{
    return std::ranges::find(keys, key) != keys.end();
}

}  // namespace

void KeyHistory::begin_with(const std::vector<VerifierKey>& signers)
{
    for (const VerifierKey& key : signers) {
        if (key.type != KeyType::log || key.name != origin_ || is_among(first_, key))
            continue;
        first_.push_back(key);
        speakers_.push_back(key);
    }
}

bool KeyHistory::may_extend(const std::vector<VerifierKey>& signers) const
{
    return std::ranges::any_of(
        signers, [this](const VerifierKey& key) { return is_among(speakers_, key) && !is_among(retired_, key); });
}

Result<void> KeyHistory::learn(std::string bundle)
{
    if (steps_.size() == rotation_limit)
        return failed("the log changed its keys too often to be followed; give its present vkey");
    // Witnesses' keys stay: their signatures on the checkpoint must verify as well.
    std::vector<VerifierKey> trusted = speakers_;
    std::ranges::copy_if(keys_, std::back_inserter(trusted),
                         [this](const VerifierKey& key) { return key.name != origin_; });
    const Result<ProvenLeaf> proven = check_bundle(bundle, trusted, nullptr);
    if (!proven)
        return std::unexpected(proven.error());
    const Result<VerifierKey> key = read_vkey(text_member(proven->leaf, "vkey"));
    if (text_member(proven->leaf, "kind") != "key" || proven->head.origin != origin_ || !key ||
        key->type != KeyType::log || key->name != origin_ || canonical_json(proven->leaf).size() > key_leaf_limit)
        return failed("a leaf that names no key of this log");
    const std::string action = text_member(proven->leaf, "action");
    if (action == "introduced") {
        if (!is_among(keys_, *key))
            keys_.push_back(*key);
        if (!is_among(speakers_, *key))
            speakers_.push_back(*key);
    } else if (action == "retired" && !is_among(retired_, *key)) {
        retired_.push_back(*key);
    }
    steps_.push_back(std::move(bundle));
    return {};
}

}  // namespace rw::zones::audit
