// SPDX-License-Identifier: EUPL-1.2
// Addresses in replies moved to another network (`rewrite-addresses`), host part kept. Works on the finished message in
// place, because the cache keeps what the servers said. Pure; without rules the fast path pays one comparison.
#pragma once

#include <span>
#include <vector>

#include "config/settings.h"

namespace rw::frontend
{

class AddressRewrite
{
 public:
    AddressRewrite() = default;
    explicit AddressRewrite(std::vector<config::RewriteSettings> rules) : rules_(std::move(rules)) {}

    [[nodiscard]] bool empty() const { return rules_.empty(); }
    /// Moves the addresses of A and AAAA records of `message`, a reply of ours, and the hints of SVCB and HTTPS records
    /// (RFC 9460 §7.3). What was changed is not what the zone
    /// signed any more: then AD is cleared.
    void apply(std::span<std::uint8_t> message) const;

 private:
    bool move(std::span<std::uint8_t> address) const;

    std::vector<config::RewriteSettings> rules_;
};

}  // namespace rw::frontend
