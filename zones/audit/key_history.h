// SPDX-License-Identifier: EUPL-1.2
// Which keys speak for one log over time. It begins with the keys somebody was given by a way they trust; from there a
// `key` leaf under a checkpoint that a trusted key signed introduces the next key or retires one. Each step is kept as
// its proof bundle, so that whoever loads the history checks it anew and believes no file. Called by the watcher.
#pragma once

#include <string>
#include <vector>

#include "zones/audit/note.h"

namespace rw::zones::audit
{

/// 64 steps of rotation: decades at one a year. Bounds what a log can make its watchers keep.
inline constexpr std::size_t rotation_limit = 64;

/// 4 KiB of a key leaf: a vkey has some 300 octets. Bounds what those steps take in a watcher's state.
inline constexpr std::size_t key_leaf_limit = 4096;

class KeyHistory
{
 public:
    KeyHistory() = default;
    /// `given`: keys of any log and of witnesses; those not named `origin` matter only to check signatures.
    KeyHistory(std::string origin, std::vector<VerifierKey> given) : origin_(std::move(origin)), keys_(std::move(given))
    {
    }

    /// Every key that may have signed, retired ones too: they signed what is older.
    [[nodiscard]] const std::vector<VerifierKey>& keys() const { return keys_; }
    /// Fixes those of `signers` that are keys of this log: they and the keys they introduce speak for it from here on.
    /// A given key of the same name is not enough: names are free, and somebody else may have handed it in.
    void begin_with(const std::vector<VerifierKey>& signers);
    /// The keys it began with.
    [[nodiscard]] const std::vector<VerifierKey>& first() const { return first_; }
    /// True when one of `signers` speaks for the log and was not retired: only those may sign what is new.
    [[nodiscard]] bool may_extend(const std::vector<VerifierKey>& signers) const;

    /// Takes the step that `bundle` proves. Error when it proves no `key` leaf of this log under a key that speaks for
    /// it.
    [[nodiscard]] Result<void> learn(std::string bundle);
    /// The steps taken, oldest first.
    [[nodiscard]] const std::vector<std::string>& steps() const { return steps_; }

 private:
    std::string origin_;
    std::vector<VerifierKey> keys_;
    std::vector<VerifierKey> first_;
    std::vector<VerifierKey> speakers_;
    std::vector<VerifierKey> retired_;
    std::vector<std::string> steps_;
};

}  // namespace rw::zones::audit
