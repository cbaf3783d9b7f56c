// SPDX-License-Identifier: EUPL-1.2
// The root zone of the lab and its variants: the sound one (RSASHA256 KSK and ZSK, ZONEMD), stale ones, one signed by
// other keys, two that tell different stories under one serial, one tampered with, and a newer one; and
// root-servers.net, unsigned as in the real world.
#pragma once

#include <string>

#include "tests/lab/zones/tlds.h"
#include "tests/lab/zones/world.h"

namespace rw::lab
{

// Writes root/*.zone, the alternates, anchor.ds and anchor.key; names every root-level question.
// `delegations` are what the TLDs put into the root.
void make_root(Maker& maker, const RootShape& shape, const std::vector<Identity>& identities, const Lines& delegations,
               Output& output);

}  // namespace rw::lab
