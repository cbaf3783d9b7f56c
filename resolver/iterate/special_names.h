// SPDX-License-Identifier: EUPL-1.2
// The names with a meaning of their own, in one table: IANA's registries "Special-Use Domain Names" (RFC 6761) and
// "Locally-Served DNS Zones" (RFC 6303). A test holds the table to copies of both.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "resolver/iterate/local_zone.h"

namespace rw::iterate
{

/// The day of the registries that the table follows.
inline constexpr std::string_view special_names_date = "2026-05-22";

enum class Treatment : std::uint8_t {
    resolve,       ///< as any other name: the registry asks nothing of resolvers
    nonexistent,   ///< an empty zone: NXDOMAIN below it
    no_data,       ///< every name exists and has no records: NODATA
    loopback,      ///< every name has the loopback addresses
    loopback_ptr,  ///< the reverse zone of a loopback address
    dns64,         ///< with DNS64 made here, else resolved (RFC 8880 §7)
};

struct SpecialName {
    std::string_view name;  ///< behind the labels `first` to `last`, when there are any
    Treatment treatment = Treatment::resolve;
    std::string_view source;
    int first = -1;
    int last = -1;

    /// Every name of the row, absolute.
    [[nodiscard]] std::vector<std::string> names() const;
};

[[nodiscard]] std::span<const SpecialName> special_names();

/// The zones that are served here because of the table.
[[nodiscard]] std::vector<LocalZone> special_zones(const config::Settings& settings);

}  // namespace rw::iterate
