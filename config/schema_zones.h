// SPDX-License-Identifier: EUPL-1.2
// The sections about names that are treated apart, and about the root zone as evidence. Part of schema.h.
#pragma once

#include "config/names.h"
#include "config/settings.h"
#include "config/spec.h"

namespace rw::config
{

template <class V>
void describe(V& v, StubZoneSettings& s)
{
    v.field("name", s.name, {.doc = "Apex of the zone.", .example = "corp.example.", .required = true});
    v.field("servers", s.servers,
            {.doc = "Its authoritative servers, at whatever address, loopback too.",
             .example = "[192.0.2.1, \"2001:db8::1\"]",
             .required = true});
    v.field("validate", s.validate,
            {.doc = "`false`: nothing is validated at and below the name, for a zone that its public parent does not "
                    "know or knows otherwise."});
}

template <class V>
void describe(V& v, ForwardZoneSettings& s)
{
    v.field("name", s.name, {.doc = "Names at and below this one are forwarded.", .example = ".", .required = true});
    v.field("servers", s.servers,
            {.doc = "Resolvers that are asked. `[]` takes the names out of a wider stub or forward zone: they are "
                    "resolved from the root.",
             .example = "[192.0.2.1:5353]",
             .required = true});
    v.field("fallback", s.fallback,
            {.doc = "`true`: names for which no server gives a usable answer are resolved as if this zone were not "
                    "configured."});
    v.field("validate", s.validate,
            {.doc = "`false`: nothing is validated at and below the name, for forwarders that take signatures away and "
                    "for zones that the public parent does not know."});
}

template <class V>
void describe(V& v, LocalZoneSettings& s)
{
    v.field("name", s.name, {.doc = "Apex of the zone.", .example = "lan.", .required = true});
    v.field("type", s.type,
            {.doc = "`static` answers NXDOMAIN or NODATA for what is not in `data`, `transparent` resolves it, "
                    "`redirect` answers with the apex's data for every name, `refuse` answers REFUSED."});
    v.field(
        "data", s.data,
        {.doc = "Records, each `NAME [TTL] [IN] TYPE RDATA`; without a TTL it is 3600 s. A single label without a dot "
                "is below the zone's apex, `@` is the apex, and `*` as the first label makes a wildcard (RFC 4592).",
         .example = "[\"printer.lan. 300 A 192.0.2.9\"]"});
}

template <class V>
void describe(V& v, Dns64Settings& s)
{
    v.field("prefix", s.prefix,
            {.doc = "Prefix of the made addresses; 32, 40, 48, 56, 64 or 96 bits (RFC 6052 §2.2).",
             .example = "64:ff9b::/96",
             .required = true});
}

template <class V>
void describe(V& v, PolicySettings& s)
{
    v.field("suffix", s.suffix,
            {.doc = "Names at and below this one; `*.NAME` is those below it only.",
             .example = "ads.example.",
             .required = true});
    v.field(
        "action", s.action,
        {.doc = "`deny` answers NXDOMAIN with extended error 15, `drop` does not answer, `truncate` sends UDP clients "
                "to TCP, `pass` resolves as usual, `forward` asks `servers`.",
         .required = true});
    v.field("servers", s.servers, {.doc = "For `forward`: the resolvers that are asked.", .example = "[192.0.2.1]"});
}

template <class V>
void describe(V& v, RewriteSettings& s)
{
    v.field("from", s.from, {.doc = "Addresses to rewrite.", .example = "192.0.2.0/24", .required = true});
    v.field("to", s.to,
            {.doc = "Network that they move to, of the same family and length.",
             .example = "198.51.100.0/24",
             .required = true});
}

template <class V>
void describe(V& v, MirrorSettings& s)
{
    v.field("mode", s.mode,
            {.doc = "`audit` keeps a copy and watches it, `serve` also resolves the root from it.", .planned = true});
    v.field("sources", s.sources,
            {.doc = "Where root zones come from, in order; empty: the shipped sources.", .planned = true});
}

template <class V>
void describe(V& v, AuditSettings& s)
{
    v.field("dir", s.dir,
            {.doc = "Folder of the log.", .reload = Reload::restart, .example = "/var/lib/rootward/audit"});
    v.field("key", s.key,
            {.doc = "File with the key that signs checkpoints.",
             .reload = Reload::restart,
             .example = "/etc/rootward/audit.key"});
    v.field("witnesses", s.witnesses,
            {.doc = "Addresses of witnesses that cosign checkpoints.", .reload = Reload::restart, .planned = true});
}

template <class V>
void describe(V& v, ContinuitySettings& s)
{
    v.field("authority", s.authority, {.doc = "The quorum's key file.", .reload = Reload::restart, .planned = true});
    v.field(
        "operators", s.operators,
        {.doc = "Keys of the local operators who confirm an activation.", .reload = Reload::restart, .planned = true});
    v.field("state-dir", s.state_dir,
            {.doc = "Folder for the state of continuity; absent: below the top-level `state-dir`.",
             .reload = Reload::restart,
             .planned = true});
}

}  // namespace rw::config
