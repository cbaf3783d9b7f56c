// SPDX-License-Identifier: EUPL-1.2
// What is known of the root servers beyond round-trip times, for everybody to read: where each address stands in the
// monitor's judgement, how each identity meets the thresholds of RSSAC047, and what happened that an operator should
// know. The monitor writes; selection, control and metrics read. Thread-safe; kept in memory only, because a judgement
// that survives a restart would mislead.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/units.h"
#include "resolver/base/address.h"
#include "resolver/base/clock.h"
#include "resolver/root/root_counts.h"

namespace rw::root
{

enum class Judgement : std::uint8_t {
    unknown,   ///< not asked yet, or nothing can be validated
    good,      ///< serves a root zone that is signed and not old
    stale,     ///< serves a root zone that was replaced long ago
    tampered,  ///< gave records that the root's owner did not sign
};

/// One address of an identity, as the monitor sees it.
struct AddressStanding {
    config::IdentityLetter letter;
    IpAddress address;
    Judgement judgement = Judgement::unknown;
    bool demoted = false;  ///< stale, and another preferred identity is fresher (root.stale-policy: demote)
    std::optional<std::uint32_t> serial;
    bool serial_validated = false;
    std::optional<std::string> nsid;  ///< escaped; a hint of the instance that nobody signs
};

/// One identity against the thresholds of RSSAC047v2 §5, over the latest samples. Nothing: too few samples to say.
struct IdentityHealth {
    std::uint32_t samples = 0;
    std::optional<double> availability;           ///< share of questions that were answered
    std::optional<Duration> latency;              ///< median over UDP
    std::optional<double> correctness;            ///< share of judged answers that were right
    std::optional<Duration> publication_latency;  ///< median of how long it was seen behind after a publication
};

/// RSSAC047v2 §5.1 to §5.4, for one identity.
inline constexpr double availability_threshold = 0.96;
inline constexpr Duration latency_threshold = std::chrono::milliseconds{250};
inline constexpr double correctness_threshold = 1.0;
inline constexpr Duration publication_latency_threshold = std::chrono::minutes{65};

struct Standing {
    std::vector<AddressStanding> addresses;
    std::array<IdentityHealth, letter_count> health{};
    std::optional<std::uint32_t> reference;  ///< the newest serial whose SOA signature was right

    [[nodiscard]] const AddressStanding* find(const IpAddress& address) const;
};

enum class IncidentKind : std::uint8_t {
    stale,
    caught_up,
    preferred_all_stale,
    path_tampering,
    path_restored,
    split_view,
    threshold_missed,
    threshold_met,
    unconfirmed_address,
};
enum class Severity : std::uint8_t { notice, high, critical };

struct IncidentFact {
    IncidentKind kind;
    std::string_view name;  ///< stable identifier for logs, metrics and JSON
    Severity severity;
};
[[nodiscard]] const IncidentFact& fact(IncidentKind kind);
[[nodiscard]] std::string_view name_of(Severity severity);

/// Something about the root servers that an operator should know.
struct Incident {
    IncidentKind kind = IncidentKind::stale;
    WallSeconds at{};
    std::optional<config::IdentityLetter> letter;
    std::optional<IpAddress> address;
    std::string text;
};

/// Incidents kept; the oldest go first. Attack: a server that flaps must not fill memory.
inline constexpr std::size_t max_incidents = 100;

class RootBoard
{
 public:
    /// The standing as of now; it does not change under the caller.
    [[nodiscard]] std::shared_ptr<const Standing> standing() const;
    void publish(Standing standing);

    /// Keeps the incident and logs it.
    void report(Incident incident);
    /// Newest first.
    [[nodiscard]] std::vector<Incident> incidents() const;

 private:
    mutable std::mutex mutex_;
    std::shared_ptr<const Standing> standing_ = std::make_shared<const Standing>();
    std::deque<Incident> incidents_;
};

}  // namespace rw::root
