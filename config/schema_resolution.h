// SPDX-License-Identifier: EUPL-1.2
// The sections about resolving names. Part of schema.h.
#pragma once

#include "config/names.h"
#include "config/settings.h"
#include "config/spec.h"

namespace rw::config
{

template <class V>
void describe(V& v, OutgoingSettings& s)
{
    v.field("ipv4", s.ipv4, {.doc = "Ask servers over IPv4."});
    v.field("ipv6", s.ipv6, {.doc = "Ask servers over IPv6."});
    v.field("port", s.port,
            {.doc = "Port that servers are asked on; another than 53 is for tests.", .minimum = 1, .maximum = 65535});
    v.field("addresses", s.addresses,
            {.doc = "Addresses to ask from; empty: the system chooses. A family without an address here still works.",
             .reload = Reload::restart,
             .example = "[192.0.2.53, \"2001:db8::53\"]"});
}

template <class V>
void describe(V& v, QueryBudgetSettings& s)
{
    v.field(
        "per-second", s.per_second,
        {.doc = "Queries a second to all root identities together, in the long run. One that finds a top-level domain "
                "gives its place back; what this bounds is names that do not exist.",
         .minimum = 1,
         .maximum = 100'000});
    v.field("burst", s.burst,
            {.doc = "Queries that may go out at once after a quiet time.", .minimum = 1, .maximum = 1'000'000});
}

template <class V>
void describe(V& v, MonitorSettings& s)
{
    v.field("enabled", s.enabled,
            {.doc = "Ask every identity now and then for SOA, keys and instance name, apart from live queries."});
    v.field("interval", s.interval,
            {.doc = "In this time each address of a preferred identity is asked for its serial once. All identities "
                    "together get 15 queries in it: at most 60 an hour with the default.",
             .minimum = std::chrono::minutes{1},
             .maximum = std::chrono::days{1}});
}

template <class V>
void describe(V& v, RootSettings& s)
{
    v.field("hints", s.hints,
            {.doc = "File with names and addresses of root servers, in the form of `named.root`.",
             .example = "root.hints",
             .absent = "shipped"});
    v.field(
        "prefer", s.prefer,
        {.doc = "Identities that get the queries to the root while one of them answers. I is run by Netnod (SE), K by "
                "RIPE NCC (NL)."});
    v.field("mode", s.mode,
            {.doc = "`prefer` falls back to the other identities within the same query, `only` fails instead, `off` "
                    "chooses by round-trip time alone."});
    v.field(
        "priming", s.priming,
        {.doc = "Ask for the current root servers at start (RFC 9609); `false` uses the hints as they are. A failed "
                "priming never stops resolution.",
         .reload = Reload::restart});
    v.field("stale-policy", s.stale_policy,
            {.doc = "What follows when a preferred identity serves an old root zone: `demote` prefers another until it "
                    "has caught up, `event` only reports it."});
    v.section("query-budget", s.query_budget,
              "Upper bound on queries to the root, over all identities. Who gets none waits, and at last fails; no "
              "other identity "
              "is asked instead.");
    v.section("monitor", s.monitor, "The root monitor.");
}

template <class V>
void describe(V& v, IterateSettings& s)
{
    v.field("harden-glue", s.harden_glue, {.doc = "Believe glue only for names below the delegated zone's parent."});
    v.field(
        "accept-non-aa", s.accept_non_aa,
        {.doc = "Accept answers without the AA flag from a server that the zone is delegated to. `false`: only from "
                "one with RA, and only when no other server answers."});
}

template <class V>
void describe(V& v, MinimisationSettings& s)
{
    v.field("mode", s.mode,
            {.doc = "`relaxed` asks with the full name when a server fails on a shortened one, `strict` never does, "
                    "`off` always shows the full name."});
    v.field("type", s.type, {.doc = "Query type of shortened questions."});
}

template <class V>
void describe(V& v, UpstreamSettings& s)
{
    v.field("do-not-query", s.do_not_query,
            {.doc = "Server addresses that are never asked, whatever a delegation says. Stub and forward zones are "
                    "not bound by it."});
}

template <class V>
void describe(V& v, ServeStaleSettings& s)
{
    v.field("enabled", s.enabled, {.doc = "Answer with expired data when the servers do not answer (RFC 8767)."});
    v.field("client-wait", s.client_wait,
            {.doc = "A client waits so long for fresh data before it gets stale data.",
             .minimum = milliseconds{0},
             .maximum = std::chrono::seconds{10}});
    v.field("max", s.max,
            {.doc = "Data expired for longer is not used.",
             .minimum = std::chrono::seconds{1},
             .maximum = std::chrono::days{30}});
}

template <class V>
void describe(V& v, CacheSettings& s)
{
    v.field("size", s.size,
            {.doc = "Memory of the cache, overhead included. What has not been used goes first.",
             .minimum = mebibytes(1),
             .maximum = gibibytes(1024),
             .reload = Reload::restart});
    v.field("min-ttl", s.min_ttl,
            {.doc = "Lower bound on cached TTLs; anything but 0s serves data for longer than its owner allows.",
             .minimum = seconds{0},
             .maximum = std::chrono::days{1}});
    v.field(
        "max-ttl", s.max_ttl,
        {.doc = "Upper bound on cached TTLs (RFC 8767 §4).", .minimum = seconds{1}, .maximum = std::chrono::days{7}});
    v.field("max-negative-ttl", s.max_negative_ttl,
            {.doc = "Upper bound on the TTLs of negative answers (RFC 2308 §5).",
             .minimum = seconds{0},
             .maximum = std::chrono::days{1}});
    v.field(
        "clock", s.clock,
        {.doc = "Clock that TTLs run on. `wall` is for harnesses that fake the time: a clock that is set back would "
                "revive expired data.",
         .reload = Reload::restart});
    v.field("prefetch", s.prefetch, {.doc = "Renew data that is asked for often shortly before it expires."});
    v.section("serve-stale", s.serve_stale, "Expired data as a last resort.");
}

template <class V>
void describe(V& v, DnssecSettings& s)
{
    v.field("enabled", s.enabled, {.doc = "Validate answers."});
    v.field("trust-anchors", s.trust_anchors,
            {.doc = "Where chains of trust begin, instead of the shipped anchors of the root; `[]` is none at all. "
                    "Each item is a DS or DNSKEY record, or a file of them.",
             .example = "[\". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\"]",
             .absent = "shipped"});
    v.field("negative-trust-anchors", s.negative_trust_anchors,
            {.doc = "Names below which validation is off while their owners repair them (RFC 7646).",
             .example = "[broken.example., \"other.example. until 2027-01-11T00:00:00Z\"]"});
    v.field("insecure-zones", s.insecure_zones,
            {.doc = "Names below which validation is off for good. A negative trust anchor is dropped once its zone "
                    "validates, these are not: for internal zones that the public parent denies.",
             .example = "[corp.example.]"});
    v.field(
        "rfc5011", s.rfc5011,
        {.doc = "Follow key rollovers of the shipped anchors (RFC 5011); their state is kept in `state-dir`. Anchors "
                "given here are static.",
         .reload = Reload::restart});
    v.field("key-tag-signal", s.key_tag_signal, {.doc = "Tell the root which anchors are in use (RFC 8145)."});
    v.field("sentinel", s.sentinel, {.doc = "Answer root key sentinel queries (RFC 8509)."});
    v.field("sha1", s.sha1,
            {.doc = "What algorithms 5 and 7 and DS digest 1 are worth: `insecure` treats them as unknown (RFC 9905), "
                    "`validate` still checks them."});
    v.field("signature-skew", s.signature_skew,
            {.doc = "Signatures are accepted so long before they begin and after they end, for clocks that are off.",
             .minimum = seconds{0},
             .maximum = std::chrono::days{1}});
}

}  // namespace rw::config
