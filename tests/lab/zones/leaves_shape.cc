// SPDX-License-Identifier: EUPL-1.2
// Leaf zones with less usual contents, still sound: wildcards, many types, big answers, long and odd names, other
// algorithms and key layouts.
#include <fmt/format.h>

#include <array>

#include "tests/lab/zones/leaves.h"

namespace rw::lab
{
namespace
{

// RFC 4592: a wildcard covers what does not exist, also several labels down; names that exist, if only as empty
// non-terminals, and everything below them are not covered.
void make_wildcard(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    zone.add("*", "A 192.0.2.77");
    zone.add("*", "TXT \"from the wildcard\"");
    zone.add("exists", "AAAA 2001:db8::77");
    zone.add("host.ent", "A 192.0.2.78");
    zone.add("*.nested", "MX 5 exists." + zone.name);
    zone.add("*.deeper.nested", "A 192.0.2.79");
    leaf.name(zone, "any", "A", Expect::secure);
    leaf.name(zone, "any", "TXT", Expect::secure);
    leaf.name(zone, "one.two.three", "A", Expect::secure);
    leaf.name(zone, "any", "AAAA", Expect::secure, "NODATA");
    leaf.name(zone, "exists", "A", Expect::secure, "NODATA");
    leaf.name(zone, "below.exists", "A", Expect::secure, "NXDOMAIN");
    leaf.name(zone, "ent", "A", Expect::secure, "NODATA");
    leaf.name(zone, "x.ent", "A", Expect::secure, "NXDOMAIN");
    leaf.name(zone, "x.nested", "MX", Expect::secure);
    leaf.name(zone, "x.nested", "A", Expect::secure, "NODATA");
    leaf.name(zone, "x.y.deeper.nested", "A", Expect::secure);
    leaf.name(zone, "*", "A", Expect::secure);
    leaf.maker.finish(zone);
}

void make_wildcard_cname(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    zone.add("*.alias", fmt::format("CNAME target.{}", zone.name));
    zone.add("target", "A 192.0.2.81");
    zone.add("*.void", fmt::format("CNAME nothing-here.{}", zone.name));
    leaf.name(zone, "a.alias", "A", Expect::secure);
    leaf.name(zone, "a.b.alias", "A", Expect::secure);
    leaf.name(zone, "a.alias", "AAAA", Expect::secure, "NODATA");
    leaf.name(zone, "a.alias", "CNAME", Expect::secure);
    leaf.name(zone, "a.void", "A", Expect::secure, "NXDOMAIN");
    leaf.maker.finish(zone);
}

void make_wildcard_unsigned(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.sound(Denial::unsigned_zone));
    zone.add("*", "A 192.0.2.82");
    zone.add("*.sub", fmt::format("CNAME any.{}", zone.name));
    leaf.name(zone, "any", "A", Expect::insecure);
    leaf.name(zone, "x.y", "A", Expect::insecure);
    leaf.name(zone, "x.sub", "A", Expect::insecure);
    leaf.name(zone, "any", "MX", Expect::insecure, "NODATA");
    leaf.maker.finish(zone);
}

void make_types(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    const std::string& apex = zone.name;
    zone.add("@", "CAA 0 issue \"ca.example.net\"");
    zone.add("@", fmt::format("NAPTR 100 10 \"S\" \"SIP+D2U\" \"\" _sip._udp.{}", apex));
    zone.add("_sip._udp", fmt::format("SRV 0 5 5060 host.{}", apex));
    zone.add("_443._tcp.host", fmt::format("TLSA 3 1 1 {:064x}", leaf.number));
    zone.add("host", "A 192.0.2.83");
    zone.add("host", "HINFO \"PC\" \"Linux\"");
    zone.add("host", "SSHFP 4 2 123456789abcdef67890123456789abcdef67890123456789abcdef123456789");
    zone.add("host", "LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m");
    zone.add("host", "TYPE65280 \\# 4 0a000001");
    // HTTPS and SVCB by RFC 3597, so that every tool in the chain can read them: priority 1, target `.`, alpn h2.
    zone.add("host", "TYPE65 \\# 10 00010000010003026832");
    zone.add("_dns", "TYPE64 \\# 10 00010000010003026832");
    zone.add("4.3.2.1", fmt::format("PTR host.{}", apex));
    zone.add("rp", fmt::format("RP admin.{0} txt.{0}", apex));
    zone.add("multi", "TXT \"one\" \"two words\" \"three; with semicolon\"");
    for (const auto& [owner, type] : {std::pair{"@", "CAA"},
                                      {"@", "NAPTR"},
                                      {"_sip._udp", "SRV"},
                                      {"_443._tcp.host", "TLSA"},
                                      {"host", "HINFO"},
                                      {"host", "SSHFP"},
                                      {"host", "LOC"},
                                      {"host", "TYPE65280"},
                                      {"host", "HTTPS"},
                                      {"_dns", "SVCB"},
                                      {"4.3.2.1", "PTR"},
                                      {"rp", "RP"},
                                      {"multi", "TXT"}}) {
        leaf.name(zone, owner, type, Expect::secure);
    }
    leaf.name(zone, "_tcp.host", "TLSA", Expect::secure, "NODATA");
    leaf.name(zone, "@", "SOA", Expect::secure);
    leaf.name(zone, "@", "NS", Expect::secure);
    leaf.name(zone, "@", "DNSKEY", Expect::secure);
    leaf.name(zone, "@", "DS", Expect::secure);
    leaf.maker.finish(zone);
}

// Answers that do not fit a UDP reply of 1232 octets, up to some 14,000.
void make_big(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    for (const auto& [owner, count] : {std::pair{"some", 8}, {"many", 30}, {"huge", 60}}) {
        for (int at = 0; at < count; ++at) {
            zone.add(owner, fmt::format("TXT \"{:03} {}\"", at, std::string(220, static_cast<char>('a' + at % 26))));
        }
        leaf.name(zone, owner, "TXT", Expect::secure);
    }
    for (unsigned at = 1; at <= 120; ++at) {
        zone.add("addresses", fmt::format("A 192.0.2.{}", at));
        zone.add("addresses", fmt::format("AAAA 2001:db8:77::{:x}", at));
    }
    leaf.name(zone, "addresses", "A", Expect::secure);
    leaf.name(zone, "addresses", "AAAA", Expect::secure);
    leaf.maker.finish(zone);
}

// Names at the limits of RFC 1035 §2.3.4, many labels, and octets that need escaping.
void make_names(Leaf& leaf)
{
    // NSD: Knot DNS 3.2 does not read zone files with some of these octets.
    Zone zone = leaf.maker.start(leaf.zone_name(), leaf.home, "leaf-nsd", leaf.number * 2, leaf.any_sound());
    const std::string label(63, 'l');
    const std::string three = fmt::format("{0}.{0}.{0}", label);
    const std::string deep = "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t";
    zone.add(label, "A 192.0.2.84");
    zone.add(three, "A 192.0.2.85");
    zone.add(deep, "A 192.0.2.86");
    zone.add("dot\\.in", "A 192.0.2.87");
    zone.add("\\000\\255", "A 192.0.2.88");
    zone.add("MiXed-CaSe", "A 192.0.2.89");
    zone.add("-_~!", "A 192.0.2.90");
    for (const std::string& owner : {label, three, deep, std::string("dot\\.in"), std::string("\\000\\255"),
                                     std::string("mixed-case"), std::string("MIXED-case"), std::string("-_~!")}) {
        leaf.name(zone, owner, "A", Expect::secure);
    }
    leaf.name(zone, "k.l.m.n.o.p.q.r.s.t", "A", Expect::secure, "NODATA");
    leaf.name(zone, "x.k.l.m.n.o.p.q.r.s.t", "A", Expect::secure, "NXDOMAIN");
    leaf.maker.finish(zone);
}

// One name of each sort in a zone whose keys differ from the usual single P-256 key.
void finish_small(Leaf& leaf, Zone zone, Expect expect = Expect::secure)
{
    zone.add("www", "A 192.0.2.91");
    zone.add("x.ent", "TXT \"below an empty non-terminal\"");
    leaf.name(zone, "www", "A", expect);
    leaf.name(zone, "@", "DNSKEY", expect);
    leaf.name(zone, "ent", "TXT", expect, "NODATA");
    leaf.name(zone, "missing", "A", expect, "NXDOMAIN");
    leaf.maker.finish(zone);
}

void make_two_keys(Leaf& leaf)
{
    Signing signing = leaf.any_sound();
    signing.separate_keys = true;
    finish_small(leaf, leaf.start(signing));
}

void make_rsa(Leaf& leaf)
{
    Signing signing = leaf.sound(leaf.pick(2) == 0 ? Denial::nsec : Denial::nsec3, leaf.pick(2) == 0 ? 8 : 10);
    signing.separate_keys = true;
    finish_small(leaf, leaf.start(signing));
}

void make_ed25519(Leaf& leaf)
{
    finish_small(leaf, leaf.start(leaf.sound(Denial::nsec3, 15)));
}

void make_p384(Leaf& leaf)
{
    finish_small(leaf, leaf.start(leaf.sound(Denial::nsec, 14)));
}

void make_ds_sha384(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    zone.publish_ds = PublishDs::sha384;
    finish_small(leaf, zone);
}

void make_ds_two(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    zone.publish_ds = PublishDs::one_of_two_wrong;
    finish_small(leaf, zone);
}

// Insecure by RFC 4035 §5.2: nothing in the DS RRset that a validator knows.
void make_ds_unknown_algorithm(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    zone.publish_ds = PublishDs::unknown_algorithm;
    finish_small(leaf, zone, Expect::insecure);
}

void make_ds_unknown_digest(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    zone.publish_ds = PublishDs::unknown_digest;
    finish_small(leaf, zone, Expect::insecure);
}

// Signed, but the parent says nothing of it.
void make_island(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    zone.publish_ds = PublishDs::no;
    finish_small(leaf, zone, Expect::insecure);
}

// RFC 9276 §3.2: what a validator makes of many iterations is its own choice.
void make_iterations(Leaf& leaf)
{
    Signing signing = leaf.sound(Denial::nsec3);
    signing.nsec3_iterations = leaf.pick(2) == 0 ? 10 : 500;
    const bool many = signing.nsec3_iterations > 10;
    Zone zone = leaf.start(signing);
    zone.add("www", "A 192.0.2.92");
    leaf.name(zone, "www", "A", many ? Expect::varies : Expect::secure);
    leaf.name(zone, "missing", "A", many ? Expect::varies : Expect::secure, "NXDOMAIN");
    leaf.maker.finish(zone);
}

void make_zero_ttl(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    zone.add("now", "A 192.0.2.93", 0);
    zone.add("second", "A 192.0.2.94", 1);
    zone.add("ages", "A 192.0.2.95", 2147483647);
    leaf.name(zone, "now", "A", Expect::secure);
    leaf.name(zone, "second", "A", Expect::secure);
    leaf.name(zone, "ages", "A", Expect::secure);
    leaf.maker.finish(zone);
}

constexpr std::array kShapeKinds{
    Kind{.name = "wildcard", .weight = 4, .unsigned_home = false, .make = make_wildcard},
    Kind{.name = "wildcard-cname", .weight = 2, .unsigned_home = false, .make = make_wildcard_cname},
    Kind{.name = "wildcard-unsigned", .weight = 1, .unsigned_home = false, .make = make_wildcard_unsigned},
    Kind{.name = "types", .weight = 3, .unsigned_home = false, .make = make_types},
    Kind{.name = "big", .weight = 2, .unsigned_home = false, .make = make_big},
    Kind{.name = "names", .weight = 2, .unsigned_home = false, .make = make_names},
    Kind{.name = "two-keys", .weight = 1, .unsigned_home = false, .make = make_two_keys},
    Kind{.name = "rsa", .weight = 1, .unsigned_home = false, .make = make_rsa},
    Kind{.name = "ed25519", .weight = 1, .unsigned_home = false, .make = make_ed25519},
    Kind{.name = "p384", .weight = 1, .unsigned_home = false, .make = make_p384},
    Kind{.name = "ds-sha384", .weight = 1, .unsigned_home = false, .make = make_ds_sha384},
    Kind{.name = "ds-two", .weight = 1, .unsigned_home = false, .make = make_ds_two},
    Kind{.name = "ds-unknown-alg", .weight = 1, .unsigned_home = false, .make = make_ds_unknown_algorithm},
    Kind{.name = "ds-unknown-digest", .weight = 1, .unsigned_home = false, .make = make_ds_unknown_digest},
    Kind{.name = "island", .weight = 1, .unsigned_home = false, .make = make_island},
    Kind{.name = "iterations", .weight = 1, .unsigned_home = false, .make = make_iterations},
    Kind{.name = "zero-ttl", .weight = 1, .unsigned_home = false, .make = make_zero_ttl},
};

}  // namespace

std::span<const Kind> shape_kinds()
{
    return kShapeKinds;
}

}  // namespace rw::lab
