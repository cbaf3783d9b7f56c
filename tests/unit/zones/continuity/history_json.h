// SPDX-License-Identifier: EUPL-1.2
// Histories as lines of JSON, for the second implementation of the evaluator in tests/continuity.
#pragma once

#include "tests/unit/zones/continuity/history.h"
#include "zones/canonical_json.h"

namespace rw::zones::continuity::test
{

inline Json hash_json(const std::optional<Digest>& hash)
{
    return hash ? hex_lower(*hash) : std::string();
}

template <class T>
Json signed_json(const Signed<T>& one)
{
    Json by = Json::array();
    for (const Digest& key : one.signers)
        by.push_back(base64(key));
    return Json{{"content", Json::parse(payload_of(one.content))}, {"hash", hex_lower(one.hash)}, {"signers", by}};
}

inline Json confirmations_json(const std::vector<Signed<Confirmation>>& all)
{
    Json list = Json::array();
    for (const Signed<Confirmation>& one : all)
        list.push_back(signed_json(one));
    return list;
}

inline Json zone_json(const ZoneFacts& zone)
{
    return Json{{"hash", hex_lower(zone.hash)},
                {"serial", zone.serial},
                {"anchor", zone.anchor},
                {"zonemd", zone.zonemd},
                {"algorithms", zone.algorithms},
                {"base", {{"serial", zone.base.serial}, {"zonemd", zone.base.zonemd}}},
                {"unlisted", zone.unlisted},
                {"changed-tlds", zone.changed_tlds},
                {"base-tlds", zone.base_tlds},
                {"base-verified", zone.base_verified ? Json(*zone.base_verified) : Json(nullptr)}};
}

struct EventJson {
    Json operator()(const Start&) const { return {{"event", "start"}}; }
    Json operator()(const Tick&) const { return {{"event", "tick"}}; }
    Json operator()(const Rotate& e) const { return {{"event", "rotate"}, {"authority", signed_json(e.authority)}}; }
    Json operator()(const Install& e) const
    {
        return {{"event", "install"},
                {"authority", signed_json(e.authority)},
                {"nonce", e.nonce},
                {"confirmations", confirmations_json(e.confirmations)}};
    }
    Json operator()(const ChangeSite& e) const { return {{"event", "change_site"}, {"site", signed_json(e.site)}}; }
    Json operator()(const Present& e) const
    {
        return {{"event", "present"}, {"statement", signed_json(e.statement)}, {"nonce", e.nonce}};
    }
    Json operator()(const ShowZone& e) const
    {
        return {{"event", "show"}, {"zone", zone_json(e.zone)}, {"for-armed", e.for_armed}};
    }
    Json operator()(const Enter& e) const
    {
        return {{"event", "enter"}, {"confirmations", confirmations_json(e.confirmations)}};
    }
    Json operator()(const Leave& e) const
    {
        return {{"event", "leave"}, {"confirmation", signed_json(e.confirmation)}};
    }
    Json operator()(const Enrol& e) const
    {
        return {{"event", "enrol"},
                {"statement", e.statement ? signed_json(*e.statement) : Json(nullptr)},
                {"nonce", e.nonce},
                {"confirmations", confirmations_json(e.confirmations)}};
    }
    Json operator()(const SetTime& e) const
    {
        return {{"event", "set_time"}, {"nonce", e.nonce}, {"confirmations", confirmations_json(e.confirmations)}};
    }
    Json operator()(const LoseMarks& e) const { return {{"event", "lose"}, {"file", e.file}, {"journal", e.journal}}; }
};

inline Json mark_json(const std::optional<Mark>& mark)
{
    if (!mark)
        return nullptr;
    return Json{{"sequence", mark->sequence},
                {"activation", hash_json(mark->activation)},
                {"renewal", hash_json(mark->renewal)},
                {"ended", mark->ended},
                {"drill", mark->drill},
                {"time", mark->time}};
}

inline Json running_json(const std::optional<Running>& running)
{
    if (!running)
        return nullptr;
    return Json::array(
        {hex_lower(running->statement.hash), hex_lower(running->zone), running->expires, running->deadline});
}

inline Json state_json(const State& state)
{
    return Json{{"mark", mark_json(state.mark())},
                {"armed", state.armed ? hex_lower(state.armed->statement.hash) : ""},
                {"active", running_json(state.active)},
                {"drill", running_json(state.drill)},
                {"authority", hex_lower(state.chain.back().hash)},
                {"site", hex_lower(state.site.hash)}};
}

inline Json moment_json(const Moment& now)
{
    return Json{{"system", now.system}, {"synchronised", now.synchronised}, {"monotonic", now.monotonic}};
}

}  // namespace rw::zones::continuity::test
