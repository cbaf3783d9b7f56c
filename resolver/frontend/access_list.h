// SPDX-License-Identifier: EUPL-1.2
// Who may ask: the longest matching prefix decides; without a match the client is refused.
#pragma once

#include <vector>

#include "config/settings.h"

namespace rw::frontend
{

class AccessList
{
 public:
    explicit AccessList(std::vector<config::AccessSettings> entries);
    [[nodiscard]] config::AccessAction action_for(const IpAddress& client) const;
    /// As how many clients `client` counts; 1 without a match.
    [[nodiscard]] std::uint32_t clients_behind(const IpAddress& client) const;

 private:
    /// Null without a match.
    [[nodiscard]] const config::AccessSettings* match(const IpAddress& client) const;

    std::vector<config::AccessSettings> entries_;  ///< longest prefix first
};

}  // namespace rw::frontend
