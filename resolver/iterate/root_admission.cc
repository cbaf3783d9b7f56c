// SPDX-License-Identifier: EUPL-1.2
// Waiting for tokens of the root budget.
#include "resolver/iterate/root_admission.h"

namespace rw::iterate
{

RootAdmission::RootAdmission(root::QueryBudget& budget, io::Scheduler& scheduler, const dns::Question& question)
    : budget_(budget), scheduler_(scheduler), question_(question), need_(budget.need_of(question))
{
}

RootAdmission::Verdict RootAdmission::admit(const upstream::Claimant& claimant, bool somebody_asked)
{
    if (budget_.take(need_, claimant)) {
        place_.reset();
        return Verdict::granted;
    }
    if (!place_ && !somebody_asked) {
        place_ = budget_.queue(question_, claimant);
        until_ = scheduler_.now() + root::root_queue_patience;
    }
    if (!somebody_asked && (!place_ || !place_->held() || scheduler_.now() >= until_)) {
        place_.reset();
        refused_ = true;
        return Verdict::refused;
    }
    return Verdict::later;
}

}  // namespace rw::iterate
