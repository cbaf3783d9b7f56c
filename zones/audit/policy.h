// SPDX-License-Identifier: EUPL-1.2
// Which logs are known, which witnesses, and how many of them must have cosigned (C2SP tlog-policy): k-of-n groups,
// also nested. Used by everybody who judges a checkpoint, and by the log to know whom to ask.
#pragma once

#include <map>

#include "zones/audit/checkpoint.h"

namespace rw::zones::audit
{

/// 64 logs, witnesses and groups each (C2SP recommends at least 32): bounds a policy file written by a stranger.
inline constexpr std::size_t policy_line_limit = 64;

struct Witness {
    std::string name;
    VerifierKey key;
    std::string url;  ///< submission prefix; empty when the policy has none
};

struct KnownLog {
    VerifierKey key;
    std::string url;
};

class Policy
{
 public:
    /// Reads the text of a policy file; the error names the line.
    [[nodiscard]] static Result<Policy> read(std::string_view text);

    [[nodiscard]] const std::vector<Witness>& witnesses() const { return witnesses_; }
    /// False for `quorum none`.
    [[nodiscard]] bool wants_witnesses() const { return quorum_ != none; }
    /// The keys of logs and witnesses together, for check_signatures.
    [[nodiscard]] std::vector<VerifierKey> keys() const;
    /// True when those who signed fulfil the quorum.
    [[nodiscard]] bool fulfilled_by(const std::vector<VerifierKey>& signers) const;

 private:
    static constexpr std::string_view none = "none";

    struct Group {
        std::size_t threshold = 1;
        std::vector<std::string> members;
    };

    Result<void> read_line(const std::vector<std::string_view>& words);
    Result<void> add_log(const std::vector<std::string_view>& words);
    Result<void> add_witness(const std::vector<std::string_view>& words);
    Result<void> add_group(const std::vector<std::string_view>& words);
    Result<void> set_quorum(const std::vector<std::string_view>& words);
    [[nodiscard]] bool is_defined(const std::string& name) const;
    [[nodiscard]] bool holds(const std::string& name, const std::vector<VerifierKey>& signers) const;

    std::vector<KnownLog> logs_;
    std::vector<Witness> witnesses_;
    std::map<std::string, Group> groups_;
    std::map<std::string, bool> used_;  ///< names that already are a member of a group
    std::string quorum_;
};

}  // namespace rw::zones::audit
