// SPDX-License-Identifier: EUPL-1.2
// What the parts of the importer for unbound.conf share.
#pragma once

#include <span>

#include "resolver/ctl/import.h"

namespace rw::ctl::unbound
{

/// The draft that the clauses of an unbound.conf become.
[[nodiscard]] Draft draft_of(const std::vector<Statement>& clauses);

using Row = OptionRow<Draft>;

/// The rows of the options that have a setting or a meaning of their own.
[[nodiscard]] std::span<const Row> applied_rows();
/// The rows of the options of which there is only something to say.
[[nodiscard]] std::span<const Row> told_rows();

}  // namespace rw::ctl::unbound
