// SPDX-License-Identifier: EUPL-1.2
// The little wire format that the odd server needs: reads the question of a query and writes replies without
// compression. Not for use elsewhere: it is lenient where a resolver must not be.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tests/lab/odd/zone_store.h"

namespace rw::lab
{

struct OddQuery {
    std::uint16_t id = 0;
    bool recursion_desired = false;
    WireName name;  // as it was spelled
    std::uint16_t type = 0;
    bool edns = false;
};

std::optional<OddQuery> read_query(std::span<const std::uint8_t> message);

struct OddReply {
    std::uint16_t id = 0;
    bool response = true;
    bool authoritative = true;
    bool truncated = false;
    bool recursion_desired = false;
    std::uint16_t rcode = 0;  // above 15 needs EDNS
    WireName question_name;
    std::uint16_t question_type = 0;
    std::vector<WireRecord> answer;
    std::vector<WireRecord> authority;
    std::vector<WireRecord> additional;
    bool edns = false;
    std::string edns_options;

    [[nodiscard]] std::string wire() const;
};

}  // namespace rw::lab
