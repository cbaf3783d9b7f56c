// SPDX-License-Identifier: EUPL-1.2
// Archives keep zones compressed: a file in zstd or gzip form is unpacked by what it begins with, whatever its name.
// Called by zone_file.cc. Input is hostile: what comes out is bounded, and so is the window it may refer back to.
#pragma once

#include <string>

#include "resolver/base/octets.h"
#include "resolver/base/result.h"

namespace rw::zones
{

/// The text in `file`: unpacked when it is zstd (RFC 8878) or gzip (RFC 1952), as it is otherwise. Error when that is
/// more than `limit` octets, or the packed form is damaged or cut off.
[[nodiscard]] Result<std::string> unpacked(Octets file, std::size_t limit);

}  // namespace rw::zones
