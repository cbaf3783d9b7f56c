// SPDX-License-Identifier: EUPL-1.2
// The authority and additional sections of a full positive answer (`answer.minimal: false`, RFC 1034 §4.3.2): the name
// servers of the zone and their addresses, as far as the cache has them. Off the fast path.
#pragma once

#include "resolver/dns/message_writer.h"
#include "resolver/iterate/context.h"

namespace rw::frontend
{

/// Appends what is known of the servers of the zone that `name` is in. What does not fit is left out: nobody has asked
/// for it, so the reply is not truncated by it (RFC 2181 §9).
void add_name_servers(dns::MessageWriter& message, const dns::Name& name, iterate::Context& context);

}  // namespace rw::frontend
