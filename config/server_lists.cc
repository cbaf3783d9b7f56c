// SPDX-License-Identifier: EUPL-1.2
// Walking through the settings that name servers.
#include "config/server_lists.h"

#include <fmt/format.h>

namespace rw::config
{

namespace
{

template <class Entry>
void add_lists(std::vector<ServerList>& lists, const char* setting, const std::vector<Entry>& entries)
{
    for (std::size_t i = 0; i < entries.size(); ++i)
        lists.push_back({fmt::format("{}[{}].servers", setting, i), entries[i].servers});
}

}  // namespace

std::vector<ServerList> server_lists(const Settings& settings)
{
    std::vector<ServerList> lists;
    add_lists(lists, "stub-zones", settings.stub_zones);
    add_lists(lists, "forward-zones", settings.forward_zones);
    add_lists(lists, "policy", settings.policy);
    return lists;
}

}  // namespace rw::config
