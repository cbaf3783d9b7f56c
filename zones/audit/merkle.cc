// SPDX-License-Identifier: EUPL-1.2
// Proofs are built by the recursion of RFC 6962 itself and checked by the iterative walk of RFC 9162 §2.1.3.2 and
// §2.1.4.2, so that the two sides share no code and a mistake in one shows in the other.
#include "zones/audit/merkle.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace rw::zones::audit
{

Digest leaf_hash(Octets entry)
{
    constexpr std::array<std::uint8_t, 1> prefix{0};
    return Sha256().add(prefix).add(entry).finish();
}

Digest node_hash(const Digest& left, const Digest& right)
{
    constexpr std::array<std::uint8_t, 1> prefix{1};
    return Sha256().add(prefix).add(left).add(right).finish();
}

Digest empty_root()
{
    return sha256(Octets{});
}

Result<Frontier> Frontier::restore(std::uint64_t size, std::vector<Digest> hashes)
{
    if (hashes.size() != static_cast<std::size_t>(std::popcount(size)))
        return failed(fmt::format("a frontier of {} hashes does not fit a tree of {} leaves", hashes.size(), size));
    Frontier frontier;
    frontier.size_ = size;
    frontier.hashes_ = std::move(hashes);
    return frontier;
}

void Frontier::append(const Digest& leaf)
{
    Digest hash = leaf;
    for (std::uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
        hash = node_hash(hashes_.back(), hash);
        hashes_.pop_back();
    }
    hashes_.push_back(hash);
    ++size_;
}

Digest Frontier::root() const
{
    if (hashes_.empty())
        return empty_root();
    Digest hash = hashes_.back();
    for (std::size_t i = hashes_.size() - 1; i-- > 0;)
        hash = node_hash(hashes_[i], hash);
    return hash;
}

namespace
{

/// MTH(D[begin:end]); `begin` is a multiple of the largest power of two below the range's size, as in the RFC's splits.
Result<Digest> range_hash(const SubtreeHash& hashes, std::uint64_t begin, std::uint64_t end)
{
    const std::uint64_t size = end - begin;
    if (std::has_single_bit(size))
        return hashes(static_cast<unsigned>(std::countr_zero(size)), begin / size);
    const std::uint64_t split = std::bit_floor(size);
    Result<Digest> left = range_hash(hashes, begin, begin + split);
    if (!left)
        return left;
    Result<Digest> right = range_hash(hashes, begin + split, end);
    if (!right)
        return right;
    return node_hash(*left, *right);
}

/// The `k` of RFC 6962 §2.1: the largest power of two smaller than `size`.
std::uint64_t split_of(std::uint64_t size)
{
    return std::bit_floor(size - 1);
}

Result<void> push_range(const SubtreeHash& hashes, std::uint64_t begin, std::uint64_t end, std::vector<Digest>& proof)
{
    Result<Digest> hash = range_hash(hashes, begin, end);
    if (!hash)
        return std::unexpected(hash.error());
    proof.push_back(*hash);
    return {};
}

/// One step of the walks of RFC 9162: drop the lowest bits of both numbers together.
void shift_both(std::uint64_t& node, std::uint64_t& last)
{
    node >>= 1;
    last >>= 1;
}

}  // namespace

Result<Digest> tree_root(const SubtreeHash& hashes, std::uint64_t size)
{
    if (size == 0)
        return empty_root();
    return range_hash(hashes, 0, size);
}

Result<std::vector<Digest>> inclusion_proof(const SubtreeHash& hashes, std::uint64_t index, std::uint64_t size)
{
    if (index >= size || size > tree_size_limit)
        return failed(fmt::format("leaf {} is not in a tree of {} leaves", index, size));
    std::vector<Digest> proof;
    for (std::uint64_t begin = 0, end = size; end - begin > 1;) {
        const std::uint64_t middle = begin + split_of(end - begin);
        const bool left = index < middle;
        Result<void> pushed = left ? push_range(hashes, middle, end, proof) : push_range(hashes, begin, middle, proof);
        if (!pushed)
            return std::unexpected(pushed.error());
        (left ? end : begin) = middle;
    }
    std::ranges::reverse(proof);
    return proof;
}

Result<std::vector<Digest>> consistency_proof(const SubtreeHash& hashes, std::uint64_t old_size, std::uint64_t size)
{
    if (old_size > size || size > tree_size_limit)
        return failed(fmt::format("no consistency proof from {} to {} leaves", old_size, size));
    std::vector<Digest> proof;
    if (old_size == 0 || old_size == size)
        return proof;
    bool whole = true;  // SUBPROOF's b: the old tree is still the complete subtree we stand on
    std::uint64_t begin = 0;
    std::uint64_t end = size;
    while (end != old_size) {
        const std::uint64_t middle = begin + split_of(end - begin);
        const bool left = old_size <= middle;
        Result<void> pushed = left ? push_range(hashes, middle, end, proof) : push_range(hashes, begin, middle, proof);
        if (!pushed)
            return std::unexpected(pushed.error());
        whole = whole && left;
        (left ? end : begin) = middle;
    }
    if (!whole) {
        if (Result<void> pushed = push_range(hashes, begin, end, proof); !pushed)
            return std::unexpected(pushed.error());
    }
    std::ranges::reverse(proof);
    return proof;
}

Result<void> check_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size, const Digest& root,
                             const std::vector<Digest>& proof)
{
    return check_subtree(leaf, 0, index, size, root, proof);
}

Result<void> check_subtree(const Digest& subtree, unsigned level, std::uint64_t index, std::uint64_t size,
                           const Digest& root, std::span<const Digest> proof)
{
    if (size > tree_size_limit || index >= size >> level)
        return failed(fmt::format("leaf {} is not in a tree of {} leaves", index << level, size));
    std::uint64_t node = index;
    std::uint64_t last = (size - 1) >> level;
    Digest hash = subtree;
    for (const Digest& step : proof) {
        if (last == 0)
            return failed("the inclusion proof has more hashes than the tree has levels");
        if ((node & 1) != 0 || node == last) {
            hash = node_hash(step, hash);
            while ((node & 1) == 0 && node != 0)
                shift_both(node, last);
        } else {
            hash = node_hash(hash, step);
        }
        shift_both(node, last);
    }
    if (last != 0)
        return failed("the inclusion proof has fewer hashes than the tree has levels");
    if (hash != root)
        return failed("the inclusion proof does not lead to the checkpoint's root");
    return {};
}

Result<void> check_consistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t size, const Digest& root,
                               const std::vector<Digest>& proof)
{
    if (old_size > size || size > tree_size_limit)
        return failed(fmt::format("a tree of {} leaves cannot have grown from {}", size, old_size));
    if (old_size == 0 || old_size == size) {
        const bool same = old_size == 0 ? old_root == empty_root() : old_root == root;
        if (!proof.empty() || !same)
            return failed("two trees of one size have different roots");
        return {};
    }
    std::uint64_t node = old_size - 1;
    std::uint64_t last = size - 1;
    while ((node & 1) != 0)
        shift_both(node, last);
    std::size_t at = 0;
    if (node != 0 && proof.empty())
        return failed("the consistency proof is empty");
    Digest old_hash = node != 0 ? proof[at++] : old_root;  // a power of two: the old root is itself the first node
    Digest new_hash = old_hash;
    for (; at < proof.size(); ++at) {
        if (last == 0)
            return failed("the consistency proof has too many hashes");
        if ((node & 1) != 0 || node == last) {
            old_hash = node_hash(proof[at], old_hash);
            new_hash = node_hash(proof[at], new_hash);
            while ((node & 1) == 0 && node != 0)
                shift_both(node, last);
        } else {
            new_hash = node_hash(new_hash, proof[at]);
        }
        shift_both(node, last);
    }
    if (last != 0)
        return failed("the consistency proof has too few hashes");
    if (old_hash != old_root || new_hash != root)
        return failed("the consistency proof does not lead from the old root to the new one");
    return {};
}

}  // namespace rw::zones::audit
