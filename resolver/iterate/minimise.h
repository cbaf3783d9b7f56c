// SPDX-License-Identifier: EUPL-1.2
// QNAME minimisation (RFC 9156): how much of a name is shown to the servers of a zone. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

#include "config/settings.h"
#include "resolver/dns/message_view.h"

namespace rw::iterate
{

/// Hands out the questions for one name, step by step.
class Minimiser
{
 public:
    /// `settings` must outlive the object.
    Minimiser(const dns::Question& question, const config::MinimisationSettings& settings)
        : question_(question), settings_(settings)
    {
    }

    /// The next question for servers of `zone`, which encloses the name: one label more than is known to be inside the
    /// zone, or several for names with many labels; at last the question itself.
    [[nodiscard]] dns::Question next(const dns::Name& zone);
    /// The name shown last exists, without a zone cut at it.
    void reveal_more() { known_labels_ = shown_labels_; }
    /// The walk starts again further up; the steps so far count.
    void begin_again() { known_labels_ = 0; }
    /// Shows the whole name from now on (relaxed mode, after a failure).
    void give_up() { gave_up_ = true; }

    [[nodiscard]] bool shows_all() const { return shown_labels_ == question_.name.label_count(); }

 private:
    [[nodiscard]] std::size_t step(std::size_t hidden) const;

    dns::Question question_;
    const config::MinimisationSettings& settings_;
    std::size_t known_labels_ = 0;
    std::size_t shown_labels_ = 0;
    std::size_t steps_ = 0;
    bool gave_up_ = false;
};

}  // namespace rw::iterate
