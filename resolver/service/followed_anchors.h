// SPDX-License-Identifier: EUPL-1.2
// Follows the root's keys for the process: reads their state at the start, looks at the root's DNSKEY RRset as often as
// RFC 5011 §2.3 says, puts what comes of it in force for every worker, and tells the root which anchors are in use (RFC
// 8145). A thin shell of I/O around validate/anchor_keeper and validate/sighting. Runs on the first worker.
#pragma once

#include <memory>
#include <mutex>

#include "resolver/iterate/iterator.h"
#include "resolver/validate/anchor_keeper.h"
#include "zones/files.h"

namespace rw::service
{

class Shared;

class FollowedAnchors
{
 public:
    /// Reads the state in `folder` and warns about what is lost.
    FollowedAnchors(std::unique_ptr<zones::Files> files, std::string folder, std::vector<dnssec::TrustAnchor> shipped);

    [[nodiscard]] std::vector<dnssec::TrustAnchor> anchors() const;
    /// The latest time that was proven before the start.
    [[nodiscard]] WallSeconds proven() const { return keeper_.proven(); }
    Result<std::vector<validate::Transition>> observe(const validate::Sighting& sighting, WallSeconds now,
                                                      WallSeconds proven);

 private:
    std::unique_ptr<zones::Files> files_;
    mutable std::mutex mutex_;  // a reload may ask for the anchors from another thread
    validate::AnchorKeeper keeper_;
};

/// Looks at the root's keys now and for ever again, while they are to be followed; ends with its owner. Everything must
/// outlive it.
io::Task<void> follow_root_keys(iterate::Context& context, iterate::Iterator& iterator, Shared& shared);

/// Sends the key tags of each trust point's anchors to its servers (RFC 8145 §5), now and once a day, while the
/// settings say so.
io::Task<void> signal_key_tags(iterate::Context& context, iterate::Iterator& iterator, Shared& shared);

/// The question that tells which anchors of `zone` are in use: "_ta-4f66-9728." NULL. Nothing when there are none.
[[nodiscard]] std::optional<dns::Question> key_tag_question(const dns::Name& zone, const validate::AnchorSet& anchors,
                                                            WallSeconds now);

}  // namespace rw::service
