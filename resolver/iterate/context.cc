// SPDX-License-Identifier: EUPL-1.2
// The cache clock.
#include "resolver/iterate/context.h"

namespace rw::iterate
{

cache::Seconds Context::cache_now() const
{
    using std::chrono::seconds;
    if (settings.cache.clock == config::CacheClock::wall) {
        const auto wall = scheduler.clock().wall_seconds().time_since_epoch();
        return static_cast<cache::Seconds>(wall.count());
    }
    return static_cast<cache::Seconds>(std::chrono::floor<seconds>(scheduler.now().time_since_epoch()).count());
}

}  // namespace rw::iterate
