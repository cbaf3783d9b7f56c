// SPDX-License-Identifier: EUPL-1.2
// Accounting for every file of a log's folder.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "zones/audit/tree_audit.h"

namespace rw::zones::audit
{

namespace
{

class FolderAudit
{
 public:
    FolderAudit(Files& files, const std::string& folder, const LogExpectations& expectations, LogReport& report)
        : files_(files), folder_(folder), expectations_(expectations), report_(report)
    {
    }

    void run()
    {
        FolderSource source(files_, folder_);
        TreeAudit tree(source, expectations_, report_);
        tree.run();
        if (!report_.good())
            return;  // the tree is the measure of the rest
        tree_ = &tree;
        read_keys();
        judge_note("checkpoint", tree.checkpoint().note);
        judge_commit();
        for (const LoggedVersion& version : tree.versions())
            logged_.insert(version.sha256);
        walk("");
        judge_versions();
    }

 private:
    /// The log's own list of keys: it explains signatures, it creates no trust.
    void read_keys()
    {
        const Result<OctetBuffer> octets = files_.read(folder_ + "/keys");
        const Result<std::vector<VerifierKey>> keys =
            octets ? read_vkeys(text_of(*octets)) : failed("keys: " + octets.error().message);
        if (!keys)
            return report_.add_problem(keys.error().message);
        std::string again;
        for (const VerifierKey& key : *keys)
            again += key.text() + "\n";
        if (again != text_of(*octets))
            report_.add_problem("keys: the file has something else than vkeys in it");
        claimed_ = *keys;
        for (const VerifierKey& key : expectations_.keys) {
            if (std::ranges::find(claimed_, key) != claimed_.end())
                return;
        }
        report_.add_problem("keys: none of the keys you trust is among the log's own");
    }

    void judge_note(std::string_view name, const SignedNote& note)
    {
        std::vector<VerifierKey> trusted = expectations_.keys;
        if (expectations_.policy != nullptr) {
            for (const VerifierKey& key : expectations_.policy->keys())
                trusted.push_back(key);
        }
        for (const std::string& signer : unexplained_signatures(note, trusted, claimed_))
            report_.add_problem(
                fmt::format("{}: a signature that does not verify or is by a key nobody named ({}); a "
                            "witness is named with --policy",
                            name, signer));
    }

    void judge_commit()
    {
        const Result<OctetBuffer> octets = files_.read(folder_ + "/commit");
        const Result<Checkpoint> commit = octets ? read_checkpoint(text_of(*octets)) : failed(octets.error().message);
        if (!commit)
            return report_.add_problem("commit: " + commit.error().message);
        judge_note("commit", commit->note);
        if (Result<SignatureReport> good = check_log_signature(*commit, expectations_.keys); !good)
            return report_.add_problem("commit: " + good.error().message);
        const TreeHead& published = tree_->checkpoint().head;
        if (commit->head.size < published.size)
            return report_.add_problem("commit: it is older than what was published");
        FolderSource source(files_, folder_);
        LogReader reader(source, commit->head.size);
        const Result<Digest> root = tree_root(reader.subtrees(), commit->head.size);
        if (!root || *root != commit->head.root)
            report_.add_problem("commit: the tiles do not lead to its root");
        size_ = commit->head.size;
        if (size_ > published.size)
            report_.add_note(fmt::format("{} leaves are committed and not yet published", size_ - published.size));
    }

    void walk(const std::string& below)
    {
        const Result<std::vector<std::string>> names = files_.list(below.empty() ? folder_ : folder_ + "/" + below);
        if (!names)
            return report_.add_problem(names.error().message);
        if (std::ranges::count(below, '/') > folder_depth_limit)
            return report_.add_problem(below + ": deeper than a log's folders are");
        for (const std::string& name : *names) {
            if (report_.is_full())
                return;
            const std::string path = path_below(below, name);
            if (name.ends_with('/'))
                walk(path.substr(0, path.size() - 1));
            else
                judge_file(path);
        }
    }

    void judge_file(const std::string& path)
    {
        if (path == "checkpoint" || path == "commit" || path == "keys")
            return;
        if (path == "lock") {
            const Result<OctetBuffer> lock = files_.read(folder_ + "/lock");
            if (!lock || !lock->empty())
                report_.add_problem("lock: the file is not empty");
            return;
        }
        if (path.ends_with(".tmp") && is_log_path(std::string_view(path).substr(0, path.size() - 4))) {
            report_.add_note(path + ": left by a crash, the next run removes it");
            return;
        }
        if (const std::optional<Digest> digest = Store::digest_of_path(path)) {
            if (!logged_.contains(*digest))
                judge_extra_version(path, *digest);
            return;
        }
        const std::optional<Tile> tile = tile_of_path(path);
        if (!tile)
            return report_.add_problem(path + ": not a file of a log");
        judge_tile(path, *tile);
    }

    /// Kept by a run that died before its leaf was committed: harmless when whole.
    void judge_extra_version(const std::string& path, const Digest& digest)
    {
        Store store(files_, folder_);
        if (const Result<std::string> text = store.get(digest); !text)
            return report_.add_problem(text.error().message);
        report_.add_note(path + ": a stored version that no leaf speaks of");
    }

    /// The tree's own tiles were compared already; what else is there must be an earlier, partial form of one.
    void judge_tile(const std::string& path, const Tile& tile)
    {
        const std::uint64_t width = width_in_tree(size_, tile.level.value_or(0), tile.index);
        if (tile.width > width)
            return report_.add_problem(path + ": beyond the end of the log");
        if (tile.width == width && (tile.level || size_ == tree_->checkpoint().head.size))
            return;
        const Result<OctetBuffer> part = files_.read(folder_ + "/" + path);
        const std::string whole = tile_path({.level = tile.level, .index = tile.index, .width = width});
        if (whole_path_ != whole) {
            // A tile has up to 255 earlier forms, one after the other: read it once.
            whole_ = files_.read(folder_ + "/" + whole);
            whole_path_ = whole;
        }
        if (!part || !whole_)
            return report_.add_problem(part ? whole_.error().message : part.error().message);
        const bool is_prefix = part->size() <= whole_->size() && equal(*part, Octets(*whole_).first(part->size()));
        const bool complete =
            tile.level ? part->size() == tile.width * sizeof(Digest) : entries_of(*part, tile.width).has_value();
        if (!is_prefix || !complete)
            report_.add_problem(path + ": not the beginning of the tile that replaced it");
    }

    void judge_versions()
    {
        Store store(files_, folder_);
        for (const LoggedVersion& version : tree_->versions()) {
            if (const Result<std::string> text = store.get(version.sha256); !text)
                report_.add_problem(
                    fmt::format("version {} (leaf {}): {}", version.serial, version.leaf, text.error().message));
            ++report_.versions_checked;
            if (expectations_.progress && report_.versions_checked % 64 == 0)
                expectations_.progress(report_.versions_checked, tree_->versions().size());
        }
    }

    Files& files_;
    const std::string& folder_;
    const LogExpectations& expectations_;
    LogReport& report_;
    const TreeAudit* tree_ = nullptr;
    std::uint64_t size_ = 0;
    std::vector<VerifierKey> claimed_;
    std::set<Digest> logged_;
    std::string whole_path_;
    Result<OctetBuffer> whole_;  ///< the file at whole_path_
};

}  // namespace

std::vector<std::string> unexplained_signatures(const SignedNote& note, const std::vector<VerifierKey>& trusted,
                                                const std::vector<VerifierKey>& claimed)
{
    std::vector<std::string> unexplained;
    std::vector<VerifierKey> all = trusted;
    all.insert(all.end(), claimed.begin(), claimed.end());
    for (const NoteSignature& signature : note.signatures) {
        const SignedNote alone{.text = note.text, .signatures = {signature}};
        const Result<SignatureReport> report = check_signatures(alone, all);
        if (!report || report->valid.empty())
            unexplained.push_back(signature.name);
    }
    return unexplained;
}

LogReport verify_log_folder(Files& files, const std::string& folder, const LogExpectations& expectations)
{
    LogReport report;
    FolderAudit(files, folder, expectations, report).run();
    return report;
}

}  // namespace rw::zones::audit
