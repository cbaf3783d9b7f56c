// SPDX-License-Identifier: EUPL-1.2
// A full bundle is a complete subtree, so one proof covers its 256 entries; the partial one at the end is proved entry
// by entry. Proofs come from the log's tiles, which need no trust: a proof either leads to the signed root or not.
#include "zones/audit/verified_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "zones/audit/bundle.h"
#include "zones/audit/leaf.h"

namespace rw::zones::audit
{

namespace
{

constexpr unsigned level_of_bundle = 8;  // 2^8 entries in a full bundle
static_assert(std::uint64_t{1} << level_of_bundle == tile_width);

Digest root_of(const std::vector<OctetBuffer>& bundle)
{
    Frontier frontier;
    for (const OctetBuffer& entry : bundle)
        frontier.append(leaf_hash(entry));
    return frontier.root();
}

}  // namespace

Result<VerifiedLog> VerifiedLog::open(LogSource& source, const std::vector<VerifierKey>& keys, const Policy* policy)
{
    Result<Checkpoint> checkpoint = fetch_checkpoint(source);
    if (!checkpoint)
        return std::unexpected(checkpoint.error());
    return under(source, std::move(*checkpoint), keys, policy);
}

Result<VerifiedLog> VerifiedLog::under(LogSource& source, Checkpoint checkpoint, const std::vector<VerifierKey>& keys,
                                       const Policy* policy)
{
    std::vector<VerifierKey> all = keys;
    if (policy != nullptr)
        std::ranges::copy(policy->keys(), std::back_inserter(all));
    const Result<SignatureReport> signatures = check_log_signature(checkpoint, all);
    if (!signatures)
        return std::unexpected(signatures.error());
    if (Result<std::size_t> witnesses = count_witnesses(signatures->valid, policy); !witnesses)
        return std::unexpected(witnesses.error());
    return VerifiedLog(source, std::move(checkpoint));
}

Result<void> VerifiedLog::check_bundle_of(std::uint64_t first, const std::vector<OctetBuffer>& bundle)
{
    const TreeHead& head = checkpoint_.head;
    const bool full = bundle.size() == tile_width;
    for (std::uint64_t i = 0; i < (full ? std::size_t{1} : bundle.size()); ++i) {
        const Result<std::vector<Digest>> proof = inclusion_proof(reader_.subtrees(), first + i, head.size);
        if (!proof)
            return std::unexpected(proof.error());
        const Result<void> good =
            full ? check_subtree(root_of(bundle), level_of_bundle, first >> level_of_bundle, head.size, head.root,
                                 std::span(*proof).subspan(std::min<std::size_t>(level_of_bundle, proof->size())))
                 : check_inclusion(leaf_hash(bundle[i]), first + i, head.size, head.root, *proof);
        if (!good)
            return failed(
                fmt::format("the entries from {} on are not those of the signed tree: the log was tampered "
                            "with ({})",
                            first + i, good.error().message));
    }
    return {};
}

Result<void> VerifiedLog::entries(std::uint64_t begin, std::uint64_t end, const EntrySink& sink)
{
    if (end > checkpoint_.head.size)
        return failed(fmt::format("entry {} lies outside a tree of {} leaves", end - 1, checkpoint_.head.size));
    for (std::uint64_t first = begin / tile_width * tile_width; first < end; first += tile_width) {
        std::vector<OctetBuffer> bundle;
        const std::uint64_t last = std::min(first + tile_width, checkpoint_.head.size);
        Result<void> done = reader_.entries(first, last, [&](std::uint64_t, Octets entry) -> Result<void> {
            bundle.emplace_back(entry.begin(), entry.end());
            return {};
        });
        if (!done)
            return done;
        if (done = check_bundle_of(first, bundle); !done)
            return done;
        for (std::uint64_t i = std::max(begin, first); i < std::min(last, end); ++i) {
            if (done = sink(i, bundle[static_cast<std::size_t>(i - first)]); !done)
                return done;
        }
    }
    return {};
}

Result<void> VerifiedLog::leaves(std::uint64_t begin, std::uint64_t end,
                                 const std::function<Result<void>(std::uint64_t index, const Json& leaf)>& sink)
{
    return entries(begin, end, [&](std::uint64_t index, Octets entry) -> Result<void> {
        const Result<Json> leaf = read_leaf(entry, index);
        if (!leaf)
            return std::unexpected(leaf.error());
        return sink(index, *leaf);
    });
}

}  // namespace rw::zones::audit
