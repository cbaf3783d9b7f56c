// SPDX-License-Identifier: EUPL-1.2
// Leaf zones that any resolver must get right: signed with NSEC and NSEC3, unsigned, wildcards, empty non-terminals,
// many types, answers that need TCP.
#include <fmt/format.h>

#include <array>

#include "tests/lab/zones/leaves.h"

namespace rw::lab
{
namespace
{

void add_usual(Leaf& leaf, Zone& zone)
{
    const unsigned n = leaf.number % 250 + 1;
    zone.add("@", fmt::format("A 192.0.2.{}", n));
    zone.add("@", fmt::format("MX 10 mail.{}", zone.name));
    zone.add("www", fmt::format("A 192.0.2.{}", n), 300);
    zone.add("www", fmt::format("AAAA 2001:db8:{:x}::80", leaf.number & 0xffff), 300);
    zone.add("mail", fmt::format("A 198.51.100.{}", n));
    zone.add("txt", "TXT \"v=spf1 mx -all\"");
    zone.add("a.deep.ent", fmt::format("A 203.0.113.{}", n));
}

void name_usual(Leaf& leaf, const Zone& zone, Expect expect)
{
    leaf.name(zone, "@", "A", expect);
    leaf.name(zone, "@", "MX", expect);
    leaf.name(zone, "www", "A", expect);
    leaf.name(zone, "www", "AAAA", expect);
    leaf.name(zone, "txt", "TXT", expect);
    leaf.name(zone, "a.deep.ent", "A", expect);
    leaf.name(zone, "deep.ent", "A", expect, "NODATA");
    leaf.name(zone, "mail", "AAAA", expect, "NODATA");
    leaf.name(zone, "missing", "A", expect, "NXDOMAIN");
    leaf.name(zone, "below.www", "A", expect, "NXDOMAIN");
}

void make_nsec(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.sound(Denial::nsec));
    add_usual(leaf, zone);
    name_usual(leaf, zone, Expect::secure);
    leaf.maker.finish(zone);
}

void make_nsec3(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.sound(Denial::nsec3));
    add_usual(leaf, zone);
    name_usual(leaf, zone, Expect::secure);
    leaf.maker.finish(zone);
}

void make_unsigned(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.sound(Denial::unsigned_zone));
    add_usual(leaf, zone);
    name_usual(leaf, zone, Expect::insecure);
    leaf.maker.finish(zone);
}

constexpr std::array kPlainKinds{
    Kind{.name = "nsec", .weight = 10, .unsigned_home = false, .make = make_nsec},
    Kind{.name = "nsec3", .weight = 10, .unsigned_home = false, .make = make_nsec3},
    Kind{.name = "unsigned", .weight = 6, .unsigned_home = false, .make = make_unsigned},
    Kind{.name = "plain", .weight = 3, .unsigned_home = true, .make = make_unsigned},
};

}  // namespace

std::span<const Kind> plain_kinds()
{
    return kPlainKinds;
}

}  // namespace rw::lab
