// SPDX-License-Identifier: EUPL-1.2
// The sections about serving clients and operating the daemon. Part of schema.h.
#pragma once

#include "config/names.h"
#include "config/settings.h"
#include "config/spec.h"

namespace rw::config
{

template <class V>
void describe(V& v, ListenSettings& s)
{
    v.field("address", s.address,
            {.doc = "Address to listen on; 0.0.0.0 and :: stand for every address of the machine.",
             .reload = Reload::restart,
             .example = "192.0.2.53",
             .required = true});
    v.field("port", s.port,
            {.doc = "Port for UDP and TCP.", .minimum = 1, .maximum = 65535, .reload = Reload::restart});
    v.field("protocol", s.protocol,
            {.doc = "`dns` is UDP and TCP, `dot` DNS over TLS, `doh` DNS over HTTPS.",
             .reload = Reload::restart,
             .planned = true});
}

template <class V>
void describe(V& v, AccessSettings& s)
{
    v.field("prefix", s.prefix, {.doc = "Clients that the rule is about.", .example = "10.0.0.0/8", .required = true});
    v.field("action", s.action,
            {.doc = "`allow` serves recursive queries, `allow-snoop` also queries without RD from the cache, `refuse` "
                    "answers REFUSED, `drop` does not answer.",
             .example = "allow",
             .required = true});
    v.field(
        "clients", s.clients,
        {.doc = "As how many clients each address of the prefix (of IPv6: each /56) counts where clients share what "
                "there is: for a forwarder, or a network behind one address, about the number of machines.",
         .minimum = 1,
         .maximum = 1'000'000,
         .example = "500"});
}

template <class V>
void describe(V& v, TcpSettings& s)
{
    v.field("connections", s.connections,
            {.doc = "Open connections in all; the longest idle one goes when a new one comes.",
             .minimum = 1,
             .maximum = 1'000'000});
    v.field("connections-per-client", s.connections_per_client,
            {.doc = "Open connections of one client address.", .minimum = 1, .maximum = 1'000'000});
    v.field("idle-timeout", s.idle_timeout,
            {.doc = "A connection without a query for so long is closed (RFC 7766 §6.2.3).",
             .minimum = milliseconds{100},
             .maximum = std::chrono::hours{1}});
}

template <class V>
void describe(V& v, AnswerSettings& s)
{
    v.field("minimal", s.minimal,
            {.doc = "Leave authority and additional sections of positive answers empty; negative answers keep the SOA "
                    "(and with DO the proof). `false` adds the zone's name servers and their addresses as far as they "
                    "are known; not to answers with AD, because they are not signed."});
}

template <class V>
void describe(V& v, EdnsSettings& s)
{
    v.field(
        "size", s.size,
        {.doc = "Largest UDP message that is accepted and sent; 1232 octets pass without fragments nearly everywhere "
                "(RFC 9715).",
         .minimum = 512,
         .maximum = 4096});
    v.field("nsid", s.nsid,
            {.doc = "Text given to clients that ask for the name of this server (RFC 5001).", .example = "fra1"});
}

template <class V>
void describe(V& v, ServerSettings& s)
{
    v.field("identity", s.identity,
            {.doc = "Answer to `id.server` and `hostname.bind` in class CHAOS (RFC 4892).", .example = "fra1"});
    v.field("version", s.version,
            {.doc = "Answer to `version.server` and `version.bind` in class CHAOS.", .example = "rootward"});
}

template <class V>
void describe(V& v, FeedSettings& s)
{
    v.field("listen", s.listen, {.doc = "Address and port of the feed.", .reload = Reload::restart, .planned = true});
}

template <class V>
void describe(V& v, ControlSettings& s)
{
    v.field("socket", s.socket,
            {.doc = "Unix socket; who may open the file may control the daemon.", .reload = Reload::restart});
    v.field("group", s.group,
            {.doc = "Group whose members may use the control socket, besides the daemon's user and root.",
             .reload = Reload::restart,
             .example = "dnsadmin"});
}

template <class V>
void describe(V& v, StatusSettings& s)
{
    v.field(
        "listen", s.listen,
        {.doc =
             "Address and port of metrics (Prometheus, `/metrics`) and health (`/livez`, `/readyz`), over plain HTTP; "
             "keep it on loopback or a management network. When the port is taken, the daemon says so and runs "
             "without.",
         .reload = Reload::restart,
         .example = "\"[::1]:9153\""});
}

template <class V>
void describe(V& v, LogSettings& s)
{
    v.field(
        "level", s.level,
        {.doc = "How much is logged; client addresses appear at `debug` and `trace` only. `rootwardctl log` changes "
                "it until the next reload."});
}

}  // namespace rw::config
