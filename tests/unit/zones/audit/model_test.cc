// SPDX-License-Identifier: EUPL-1.2
// Random histories of one honest log and two witnesses: ingests, crashes at any file operation, power failures, backups
// and the return of any part of an older one, restores from a mirror, second processes. What somebody saw signed must
// never be contradicted: no two heads of one size with different roots by one key, no witness that cosigned both.
#include <doctest/doctest.h>

#include "tests/unit/zones/audit/recorded_log.h"

namespace rw::zones::audit
{

namespace
{

/// Heads that somebody saw with a signature, by size. False when one contradicts another.
class Seen
{
 public:
    bool add(const TreeHead& head) { return roots_.try_emplace(head.size, head.root).first->second == head.root; }
    [[nodiscard]] std::uint64_t largest() const { return roots_.empty() ? 0 : roots_.rbegin()->first; }

 private:
    std::map<std::uint64_t, Digest> roots_;
};

class World
{
 public:
    World(std::uint64_t seed, bool witnessed) : random_(seed), witnessed_(witnessed), key_(log_key())
    {
        for (const char* name : {"w1", "w2"}) {
            witness_keys_.push_back(SigningKey::generate(std::string(name) + ".example", KeyType::witness).value());
            REQUIRE(WitnessDesk::init(desk_place(files_, name), witness_keys_.back().verifier()));
            REQUIRE(open_desk(files_, name, witness_keys_.back(), {key_.verifier()}));
        }
        REQUIRE(create_log(files_, "log", key_));
        look();
    }

    void step()
    {
        switch (random_() % 8) {
            case 0:
            case 1:
            case 2:
                return ingest();
            case 3:
                backups_.push_back(files_.backup(""));
                return;
            case 4:
                return put_back_log();
            case 5:
                return put_back_witness();
            case 6:
                return restore();
            default:
                return second_process();
        }
    }
    [[nodiscard]] std::uint64_t commits() const { return commits_; }
    [[nodiscard]] std::uint64_t refusals() const { return refusals_; }
    [[nodiscard]] std::uint64_t restores() const { return restores_; }

 private:
    /// What a stranger can see now: signed heads also in files that a crash left half way.
    void look()
    {
        for (const char* path : {"log/commit", "log/commit.tmp", "log/checkpoint", "log/checkpoint.tmp"}) {
            const Result<OctetBuffer> octets = files_.read(path);
            const Result<Checkpoint> head = octets ? read_checkpoint(text_of(*octets)) : failed("absent");
            if (!head)
                continue;
            const bool published = std::string_view(path).starts_with("log/checkpoint");
            // With witnesses a head counts once they vouched for it: a commit that nobody saw may be lost with the disk.
            if (published || !witnessed_)
                REQUIRE_MESSAGE(seen_.add(head->head), "two histories of size " << head->head.size);
        }
    }

    void die_or_not()
    {
        if (random_() % 3 == 0)
            files_.crash_after(random_() % 40);
    }
    void come_back()
    {
        look();
        if (files_.crashed()) {
            switch (random_() % 3) {
                case 0:
                    files_.lose_power();
                    break;
                case 1:
                    files_.lose_power_partly(random_());
                    break;
                default:
                    break;
            }
        }
        files_.restart();
        look();
    }

    void ingest()
    {
        die_or_not();
        write();
        come_back();
        mirror();
    }
    void write()
    {
        Result<Signer> signer = signer_for(files_, "log", key_);
        if (!signer)
            return;
        Result<LogWriter> log = LogWriter::open(files_, "log", std::move(*signer));
        if (!log || (witnessed_ && witness_knows_more(*log))) {
            ++refusals_;
            return;
        }
        for (std::uint64_t i = random_() % 4 + 1; i > 0; --i)
            REQUIRE(log->add("{\"n\":" + std::to_string(random_()) + "}"));
        if (!log->commit())
            return;
        look();
        ++commits_;
        if (!witnessed_) {
            (void)log->publish();
            return;
        }
        std::vector<NoteSignature> cosignatures;
        for (std::size_t i = 0; i < witness_keys_.size(); ++i) {
            if (auto one = cosign_by(i, *log))
                cosignatures.push_back(std::move(*one));
        }
        if (cosignatures.size() == witness_keys_.size())
            (void)log->publish(cosignatures);
    }

    std::string name_of(std::size_t witness) { return "w" + std::to_string(witness + 1); }
    bool witness_knows_more(const LogWriter& log)
    {
        const TreeHead& head = log.committed().head;
        for (std::size_t i = 0; i < witness_keys_.size() && head.size > 0; ++i) {
            Result<WitnessDesk> desk = open_desk(files_, name_of(i), witness_keys_[i], {key_.verifier()});
            if (!desk)
                return true;
            const WitnessReply reply = desk->add_checkpoint(witness_request(head.size, {}, log.committed().note), 1);
            if (reply.status == 200)
                REQUIRE(cosigned_[i].add(head));
            const auto known = decimal(std::string_view(reply.body).substr(0, reply.body.find('\n')));
            if (reply.status == 409 && (!known || *known >= head.size))
                return true;
        }
        return false;
    }
    std::optional<NoteSignature> cosign_by(std::size_t i, const LogWriter& log)
    {
        Result<WitnessDesk> desk = open_desk(files_, name_of(i), witness_keys_[i], {key_.verifier()});
        if (!desk)
            return std::nullopt;
        const TreeHead& head = log.committed().head;
        FolderSource source(files_, "log");
        LogReader reader(source, head.size);
        std::uint64_t old_size = 0;
        for (int turn = 0; turn < 2; ++turn) {
            const auto proof = consistency_proof(reader.subtrees(), old_size, head.size);
            if (!proof)
                return std::nullopt;
            const WitnessReply reply = desk->add_checkpoint(witness_request(old_size, *proof, log.committed().note), 1);
            if (reply.status == 200) {
                REQUIRE_MESSAGE(cosigned_[i].add(head), "a witness cosigned two histories");
                return read_signature_lines(reply.body)->front();
            }
            old_size = decimal(std::string_view(reply.body).substr(0, reply.body.find('\n'))).value_or(0);
        }
        return std::nullopt;
    }

    /// Somebody keeps a copy of what is published, as readers do.
    void mirror()
    {
        FolderSource source(files_, "log");
        const Result<Checkpoint> checkpoint = fetch_checkpoint(source);
        if (!checkpoint || checkpoint->head.size < mirrored_)
            return;
        mirrored_ = checkpoint->head.size;
        const SimulatedFiles::Backup now = files_.backup("log/");
        for (const auto& [path, octets] : now)
            mirror_.put_back(now, path);
    }

    void put_back_log()
    {
        if (backups_.empty())
            return;
        const SimulatedFiles::Backup before = files_.backup("log");
        const SimulatedFiles::Backup& old = backups_[random_() % backups_.size()];
        const std::uint64_t share = random_() % 4;
        for (const auto& [path, octets] : before) {
            if (path != "log" && (share == 3 || random_() % 4 <= share))
                files_.put_back(old, path);
        }
        // Without witnesses nobody can notice that the folder *and* what is beside the key were put back together.
        if (!witnessed_ && largest_trace() < seen_.largest()) {
            for (const auto& [path, octets] : before)
                files_.put_back(before, path);
        }
    }
    std::uint64_t largest_trace()
    {
        std::uint64_t largest = 0;
        for (const char* path : {"log/commit", "log/checkpoint"}) {
            const Result<OctetBuffer> octets = files_.read(path);
            if (const Result<Checkpoint> head = octets ? read_checkpoint(text_of(*octets)) : failed("absent"))
                largest = std::max(largest, head->head.size);
        }
        const Result<Signer> signer = signer_for(files_, "log", key_);
        return signer && signer->last() ? std::max(largest, signer->last()->size) : largest;
    }

    /// Either copy of a witness's memory, which is whole again when the witness comes up; who puts both back before that
    /// has made another witness under the same name.
    void put_back_witness()
    {
        if (backups_.empty())
            return;
        const SimulatedFiles::Backup& old = backups_[random_() % backups_.size()];
        const std::string name = name_of(random_() % 2);
        const bool folder = random_() % 2 == 0;
        for (const auto& [path, octets] : files_.backup(name)) {
            const bool inside = path.starts_with(name + "/");
            if (inside == folder && path != name && random_() % 2 == 0)
                files_.put_back(old, path);
        }
        (void)open_desk(files_, name, witness_keys_[name == "w1" ? 0 : 1], {key_.verifier()});
    }

    void restore()
    {
        die_or_not();
        {
            Result<Signer> signer = signer_for(files_, "log", key_);
            FolderSource own(files_, "log");
            FolderSource copy(mirror_, "log");
            if (signer) {
                Result<LogWriter> log = LogWriter::restore(files_, "log", std::move(*signer),
                                                           random_() % 2 == 0 ? static_cast<LogSource&>(own) : copy);
                look();
                restores_ += log ? 1 : 0;
                if (log && !witnessed_)
                    (void)log->publish();
            }
        }
        come_back();
    }

    void second_process()
    {
        const Result<LogWriter> log = open_log_if(files_);
        if (!log)
            return;
        CHECK_FALSE(signer_for(files_, "log", key_));
        const Result<WitnessDesk> desk = open_desk(files_, "w1", witness_keys_[0], {key_.verifier()});
        if (desk)
            CHECK_FALSE(open_desk(files_, "w1", witness_keys_[0], {key_.verifier()}));
    }
    Result<LogWriter> open_log_if(Files& files)
    {
        Result<Signer> signer = signer_for(files, "log", key_);
        return signer ? LogWriter::open(files, "log", std::move(*signer)) : std::unexpected(signer.error());
    }

    std::mt19937_64 random_;
    bool witnessed_;
    SigningKey key_;
    std::vector<SigningKey> witness_keys_;
    SimulatedFiles files_;
    SimulatedFiles mirror_;
    std::uint64_t mirrored_ = 0;
    std::vector<SimulatedFiles::Backup> backups_;
    Seen seen_;
    std::array<Seen, 2> cosigned_;
    std::uint64_t commits_ = 0;
    std::uint64_t refusals_ = 0;
    std::uint64_t restores_ = 0;
};

/// Gives commits, refusals and restores of all histories.
std::array<std::uint64_t, 3> run_histories(bool witnessed)
{
    constexpr std::uint64_t histories = 60;
    constexpr int steps = 60;
    std::array<std::uint64_t, 3> counts{};
    for (std::uint64_t seed = 0; seed < histories; ++seed) {
        CAPTURE(seed);
        World world(seed, witnessed);
        for (int i = 0; i < steps; ++i)
            world.step();
        counts[0] += world.commits();
        counts[1] += world.refusals();
        counts[2] += world.restores();
    }
    return counts;
}

}  // namespace

TEST_CASE("no history of crashes and partial restores makes an honest key sign two trees of one size")
{
    const auto [commits, refusals, restores] = run_histories(false);
    CHECK(commits > 300);
    CHECK(refusals > 50);
    CHECK(restores > 50);
}

TEST_CASE(
    "with witnesses not even the return of the whole machine publishes a second history, and no witness cosigns one")
{
    const auto [commits, refusals, restores] = run_histories(true);
    CHECK(commits > 100);
    CHECK(refusals > 50);
    CHECK(restores > 50);
}

}  // namespace rw::zones::audit
