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

/// Reads the configuration again and applies it: the supervisor. Calls `done` on its own thread.
class Reloader
{
 public:
    virtual ~Reloader() = default;
    virtual void request_reload(control::Done<control::ReloadView> done) = 0;
};

class ControlService final : public control::Service
{
 public:
    /// All must outlive the service; `home` is the inbox of the thread it is called on.
    ControlService(Shared& shared, Engine& engine, io::Inbox& home, Reloader& reloader)
        : shared_(shared), engine_(engine), home_(home), reloader_(reloader)
    {
    }

    control::StatusView status() override;
    control::RootStateView root() override;
    void lookup(const control::LookupRequest& request, control::Done<control::LookupView> done) override;
    void explain(const control::LookupRequest& request, control::Done<const control::ExplainView&> done) override;
    std::uint64_t flush(const dns::Name& name) override;
    control::CacheView cache() override;
    control::ZoneServersView servers(const dns::Name& name) override;
    std::vector<control::InflightView> inflight(std::size_t limit) override;
    std::vector<control::FailedView> failures(std::size_t limit) override;
    void reload(control::Done<control::ReloadView> done) override;
    void set_log_level(LogLevel level) override;

 private:
    Shared& shared_;
    Engine& engine_;
    io::Inbox& home_;
    Reloader& reloader_;
};

}  // namespace rw::service
