// SPDX-License-Identifier: EUPL-1.2
// A reload keeps what only a restart changes, and nothing else.
#include "config/restart.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "config/print.h"

using namespace rw::config;

namespace
{

Settings everything_changed()
{
    Settings wanted;
    wanted.listen = {{.address = *rw::IpAddress::parse("192.0.2.1"), .port = 5353}};
    wanted.workers = 7;
    wanted.cache.size = mebibytes(8);
    wanted.cache.clock = CacheClock::wall;
    wanted.cache.max_ttl = seconds{60};
    wanted.access = {{.prefix = prefix_of("10.0.0.0/8"), .action = AccessAction::drop}};
    wanted.root.prefer = {{'k'}};
    wanted.log.level = rw::LogLevel::debug;
    wanted.status.listen.reset();
    return wanted;
}

}  // namespace

TEST_CASE("what only a restart changes stays as it runs")
{
    const Settings running;
    const Settings kept = keep_restart_only(running, everything_changed());
    CHECK(kept.listen == running.listen);
    CHECK(kept.workers == running.workers);
    CHECK(kept.cache.size == running.cache.size);
    CHECK(kept.cache.clock == running.cache.clock);
    CHECK(kept.status.listen == running.status.listen);
}

TEST_CASE("everything else comes from the new configuration")
{
    const Settings wanted = everything_changed();
    const Settings kept = keep_restart_only(Settings{}, wanted);
    CHECK(kept.access == wanted.access);
    CHECK(kept.root.prefer == wanted.root.prefer);
    CHECK(kept.cache.max_ttl == wanted.cache.max_ttl);
    CHECK(kept.log.level == wanted.log.level);
}

TEST_CASE("after keeping, no difference is left that needs a restart")
{
    const Settings running;
    const auto changes = difference(running, keep_restart_only(running, everything_changed()));
    CHECK_FALSE(changes.empty());
    CHECK(std::ranges::count(changes, Reload::restart, &Change::reload) == 0);
}
