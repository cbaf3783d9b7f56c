// SPDX-License-Identifier: EUPL-1.2
// Proof bundles (C2SP tlog-proof): one leaf, its inclusion proof and a checkpoint in one text that proves itself on a
// machine with nothing else. The leaf travels in the `extra` line, which is trusted only because it hashes into the
// tree.
#pragma once

#include "zones/audit/log_source.h"
#include "zones/audit/policy.h"
#include "zones/canonical_json.h"

namespace rw::zones::audit
{

/// 1 MiB: a leaf of 64 KiB in base64, 48 hashes and a checkpoint fit many times over.
inline constexpr std::size_t bundle_limit = 1U << 20;

/// Proves leaf `index` under the log's latest checkpoint.
[[nodiscard]] Result<std::string> make_bundle(LogSource& source, std::uint64_t index);
/// Proves it under a checkpoint the caller has.
[[nodiscard]] Result<std::string> make_bundle(LogSource& source, std::uint64_t index, const Checkpoint& checkpoint);

struct ProvenLeaf {
    Json leaf;
    std::uint64_t index = 0;
    TreeHead head;
    std::size_t witnesses = 0;  ///< cosignatures by witnesses we know
};

/// Error unless the leaf is in the tree of a checkpoint that a log key in `keys` signed and, when there is a policy,
/// its witnesses cosigned.
[[nodiscard]] Result<ProvenLeaf> check_bundle(std::string_view text, const std::vector<VerifierKey>& keys,
                                              const Policy* policy);

/// What a policy says to the signers of a checkpoint: the number of witnesses, or an error when they are too few.
[[nodiscard]] Result<std::size_t> count_witnesses(const std::vector<VerifierKey>& signers, const Policy* policy);

/// Printed wherever no witness vouches for a log.
inline constexpr std::string_view unwitnessed = "unwitnessed: protects against outsiders only";

}  // namespace rw::zones::audit
