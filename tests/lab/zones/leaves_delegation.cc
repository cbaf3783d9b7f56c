// SPDX-License-Identifier: EUPL-1.2
// Leaf zones about delegation: children signed and not, name servers inside, beside and outside the zone, one family
// only, dead and lame members, servers that nobody can find.
#include <fmt/format.h>

#include <array>

#include "tests/lab/zones/leaves.h"

namespace rw::lab
{
namespace
{

void host_and_name(Leaf& leaf, Zone& zone, Expect expect)
{
    zone.add("www", fmt::format("A 192.0.2.{}", leaf.number % 250 + 1));
    zone.add("x.ent", "TXT \"below an empty non-terminal\"");
    leaf.name(zone, "www", "A", expect);
    leaf.name(zone, "ent", "TXT", expect, "NODATA");
    leaf.name(zone, "missing", "A", expect, "NXDOMAIN");
}

Expect expectation(const Zone& zone)
{
    return zone.is_signed() ? Expect::secure : Expect::insecure;
}

Signing mostly_signed(Leaf& leaf)
{
    return leaf.pick(4) == 0 ? leaf.sound(Denial::unsigned_zone) : leaf.any_sound();
}

// Glue and addresses of `ns<number>` inside the zone on given servers; either family may be left out.
void add_server(Zone& zone, unsigned number, const Group& servers, unsigned server, bool v4, bool v6)
{
    const std::string host = fmt::format("ns{}.{}", number, zone.name);
    Leaf::add_ns(zone, host);
    Lines lines;
    if (v4) {
        lines.push_back(fmt::format("{} 3600 IN A {}", host, servers.v4(server % servers.count + 1)));
    }
    if (v6) {
        lines.push_back(fmt::format("{} 3600 IN AAAA {}", host, servers.v6(server % servers.count + 1)));
    }
    for (const std::string& line : lines) {
        zone.records.push_back(line);
        zone.delegation.push_back(line);
    }
}

// Signed below signed, unsigned below signed, an island below unsigned, and three levels of cuts.
void make_children(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    Zone secure = leaf.start_child(zone, "secure", leaf.any_sound());
    Zone open = leaf.start_child(zone, "open", leaf.sound(Denial::unsigned_zone));
    Zone deep = leaf.start_child(zone, "deep.ent", leaf.any_sound());
    Zone deeper = leaf.start_child(deep, "deeper", leaf.any_sound());
    host_and_name(leaf, secure, Expect::secure);
    host_and_name(leaf, open, Expect::insecure);
    host_and_name(leaf, deeper, Expect::secure);
    leaf.name(zone, "ent", "A", Expect::secure, "NODATA");
    leaf.name(zone, "open", "DS", Expect::secure, "NODATA");
    leaf.name(zone, "secure", "DS", Expect::secure);
    leaf.finish_child(deep, deeper);
    leaf.finish_child(zone, deep);
    leaf.finish_child(zone, open);
    leaf.finish_child(zone, secure);
    leaf.maker.finish(zone);
}

// Parent and child on the same servers: no referral is ever seen, the DS must be asked for.
void make_cohosted(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    const auto beside = [&](const std::string& label, const Signing& signing) {
        return leaf.maker.start(label + "." + zone.name, zone.name, zone.group, leaf.number * 2, signing);
    };
    Zone secure = beside("secure", leaf.any_sound());
    Zone open = beside("open", leaf.sound(Denial::unsigned_zone));
    Zone below = leaf.maker.start("below." + secure.name, secure.name, zone.group, leaf.number * 2, leaf.any_sound());
    host_and_name(leaf, secure, Expect::secure);
    host_and_name(leaf, open, Expect::insecure);
    host_and_name(leaf, below, Expect::secure);
    leaf.finish_child(secure, below);
    leaf.finish_child(zone, secure);
    leaf.finish_child(zone, open);
    leaf.maker.finish(zone);
}

// RFC 5155 opt-out: unsigned children need no NSEC3 of their own.
void make_opt_out(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.sound(Denial::nsec3_opt_out));
    zone.add("www", "A 192.0.2.120");
    for (const char* label : {"one", "two", "three"}) {
        Zone child = leaf.start_child(zone, label, leaf.sound(Denial::unsigned_zone));
        host_and_name(leaf, child, Expect::insecure);
        leaf.finish_child(zone, child);
    }
    Zone secure = leaf.start_child(zone, "secure", leaf.any_sound());
    host_and_name(leaf, secure, Expect::secure);
    leaf.finish_child(zone, secure);
    leaf.name(zone, "www", "A", Expect::secure);
    leaf.maker.finish(zone);
}

// Name servers only in another TLD, so nothing can be glue.
void make_no_glue(Leaf& leaf)
{
    Zone hosts = leaf.start_at(leaf.other_home(1), mostly_signed(leaf), "hosts");
    Zone zone = leaf.start_bare(mostly_signed(leaf));
    const Group& servers = group(zone.group);
    for (unsigned number = 1; number <= 2; ++number) {
        const unsigned server = (leaf.number + number) % servers.count + 1;
        hosts.add(fmt::format("dns{}", number), "A " + servers.v4(server));
        hosts.add(fmt::format("dns{}", number), "AAAA " + servers.v6(server));
        Leaf::add_ns(zone, fmt::format("dns{}.{}", number, hosts.name));
    }
    host_and_name(leaf, zone, expectation(zone));
    leaf.maker.finish(hosts);
    leaf.maker.finish(zone);
}

// The name server's own zone has its name server in a third one.
void make_no_glue_twice(Leaf& leaf)
{
    Zone third = leaf.start_at(leaf.other_home(2), leaf.any_sound(), "third");
    Zone hosts = leaf.start_at(leaf.other_home(1), leaf.any_sound(), "hosts");
    hosts.records.resize(1);
    hosts.delegation.clear();
    Zone zone = leaf.start_bare(leaf.any_sound());
    third.add("dns", "A " + group(hosts.group).v4(leaf.number % 32 + 1));
    Leaf::add_ns(hosts, "dns." + third.name);
    hosts.add("dns", "A " + group(zone.group).v4(leaf.number % 32 + 1));
    Leaf::add_ns(zone, "dns." + hosts.name);
    host_and_name(leaf, zone, Expect::secure);
    leaf.maker.finish(third);
    leaf.maker.finish(hosts);
    leaf.maker.finish(zone);
}

// Name servers in a sibling zone: the parent has their addresses as glue of the sibling (RFC 9471 §2.2).
void make_sibling(Leaf& leaf)
{
    Zone sibling = leaf.start(leaf.any_sound(), "sib");
    Zone zone = leaf.start_bare(mostly_signed(leaf));
    Leaf::add_ns(zone, "ns1." + sibling.name);
    Leaf::add_ns(zone, "ns2." + sibling.name);
    host_and_name(leaf, zone, expectation(zone));
    leaf.maker.finish(sibling);
    leaf.maker.finish(zone);
}

void make_one_family(Leaf& leaf)
{
    const bool v4 = leaf.kind == "ipv4-only";
    Zone zone = leaf.start_bare(mostly_signed(leaf));
    const Group& servers = group(zone.group);
    add_server(zone, 1, servers, leaf.number, v4, !v4);
    add_server(zone, 2, servers, leaf.number + 1, v4, !v4);
    host_and_name(leaf, zone, expectation(zone));
    leaf.maker.finish(zone);
}

// Two of six servers live: the others are dead in both families.
void make_dead_members(Leaf& leaf)
{
    Zone zone = leaf.start_bare(mostly_signed(leaf));
    const Group& servers = group(zone.group);
    for (unsigned number = 1; number <= 4; ++number) {
        add_server(zone, number, group("dead"), leaf.number + number, true, number % 2 == 0);
    }
    add_server(zone, 5, servers, leaf.number, true, true);
    add_server(zone, 6, servers, leaf.number + 1, true, true);
    host_and_name(leaf, zone, expectation(zone));
    leaf.maker.finish(zone);
}

void make_lame_member(Leaf& leaf)
{
    Zone zone = leaf.start_bare(mostly_signed(leaf));
    add_server(zone, 1, group("lame"), leaf.number, true, true);
    add_server(zone, 2, group(zone.group), leaf.number, true, true);
    host_and_name(leaf, zone, expectation(zone));
    leaf.maker.finish(zone);
}

// The child names more and other servers than the parent; all of them serve the zone.
void make_child_ns(Leaf& leaf)
{
    Zone zone = leaf.start(mostly_signed(leaf));
    const Group& servers = group(zone.group);
    zone.add("@", "NS extra." + zone.name);
    zone.add("extra", "A " + servers.v4((leaf.number + 7) % servers.count + 1));
    host_and_name(leaf, zone, expectation(zone));
    leaf.maker.finish(zone);
}

// One name server has glue, the other's is missing at the parent.
void make_partial_glue(Leaf& leaf)
{
    Zone zone = leaf.start(mostly_signed(leaf));
    zone.delegation.resize(zone.delegation.size() - 2);
    host_and_name(leaf, zone, expectation(zone));
    leaf.maker.finish(zone);
}

// Thirteen servers with both families: the referral does not fit 512 octets.
void make_many_servers(Leaf& leaf)
{
    Zone zone = leaf.start_bare(mostly_signed(leaf));
    for (unsigned number = 1; number <= 13; ++number) {
        add_server(zone, number, group(zone.group), leaf.number + number, true, true);
    }
    host_and_name(leaf, zone, expectation(zone));
    leaf.maker.finish(zone);
}

void make_dead(Leaf& leaf)
{
    Zone zone = leaf.start_bare(leaf.sound(Denial::unsigned_zone));
    add_server(zone, 1, group("dead"), leaf.number, true, true);
    add_server(zone, 2, group("dead"), leaf.number + 1, true, true);
    zone.keep_from_server = true;
    leaf.name(zone, "www", "A", Expect::broken, "SERVFAIL");
    leaf.maker.finish(zone);
}

void make_lame(Leaf& leaf)
{
    Zone zone = leaf.start_bare(mostly_signed(leaf));
    add_server(zone, 1, group("lame"), leaf.number, true, true);
    add_server(zone, 2, group("lame"), leaf.number + 1, true, true);
    zone.keep_from_server = true;
    leaf.name(zone, "www", "A", Expect::broken, "SERVFAIL");
    leaf.name(zone, "@", "MX", Expect::broken, "SERVFAIL");
    leaf.maker.finish(zone);
}

// Each zone's only name server lies in the other: nobody can begin (TsuNAME).
void make_cyclic(Leaf& leaf)
{
    Zone one = leaf.start_bare(leaf.sound(Denial::unsigned_zone));
    Zone two = leaf.start_at(leaf.other_home(1), leaf.sound(Denial::unsigned_zone), "two");
    two.records.resize(1);
    two.delegation.clear();
    Leaf::add_ns(one, "ns." + two.name);
    Leaf::add_ns(two, "ns." + one.name);
    for (Zone* zone : {&one, &two}) {
        zone->keep_from_server = true;
        leaf.name(*zone, "www", "A", Expect::broken, "SERVFAIL");
        leaf.maker.finish(*zone);
    }
}

// Name servers that do not exist: fifty look-ups for one question (NXNSAttack).
void make_no_such_servers(Leaf& leaf)
{
    Zone victim = leaf.start_at(leaf.other_home(1), leaf.any_sound(), "victim");
    Zone zone = leaf.start_bare(leaf.sound(Denial::unsigned_zone));
    for (unsigned number = 0; number < 50; ++number) {
        Leaf::add_ns(zone, fmt::format("ns{}-{}.{}", number, leaf.pick(100000), victim.name));
    }
    zone.keep_from_server = true;
    leaf.name(zone, "www", "A", Expect::broken, "SERVFAIL");
    leaf.maker.finish(victim);
    leaf.maker.finish(zone);
}

// A hundred name servers that can be found, and none of which answers.
void make_dead_crowd(Leaf& leaf)
{
    Zone hosts = leaf.start_at(leaf.other_home(1), leaf.sound(Denial::unsigned_zone), "hosts");
    Zone zone = leaf.start_bare(leaf.sound(Denial::unsigned_zone));
    const Group& dead = group("dead");
    for (unsigned number = 1; number <= 100; ++number) {
        hosts.add(fmt::format("ns{}", number), "A " + dead.v4(number));
        Leaf::add_ns(zone, fmt::format("ns{}.{}", number, hosts.name));
    }
    zone.keep_from_server = true;
    leaf.name(zone, "www", "A", Expect::broken, "SERVFAIL");
    leaf.maker.finish(hosts);
    leaf.maker.finish(zone);
}

constexpr std::array kDelegationKinds{
    Kind{.name = "children", .weight = 3, .unsigned_home = false, .make = make_children},
    Kind{.name = "cohosted", .weight = 2, .unsigned_home = false, .make = make_cohosted},
    Kind{.name = "opt-out", .weight = 2, .unsigned_home = false, .make = make_opt_out},
    Kind{.name = "no-glue", .weight = 3, .unsigned_home = false, .make = make_no_glue},
    Kind{.name = "no-glue-twice", .weight = 1, .unsigned_home = false, .make = make_no_glue_twice},
    Kind{.name = "sibling", .weight = 2, .unsigned_home = false, .make = make_sibling},
    Kind{.name = "ipv6-only", .weight = 2, .unsigned_home = false, .make = make_one_family},
    Kind{.name = "ipv4-only", .weight = 1, .unsigned_home = false, .make = make_one_family},
    Kind{.name = "dead-members", .weight = 1, .unsigned_home = false, .make = make_dead_members},
    Kind{.name = "lame-member", .weight = 1, .unsigned_home = false, .make = make_lame_member},
    Kind{.name = "child-ns", .weight = 1, .unsigned_home = false, .make = make_child_ns},
    Kind{.name = "partial-glue", .weight = 1, .unsigned_home = false, .make = make_partial_glue},
    Kind{.name = "many-servers", .weight = 1, .unsigned_home = false, .make = make_many_servers},
    Kind{.name = "dead", .weight = 1, .unsigned_home = false, .make = make_dead},
    Kind{.name = "dead-crowd", .weight = 1, .unsigned_home = false, .make = make_dead_crowd},
    Kind{.name = "lame", .weight = 1, .unsigned_home = false, .make = make_lame},
    Kind{.name = "cyclic", .weight = 1, .unsigned_home = false, .make = make_cyclic},
    Kind{.name = "no-such-servers", .weight = 1, .unsigned_home = false, .make = make_no_such_servers},
};

}  // namespace

std::span<const Kind> delegation_kinds()
{
    return kDelegationKinds;
}

}  // namespace rw::lab
