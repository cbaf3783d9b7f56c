// SPDX-License-Identifier: EUPL-1.2
// CHAOS names.
#include "resolver/frontend/chaos_names.h"

#include <array>
#include <string_view>

namespace rw::frontend
{

namespace
{

using Setting = std::optional<std::string> config::ServerSettings::*;

struct ChaosName {
    std::string_view name;
    Setting setting;
};

constexpr std::array names{
    ChaosName{"id.server.", &config::ServerSettings::identity},
    ChaosName{"hostname.bind.", &config::ServerSettings::identity},
    ChaosName{"version.server.", &config::ServerSettings::version},
    ChaosName{"version.bind.", &config::ServerSettings::version},
};

}  // namespace

std::optional<OctetBuffer> ChaosNames::find(const dns::Question& question) const
{
    if (question.type != dns::RRType::txt && question.type != dns::RRType::any)
        return std::nullopt;
    for (const ChaosName& row : names) {
        const Setting setting = row.setting;
        if (!(settings_.*setting) || !(question.name == *dns::Name::parse(row.name)))
            continue;
        const std::string_view text = std::string_view(*(settings_.*setting)).substr(0, 255);
        OctetBuffer rdata;
        append_u8(rdata, static_cast<std::uint8_t>(text.size()));
        append(rdata, octets_of(text));
        return rdata;
    }
    return std::nullopt;
}

}  // namespace rw::frontend
