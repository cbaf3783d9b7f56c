// SPDX-License-Identifier: EUPL-1.2
// Implements plan.h.
#include "tests/lab/zones/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

namespace rw::lab
{

std::expected<std::vector<Identity>, std::string> read_identities(const std::string& file)
{
    std::ifstream input(file);
    std::vector<Identity> identities;
    for (std::string line; std::getline(input, line);) {
        if (line.empty() || line.front() == '#') {
            continue;
        }
        std::istringstream fields(line);
        Identity identity;
        fields >> identity.letter >> identity.v4 >> identity.v6;
        identities.push_back(identity);
    }
    if (identities.size() != 13) {
        return std::unexpected(fmt::format("{}: expected 13 identities, found {}", file, identities.size()));
    }
    return identities;
}

std::string Group::v4(unsigned number) const
{
    return fmt::format("198.18.{}.{}", net, number);
}

std::string Group::v6(unsigned number) const
{
    return fmt::format("2001:2:0:{:x}::{:x}", net, number);
}

const Group& group(std::string_view name)
{
    const auto* const found = std::ranges::find(kGroups, name, &Group::name);
    if (found == kGroups.end()) {
        std::cerr << "lab_zones: no server group is called " << name << '\n';
        std::abort();
    }
    return *found;
}

}  // namespace rw::lab
