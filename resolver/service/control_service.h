// SPDX-License-Identifier: EUPL-1.2
// What the daemon shows and does for its operator: the control socket's verbs on the state shared by the workers. Runs
// on the loop of the first worker.
#pragma once

#include <functional>
#include <memory>

#include "resolver/control/service.h"
#include "resolver/service/engine.h"

namespace rw::service
{

class ControlService final : public control::Service
{
 public:
    /// Both must outlive the service.
    ControlService(Shared& shared, Engine& engine) : shared_(shared), engine_(engine) {}

    control::StatusView status() override;
    control::RootStateView root() override;
    void lookup(const control::LookupRequest& request, control::Done<control::LookupView> done) override;
    std::uint64_t flush(const dns::Name& name) override;
    control::CacheView cache() override;
    control::ZoneServersView servers(const dns::Name& name) override;
    std::vector<control::InflightView> inflight(std::size_t limit) override;
    void reload(control::Done<control::ReloadView> done) override;
    void set_log_level(LogLevel level) override;

 private:
    Shared& shared_;
    Engine& engine_;
};

}  // namespace rw::service
