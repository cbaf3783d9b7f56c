// SPDX-License-Identifier: EUPL-1.2
// The board that the monitor writes on.
#include "resolver/root/root_board.h"

#include <algorithm>

#include "resolver/base/log.h"

namespace rw::root
{

namespace
{

constexpr std::array table{
    IncidentFact{IncidentKind::stale, "stale", Severity::high},
    IncidentFact{IncidentKind::caught_up, "caught-up", Severity::notice},
    IncidentFact{IncidentKind::preferred_all_stale, "preferred-all-stale", Severity::high},
    IncidentFact{IncidentKind::path_tampering, "path-tampering", Severity::critical},
    IncidentFact{IncidentKind::path_restored, "path-restored", Severity::notice},
    IncidentFact{IncidentKind::split_view, "split-view", Severity::critical},
    IncidentFact{IncidentKind::threshold_missed, "threshold-missed", Severity::notice},
    IncidentFact{IncidentKind::threshold_met, "threshold-met", Severity::notice},
    IncidentFact{IncidentKind::unconfirmed_address, "unconfirmed-address", Severity::high},
};

LogLevel level_of(Severity severity)
{
    switch (severity) {
        case Severity::critical:
            return LogLevel::error;
        case Severity::high:
            return LogLevel::warning;
        case Severity::notice:
            break;
    }
    return LogLevel::info;
}

}  // namespace

const IncidentFact& fact(IncidentKind kind)
{
    return table[static_cast<std::size_t>(kind)];
}

std::string_view name_of(Severity severity)
{
    switch (severity) {
        case Severity::critical:
            return "critical";
        case Severity::high:
            return "high";
        case Severity::notice:
            break;
    }
    return "notice";
}

const AddressStanding* Standing::find(const IpAddress& address) const
{
    const auto at = std::ranges::find(addresses, address, &AddressStanding::address);
    return at == addresses.end() ? nullptr : &*at;
}

std::shared_ptr<const Standing> RootBoard::standing() const
{
    const std::scoped_lock lock(mutex_);
    return standing_;
}

void RootBoard::publish(Standing standing)
{
    auto fresh = std::make_shared<const Standing>(std::move(standing));
    const std::scoped_lock lock(mutex_);
    standing_ = std::move(fresh);
}

void RootBoard::report(Incident incident)
{
    const IncidentFact& row = fact(incident.kind);
    log(level_of(row.severity), "root: {} ({}): {}", row.name, name_of(row.severity), incident.text);
    const std::scoped_lock lock(mutex_);
    incidents_.push_front(std::move(incident));
    if (incidents_.size() > max_incidents)
        incidents_.pop_back();
}

std::vector<Incident> RootBoard::incidents() const
{
    const std::scoped_lock lock(mutex_);
    return {incidents_.begin(), incidents_.end()};
}

}  // namespace rw::root
