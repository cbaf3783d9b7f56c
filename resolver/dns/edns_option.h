// SPDX-License-Identifier: EUPL-1.2
// Codes of the EDNS options that we read or write (IANA, "DNS EDNS0 Option Codes").
#pragma once

#include <cstdint>

namespace rw::dns::edns_option
{

inline constexpr std::uint16_t nsid = 3;             // RFC 5001
inline constexpr std::uint16_t keepalive = 11;       // RFC 7828
inline constexpr std::uint16_t extended_error = 15;  // RFC 8914

}  // namespace rw::dns::edns_option
