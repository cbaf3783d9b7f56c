// SPDX-License-Identifier: EUPL-1.2
// Comparing claims, and keeping them.
#include "zones/audit/claims.h"

#include <fmt/format.h>

#include "zones/encoding.h"

namespace rw::zones::audit
{

namespace
{

/// 2,000 octets: a ZONEMD of eight digests has 1,100.
constexpr std::size_t member_limit = 2000;

std::string bounded(std::string text)
{
    return text.size() <= member_limit ? text : "sha256:" + hex_lower(sha256(text));
}

/// How two claims about one serial contradict each other: "ZONEMD", "content", or nothing.
std::string_view contradiction(const Claim& a, const Claim& b)
{
    if (!a.zonemd.empty() && !b.zonemd.empty() && a.zonemd != b.zonemd)
        return "ZONEMD";
    // An archive without signatures has another content than the zone itself: contents compare when both checks gave
    // the same, or when one of them says that its content is bad. Two verified ones have one digest.
    const bool comparable = a.result == b.result ? a.result != "verified" || a.zonemd.empty()
                                                 : a.result == "failed" || b.result == "failed";
    return comparable && a.sha256 != b.sha256 ? "content" : "";
}

}  // namespace

Claim claim_of(const Json& version_leaf)
{
    return {.sha256 = bounded(text_member(version_leaf, "sha256")),
            .zonemd = bounded(text_member(version_leaf, "zonemd")),
            .result = bounded(text_member(version_leaf, "result"))};
}

std::vector<std::string> Claims::note(const std::string& origin, std::uint32_t serial, const Claim& claim)
{
    std::vector<std::string> contradictions;
    for (const auto& [other, table] : logs_) {
        const auto theirs = other == origin ? table.end() : table.find(serial);
        if (theirs == table.end())
            continue;
        const std::string_view what = contradiction(claim, theirs->second);
        if (what.empty())
            continue;
        const bool digests = what == "ZONEMD";
        contradictions.push_back(fmt::format("serial {}, {}: {} saw {} ({}), {} saw {} ({})", serial, what, other,
                                             digests ? theirs->second.zonemd : theirs->second.sha256,
                                             theirs->second.result, origin, digests ? claim.zonemd : claim.sha256,
                                             claim.result));
    }
    add(logs_[origin], serial, claim);
    return contradictions;
}

void Claims::add(OfOneLog& table, std::uint32_t serial, const Claim& claim)
{
    table.try_emplace(serial, claim);
    while (table.size() > watched_serials)
        table.erase(table.begin());
}

Json Claims::to_json() const
{
    Json json = Json::object();
    for (const auto& [origin, table] : logs_) {
        Json& of_one = json[origin] = Json::object();
        for (const auto& [serial, claim] : table)
            of_one[std::to_string(serial)] = {
                {"sha256", claim.sha256}, {"zonemd", claim.zonemd}, {"result", claim.result}};
    }
    return json;
}

Result<Claims> Claims::read(const Json& json)
{
    Claims claims;
    if (!json.is_object())
        return failed("not a table of serials");
    for (const auto& [origin, table] : json.items()) {
        if (!table.is_object())
            return failed("not a table of serials");
        for (const auto& [text, claim] : table.items()) {
            const std::optional<std::uint64_t> serial = decimal(text);
            if (!serial || *serial > UINT32_MAX || !claim.is_object())
                return failed(fmt::format("\"{}\" is no serial", printable(text)));
            add(claims.logs_[origin], static_cast<std::uint32_t>(*serial), claim_of(claim));
        }
    }
    return claims;
}

}  // namespace rw::zones::audit
