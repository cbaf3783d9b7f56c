// SPDX-License-Identifier: EUPL-1.2
// Negative trust anchors while the daemon runs (RFC 7646): one that has ended is dropped, and one whose zone validates
// again is dropped before its time (§2), because every day without validation is a day on which forgeries pass. Never
// one with a stub or forward zone at or below it: whether the public zone validates says nothing about that. The
// settings are not changed: after a restart the zone has its anchor again and is looked at again.
#pragma once

#include "resolver/iterate/context.h"

namespace rw::service
{

class Shared;

/// Looks at each negative anchor now and then, for ever; ends with its owner. Everything must outlive it.
io::Task<void> recheck_negative_anchors(iterate::Context& context, Shared& shared);

}  // namespace rw::service
