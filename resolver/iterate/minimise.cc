// SPDX-License-Identifier: EUPL-1.2
// QNAME minimisation.
#include "resolver/iterate/minimise.h"

#include <algorithm>

#include "resolver/iterate/limits.h"

namespace rw::iterate
{

namespace
{

constexpr std::size_t single_label_steps = 4;  // RFC 9156 §2.3: MINIMISE_ONE_LAB

}  // namespace

dns::Question Minimiser::next(const dns::Name& zone)
{
    const std::size_t all = question_.name.label_count();
    known_labels_ = std::max(known_labels_, zone.label_count());
    const bool whole = settings_.mode == config::MinimisationMode::off || gave_up_ || steps_ >= limits::minimise_steps;
    shown_labels_ = whole || known_labels_ >= all ? all : std::min(all, known_labels_ + step(all - known_labels_));
    ++steps_;
    if (shown_labels_ == all)
        return question_;
    // Type A draws the least attention (RFC 9156 §2.1); NS is for servers that know nothing else.
    const auto type = settings_.type == config::MinimisationType::ns ? dns::RRType::ns : dns::RRType::a;
    return {question_.name.ancestor(shown_labels_), type, question_.rrclass};
}

std::size_t Minimiser::step(std::size_t hidden) const
{
    if (steps_ < single_label_steps)
        return 1;
    // What is hidden is spread over the steps that are left, so that 34 labels of ip6.arpa do not take 34 queries.
    const std::size_t left = limits::minimise_steps - steps_;
    return std::max<std::size_t>(1, (hidden + left - 1) / left);
}

}  // namespace rw::iterate
