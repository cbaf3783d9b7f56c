// SPDX-License-Identifier: EUPL-1.2
// The pass over the tree.
#include "zones/audit/verify_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "zones/audit/bundle.h"
#include "zones/audit/leaf.h"
#include "zones/audit/tree_audit.h"

namespace rw::zones::audit
{

void LogReport::add_problem(std::string_view problem)
{
    if (problems.size() < problem_limit)
        problems.push_back(printable(problem));
}

void LogReport::add_note(std::string_view note)
{
    if (notes.size() < problem_limit)
        notes.push_back(printable(note));
}

void TreeAudit::run()
{
    if (!judge_checkpoint())
        return;
    read_tree();
    judge_since();
}

bool TreeAudit::judge_checkpoint()
{
    Result<Checkpoint> checkpoint = fetch_checkpoint(source_);
    if (!checkpoint) {
        report_.add_problem(checkpoint.error().message);
        return false;
    }
    checkpoint_ = std::move(*checkpoint);
    report_.head = checkpoint_.head;
    std::vector<VerifierKey> keys = expectations_.keys;
    if (expectations_.policy != nullptr) {
        for (const VerifierKey& key : expectations_.policy->keys())
            keys.push_back(key);
    }
    const Result<SignatureReport> signatures = check_log_signature(checkpoint_, keys);
    if (!signatures) {
        report_.add_problem(signatures.error().message);
        return false;
    }
    const Result<std::size_t> witnesses = count_witnesses(signatures->valid, expectations_.policy);
    if (!witnesses)
        report_.add_problem(witnesses.error().message);
    report_.witnesses = witnesses.value_or(0);
    if (report_.witnesses == 0)
        report_.add_note(unwitnessed);
    const std::int64_t cosigned = static_cast<std::int64_t>(signatures->cosigned_at.value_or(0));
    if (expectations_.now && cosigned > expectations_.now->time_since_epoch().count() + clock_allowance_s)
        report_.add_problem("a witness dates its cosignature ahead of this machine's clock");
    return true;
}

void TreeAudit::read_tree()
{
    LogReader reader(source_, checkpoint_.head.size);
    const Result<void> done = reader.entries(
        0, reader.size(), [this](std::uint64_t index, Octets entry) { return read_entry(index, entry); });
    if (!done) {
        report_.add_problem(done.error().message);
        return;
    }
    compare_partial_tiles();
    if (frontier_.root() != checkpoint_.head.root)
        report_.add_problem("the entries do not have the root that the checkpoint signs");
}

Result<void> TreeAudit::read_entry(std::uint64_t index, Octets entry)
{
    if (expectations_.since && expectations_.since->head.size == index)
        root_at_since_ = frontier_.root();
    const Digest hash = leaf_hash(entry);
    frontier_.append(hash);
    push_hash(0, hash);
    const Result<Json> leaf = read_leaf(entry, index);
    if (!leaf) {
        report_.add_problem(leaf.error().message);
        return report_.is_full() ? failed("and so on: the rest was not read") : Result<void>{};
    }
    const std::string kind = text_member(*leaf, "kind");
    ++report_.kinds[kind];
    if (kind == "version") {
        const std::optional<Digest> digest = digest_from_hex(text_member(*leaf, "sha256"));
        if (digest)
            versions_.push_back({.leaf = index,
                                 .serial = static_cast<std::uint32_t>(integer_member(*leaf, "serial")),
                                 .sha256 = *digest});
        else
            report_.add_problem(fmt::format("leaf {}: a version without content hash", index));
    }
    if (expectations_.progress && index % tile_width == 0)
        expectations_.progress(index, checkpoint_.head.size);
    return {};
}

void TreeAudit::push_hash(unsigned level, const Digest& hash)
{
    OctetBuffer& edge = edge_.at(level);
    append(edge, hash);
    if (edge.size() < tile_width * sizeof(Digest) || level + 1 >= edge_.size())
        return;
    const std::uint64_t index = level_size(frontier_.size(), level) / tile_width - 1;
    compare_tile(level, index, edge);
    // The tile's root is the last hash of its level that is complete: fold the row pairwise.
    std::vector<Digest> row(tile_width);
    for (std::size_t i = 0; i < row.size(); ++i)
        std::ranges::copy(Octets(edge).subspan(i * sizeof(Digest), sizeof(Digest)), row[i].begin());
    for (; row.size() > 1; row.resize(row.size() / 2)) {
        for (std::size_t i = 0; i < row.size() / 2; ++i)
            row[i] = node_hash(row[2 * i], row[2 * i + 1]);
    }
    edge.clear();
    push_hash(level + 1, row.front());
}

void TreeAudit::compare_tile(unsigned level, std::uint64_t index, Octets hashes)
{
    const Tile tile{.level = level, .index = index, .width = hashes.size() / sizeof(Digest)};
    Result<OctetBuffer> found = source_.fetch(tile_path(tile));
    if (!found && tile.width < tile_width) {
        found = source_.fetch(tile_path({.level = level, .index = index, .width = tile_width}));
        if (found && found->size() > hashes.size())
            found->resize(hashes.size());
    }
    if (!found)
        report_.add_problem(found.error().message);
    else if (!equal(*found, hashes))
        report_.add_problem(fmt::format("{} does not hold the hashes of the entries", tile_path(tile)));
}

void TreeAudit::compare_partial_tiles()
{
    for (unsigned level = 0; level < tile_levels; ++level) {
        if (!edge_.at(level).empty())
            compare_tile(level, level_size(frontier_.size(), level) / tile_width, edge_.at(level));
    }
}

void TreeAudit::judge_since()
{
    if (!expectations_.since)
        return;
    const TreeHead& old_head = expectations_.since->head;
    if (old_head.origin != checkpoint_.head.origin)
        return report_.add_problem(fmt::format("the earlier checkpoint is of \"{}\", this log is \"{}\"",
                                               old_head.origin, checkpoint_.head.origin));
    if (old_head.size > checkpoint_.head.size)
        return report_.add_problem(
            fmt::format("rolled back: the log had {} leaves, now it has {}", old_head.size, checkpoint_.head.size));
    if (old_head.size == frontier_.size())
        root_at_since_ = frontier_.root();
    if (root_at_since_ != old_head.root)
        report_.add_problem(
            fmt::format("rewritten: the first {} leaves are not those of the earlier checkpoint", old_head.size));
}

LogReport verify_log(LogSource& source, const LogExpectations& expectations)
{
    LogReport report;
    TreeAudit(source, expectations, report).run();
    return report;
}

Json report_json(const LogReport& report)
{
    return Json{{"schema", 1},
                {"origin", report.head.origin},
                {"size", report.head.size},
                {"root", base64(report.head.root)},
                {"good", report.good()},
                {"problems", report.problems},
                {"notes", report.notes},
                {"witnesses", report.witnesses},
                {"leaves", report.kinds},
                {"versions", report.versions_checked}};
}

}  // namespace rw::zones::audit
