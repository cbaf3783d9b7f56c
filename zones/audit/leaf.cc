// SPDX-License-Identifier: EUPL-1.2
// Leaves. What a hostile zone can blow up (summaries, one giant RRset) is cut here, so that a leaf always fits.
#include "zones/audit/leaf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace rw::zones::audit
{

namespace
{

constexpr int schema = 1;
/// 48 KiB of changes in a leaf: an entry holds 64 KiB, the rest is room for the other members.
constexpr std::size_t changes_limit = 48U << 10;
/// 20,000 changes of one delta are listed: every RRset of the root twice. What exceeds it is counted; the versions
/// themselves are on record. Attack: two zones of a quarter of a million records that have nothing in common.
constexpr std::size_t changes_listed = 20'000;
/// 2,000 characters of a summary: a sentence. Attack: a zone with 200,000 root name servers.
constexpr std::size_t summary_limit = 2000;

/// The end of the year 9999: later ones have no RFC 3339 form, and no calendar is asked for them.
constexpr std::int64_t latest_time = 253402300799;

constexpr std::array<std::string_view, 8> kinds{"start", "stop",      "version", "delta",
                                                "event", "heartbeat", "gap",     "key"};

std::string shortened(const std::string& text)
{
    return text.size() <= summary_limit ? text : text.substr(0, summary_limit) + " ...";
}

/// A change too large for a leaf: counts and digests instead of the data.
Json condensed(const Change& change)
{
    const auto digest_of = [](const std::vector<std::string>& texts) {
        Sha256 sha;
        for (const std::string& text : texts)
            sha.add(text).add("\n");
        return hex_lower(sha.finish());
    };
    Json json = change_json({.owner = change.owner,
                             .type = change.type,
                             .added = {},
                             .removed = {},
                             .ttl_before = change.ttl_before,
                             .ttl_after = change.ttl_after});
    json["added_count"] = change.added.size();
    json["added_sha256"] = digest_of(change.added);
    json["removed_count"] = change.removed.size();
    json["removed_sha256"] = digest_of(change.removed);
    return json;
}

}  // namespace

Json start_leaf(const std::string& origin, const ClockFacts& clock)
{
    return Json{
        {"kind", "start"},
        {"origin", origin},
        {"software", std::string("rootward ") + ROOTWARD_VERSION},
        {"clock", {{"source", clock.source}, {"offset_us", clock.offset_us}, {"max_error_us", clock.max_error_us}}}};
}

Json stop_leaf(std::string_view reason)
{
    return Json{{"kind", "stop"}, {"reason", reason}};
}

Json version_leaf(const SeenVersion& version)
{
    Json leaf = verdict_json(version.verdict);
    leaf["kind"] = "version";
    leaf["reason"] = shortened(version.verdict.reason);
    leaf["sha256"] = hex_lower(version.sha256);
    leaf["zonemd"] = version.verdict.zonemd;
    leaf["octets"] = version.octets;
    leaf["records"] = version.records;
    leaf["source"] = shortened(version.source);
    leaf["signed_at"] = version.signed_at ? Json(*version.signed_at) : Json(nullptr);
    return leaf;
}

Json event_leaf(const Finding& finding, std::uint32_t serial)
{
    Json leaf = finding_json(finding);
    leaf["kind"] = "event";
    leaf["serial"] = serial;
    leaf["summary"] = shortened(finding.event.summary);
    leaf["reason"] = finding.reason;
    leaf["reference"] = finding.reference;
    return leaf;
}

Json gap_leaf(std::uint32_t from, std::uint32_t to, const MissingSerials& missing)
{
    return Json{
        {"kind", "gap"}, {"from", from}, {"to", to}, {"missing", missing.listed}, {"missing_count", missing.count}};
}

Json heartbeat_leaf(std::uint32_t serial, const Digest& sha256)
{
    return Json{{"kind", "heartbeat"}, {"serial", serial}, {"sha256", hex_lower(sha256)}};
}

Json key_leaf(std::string_view action, const VerifierKey& key)
{
    return Json{{"kind", "key"}, {"action", action}, {"vkey", key.text()}};
}

std::vector<Json> delta_leaves(const Delta& delta, const Digest& from, const Digest& to)
{
    std::vector<Json> parts{Json::array()};
    std::size_t size = 0;
    const std::size_t listed = std::min(delta.changes.size(), changes_listed);
    for (const Change& change : std::span(delta.changes).first(listed)) {
        Json json = change_json(change);
        std::size_t octets = canonical_json(json).size() + 1;
        if (octets > changes_limit) {
            json = condensed(change);
            octets = canonical_json(json).size() + 1;
        }
        if (size + octets > changes_limit) {
            parts.push_back(Json::array());
            size = 0;
        }
        size += octets;
        parts.back().push_back(std::move(json));
    }
    std::vector<Json> leaves;
    leaves.reserve(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i)
        leaves.push_back(Json{{"kind", "delta"},
                              {"from", delta.from},
                              {"to", delta.to},
                              {"from_sha256", hex_lower(from)},
                              {"to_sha256", hex_lower(to)},
                              {"resigned", delta.resigned},
                              {"part", i + 1},
                              {"parts", parts.size()},
                              {"changes", std::move(parts[i])}});
    if (listed < delta.changes.size())
        leaves.back()["changes_not_listed"] = delta.changes.size() - listed;
    return leaves;
}

std::string stamp(Json leaf, std::uint64_t index, WallSeconds time)
{
    leaf["schema"] = schema;
    leaf["index"] = index;
    leaf["time"] = time.time_since_epoch().count();
    return canonical_json(leaf);
}

Result<Json> read_leaf(Octets entry, std::uint64_t index)
{
    Result<Json> leaf = read_canonical_json(text_of(entry));
    if (!leaf)
        return failed(fmt::format("leaf {}: {}", index, leaf.error().message));
    if (!leaf->is_object() || integer_member(*leaf, "schema") != schema ||
        std::ranges::find(kinds, text_member(*leaf, "kind")) == kinds.end())
        return failed(fmt::format("leaf {}: not of a kind and schema we know", index));
    if (!leaf->contains("index") || integer_member(*leaf, "index") != static_cast<std::int64_t>(index))
        return failed(fmt::format("leaf {}: it says it is leaf {}", index, integer_member(*leaf, "index")));
    if (!leaf->contains("time") || integer_member(*leaf, "time") < 0 || integer_member(*leaf, "time") > latest_time)
        return failed(fmt::format("leaf {}: its time is no second of the years 1970 to 9999", index));
    return leaf;
}

}  // namespace rw::zones::audit
