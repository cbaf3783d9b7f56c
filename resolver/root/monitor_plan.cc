// SPDX-License-Identifier: EUPL-1.2
// The monitor's rotation.
#include "resolver/root/monitor_plan.h"

namespace rw::root
{

namespace
{

enum class Turn : std::uint8_t { records, preferred_serial, other_serial };

// 4 records, 4 serials of preferred, 7 of others.
constexpr std::array<Turn, probes_per_interval> turns{
    Turn::records,          Turn::preferred_serial, Turn::other_serial, Turn::other_serial,     Turn::records,
    Turn::preferred_serial, Turn::other_serial,     Turn::other_serial, Turn::records,          Turn::preferred_serial,
    Turn::other_serial,     Turn::other_serial,     Turn::records,      Turn::preferred_serial, Turn::other_serial};

constexpr std::array record_types{dns::RRType::dnskey, dns::RRType::zonemd, dns::RRType::ns};
constexpr double most_jitter = 0.25;  // of the pause: nobody can predict a probe and answer it better than others

}  // namespace

MonitorPlan::Probe MonitorPlan::next(const std::vector<MonitorTarget>& targets, bool needs_keys)
{
    std::vector<MonitorTarget> preferred;
    std::vector<MonitorTarget> others;
    for (const MonitorTarget& target : targets)
        (target.preferred ? preferred : others).push_back(target);
    const std::size_t slot = slot_++;
    const bool at_start = slot < probes_at_start && !preferred.empty();
    if (at_start && (needs_keys || slot == 0))
        return {preferred[slot % preferred.size()], dns::RRType::dnskey};
    const Turn turn = at_start ? Turn::preferred_serial : turns[slot % turns.size()];
    const bool to_preferred =
        others.empty() ||
        (!preferred.empty() && (turn == Turn::preferred_serial || (turn == Turn::records && slot / 4 % 2 == 0)));
    const std::vector<MonitorTarget>& list = to_preferred ? preferred : others;
    if (turn == Turn::records) {
        std::size_t& at = to_preferred ? preferred_records_ : other_records_;
        const std::size_t number = at++ % (list.size() * record_types.size());
        if (needs_keys)
            return {list[slot / turns.size() % list.size()], dns::RRType::dnskey};
        return {list[number / record_types.size()], record_types[number % record_types.size()]};
    }
    std::size_t& at = to_preferred ? preferred_serials_ : other_serials_;
    return {list[at++ % list.size()], dns::RRType::soa};
}

Duration MonitorPlan::pause(Duration interval, Random& random) const
{
    if (slot_ < probes_at_start)
        return Duration::zero();
    const Duration share = interval / probes_per_interval * (slot_ == probes_at_start ? probes_at_start : 1);
    const double jitter = most_jitter * static_cast<double>(random.below(1024)) / 1024;
    return share + std::chrono::duration_cast<Duration>(share * jitter);
}

}  // namespace rw::root
