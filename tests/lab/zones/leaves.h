// SPDX-License-Identifier: EUPL-1.2
// Leaf zones: thousands below the featured TLDs, each with its own key and each of some kind. A kind is one function
// that builds the zones of one leaf and says how its names must come out; the table of kinds says how many there are
// of each. Kinds live in leaves_*.cc by subject.
#pragma once

#include <random>
#include <span>
#include <string>
#include <string_view>

#include "tests/lab/zones/world.h"

namespace rw::lab
{

// What a kind is given: its number, where to live, and a source of numbers that depends on nothing but seed and number.
struct Leaf {
    Maker& maker;
    std::string_view kind;
    unsigned number = 0;  // of this leaf among all leaves
    std::string home;     // the TLD, with the final dot
    std::mt19937_64 random;

    // `kind-0012.se.`, and `kind-0012-x.se.` for a further zone of the same leaf.
    [[nodiscard]] std::string zone_name(std::string_view further = {}) const;
    // Another TLD that is signed, `step` places on from ours.
    [[nodiscard]] std::string other_home(unsigned step) const;
    [[nodiscard]] unsigned pick(unsigned below) { return static_cast<unsigned>(random() % below); }
    // A zone of this leaf on the leaf servers, signed as the kind wishes.
    [[nodiscard]] Zone start(const Signing& signing, std::string_view further = {}) const;
    // A zone of this leaf below another TLD.
    [[nodiscard]] Zone start_at(const std::string& other_home, const Signing& signing, std::string_view further) const;
    // A child of one of its zones, on other servers than the parent's.
    [[nodiscard]] Zone start_child(const Zone& parent, std::string_view label, const Signing& signing) const;
    // A zone with no records but SOA: name servers are for the kind to add.
    [[nodiscard]] Zone start_bare(const Signing& signing, std::string_view further = {}) const;
    // Adds NS for `host` to the zone and to its delegation.
    static void add_ns(Zone& zone, const std::string& host);
    // Completes the child and puts its delegation into the parent.
    void finish_child(Zone& parent, const Zone& child) const;
    [[nodiscard]] Signing sound(Denial denial, int algorithm = 13) const;
    // Signed with a random sound denial and algorithm.
    [[nodiscard]] Signing any_sound();
    void name(const Zone& zone, std::string_view owner, std::string_view type, Expect expect,
              std::string_view outcome = "NOERROR");
};

using MakeLeaf = void (*)(Leaf&);

struct Kind {
    std::string_view name;
    unsigned weight;     // share among all leaves
    bool unsigned_home;  // lives below an unsigned TLD
    MakeLeaf make;
};

std::span<const Kind> plain_kinds();
std::span<const Kind> shape_kinds();
std::span<const Kind> alias_kinds();
std::span<const Kind> delegation_kinds();
std::span<const Kind> bogus_kinds();
std::span<const Kind> odd_kinds();

// Makes leaves first, first + step, ... below `settings.leaves`.
void make_leaves(Maker& maker, unsigned first, unsigned step);

}  // namespace rw::lab
