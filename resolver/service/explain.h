// SPDX-License-Identifier: EUPL-1.2
// Explaining an answer: a resolution that starts from the root with empty caches, so that every RRset of the chain is
// fetched and judged before the operator's eyes, and what its trace says. Called by the engine and the control service.
#pragma once

#include "resolver/control/explain.h"
#include "resolver/iterate/context.h"
#include "resolver/iterate/outcome.h"
#include "resolver/iterate/trace.h"
#include "resolver/iterate/work_budget.h"
#include "resolver/service/engine.h"

namespace rw::service
{

/// Resolves and validates `question` with nothing known but servers and `anchors`; nothing is kept. Everything borrowed
/// by `context`, and the other references, must outlive the task.
io::Task<iterate::Outcome> resolve_afresh(const iterate::Context& context, const validate::AnchorStore& anchors,
                                          validate::TimeFloor& floor, dns::Question question,
                                          iterate::WorkBudget& budget);

/// The same with the anchors in force, and its trace for `done`.
io::Task<void> explain(const iterate::Context& context, Shared& shared, dns::Question question,
                       Engine::ResolvedHandler done);

[[nodiscard]] std::vector<control::HopView> hops_of(const iterate::Trace& trace);

/// What `trace` of the resolution that came to `outcome` says. Pure.
[[nodiscard]] control::ExplainView explain_view(const control::LookupRequest& request, const iterate::Outcome& outcome,
                                                const iterate::Trace& trace);

/// "secure", "insecure", "bogus" or "indeterminate".
[[nodiscard]] std::string_view security_name(cache::Security security);

/// The security of a whole answer: secure when each link is (RFC 4035 §4.3), or what the last one is that is not; of a
/// failure, what it failed for.
[[nodiscard]] cache::Security security_of(const iterate::Outcome& outcome);

}  // namespace rw::service
