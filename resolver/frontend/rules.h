// SPDX-License-Identifier: EUPL-1.2
// What of the configuration decides how clients are served, ready to use. Each worker holds its own; a reload assigns
// to it between two queries.
#pragma once

#include <optional>

#include "resolver/frontend/access_list.h"
#include "resolver/frontend/address_rewrite.h"
#include "resolver/frontend/reply.h"
#include "resolver/iterate/dns64.h"
#include "resolver/iterate/policy.h"

namespace rw::frontend
{

struct Rules {
    AccessList access{{}};
    iterate::Policy policy;
    AddressRewrite rewrite;
    std::optional<iterate::Dns64> dns64;
    ReplyRules reply;
};

}  // namespace rw::frontend
