// SPDX-License-Identifier: EUPL-1.2
// The root servers in use, each with the identity it belongs to and its place in the preference. Shared by the workers;
// priming replaces the list as a whole.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "config/root_identities.h"
#include "config/settings.h"
#include "resolver/base/address.h"
#include "resolver/dns/name.h"
#include "resolver/root/hints.h"

namespace rw::root
{

/// Where a root server stands. An address counts as preferred only when it is the published one of a preferred
/// identity: root-servers.net is unsigned, so a forged priming response could otherwise name itself K.
enum class Tier : std::uint8_t { preferred, other, unconfirmed };

struct RootServer {
    std::optional<config::IdentityLetter> letter;  ///< of the identity whose published address this is
    dns::Name name;
    IpAddress address;
    Tier tier = Tier::other;
};

using RootServerList = std::shared_ptr<const std::vector<RootServer>>;

/// Sorts addresses into tiers: of an identity when published for it, or `confirmed` for its name by a verified root
/// zone. Pure.
[[nodiscard]] std::vector<RootServer> classify(const std::vector<HintedAddress>& addresses,
                                               const std::vector<config::RootIdentity>& identities,
                                               const std::vector<config::IdentityLetter>& preferred,
                                               const std::vector<HintedAddress>& confirmed = {});

class RootServers
{
 public:
    explicit RootServers(std::vector<RootServer> servers)
        : servers_(std::make_shared<const std::vector<RootServer>>(std::move(servers)))
    {
    }

    /// The list as of now; it does not change under the caller.
    [[nodiscard]] RootServerList current() const
    {
        const std::scoped_lock lock(mutex_);
        return servers_;
    }
    /// Addresses of root servers in a root zone whose ZONEMD and signatures were verified: whoever renumbers is
    /// believed from there, never from priming. Takes effect at once and for later classify() calls.
    void confirm(std::vector<HintedAddress> addresses, const std::vector<config::IdentityLetter>& preferred);
    [[nodiscard]] std::vector<HintedAddress> confirmed() const
    {
        const std::scoped_lock lock(mutex_);
        return confirmed_;
    }
    /// As replace(), with what a root server has told.
    void prime(std::vector<RootServer> servers)
    {
        replace(std::move(servers));
        primed_ = true;
    }
    /// Whether a root server has told a list that was believed.
    [[nodiscard]] bool primed() const { return primed_; }
    /// Whether this host has a way to one of them: a route and a socket. Whether anybody answers is another question.
    [[nodiscard]] bool in_reach() const { return in_reach_; }
    void note_reach(bool in_reach) { in_reach_ = in_reach; }
    void replace(std::vector<RootServer> servers)
    {
        auto list = std::make_shared<const std::vector<RootServer>>(std::move(servers));
        const std::scoped_lock lock(mutex_);
        servers_ = std::move(list);
    }

 private:
    mutable std::mutex mutex_;
    RootServerList servers_;
    std::vector<HintedAddress> confirmed_;
    std::atomic<bool> primed_ = false;
    std::atomic<bool> in_reach_ = true;  ///< until something else is seen
};

}  // namespace rw::root
