// SPDX-License-Identifier: EUPL-1.2
// The TLDs of the lab: taken from a real root zone when one is at hand, else made up in the same shape. Some twenty of
// them are `featured`: the leaf zones live there, with chosen denial and algorithm. The others hold a few records each.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <vector>

#include "tests/lab/zones/world.h"

namespace rw::lab
{

struct Tld {
    std::string name;  // with the final dot
    unsigned name_servers = 2;
    bool is_signed = true;
    bool featured = false;
    Signing signing;
};

struct RootShape {
    std::uint32_t serial = 0;
    std::vector<Tld> tlds;  // sorted by name
};

// From a root zone in presentation form: names, number of name servers, whether signed.
std::expected<RootShape, std::string> shape_of(const std::string& zone_file, const Settings& settings);
// 1,440 TLDs of invented names beside the featured ones.
RootShape invented_shape(const Settings& settings);

// Unsigned zone text of a TLD with what its children put into it; the featured ones also get records of their own.
void make_tld(Maker& maker, const Tld& tld, unsigned number, const Lines& from_children);

// Featured TLDs that are signed, in a fixed order; a leaf picks one by its number.
const std::vector<std::string>& signed_homes();
const std::vector<std::string>& unsigned_homes();

}  // namespace rw::lab
