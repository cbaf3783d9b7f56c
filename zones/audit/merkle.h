// SPDX-License-Identifier: EUPL-1.2
// The Merkle tree of RFC 6962 §2.1 over SHA-256: pure arithmetic on hashes, no files. `Frontier` grows a tree leaf by
// leaf in O(log n) memory; proofs are computed from any source of complete-subtree hashes and checked from nothing but
// their own hashes. Called by the log's writer, reader, witness and every verifier.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "resolver/base/result.h"
#include "zones/encoding.h"

namespace rw::zones::audit
{

/// SHA-256(0x00 || entry): the leaf hash; the prefix keeps leaves and nodes apart (RFC 6962 §2.1).
[[nodiscard]] Digest leaf_hash(Octets entry);
/// SHA-256(0x01 || left || right).
[[nodiscard]] Digest node_hash(const Digest& left, const Digest& right);
/// The root of the empty tree: SHA-256 of nothing.
[[nodiscard]] Digest empty_root();

/// 2^48 leaves: one a microsecond for nine years. Bounds every loop over a claimed tree size.
inline constexpr std::uint64_t tree_size_limit = std::uint64_t{1} << 48;

/// The roots of the complete subtrees that make up a tree of `size` leaves, largest first: one for each set bit.
class Frontier
{
 public:
    Frontier() = default;
    /// `hashes` as hashes() gave them. Error when their number does not fit `size`.
    static Result<Frontier> restore(std::uint64_t size, std::vector<Digest> hashes);

    void append(const Digest& leaf);
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] Digest root() const;
    [[nodiscard]] const std::vector<Digest>& hashes() const { return hashes_; }

 private:
    std::uint64_t size_ = 0;
    std::vector<Digest> hashes_;
};

/// The hash of the complete subtree of 2^level leaves that starts at leaf index * 2^level.
using SubtreeHash = std::function<Result<Digest>(unsigned level, std::uint64_t index)>;

[[nodiscard]] Result<Digest> tree_root(const SubtreeHash& hashes, std::uint64_t size);
/// PATH(index, D[size]) of RFC 6962 §2.1.1, leaf's sibling first.
[[nodiscard]] Result<std::vector<Digest>> inclusion_proof(const SubtreeHash& hashes, std::uint64_t index,
                                                          std::uint64_t size);
/// PROOF(old, D[size]) of RFC 6962 §2.1.2; empty when old is 0 or equals size.
[[nodiscard]] Result<std::vector<Digest>> consistency_proof(const SubtreeHash& hashes, std::uint64_t old_size,
                                                            std::uint64_t size);

[[nodiscard]] Result<void> check_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                                           const Digest& root, const std::vector<Digest>& proof);
/// The same for a complete subtree of 2^level leaves, the one that starts at leaf index * 2^level; `proof` leads from
/// its root, without the steps inside it.
[[nodiscard]] Result<void> check_subtree(const Digest& subtree, unsigned level, std::uint64_t index, std::uint64_t size,
                                         const Digest& root, std::span<const Digest> proof);
[[nodiscard]] Result<void> check_consistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t size,
                                             const Digest& root, const std::vector<Digest>& proof);

}  // namespace rw::zones::audit
