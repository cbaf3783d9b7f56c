// SPDX-License-Identifier: EUPL-1.2
// Implements leaves.h: picks kind and home of each leaf.
#include "tests/lab/zones/leaves.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "tests/lab/zones/tlds.h"

namespace rw::lab
{
namespace
{

std::vector<Kind> all_kinds()
{
    std::vector<Kind> kinds;
    for (const auto table :
         {plain_kinds(), shape_kinds(), alias_kinds(), delegation_kinds(), bogus_kinds(), odd_kinds()}) {
        kinds.insert(kinds.end(), table.begin(), table.end());
    }
    return kinds;
}

// Every kind appears early: kinds are dealt round by round, a kind of weight w takes part in the first w rounds.
std::vector<const Kind*> deal(const std::vector<Kind>& kinds)
{
    std::vector<const Kind*> dealt;
    for (unsigned round = 0; true; ++round) {
        const std::size_t before = dealt.size();
        for (const Kind& kind : kinds) {
            if (round < kind.weight) {
                dealt.push_back(&kind);
            }
        }
        if (dealt.size() == before) {
            return dealt;
        }
    }
}

}  // namespace

std::string Leaf::zone_name(std::string_view further) const
{
    return further.empty() ? fmt::format("{}-{:04}.{}", kind, number, home)
                           : fmt::format("{}-{:04}-{}.{}", kind, number, further, home);
}

std::string Leaf::other_home(unsigned step) const
{
    const auto& homes = signed_homes();
    const auto here = std::ranges::find(homes, home);
    const std::size_t at = here == homes.end() ? 0 : static_cast<std::size_t>(here - homes.begin());
    return homes[(at + step) % homes.size()];
}

Zone Leaf::start(const Signing& signing, std::string_view further) const
{
    const std::string_view servers = number % 2 == 0 ? "leaf-nsd" : "leaf-knot";
    return maker.start(zone_name(further), home, servers, number * 2, signing);
}

Zone Leaf::start_at(const std::string& other, const Signing& signing, std::string_view further) const
{
    const std::string name = fmt::format("{}-{:04}-{}.{}", kind, number, further, other);
    return maker.start(name, other, number % 2 == 0 ? "leaf-knot" : "leaf-nsd", number * 2, signing);
}

Zone Leaf::start_child(const Zone& parent, std::string_view label, const Signing& signing) const
{
    const std::string_view servers = parent.group == "sub" ? "leaf-nsd" : "sub";
    return maker.start(fmt::format("{}.{}", label, parent.name), parent.name, servers, number * 2, signing);
}

Zone Leaf::start_bare(const Signing& signing, std::string_view further) const
{
    Zone zone = start(signing, further);
    zone.records.resize(1);  // the SOA
    zone.delegation.clear();
    return zone;
}

void Leaf::add_ns(Zone& zone, const std::string& host)
{
    zone.add("@", "NS " + host);
    zone.delegation.push_back(fmt::format("{} 86400 IN NS {}", zone.name, host));
}

void Leaf::finish_child(Zone& parent, const Zone& child) const
{
    std::ranges::move(maker.complete(child), std::back_inserter(parent.records));
}

Signing Leaf::sound(Denial denial, int algorithm) const
{
    return maker.settings().sound(denial, algorithm);
}

Signing Leaf::any_sound()
{
    constexpr std::array kAlgorithms{13, 13, 13, 13, 13, 13, 15, 14};
    const Denial denial = pick(2) == 0 ? Denial::nsec : Denial::nsec3;
    return sound(denial, kAlgorithms.at(pick(kAlgorithms.size())));
}

void Leaf::name(const Zone& zone, std::string_view owner, std::string_view type, Expect expect,
                std::string_view outcome)
{
    maker.name(zone.at(owner), type, expect, kind, outcome);
}

void make_leaves(Maker& maker, unsigned first, unsigned step)
{
    const std::vector<Kind> kinds = all_kinds();
    const std::vector<const Kind*> order = deal(kinds);
    const Settings& settings = maker.settings();
    for (unsigned number = first; number < settings.leaves; number += step) {
        const Kind& kind = *order[number % order.size()];
        const auto& homes = kind.unsigned_home ? unsigned_homes() : signed_homes();
        // Striding by a prime spreads each kind over all homes.
        const std::string& home = homes[(number / order.size() * 7 + number) % homes.size()];
        std::seed_seq seeds{static_cast<std::uint32_t>(settings.seed), static_cast<std::uint32_t>(number)};
        Leaf leaf{.maker = maker, .kind = kind.name, .number = number, .home = home, .random = std::mt19937_64(seeds)};
        kind.make(leaf);
    }
}

}  // namespace rw::lab
