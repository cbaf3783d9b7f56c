// SPDX-License-Identifier: EUPL-1.2
// Leaf zones about aliases: CNAME in and across zones, chains, loops, DNAME.
#include <fmt/format.h>

#include <array>

#include "tests/lab/zones/leaves.h"

namespace rw::lab
{
namespace
{

void make_cname(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    zone.add("www", fmt::format("CNAME host.{}", zone.name));
    zone.add("host", "A 192.0.2.101");
    zone.add("two", fmt::format("CNAME www.{}", zone.name));
    zone.add("dangling", fmt::format("CNAME nothing.{}", zone.name));
    leaf.name(zone, "www", "A", Expect::secure);
    leaf.name(zone, "two", "A", Expect::secure);
    leaf.name(zone, "www", "CNAME", Expect::secure);
    leaf.name(zone, "www", "AAAA", Expect::secure, "NODATA");
    leaf.name(zone, "dangling", "A", Expect::secure, "NXDOMAIN");
    leaf.maker.finish(zone);
}

// Two zones below different TLDs that point at each other's hosts, signed and not.
void make_cname_across(Leaf& leaf)
{
    Zone here = leaf.start(leaf.any_sound());
    Zone there = leaf.start_at(leaf.other_home(3), leaf.any_sound(), "far");
    Zone open = leaf.start_at(leaf.other_home(5), leaf.sound(Denial::unsigned_zone), "open");
    there.add("host", "A 192.0.2.102");
    there.add("back", fmt::format("CNAME host.{}", here.name));
    here.add("host", "A 192.0.2.103");
    here.add("far", fmt::format("CNAME host.{}", there.name));
    here.add("return", fmt::format("CNAME back.{}", there.name));
    here.add("gone", fmt::format("CNAME missing.{}", there.name));
    here.add("open", fmt::format("CNAME host.{}", open.name));
    open.add("host", "A 192.0.2.104");
    open.add("signed", fmt::format("CNAME host.{}", here.name));
    leaf.name(here, "far", "A", Expect::secure);
    leaf.name(here, "far", "TXT", Expect::secure, "NODATA");
    leaf.name(here, "return", "A", Expect::secure);
    leaf.name(here, "gone", "A", Expect::secure, "NXDOMAIN");
    leaf.name(here, "open", "A", Expect::insecure);
    leaf.name(open, "signed", "A", Expect::insecure);
    for (const Zone* zone : {&here, &there, &open}) {
        leaf.maker.finish(*zone);
    }
}

// Eight links are within every resolver's limit (they follow 10 to 13), twenty beyond it.
void make_cname_chain(Leaf& leaf)
{
    Zone here = leaf.start(leaf.any_sound());
    Zone there = leaf.start_at(leaf.other_home(2), leaf.any_sound(), "b");
    const auto link = [&](unsigned at, std::string_view chain) {
        const Zone& zone = at % 2 == 0 ? here : there;
        return fmt::format("{}{}.{}", chain, at, zone.name);
    };
    for (const auto& [chain, length] : {std::pair{"eight-", 8U}, {"twenty-", 20U}}) {
        for (unsigned at = 0; at < length; ++at) {
            Zone& zone = at % 2 == 0 ? here : there;
            zone.add(link(at, chain), "CNAME " + link(at + 1, chain));
        }
        Zone& last = length % 2 == 0 ? here : there;
        last.add(link(length, chain), "A 192.0.2.105");
    }
    for (unsigned at = 0; at < 8; ++at) {
        here.add(fmt::format("in-{}", at), fmt::format("CNAME in-{}.{}", at + 1, here.name));
    }
    here.add("in-8", "A 192.0.2.106");
    leaf.name(here, "in-0", "A", Expect::secure);
    leaf.name(here, "eight-0", "A", Expect::secure);
    leaf.name(here, "twenty-0", "A", Expect::varies, "SERVFAIL");
    leaf.name(here, "twenty-14", "A", Expect::secure);
    leaf.maker.finish(here);
    leaf.maker.finish(there);
}

void make_cname_loop(Leaf& leaf)
{
    Zone here = leaf.start(leaf.any_sound());
    Zone there = leaf.start_at(leaf.other_home(4), leaf.any_sound(), "b");
    here.add("self", fmt::format("CNAME self.{}", here.name));
    here.add("one", fmt::format("CNAME two.{}", here.name));
    here.add("two", fmt::format("CNAME one.{}", here.name));
    here.add("across", fmt::format("CNAME across.{}", there.name));
    there.add("across", fmt::format("CNAME across.{}", here.name));
    for (const char* owner : {"self", "one", "across"}) {
        leaf.name(here, owner, "A", Expect::varies, "SERVFAIL");
    }
    leaf.name(here, "self", "CNAME", Expect::secure);
    leaf.maker.finish(here);
    leaf.maker.finish(there);
}

// RFC 6672: everything below the owner is elsewhere, the owner itself is not.
void make_dname(Leaf& leaf)
{
    Zone here = leaf.start(leaf.any_sound());
    Zone there = leaf.start_at(leaf.other_home(6), leaf.any_sound(), "to");
    here.add("old", fmt::format("DNAME new.{}", here.name));
    here.add("old", "TXT \"the owner itself\"");
    here.add("host.new", "A 192.0.2.107");
    here.add("away", fmt::format("DNAME {}", there.name));
    here.add("twice", fmt::format("DNAME away.{}", here.name));
    there.add("host", "A 192.0.2.108");
    there.add("*.wild", "A 192.0.2.109");
    leaf.name(here, "host.old", "A", Expect::secure);
    leaf.name(here, "old", "DNAME", Expect::secure);
    leaf.name(here, "old", "TXT", Expect::secure);
    leaf.name(here, "old", "A", Expect::secure, "NODATA");
    leaf.name(here, "missing.old", "A", Expect::secure, "NXDOMAIN");
    leaf.name(here, "host.away", "A", Expect::secure);
    leaf.name(here, "x.wild.away", "A", Expect::secure);
    leaf.name(here, "missing.away", "A", Expect::secure, "NXDOMAIN");
    leaf.name(here, "host.twice", "A", Expect::secure);
    leaf.maker.finish(here);
    leaf.maker.finish(there);
}

// RFC 6672 §2.3: the new name may become too long: YXDOMAIN.
void make_dname_overflow(Leaf& leaf)
{
    Zone here = leaf.start(leaf.any_sound());
    const std::string label(63, 't');
    here.add("short", fmt::format("DNAME {0}.{0}.{1}", label, here.name));
    leaf.name(here, fmt::format("{0}.{0}.short", std::string(60, 'x')), "A", Expect::varies, "YXDOMAIN");
    leaf.maker.finish(here);
}

void make_dname_unsigned(Leaf& leaf)
{
    Zone here = leaf.start(leaf.sound(Denial::unsigned_zone));
    Zone there = leaf.start_at(leaf.other_home(6), leaf.any_sound(), "to");
    here.add("away", fmt::format("DNAME {}", there.name));
    there.add("host", "A 192.0.2.110");
    leaf.name(here, "host.away", "A", Expect::insecure);
    leaf.name(here, "missing.away", "A", Expect::insecure, "NXDOMAIN");
    leaf.maker.finish(here);
    leaf.maker.finish(there);
}

// The chain is only as good as its last zone.
void make_cname_to_bogus(Leaf& leaf)
{
    Zone here = leaf.start(leaf.any_sound());
    Zone there = leaf.start_at(leaf.other_home(2), leaf.any_sound(), "bad");
    there.publish_ds = PublishDs::wrong_digest;
    there.add("host", "A 192.0.2.111");
    here.add("www", fmt::format("CNAME host.{}", there.name));
    leaf.name(here, "www", "A", Expect::bogus, "SERVFAIL");
    leaf.name(here, "www", "CNAME", Expect::secure);
    leaf.maker.finish(here);
    leaf.maker.finish(there);
}

constexpr std::array kAliasKinds{
    Kind{.name = "cname", .weight = 4, .unsigned_home = false, .make = make_cname},
    Kind{.name = "cname-across", .weight = 3, .unsigned_home = false, .make = make_cname_across},
    Kind{.name = "cname-chain", .weight = 2, .unsigned_home = false, .make = make_cname_chain},
    Kind{.name = "cname-loop", .weight = 1, .unsigned_home = false, .make = make_cname_loop},
    Kind{.name = "cname-bogus", .weight = 1, .unsigned_home = false, .make = make_cname_to_bogus},
    Kind{.name = "dname", .weight = 3, .unsigned_home = false, .make = make_dname},
    Kind{.name = "dname-overflow", .weight = 1, .unsigned_home = false, .make = make_dname_overflow},
    Kind{.name = "dname-unsigned", .weight = 1, .unsigned_home = false, .make = make_dname_unsigned},
};

}  // namespace

std::span<const Kind> alias_kinds()
{
    return kAliasKinds;
}

}  // namespace rw::lab
