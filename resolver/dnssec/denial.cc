// SPDX-License-Identifier: EUPL-1.2
// Words for refused denial records.
#include "resolver/dnssec/denial.h"

namespace rw::dnssec
{

std::string_view describe(DenialProblem problem)
{
    switch (problem) {
        case DenialProblem::none:
            return "is in order";
        case DenialProblem::malformed:
            return "is malformed";
        case DenialProblem::owner_outside_zone:
            return "has an owner outside the zone";
        case DenialProblem::next_outside_zone:
            return "has a next name outside the zone";
        case DenialProblem::next_before_owner:
            return "points back to a name that is not the apex";
        case DenialProblem::owner_not_hash:
            return "has an owner that is not a hash directly under the zone";
        case DenialProblem::unknown_hash_algorithm:
            return "uses an unknown hash algorithm";
        case DenialProblem::unknown_flags:
            return "has unknown flags";
        case DenialProblem::other_parameters:
            return "has other iterations or another salt than the first one";
        case DenialProblem::too_many_records:
            return "is one too many for one response";
    }
    return "is refused";
}

}  // namespace rw::dnssec
