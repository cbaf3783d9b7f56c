// SPDX-License-Identifier: EUPL-1.2
// How the queries of one round to the root get their tokens of the root budget: at once, after a wait in its queue, or
// not at all.
#pragma once

#include <cstdint>
#include <optional>

#include "resolver/io/scheduler.h"
#include "resolver/root/query_budget.h"

namespace rw::iterate
{

class RootAdmission
{
 public:
    enum class Verdict : std::uint8_t { granted, later, refused };

    /// `budget`, `scheduler` and `question` must outlive this object.
    RootAdmission(root::QueryBudget& budget, io::Scheduler& scheduler, const dns::Question& question);

    /// Whether a query may be sent now in the name of `claimant`. When `somebody_asked` already, that may still do, and no place in the queue is
    /// taken for another.
    [[nodiscard]] Verdict admit(const upstream::Claimant& claimant, bool somebody_asked);

    /// A token may still come.
    [[nodiscard]] bool queued() const { return place_.has_value(); }
    /// No token came in time, or too many wait who asked for fewer.
    [[nodiscard]] bool refused() const { return refused_; }

 private:
    root::QueryBudget& budget_;
    io::Scheduler& scheduler_;
    const dns::Question& question_;
    root::QueryBudget::Need need_;
    std::optional<root::QueryBudget::Place> place_;
    Instant until_{};  // of the wait in the queue
    bool refused_ = false;
};

}  // namespace rw::iterate
