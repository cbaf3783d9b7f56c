// SPDX-License-Identifier: EUPL-1.2
// Writing and checking of bundles.
#include "zones/audit/bundle.h"

#include <fmt/format.h>

#include <algorithm>

#include "zones/audit/leaf.h"

namespace rw::zones::audit
{

namespace
{

constexpr std::string_view first_line = "c2sp.org/tlog-proof@v1";

struct BundleParts {
    OctetBuffer entry;
    std::uint64_t index = 0;
    std::vector<Digest> proof;
    std::string_view checkpoint;
};

/// Takes the line at the front of `text`, without its newline.
std::optional<std::string_view> take_line(std::string_view& text)
{
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos)
        return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

Result<BundleParts> read_parts(std::string_view text)
{
    constexpr std::string_view extra = "extra ";
    constexpr std::string_view index = "index ";
    BundleParts parts;
    if (take_line(text) != first_line)
        return failed("the bundle does not start with " + std::string(first_line));
    std::optional<std::string_view> line = take_line(text);
    if (!line || !line->starts_with(extra))
        return failed("the bundle does not carry its leaf (extra line)");
    const std::optional<OctetBuffer> entry = from_base64(line->substr(extra.size()));
    line = take_line(text);
    const std::optional<std::uint64_t> number =
        line && line->starts_with(index) ? decimal(line->substr(index.size())) : std::nullopt;
    if (!entry || !number)
        return failed("the bundle's leaf or index is malformed");
    parts.entry = *entry;
    parts.index = *number;
    for (line = take_line(text); line && !line->empty(); line = take_line(text)) {
        const std::optional<Digest> hash = digest_from_base64(*line);
        if (!hash || parts.proof.size() == 63)
            return failed("the bundle's proof is malformed");
        parts.proof.push_back(*hash);
    }
    if (!line)
        return failed("the bundle ends within its proof");
    parts.checkpoint = text;
    return parts;
}

}  // namespace

Result<std::string> make_bundle(LogSource& source, std::uint64_t index)
{
    const Result<Checkpoint> checkpoint = fetch_checkpoint(source);
    return checkpoint ? make_bundle(source, index, *checkpoint) : std::unexpected(checkpoint.error());
}

Result<std::string> make_bundle(LogSource& source, std::uint64_t index, const Checkpoint& checkpoint)
{
    LogReader reader(source, checkpoint.head.size);
    const Result<std::vector<Digest>> proof = inclusion_proof(reader.subtrees(), index, reader.size());
    if (!proof)
        return std::unexpected(proof.error());
    const Result<OctetBuffer> entry = reader.entry(index);
    if (!entry)
        return std::unexpected(entry.error());
    std::string text = fmt::format("{}\nextra {}\nindex {}\n", first_line, base64(*entry), index);
    for (const Digest& hash : *proof)
        text += base64(hash) + "\n";
    text += "\n" + checkpoint.note.whole();
    // A bundle that does not prove is worse than none.
    if (Result<void> good =
            check_inclusion(leaf_hash(*entry), index, checkpoint.head.size, checkpoint.head.root, *proof);
        !good)
        return failed("the log is damaged: " + good.error().message);
    return text;
}

Result<std::size_t> count_witnesses(const std::vector<VerifierKey>& signers, const Policy* policy)
{
    const auto witnesses = std::ranges::count(signers, KeyType::witness, &VerifierKey::type);
    if (policy != nullptr && !policy->fulfilled_by(signers))
        return failed(fmt::format("only {} of the witnesses that the policy wants cosigned", witnesses));
    return static_cast<std::size_t>(witnesses);
}

Result<ProvenLeaf> check_bundle(std::string_view text, const std::vector<VerifierKey>& keys, const Policy* policy)
{
    if (text.size() > bundle_limit)
        return failed("the bundle is larger than 1 MiB");
    const Result<BundleParts> parts = read_parts(text);
    if (!parts)
        return std::unexpected(parts.error());
    const Result<Checkpoint> checkpoint = read_checkpoint(parts->checkpoint);
    if (!checkpoint)
        return std::unexpected(checkpoint.error());
    const Result<SignatureReport> signatures = check_log_signature(*checkpoint, keys);
    if (!signatures)
        return std::unexpected(signatures.error());
    const Result<std::size_t> witnesses = count_witnesses(signatures->valid, policy);
    if (!witnesses)
        return std::unexpected(witnesses.error());
    if (Result<void> good = check_inclusion(leaf_hash(parts->entry), parts->index, checkpoint->head.size,
                                            checkpoint->head.root, parts->proof);
        !good)
        return std::unexpected(good.error());
    Result<Json> leaf = read_leaf(parts->entry, parts->index);
    if (!leaf)
        return std::unexpected(leaf.error());
    return ProvenLeaf{
        .leaf = std::move(*leaf), .index = parts->index, .head = checkpoint->head, .witnesses = *witnesses};
}

}  // namespace rw::zones::audit
