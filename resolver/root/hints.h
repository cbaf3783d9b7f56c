// SPDX-License-Identifier: EUPL-1.2
// Root hints: where the root servers are believed to be before priming (RFC 9609). Read from the format of named.root.
#pragma once

#include <string_view>
#include <vector>

#include "resolver/base/address.h"
#include "resolver/base/result.h"
#include "resolver/dns/name.h"

namespace rw::root
{

struct HintedAddress {
    dns::Name name;
    IpAddress address;
    bool operator==(const HintedAddress&) const = default;
};

/// 1 MiB; the shipped file has 3 KiB. A larger one is not the right file.
inline constexpr std::size_t hints_octets_limit = std::size_t{1} << 20U;

/// The addresses in `text`; the error names the line. At least one address must be there.
[[nodiscard]] Result<std::vector<HintedAddress>> read_hints(std::string_view text);

}  // namespace rw::root
