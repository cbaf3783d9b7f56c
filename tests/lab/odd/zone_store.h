// SPDX-License-Identifier: EUPL-1.2
// The records that the odd server answers from: a few thousand, unsigned, looked up by name in wire form. Filled once
// from the script that the zone maker wrote; ldns reads the presentation format.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rw::lab
{

// A name in wire form without compression, lower case: `\3www\2se\0`.
using WireName = std::string;

inline constexpr std::uint16_t kSoa = 6;  // the type's number

struct WireRecord {
    WireName owner;
    std::uint16_t type = 0;
    std::uint32_t ttl = 0;
    std::string rdata;
};

class ZoneStore
{
 public:
    std::expected<void, std::string> add(const std::string& line);

    // Nearest zone at or above the name, as its apex.
    [[nodiscard]] std::optional<WireName> zone_of(const WireName& name) const;
    [[nodiscard]] const std::vector<WireRecord>* find(const WireName& name, std::uint16_t type) const;
    // True when the name owns something, or something below it does (an empty non-terminal).
    [[nodiscard]] bool exists(const WireName& name) const;
    [[nodiscard]] bool owns_something(const WireName& name) const { return owners_.contains(name); }

 private:
    std::map<std::pair<WireName, std::uint16_t>, std::vector<WireRecord>> records_;
    std::map<WireName, bool> owners_;     // every owner name
    std::map<WireName, bool> ancestors_;  // every name above an owner
};

// The name without its first label; the root has no parent.
std::optional<WireName> parent_of(const WireName& name);
WireName lower_case(WireName name);

}  // namespace rw::lab
