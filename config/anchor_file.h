// SPDX-License-Identifier: EUPL-1.2
// Files of trust anchors in the forms there are: records as in a zone file (what `dig` prints, RFC 7958's tools write),
// the file that Unbound keeps up to date (auto-trust-anchor-file), BIND's statements (bind.keys) and the file in which
// it keeps the state of its keys (managed-keys.bind). A key that is not trusted there is no anchor here.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "config/trust_anchor.h"
#include "resolver/base/clock.h"

namespace rw::config
{

/// Every anchor in `text`. Left out are keys whose state in the file is not trusted (pending, revoked, removed) as of
/// `now`, keys with the REVOKE flag (RFC 5011 §2.1), and zone signing keys that stand there by the way: those without
/// the SEP flag, where the same zone has a key with it or a DS record. The error says in which line something is wrong.
/// This is the one reader of such text, for settings, anchor files and `zone verify --anchor`.
[[nodiscard]] Result<std::vector<TrustAnchor>> read_trust_anchors(std::string_view text, WallSeconds now);

/// The anchors of a file, as of now. At least one must be there.
[[nodiscard]] Result<std::vector<TrustAnchor>> load_anchor_file(const std::filesystem::path& path);

}  // namespace rw::config
