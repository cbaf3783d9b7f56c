// SPDX-License-Identifier: EUPL-1.2
// From one configuration to the next while questions are being answered: what the workers share changes first, then each
// worker, then what is cached of names that are answered otherwise now goes; and once more when nothing that began under
// the old configuration is under way any more. The daemon's supervisor calls it, and the simulator.
#pragma once

#include <memory>
#include <vector>

#include "resolver/base/clock.h"
#include "resolver/dns/name.h"
#include "resolver/iterate/limits.h"
#include "resolver/service/configuration.h"

namespace rw::service
{

class Shared;

class Changeover
{
 public:
    /// So long after the workers have changed a resolution of before may still put something into the cache.
    static constexpr Duration aftermath = iterate::limits::answer_time;

    /// `shared` must outlive the object.
    explicit Changeover(Shared& shared) : shared_(shared) {}

    /// Puts `next` in force for what workers share. Each worker has to apply it then (Engine::apply).
    void begin(const std::shared_ptr<const Configuration>& next);
    /// Every worker works by the new configuration: what is cached and out of date goes.
    void forget_changed();
    /// The aftermath is over.
    void end();

    /// Whether something will have to be forgotten once more.
    [[nodiscard]] bool is_open() const { return !changed_.empty(); }

 private:
    Shared& shared_;
    /// At and below these what is cached is out of date. Changes may come faster than they end: each name once.
    std::vector<dns::Name> changed_;
};

}  // namespace rw::service
