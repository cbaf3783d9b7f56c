// SPDX-License-Identifier: EUPL-1.2
// What is known about name servers by address: round-trip time (RFC 6298 style), failures, EDNS, and for which zones
// they are lame or silent. Shared by the workers behind short locks; bounded; every belief expires, because servers get
// mended.
//
// Silence counts for the zone that was asked about. Many servers say nothing about zones that are not theirs, and whose
// zones are delegated to them is decided by others: if silence counted for all zones, who delegates his own to a
// stranger's server and has them asked for would take the stranger's off the net.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>

#include "resolver/base/address.h"
#include "resolver/base/clock.h"
#include "resolver/base/keyed_table.h"
#include "resolver/dns/name.h"
#include "resolver/dns/rrtype.h"

namespace rw::upstream
{

inline constexpr std::uint32_t failing_after = 3;  // with 20 % loss each way one in 20 sound servers looks dead by then
inline constexpr std::uint32_t unknown_failing_after = 2;  // a server that has never answered gets less patience

inline constexpr std::uint32_t silent_after = 8;  // heavy loss (half of all) does this to one in 250 sound servers

/// Types that servers, and the boxes in front of them, leave unanswered together (RFC 8906 §3, RFC 4074 §4):
/// silence about one group says nothing about the others.
enum class TypeGroup : std::uint8_t { basic, aaaa, dnssec, newer };
inline constexpr std::size_t type_groups = 4;
[[nodiscard]] TypeGroup group_of(dns::RRType type);

/// Beliefs about one server and one zone at one moment.
struct ServerState {
    bool measured = false;
    Duration srtt{};  ///< smoothed round-trip time; meaningful when measured
    Duration rttvar{};
    std::uint32_t timeouts_in_row = 0;                           ///< about this zone
    std::array<std::uint32_t, type_groups> timeouts_by_group{};  ///< of those in the row
    std::uint32_t timeouts_about_any = 0;                        ///< in a row, about whatever zone
    Instant last_timeout{};
    bool edns_works = false;   ///< has answered with EDNS: silence is no dislike of it (RFC 8906 §3.2)
    bool edns_broken = false;  ///< asked without EDNS until edns_until
    bool case_broken = false;  ///< does not keep the case of the question
    bool lame = false;         ///< knows nothing of this zone, or said so

    /// How long to wait for a reply before somebody else is asked as well.
    [[nodiscard]] Duration timeout() const;
    /// So long silent that it is not worth asking for such types for a while, whoever wants to know.
    [[nodiscard]] bool silent(dns::RRType type) const { return timeouts_about(type) >= silent_after; }
    /// Several questions about this zone in a row went unanswered: asked only when nobody better is left, and probed in
    /// the background.
    [[nodiscard]] bool failing() const { return timeouts_in_row >= patience(); }
    /// The same for questions of such types alone.
    [[nodiscard]] bool failing(dns::RRType type) const { return timeouts_about(type) >= patience(); }
    /// Silent about this zone or others: asked later than those that are not, never refused for that.
    [[nodiscard]] bool doubtful() const { return timeouts_about_any >= patience(); }

 private:
    [[nodiscard]] std::uint32_t patience() const { return measured ? failing_after : unknown_failing_after; }
    [[nodiscard]] std::uint32_t timeouts_about(dns::RRType type) const
    {
        return timeouts_by_group[static_cast<std::size_t>(group_of(type))];
    }
};

inline constexpr Duration unknown_server_timeout =
    400ms;                                             // most of the world answers within 300 ms (Unbound waits 376)
inline constexpr Duration min_timeout = 60ms;          // jitter of a near server must not look like loss
inline constexpr Duration max_timeout = 1500ms;        // three servers can be tried within a client's patience
inline constexpr Duration state_lifetime = 15min;      // as long as peers keep it: longer hides mended servers
inline constexpr Duration defect_lifetime = 10min;     // EDNS or case defects
inline constexpr Duration first_probe_interval = 1s;   // a cut that ends is noticed within this ...
inline constexpr Duration max_probe_interval = 16s;    // ... or this after a long one; a few octets a minute
inline constexpr std::uint32_t ipv6_broken_after = 3;  // timeouts in a row over all IPv6 servers
inline constexpr Duration lame_lifetime = 10min;
inline constexpr std::size_t max_servers = 100'000;  // 20 MB; an attacker's own servers push out only the oldest
inline constexpr std::size_t max_lame_entries = 20'000;
/// Servers and zones whose silence is counted: 4 MB. What is pushed out is asked once more than it needed to be.
inline constexpr std::size_t max_silences = 64'000;

class ServerStats
{
 public:
    /// `key` keeps those who choose addresses of servers from choosing where they land in the tables.
    ServerStats(const Clock& clock, const HashKey& key);

    /// For who asks `server` about `zone`.
    [[nodiscard]] ServerState state(const Endpoint& server, const dns::Name& zone) const;

    /// Ends its silence about every zone.
    void note_answer(const Endpoint& server, Duration rtt);
    /// `type` is what it was asked for.
    void note_timeout(const Endpoint& server, const dns::Name& zone, dns::RRType type);
    /// The network says the server cannot be reached: failing at once.
    void note_unreachable(const Endpoint& server, const dns::Name& zone);
    void note_edns_works(const Endpoint& server);
    void note_edns_broken(const Endpoint& server);
    void note_case_broken(const Endpoint& server);

    /// Whether a failing server is due for a probe; then the caller must send one. Each probe that stays unanswered
    /// doubles the wait for the next.
    bool claim_probe(const Endpoint& server);

    void note_lame(const Endpoint& server, const dns::Name& zone);

    /// Forgets everything about `zone`'s lame servers, or all when the root is given.
    void forget_lame(const dns::Name& zone);

 private:
    /// Of one server about one zone.
    struct Silence {
        std::uint32_t era = 0;  ///< of the server's entry
        std::uint32_t timeouts_in_row = 0;
        std::array<std::uint32_t, type_groups> timeouts_by_group{};
        Instant updated{};
    };
    struct Entry {
        ServerState state;      ///< without what is counted by zone
        std::uint32_t era = 0;  ///< of what is counted by zone; an answer begins a new one
        Instant updated{};
        Instant edns_until{};
        Instant case_until{};
        Instant next_probe{};
        Duration probe_interval{};
    };
    struct Lame {
        dns::Name zone;
        Instant until{};
    };
    static constexpr std::size_t shard_count = 16;
    /// Tables by keyed hashes of 64 bits, which stand for what they are made of: only who knows the key finds two that
    /// share one.
    template <class Row>
    using Table = std::unordered_map<std::uint64_t, Row, AlreadyKeyed>;
    struct Shard {
        mutable std::mutex mutex;
        Table<Entry> servers;
        Table<Lame> lame;         // by key_of(server, zone)
        Table<Silence> silences;  // by key_of(server, zone)
        std::uint32_t eras = 0;
    };
    /// Where what is known of a server stands.
    struct Place {
        Shard& shard;
        std::uint64_t key;
    };

    [[nodiscard]] Place place_of(const Endpoint& server) const;
    [[nodiscard]] std::uint64_t key_of(const Endpoint& server, const dns::Name& zone) const;
    [[nodiscard]] bool is_lame(const Shard& shard, const Endpoint& server, const dns::Name& zone, Instant now) const;
    void note_family(const Endpoint& server, bool answered);
    [[nodiscard]] bool is_ipv6_broken() const;

    template <class Change>
    void update(const Place& place, Change&& change);
    /// The same with what is counted for `zone`.
    template <class Change>
    void update_silence(const Endpoint& server, const dns::Name& zone, Change&& change);

    const Clock& clock_;
    /// Timeouts of IPv6 servers since one answered: a broken IPv6 is one fault, not one of each server.
    std::atomic<std::uint32_t> ipv6_silence_ = 0;
    const HashKey key_;
    mutable std::array<Shard, shard_count> shards_;
};

}  // namespace rw::upstream
