// SPDX-License-Identifier: EUPL-1.2
// The settings, declared once: the name, range, documentation and reload class of each, a describe() a section. This
// file lists the sections; schema_service.h, schema_resolution.h and schema_zones.h describe them. Everything that
// knows a setting's name is a visitor of these functions: loader, validator, dumper, reference, difference.
#pragma once

#include "config/schema_resolution.h"
#include "config/schema_service.h"
#include "config/schema_zones.h"

namespace rw::config
{

/// What the daemon keeps, and where it is watched and steered.
template <class V>
void describe_surroundings(V& v, Settings& s)
{
    v.section("mirror", s.mirror, "The verified local copy of the root zone. Not in this version.");
    v.section(
        "audit", s.audit,
        "The tamper-evident record of how the root zone changes. `rootwardctl audit` finds it here; the daemon of this "
        "version keeps none itself.");
    v.section("continuity", s.continuity, "Going on under a pre-authorised root zone. Not in this version.");
    v.section("feed", s.feed, "The audit log for readers, over HTTP. Not in this version.");
    v.section("control", s.control, "Where rootwardctl reaches the daemon.");
    v.section("status", s.status, "Metrics and health, over HTTP.");
    v.section("log", s.log, "Log lines, on standard error.");
    v.field("user", s.user,
            {.doc = "User to become when the sockets are open, for a daemon that is started as root without systemd "
                    "(whose unit needs no such setting). Files of the configuration must be readable for it, "
                    "`state-dir` and the folder of `control.socket` writable.",
             .reload = Reload::restart,
             .example = "rootward"});
    v.field("state-dir", s.state_dir,
            {.doc = "Folder for what must survive a restart, such as the state of trust anchors (RFC 5011).",
             .reload = Reload::restart});
}

template <class V>
void describe(V& v, Settings& s)
{
    v.items("listen", s.listen,
            {.doc = "Where clients are served. `dns` serves UDP and TCP.",
             .example = "[{address: 192.0.2.53, port: 53, protocol: dns}, {address: \"2001:db8::53\"}]",
             .reload = Reload::restart});
    v.field("workers", s.workers,
            {.doc = "Threads that answer queries; one for each core that may be used.",
             .minimum = 1,
             .maximum = 256,
             .reload = Reload::restart});
    v.section("outgoing", s.outgoing, "How authoritative servers are reached.");
    v.items("access", s.access,
            {.doc = "Who may ask. The longest matching prefix decides; a client that no prefix matches is refused.",
             .example = "[{prefix: 10.0.0.0/8, action: allow}, {prefix: 10.9.0.0/16, action: drop}]"});
    v.section("tcp", s.tcp, "Limits on clients that use TCP.");
    v.section("root", s.root, "The root: which identities are asked, and how their health is watched.");
    v.section("iterate", s.iterate, "What is believed of the servers' answers.");
    v.section("qname-minimisation", s.qname_minimisation, "How little of a name each server gets to see (RFC 9156).");
    v.field("case-randomisation", s.case_randomisation,
            {.doc = "Mix upper and lower case in query names and check them in the answer, as a defence against "
                    "spoofing; servers that do not keep the case are remembered."});
    v.section("upstream", s.upstream, "Servers that are never asked.");
    v.section("answer", s.answer, "The shape of answers.");
    v.section("cache", s.cache, "The shared cache.");
    v.section("dnssec", s.dnssec, "Validation (RFC 4033 to 4035).");
    v.items("stub-zones", s.stub_zones,
            {.doc = "Zones whose authoritative servers are given here instead of found by delegation.",
             .example = "[{name: corp.example., servers: [192.0.2.1]}]"});
    v.items(
        "forward-zones", s.forward_zones,
        {.doc = "Names below these are asked of other resolvers; `.` forwards everything. Answers are still validated.",
         .example = "[{name: ., servers: [192.0.2.1, \"[2001:db8::1]:5353\"]}]"});
    v.items("local-zones", s.local_zones,
            {.doc = "Names answered from this file.",
             .example = "[{name: lan., type: static, data: [\"printer.lan. 300 A 192.0.2.9\"]}]"});
    v.field(
        "special-use-zones", s.special_use_zones,
        {.doc =
             "Answer the names of IANA's registries of special-use names and locally served zones (RFC 6761, RFC "
             "6303: private reverse zones, `local.`, `home.arpa.` and others) here instead of asking the Internet or "
             "a forwarder for everything. A stub or forward zone at or below such a name is asked."});
    v.section("edns", s.edns, "EDNS towards clients and servers (RFC 6891).");
    v.section("server", s.server, "What the resolver says about itself under CHAOS names.");
    v.section("dns64", s.dns64, "AAAA records made from A records (RFC 6147).");
    v.items("policy", s.policy,
            {.doc = "Rules by suffix, applied before resolution; the longest matching suffix decides.",
             .example = "[{suffix: ads.example., action: deny}]"});
    v.items("rewrite-addresses", s.rewrite_addresses,
            {.doc = "Addresses in answers that are moved to another network, host part kept.",
             .example = "[{from: 192.0.2.0/24, to: 198.51.100.0/24}]"});
    describe_surroundings(v, s);
}

}  // namespace rw::config
