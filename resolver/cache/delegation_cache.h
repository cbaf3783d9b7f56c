// SPDX-License-Identifier: EUPL-1.2
// Delegations as parents gave them: the name servers of a zone, their glue, and what the parent said about DS. Apart
// from the answer cache on purpose: nothing a child says, and nothing from an answer's authority or additional section,
// gets in here (CVE-2025-11411), and a lease is never extended by anyone but the parent (ghost and phoenix domains,
// CVE-2022-30698). Written by the iterator after reading a referral, read when an iteration starts. The root's own
// name servers are not here: root/ owns them.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "resolver/base/address.h"
#include "resolver/cache/entry.h"
#include "resolver/cache/store.h"

namespace rw::cache
{

/// What the parent said about DS of the zone.
enum class DsState : std::uint8_t {
    unknown,  ///< nothing: not asked for, or not given
    present,  ///< `ds` is the RRset
    absent,   ///< denied, by `denial` when that has been kept
};

struct Delegation {
    struct Server {
        dns::Name name;
        std::vector<IpAddress> glue;  ///< from the parent; empty when the address must be looked up
    };

    dns::Name zone;
    std::vector<Server> servers;
    DsState ds_state = DsState::unknown;
    Seconds learnt = 0;  ///< when the parent said all this; set by the cache
    /// The first second, on the cache clock, in which what the parent said about DS is not to be used any more: it has
    /// a TTL of its own (RFC 4035 §2.4), and keys are rolled by that (RFC 6781 §4.1.2). Set by the cache, within the
    /// lease.
    Seconds ds_expires = 0;
    /// As the referral had it, with RRSIGs, meant only when present: nobody has judged it. What came of judging it is
    /// in chain_cache.h.
    dns::RRset ds;
    std::vector<dns::RRset> denial;  ///< likewise, NSEC or NSEC3
    Seconds expires = 0;
    Origin origin;
};

/// Whether what is cached has lately been asked for again because it leads nowhere.
enum class Recheck : std::uint8_t { none, under_way, done };

class DelegationCache
{
 public:
    /// `store` must outlive the cache. `max_ttl` in seconds bounds every lease.
    DelegationCache(Store& store, std::uint32_t max_ttl) : store_(store), max_ttl_(max_ttl) {}

    /// From any thread; leases that are there keep their time.
    void set_max_ttl(std::uint32_t max_ttl) { max_ttl_.store(max_ttl, std::memory_order_relaxed); }

    /// The delegation of `zone` itself.
    [[nodiscard]] std::optional<Delegation> find(const dns::Name& zone, Seconds now, const RootView& root,
                                                 Scratch& scratch) const;

    /// The delegation of the longest zone that `name` is in; nothing when only the root is left. For a DS question pass
    /// the parent of the name (RFC 4035 §3.1.4.1).
    [[nodiscard]] std::optional<Delegation> closest_enclosing(const dns::Name& name, Seconds now, const RootView& root,
                                                              Scratch& scratch) const;

    /// Keeps what a referral from the parent said, for the `ttl` of its NS RRset. `parent` is the delegation that led
    /// to the server asked (none for the root's servers): below a registered name the lease ends with the parent's, so
    /// that a withdrawn zone cannot live on through delegations it makes itself. `learnt`, `expires` and `ds_expires`
    /// of `delegation` are set, the latter by the lowest TTL of the DS RRset or of its denial. At most 32 servers with
    /// 8 addresses each are kept (NXNSAttack). False when nothing was kept.
    bool insert(Delegation& delegation, std::uint32_t ttl, const Delegation* parent, Seconds now);

    /// The parent does not delegate `zone` any more.
    void forget(const dns::Name& zone) { store_.remove(store_.key(Kind::delegation, zone, dns::RRType::ns)); }

    /// Of the delegation of `name` (NS) or the address of the server `name` (A, AAAA); for all workers.
    [[nodiscard]] Recheck recheck(const dns::Name& name, dns::RRType type, Seconds now, Scratch& scratch) const;
    /// `state` holds for `seconds`.
    void note_recheck(const dns::Name& name, dns::RRType type, Recheck state, std::uint32_t seconds, Seconds now);

    /// Hash of a TLD's delegation under which everything below it is cached (origin.h); never 0.
    [[nodiscard]] std::uint32_t lineage(const Delegation& tld) const;

    static constexpr std::size_t max_servers = 32;
    static constexpr std::size_t max_glue = 8;

 private:
    bool keep(const Delegation& delegation, Seconds now);

    Store& store_;
    std::atomic<std::uint32_t> max_ttl_;
};

}  // namespace rw::cache
