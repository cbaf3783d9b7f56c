// SPDX-License-Identifier: EUPL-1.2
// What is known of the root servers, put together for the operator: identities, where their addresses stand, the
// preference share, what happened. For control and metrics; changes nothing.
#pragma once

#include "resolver/control/views.h"
#include "resolver/service/shared.h"

namespace rw::service
{

[[nodiscard]] control::RootStateView root_view(const Shared& shared);

}  // namespace rw::service
