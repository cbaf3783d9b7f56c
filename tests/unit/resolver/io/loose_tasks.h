// SPDX-License-Identifier: EUPL-1.2
// Detached tasks that refer to whatever a test likes, which knows how long that lives.
#pragma once

#include <utility>

#include "resolver/io/task.h"

namespace rw::test
{

class LooseTasks final : public io::DetachedTasks
{
 public:
    explicit LooseTasks(io::Scheduler& scheduler) : DetachedTasks(scheduler) {}
    void spawn(io::Task<void> task) { start(std::move(task)); }
};

}  // namespace rw::test
