// SPDX-License-Identifier: EUPL-1.2
// What each institution's log says about a serial, so that institutions that disagree are noticed however late the
// second one reports. Every log has a table of its own: what one logs, made up or not, moves nothing of another out.
// Called by the watcher.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "zones/canonical_json.h"

namespace rw::zones::audit
{

/// 4,000 serials per log are compared between institutions, the latest ones: five years.
inline constexpr std::size_t watched_serials = 4000;
/// 20 disagreements of one log are told one by one in a round; more are counted.
inline constexpr std::size_t disagreements_told = 20;

/// ZONEMD, content, and what the institution's check of them gave.
struct Claim {
    std::string sha256;
    std::string zonemd;
    std::string result;
};

/// The claim in a `version` leaf. A member longer than any honest one is replaced by its digest, which bounds the table
/// in octets and still differs where the text does.
[[nodiscard]] Claim claim_of(const Json& version_leaf);

class Claims
{
 public:
    /// Notes what `origin` says of `serial`; gives a sentence for each other log that says something else.
    [[nodiscard]] std::vector<std::string> note(const std::string& origin, std::uint32_t serial, const Claim& claim);

    [[nodiscard]] Json to_json() const;
    /// Error when `json` is not what to_json() gives.
    [[nodiscard]] static Result<Claims> read(const Json& json);

 private:
    using OfOneLog = std::map<std::uint32_t, Claim>;
    static void add(OfOneLog& table, std::uint32_t serial, const Claim& claim);

    std::map<std::string, OfOneLog> logs_;  ///< by origin
};

}  // namespace rw::zones::audit
