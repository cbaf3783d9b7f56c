// SPDX-License-Identifier: EUPL-1.2
// What the parts of the importer for unbound.conf share.
#pragma once

#include <span>

#include "resolver/ctl/import.h"

namespace rw::ctl::unbound
{

/// The draft that the clauses of an unbound.conf become.
[[nodiscard]] Draft draft_of(const std::vector<Statement>& clauses);

/// The word at `i`, or nothing.
[[nodiscard]] const std::string& word(const Statement& statement, std::size_t i = 0);

/// What an option of the server clause means here. `apply` does it and may say more than the row; without one the row
/// says all there is.
struct Said {
    Verdict verdict;
    std::string words;
};
using Apply = Said (*)(Draft& draft, const Statement& statement);

struct Row {
    std::string_view option;
    Verdict verdict = Verdict::missing;
    std::string_view words;
    Apply apply = nullptr;
};

/// The rows of the options that have a setting or a meaning of their own.
[[nodiscard]] std::span<const Row> applied_rows();
/// The rows of the options of which there is only something to say.
[[nodiscard]] std::span<const Row> told_rows();

}  // namespace rw::ctl::unbound
