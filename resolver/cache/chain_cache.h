// SPDX-License-Identifier: EUPL-1.2
// What the judge of chains of trust found authentic about zone cuts: DS RRsets, that there is none, and DNSKEY RRsets.
// A kind of its own, so that nothing gets into a chain but by that judge: an answer that is secure proves something to
// its client, not to a chain (a DNSKEY RRset that a zone-signing key signed is no chain's). Shared by the workers and
// bounded by the store. Written by the iterate/ side of validate/record_source.h, read at the start of each walk.
//
//   value: anchors' generation (8) | learnt at (4) | 0, or 1 and an RRset
#pragma once

#include <cstdint>
#include <optional>

#include "resolver/cache/store.h"
#include "resolver/dns/rrset.h"

namespace rw::cache
{

struct FoundChain {
    std::optional<dns::RRset> rrset;  ///< DS or DNSKEY; nothing: that there is no DS was proven
    std::uint32_t ttl = 0;            ///< seconds that are left
    Seconds learnt = 0;
};

class ChainCache
{
 public:
    /// `store` must outlive the cache.
    explicit ChainCache(Store& store) : store_(store) {}

    /// What was judged about the DS or DNSKEY of `zone` under anchors of this `generation`: after a change of anchors
    /// everything is judged anew.
    [[nodiscard]] std::optional<FoundChain> find(const dns::Name& zone, dns::RRType type, std::uint64_t generation,
                                                 Seconds now, const RootView& root, Scratch& scratch) const;

    /// Keeps `rrset`, which the judge found authentic, or with none that `zone` has no DS, for `ttl` seconds.
    void keep(const dns::Name& zone, dns::RRType type, const dns::RRset* rrset, std::uint32_t ttl,
              std::uint64_t generation, const Origin& origin, Seconds now);

    /// What was judged about `zone` is not to be used any more.
    void forget(const dns::Name& zone);

 private:
    Store& store_;
};

}  // namespace rw::cache
