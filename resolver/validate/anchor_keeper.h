// SPDX-License-Identifier: EUPL-1.2
// The trust anchors of the root as RFC 5011 leaves them, and what of that must survive: the state of each key and the
// latest proven time in one file, every key that was ever revoked in another, so that losing the first does not bring a
// revoked key back. Both are replaced atomically; the list of revoked keys goes to disk first. No coroutine and no
// network: service/followed_anchors shows it DNSKEY RRsets.
//
//   STATE-DIR/root-keys      "rootward root keys 1", "proven TIME", "key TAG STATE SINCE HEX"..., "end SHA256"
//   STATE-DIR/revoked-keys   "rootward revoked keys 1", "key TAG HEX"...: lines are only ever added. Written before
//                            any key is revoked, so that one missing file of the two is always noticed
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "resolver/dnssec/digest.h"
#include "resolver/dnssec/trust_anchor.h"
#include "resolver/validate/rollover.h"
#include "zones/files.h"

namespace rw::validate
{

class AnchorKeeper
{
 public:
    /// `shipped`: the anchors with their validity windows. `files` must outlive the keeper.
    AnchorKeeper(zones::Files& files, std::string folder, std::vector<dnssec::TrustAnchor> shipped);

    /// Reads both files. Gives sentences for the operator when something is lost or damaged: a loud warning each, never
    /// a reason not to start.
    [[nodiscard]] std::vector<std::string> load();

    /// What to trust: shipped anchors (their windows are looked at when they are used) and keys that were followed,
    /// less every key ever revoked.
    [[nodiscard]] std::vector<dnssec::TrustAnchor> anchors() const;
    /// The latest time that was proven when the state was last written.
    [[nodiscard]] WallSeconds proven() const { return proven_; }

    /// Takes in a validated RRset and writes what changed. What was revoked counts from now on even when the disk is
    /// full: the error then says what could not be written.
    Result<std::vector<Transition>> observe(const Sighting& sighting, WallSeconds now, WallSeconds proven);

    [[nodiscard]] const Rollover& rollover() const { return rollover_; }

 private:
    [[nodiscard]] std::string state_path() const { return folder_ + "/root-keys"; }
    [[nodiscard]] std::string revoked_path() const { return folder_ + "/revoked-keys"; }
    [[nodiscard]] std::string state_text() const;
    [[nodiscard]] bool is_revoked(const dnssec::TrustAnchor& anchor) const;
    Result<void> write_revoked();
    Result<void> write_state();

    zones::Files& files_;
    std::string folder_;
    std::vector<dnssec::TrustAnchor> shipped_;
    Rollover rollover_;
    WallSeconds proven_{};
    std::optional<std::size_t> revoked_written_;  // keys that the file names; nothing: there is no sound file
};

/// "key 20326 is trusted now", for the log.
[[nodiscard]] std::string describe(const Transition& transition);

}  // namespace rw::validate
