// SPDX-License-Identifier: EUPL-1.2
// The chain of trust of an `explain` reply as a picture: a frame for each zone, a row for each RRset or proof, top to
// bottom as it was judged. Plain SVG 1.1 without scripts or outside references. Texts from the network are escaped.
#pragma once

#include <string>

#include "resolver/control/json.h"

namespace rw::ctl
{

[[nodiscard]] std::string draw_chain(const control::OrderedJson& reply);

}  // namespace rw::ctl
