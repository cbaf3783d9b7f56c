// SPDX-License-Identifier: EUPL-1.2
// Puts versions of a zone on record: reads and judges each, keeps it in the store, compares it with the one before and
// commits version, delta, gap and events as leaves in one step. Called by `audit ingest` and, later, by the assurance
// process. Opening reads the log once to know what it holds, so that a run repeated after a crash adds nothing twice.
#pragma once

#include <map>

#include "zones/audit/leaf.h"
#include "zones/audit/log_writer.h"
#include "zones/store.h"

namespace rw::zones::audit
{

struct Recorded {
    std::uint32_t serial = 0;
    bool known = false;  ///< this very content was on record already; nothing was added
    ZoneVerdict verdict;
    std::size_t changes = 0;
    std::vector<Finding> findings;
    std::uint64_t first_leaf = 0;
};

class Recorder
{
 public:
    struct Rules {
        const Anchor* anchor = nullptr;  ///< nullptr: versions are recorded as not-checked
        const Severities* severities = nullptr;
        const Clock* clock = nullptr;
        bool publish = true;  ///< false: the caller publishes, once witnesses have cosigned
    };

    [[nodiscard]] static Result<Recorder> open(Files& files, LogWriter log, const Rules& rules);

    [[nodiscard]] Result<void> start(const ClockFacts& clock);
    [[nodiscard]] Result<void> stop(std::string_view reason);
    /// Records one version, judged at the time it was signed. When this returns it is on record and published.
    [[nodiscard]] Result<Recorded> record(Zone zone, const std::string& source);
    /// The same for the text of a zone file.
    [[nodiscard]] Result<Recorded> record(std::string_view zone_text, const std::string& source);
    [[nodiscard]] Result<void> heartbeat();
    /// Writes a fact about a key: "introduced" or "retired".
    [[nodiscard]] Result<void> note_key(std::string_view action, const VerifierKey& key);

    [[nodiscard]] LogWriter& log() { return log_; }

 private:
    Recorder(Files& files, LogWriter log, const Rules& rules);
    Result<void> read_history();
    Result<void> add(Json leaf);
    Result<void> add_comparison(const Zone& zone, const Digest& digest, Recorded& recorded);
    Result<void> seal();
    [[nodiscard]] Recorded judge(const Zone& zone) const;
    [[nodiscard]] WallSeconds time_of(const Zone& zone) const;

    Files& files_;
    LogWriter log_;
    Rules rules_;
    Store store_;
    std::multimap<std::uint32_t, Digest> known_;  ///< serial to content
    std::optional<Digest> last_digest_;
    std::optional<Zone> last_;
};

}  // namespace rw::zones::audit
