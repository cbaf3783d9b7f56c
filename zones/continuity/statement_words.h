// SPDX-License-Identifier: EUPL-1.2
// What a signed file does, in words, for the person who is about to sign it: made from the exact octets that will be
// signed and from nothing else. Printable ASCII, one fact a line.
#pragma once

#include "zones/continuity/site.h"
#include "zones/continuity/statement.h"

namespace rw::zones::continuity
{

/// The page of a statement.
[[nodiscard]] std::string words_of(const Statement& statement);
[[nodiscard]] std::string words_of(const Authority& authority);
[[nodiscard]] std::string words_of(const Site& site);
/// What an operator is about to say yes to.
[[nodiscard]] std::string words_of(const Confirmation& confirmation);

/// "3f2a-91c0": the first 8 hex digits of the payload's SHA-256. Whoever signs types it, so that nobody signs a page
/// that they did not look at. It names the page on the screen; the whole hash is what proves anything.
[[nodiscard]] std::string short_code(const Digest& hash);

/// TLDs of which a listed difference changes something, each once.
[[nodiscard]] std::vector<std::string> touched_tlds(const ZonePolicy& policy);

}  // namespace rw::zones::continuity
