// SPDX-License-Identifier: EUPL-1.2
// Domain names as tests write them.
#pragma once

#include <string_view>

#include "resolver/dns/name.h"

namespace rw::test
{

/// `text` must be a domain name; without the dot at its end it is taken as absolute too.
inline dns::Name name(std::string_view text)
{
    return dns::Name::parse(text).value();
}

}  // namespace rw::test
