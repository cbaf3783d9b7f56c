// SPDX-License-Identifier: EUPL-1.2
// Which servers the lab has and at which addresses: the 13 root identities and the groups of servers below. The zone
// maker takes addresses from here and writes the plan out for the lab front. All other addresses are from the
// benchmark ranges 198.18.0.0/15 (RFC 2544) and 2001:2::/48 (RFC 5180).
#pragma once

#include <array>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace rw::lab
{

struct Identity {
    std::string letter;
    std::string v4;
    std::string v6;
};

std::expected<std::vector<Identity>, std::string> read_identities(const std::string& file);

// One server process and its addresses: 198.18.<net>.1..count and 2001:2:0:<net>::1..count.
struct Group {
    std::string_view name;
    std::string_view software;  // nsd, knot, odd, dead (nobody answers)
    unsigned net = 0;
    unsigned count = 0;

    [[nodiscard]] std::string v4(unsigned number) const;
    [[nodiscard]] std::string v6(unsigned number) const;
};

inline constexpr std::array kGroups{
    Group{.name = "tld", .software = "nsd", .net = 1, .count = 16},
    Group{.name = "leaf-nsd", .software = "nsd", .net = 2, .count = 32},
    Group{.name = "leaf-knot", .software = "knot", .net = 3, .count = 32},
    Group{.name = "sub", .software = "knot", .net = 4, .count = 16},
    Group{.name = "lame", .software = "nsd", .net = 5, .count = 8},
    Group{.name = "odd", .software = "odd", .net = 66, .count = 64},
    Group{.name = "dead", .software = "dead", .net = 99, .count = 250},
};

// Other root zones to redirect an identity to, each on one address for each identity (a = 1 ... m = 13).
inline constexpr std::array kAlternates{
    Group{.name = "root-stale1", .software = "nsd", .net = 201, .count = 13},
    Group{.name = "root-stale3", .software = "nsd", .net = 202, .count = 13},
    Group{.name = "root-other", .software = "nsd", .net = 203, .count = 13},
    Group{.name = "root-split", .software = "nsd", .net = 204, .count = 13},
    Group{.name = "root-tampered", .software = "nsd", .net = 205, .count = 13},
    Group{.name = "root-newer", .software = "nsd", .net = 206, .count = 13},
};

const Group& group(std::string_view name);

}  // namespace rw::lab
