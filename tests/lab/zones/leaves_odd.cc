// SPDX-License-Identifier: EUPL-1.2
// Leaf zones served by the odd server: one for each behaviour of its table, and some whose first server is odd and
// whose second is not. All unsigned.
#include <fmt/format.h>

#include <array>

#include "tests/lab/odd/behaviour.h"
#include "tests/lab/zones/leaves.h"

namespace rw::lab
{
namespace
{

Expect outlook(const BehaviourRow& row)
{
    return row.outlook == "sound" ? Expect::insecure : row.outlook == "broken" ? Expect::broken : Expect::varies;
}

// A zone whose two name servers show the two behaviours.
Zone start_odd(Leaf& leaf, std::string_view label, Behaviour first, Behaviour second)
{
    Zone zone = leaf.start_bare(leaf.sound(Denial::unsigned_zone), label);
    zone.group = "odd";
    const Group& servers = group("odd");
    unsigned number = 0;
    for (const Behaviour behaviour : {first, second}) {
        ++number;
        const std::string host = fmt::format("ns{}.{}", number, zone.name);
        const unsigned address = static_cast<unsigned>(behaviour) * 2 + number;
        Leaf::add_ns(zone, host);
        for (const std::string& line : {fmt::format("{} 3600 IN A {}", host, servers.v4(address)),
                                        fmt::format("{} 3600 IN AAAA {}", host, servers.v6(address))}) {
            zone.records.push_back(line);
            zone.delegation.push_back(line);
        }
    }
    zone.add("www", "A 192.0.2.140");
    zone.add("text", "TXT \"from an odd server\"");
    zone.add("alias", "CNAME www." + zone.name);
    zone.add("host.ent", "A 192.0.2.141");
    return zone;
}

void name_all(Leaf& leaf, const Zone& zone, Expect expect, std::string_view kind)
{
    const bool works = expect != Expect::broken;
    const auto name = [&](std::string_view owner, std::string_view type, std::string_view outcome) {
        leaf.maker.name(zone.at(owner), type, expect, kind, works ? outcome : "SERVFAIL");
    };
    name("www", "A", "NOERROR");
    name("text", "TXT", "NOERROR");
    name("host.ent", "A", "NOERROR");
    if (works) {
        name("alias", "A", "NOERROR");
        name("www", "MX", "NODATA");
        name("missing", "A", "NXDOMAIN");
    }
}

void make_behaviour(Leaf& leaf)
{
    const BehaviourRow& row = kBehaviours.at(leaf.pick(kBehaviours.size()));
    const std::string kind = fmt::format("odd-{}", row.name);
    const Zone zone = start_odd(leaf, row.name, row.behaviour, row.behaviour);
    if (row.behaviour == Behaviour::fan_out || row.behaviour == Behaviour::alias_forever) {
        // Only names that do not exist lead into the trap.
        leaf.maker.name(zone.at("trap"), "A", Expect::broken, kind, "SERVFAIL");
        leaf.maker.name(zone.at("www"), "A", Expect::insecure, kind, "NOERROR");
    } else {
        name_all(leaf, zone, outlook(row), kind);
    }
    leaf.maker.finish(zone);
}

// Whatever the first server does, the second must be asked and believed.
void make_first_liar(Leaf& leaf)
{
    constexpr std::array kLiars{Behaviour::refused,    Behaviour::servfail, Behaviour::notimp,
                                Behaviour::tc_close,   Behaviour::upward,   Behaviour::wrong_question,
                                Behaviour::query_back, Behaviour::garbage,  Behaviour::cut_short};
    const Behaviour liar = kLiars.at(leaf.pick(kLiars.size()));
    const Zone zone = start_odd(leaf, kBehaviours.at(static_cast<std::size_t>(liar)).name, liar, Behaviour::plain);
    name_all(leaf, zone, Expect::insecure, "odd-first-liar");
    leaf.maker.finish(zone);
}

constexpr std::array kOddKinds{
    Kind{.name = "odd", .weight = 6, .unsigned_home = false, .make = make_behaviour},
    Kind{.name = "liar", .weight = 2, .unsigned_home = false, .make = make_first_liar},
};

}  // namespace

std::span<const Kind> odd_kinds()
{
    return kOddKinds;
}

}  // namespace rw::lab
