// SPDX-License-Identifier: EUPL-1.2
// The 13 root server identities: who operates each, under which jurisdiction, at which addresses. Data shipped as
// config/root-identities.yaml and compiled in. An address counts as preferred only when it stands here or in a verified
// root zone. Jurisdiction is the operator's seat, not the place of the instance that answers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/units.h"
#include "resolver/base/address.h"
#include "resolver/base/result.h"

namespace rw::config
{

struct RootIdentity {
    IdentityLetter letter;
    ZoneName name;
    std::string operator_name;
    std::string jurisdiction;  ///< ISO 3166-1 alpha-2
    IpAddress ipv4;
    IpAddress ipv6;
    std::vector<std::uint32_t> autonomous_systems;
    bool operator==(const RootIdentity&) const = default;
};

/// Reads the data file's format. The error lists every problem, each with line and column.
[[nodiscard]] Result<std::vector<RootIdentity>> read_root_identities(std::string_view text);

/// The shipped identities, a to m.
[[nodiscard]] const std::vector<RootIdentity>& root_identities();

}  // namespace rw::config
