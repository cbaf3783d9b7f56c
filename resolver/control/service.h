// SPDX-License-Identifier: EUPL-1.2
// What the daemon offers to its operator. The daemon implements it; the verbs (verbs.h) call it from the thread of the
// control socket. Anything that takes time answers through `done`, which must be called on that thread, once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "resolver/base/log.h"
#include "resolver/base/result.h"
#include "resolver/control/views.h"

namespace rw::control
{

template <class T>
using Done = std::function<void(T)>;

struct ExplainView;

class Service
{
 public:
    virtual ~Service() = default;

    [[nodiscard]] virtual StatusView status() = 0;
    [[nodiscard]] virtual RootStateView root() = 0;
    /// Resolves like a client's query, through the cache.
    virtual void lookup(const LookupRequest& request, Done<LookupView> done) = 0;
    /// Resolves and validates from the root, with nothing cached, and says why the answer is worth what it is.
    virtual void explain(const LookupRequest& request, Done<const ExplainView&> done) = 0;
    /// Forgets what is cached at and below `name`, of every kind; all of the cache for the root. Gives the number of
    /// entries.
    virtual std::uint64_t flush(const dns::Name& name) = 0;
    [[nodiscard]] virtual CacheView cache() = 0;
    /// Servers of the closest enclosing delegation of `name`.
    [[nodiscard]] virtual ZoneServersView servers(const dns::Name& name) = 0;
    /// At most `limit` questions in flight, oldest first.
    [[nodiscard]] virtual std::vector<InflightView> inflight(std::size_t limit) = 0;
    /// At most `limit` questions that failed lately, the latest first.
    [[nodiscard]] virtual std::vector<FailedView> failures(std::size_t limit) = 0;
    virtual void reload(Done<ReloadView> done) = 0;
    virtual void set_log_level(LogLevel level) = 0;
};

}  // namespace rw::control
