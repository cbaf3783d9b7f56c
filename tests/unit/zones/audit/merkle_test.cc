// SPDX-License-Identifier: EUPL-1.2
// The Merkle tree against published roots, and proofs between every pair of sizes against a tree computed naively.
#include "zones/audit/merkle.h"

#include <doctest/doctest.h>

#include <bit>

namespace rw::zones::audit
{

namespace
{

/// MTH of RFC 6962 §2.1, written as the RFC says it.
Digest naive_root(const std::vector<Digest>& leaves)
{
    if (leaves.empty())
        return empty_root();
    if (leaves.size() == 1)
        return leaves.front();
    const auto split = static_cast<std::ptrdiff_t>(std::bit_floor(leaves.size() - 1));
    return node_hash(naive_root({leaves.begin(), leaves.begin() + split}),
                     naive_root({leaves.begin() + split, leaves.end()}));
}

std::vector<Digest> some_leaves(std::size_t count)
{
    std::vector<Digest> leaves;
    for (std::size_t i = 0; i < count; ++i)
        leaves.push_back(leaf_hash(octets_of("leaf " + std::to_string(i))));
    return leaves;
}

SubtreeHash hashes_of(const std::vector<Digest>& leaves)
{
    return [&leaves](unsigned level, std::uint64_t index) -> Result<Digest> {
        const auto begin = static_cast<std::ptrdiff_t>(index << level);
        return naive_root({leaves.begin() + begin, leaves.begin() + begin + (std::ptrdiff_t{1} << level)});
    };
}

std::vector<Digest> first(const std::vector<Digest>& leaves, std::size_t count)
{
    return {leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

TEST_CASE("roots agree with the published test tree of Certificate Transparency")
{
    const char* entries[] = {
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
    const char* roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                           "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                           "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                           "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                           "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                           "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                           "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                           "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    Frontier frontier;
    CHECK(hex_lower(frontier.root()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (std::size_t i = 0; i < 8; ++i) {
        frontier.append(leaf_hash(*from_hex(entries[i])));
        CHECK(hex_lower(frontier.root()) == roots[i]);
    }
}

TEST_CASE("a frontier restored from its hashes goes on as if it had never stopped")
{
    const std::vector<Digest> leaves = some_leaves(70);
    Frontier frontier;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        CHECK(frontier.root() == naive_root(first(leaves, i)));
        Result<Frontier> restored = Frontier::restore(frontier.size(), frontier.hashes());
        REQUIRE(restored);
        frontier = *restored;
        frontier.append(leaves[i]);
    }
    CHECK_FALSE(Frontier::restore(3, frontier.hashes()));
}

TEST_CASE("every leaf of every tree up to 40 leaves has a proof that checks, and no other index accepts it")
{
    const std::vector<Digest> leaves = some_leaves(40);
    const SubtreeHash hashes = hashes_of(leaves);
    for (std::size_t size = 1; size <= leaves.size(); ++size) {
        const Digest root = naive_root(first(leaves, size));
        REQUIRE(tree_root(hashes, size) == root);
        for (std::size_t index = 0; index < size; ++index) {
            const Result<std::vector<Digest>> proof = inclusion_proof(hashes, index, size);
            REQUIRE(proof);
            REQUIRE(check_inclusion(leaves[index], index, size, root, *proof));
            REQUIRE_FALSE(check_inclusion(leaves[index], (index + 1) % size, size, root, *proof).has_value() !=
                          (size == 1));
            std::vector<Digest> longer = *proof;
            longer.push_back(root);
            REQUIRE_FALSE(check_inclusion(leaves[index], index, size, root, longer));
        }
        CHECK_FALSE(inclusion_proof(hashes, size, size));
    }
}

TEST_CASE("consistency is proved between every two sizes, and a changed hash breaks the proof")
{
    const std::vector<Digest> leaves = some_leaves(40);
    const SubtreeHash hashes = hashes_of(leaves);
    for (std::size_t size = 0; size <= leaves.size(); ++size) {
        const Digest root = naive_root(first(leaves, size));
        for (std::size_t old_size = 0; old_size <= size; ++old_size) {
            const Digest old_root = naive_root(first(leaves, old_size));
            Result<std::vector<Digest>> proof = consistency_proof(hashes, old_size, size);
            REQUIRE(proof);
            REQUIRE(check_consistency(old_size, old_root, size, root, *proof));
            for (Digest& hash : *proof) {
                hash[7] ^= 1;
                REQUIRE_FALSE(check_consistency(old_size, old_root, size, root, *proof));
                hash[7] ^= 1;
            }
            if (!proof->empty()) {
                proof->pop_back();
                REQUIRE_FALSE(check_consistency(old_size, old_root, size, root, *proof));
            }
        }
    }
}

TEST_CASE("a tree cannot have grown from a larger one, nor from another of its own size")
{
    const std::vector<Digest> leaves = some_leaves(4);
    CHECK_FALSE(check_consistency(4, leaves[0], 3, leaves[1], {}));
    CHECK_FALSE(check_consistency(4, leaves[0], 4, leaves[1], {}));
    CHECK_FALSE(check_inclusion(leaves[0], 0, tree_size_limit + 1, leaves[0], {}));
}

}  // namespace rw::zones::audit
