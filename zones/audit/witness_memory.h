// SPDX-License-Identifier: EUPL-1.2
// What a witness remembers of each log, twice: in the state folder and beside the key. Either copy may have been put back
// from a backup; the larger head counts, and opening makes both copies equal again. Whoever holds a Memory holds both
// locks. Internal to witness.cc.
#pragma once

#include "zones/audit/witness.h"

namespace rw::zones::audit
{

class WitnessDesk::Memory
{
 public:
    [[nodiscard]] static Result<void> make(const WitnessPlace& place, const VerifierKey& key);
    [[nodiscard]] static Result<Memory> open(const WitnessPlace& place, const VerifierKey& key);

    /// The largest head of this log that was cosigned; size 0 for a log at first sight; nothing for an unknown one.
    [[nodiscard]] const TreeHead* last(const std::string& origin) const;
    /// Whether no log was served yet since init().
    [[nodiscard]] bool is_new() const { return new_; }

    /// First sight of a log.
    [[nodiscard]] Result<void> begin(const std::string& origin);
    /// The logs a new witness begins with are complete.
    [[nodiscard]] Result<void> settle();
    /// Durable in both places when this returns.
    [[nodiscard]] Result<void> keep(const Checkpoint& checkpoint);

 private:
    Memory(const WitnessPlace& place, VerifierKey key, FileLock beside_key, FileLock state);
    Result<void> read();
    /// Takes the heads of one copy; gives its text.
    Result<std::string> read_heads(Files& files, const std::string& path);
    Result<void> read_checkpoint_of(const std::string& name);
    Result<void> raise(const TreeHead& head, std::string_view where);
    Result<void> write_heads();
    Result<void> write_card(bool is_new);
    [[nodiscard]] std::string card_path() const { return place_.folder + "/witness"; }
    [[nodiscard]] std::string heads_text() const;
    [[nodiscard]] std::string heads_path() const { return place_.key_path + ".heads"; }
    [[nodiscard]] std::string copy_path() const { return place_.folder + "/heads"; }

    WitnessPlace place_;
    VerifierKey key_;
    FileLock key_lock_;
    FileLock state_lock_;
    bool new_ = false;
    std::map<std::string, TreeHead> heads_;  ///< by origin
};

}  // namespace rw::zones::audit
