// SPDX-License-Identifier: EUPL-1.2
// In whose name something is claimed from a bounded pool (base/fair_pool.h): a client and a zone. Made once for each
// question that has to wait; a cache hit makes none.
#pragma once

#include <cstdint>

#include "resolver/base/address.h"
#include "resolver/base/fair_pool.h"
#include "resolver/base/siphash.h"
#include "resolver/dns/name.h"

namespace rw::upstream
{

/// What counts as one client: an IPv4 address or an IPv6 /56, because who has one address of that has them all.
[[nodiscard]] IpAddress network_of(const IpAddress& client);

/// Whose question it is. By default ourselves: prefetching, probes, priming and what an operator asks for are together one client.
struct Claimant {
    std::uint64_t network = 0;  ///< keyed
    std::uint32_t clients = 1;  ///< as how many it counts (access[].clients)

    [[nodiscard]] bool is_us() const { return network == 0; }
    bool operator==(const Claimant&) const = default;
};

/// Stands for a zone among the holdings of one client; keyed.
enum class ZoneKey : std::uint64_t {};

[[nodiscard]] inline Party party(const Claimant& claimant, ZoneKey zone)
{
    return {claimant.network + 0x9e3779b97f4a7c15ULL * static_cast<std::uint64_t>(zone), claimant.clients};
}

/// Makes both. All workers must use the same key, because work passes between their clients.
class PartyKeys
{
 public:
    explicit PartyKeys(const HashKey& key) : key_(key) {}

    [[nodiscard]] Claimant claimant(const IpAddress& client, std::uint32_t clients) const;

    /// The two rightmost labels stand for a zone: whoever owns example.com delegates as many zones below it as he
    /// likes. Below suffixes like co.uk zones of strangers meet, but only those that one client asks for.
    [[nodiscard]] ZoneKey zone(const dns::Name& name) const;

 private:
    HashKey key_;
};

}  // namespace rw::upstream
