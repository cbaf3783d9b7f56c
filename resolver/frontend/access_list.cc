// SPDX-License-Identifier: EUPL-1.2
// The access list.
#include "resolver/frontend/access_list.h"

#include <algorithm>

namespace rw::frontend
{

AccessList::AccessList(std::vector<config::AccessSettings> entries) : entries_(std::move(entries))
{
    std::ranges::sort(entries_, std::greater{},
                      [](const config::AccessSettings& entry) { return entry.prefix.length; });
}

const config::AccessSettings* AccessList::match(const IpAddress& client) const
{
    const auto at = std::ranges::find_if(
        entries_, [&](const config::AccessSettings& entry) { return entry.prefix.contains(client); });
    return at != entries_.end() ? &*at : nullptr;
}

config::AccessAction AccessList::action_for(const IpAddress& client) const
{
    const config::AccessSettings* entry = match(client);
    return entry != nullptr ? entry->action : config::AccessAction::refuse;
}

std::uint32_t AccessList::clients_behind(const IpAddress& client) const
{
    const config::AccessSettings* entry = match(client);
    return entry != nullptr ? entry->clients : 1;
}

}  // namespace rw::frontend
