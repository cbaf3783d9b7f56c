// SPDX-License-Identifier: EUPL-1.2
// The words that DNSSEC's numbers may be written as: algorithms (RFC 4034 §A.1, IANA's "DNS Security Algorithm Numbers"
// since) and digest types (IANA's "DS RR Type Digest Algorithms"; RFC 4034 §5.3 has numbers only, tools write words).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace rw::config
{

using Mnemonic = std::pair<std::string_view, std::uint8_t>;

inline constexpr std::array algorithm_mnemonics{
    Mnemonic{"RSAMD5", 1},
    Mnemonic{"DH", 2},
    Mnemonic{"DSA", 3},
    Mnemonic{"ECC", 4},
    Mnemonic{"RSASHA1", 5},
    Mnemonic{"DSA-NSEC3-SHA1", 6},
    Mnemonic{"NSEC3DSA", 6},  // BIND's word
    Mnemonic{"RSASHA1-NSEC3-SHA1", 7},
    Mnemonic{"NSEC3RSASHA1", 7},  // BIND's word
    Mnemonic{"RSASHA256", 8},
    Mnemonic{"RSASHA512", 10},
    Mnemonic{"ECC-GOST", 12},
    Mnemonic{"ECCGOST", 12},
    Mnemonic{"ECDSAP256SHA256", 13},
    Mnemonic{"ECDSAP384SHA384", 14},
    Mnemonic{"ED25519", 15},
    Mnemonic{"ED448", 16},
    Mnemonic{"SM2SM3", 17},
    Mnemonic{"ECC-GOST12", 23},
    Mnemonic{"INDIRECT", 252},
    Mnemonic{"PRIVATEDNS", 253},
    Mnemonic{"PRIVATEOID", 254},
};

inline constexpr std::array digest_mnemonics{
    Mnemonic{"SHA-1", 1},   Mnemonic{"SHA1", 1},   Mnemonic{"SHA-256", 2}, Mnemonic{"SHA256", 2}, Mnemonic{"GOST", 3},
    Mnemonic{"SHA-384", 4}, Mnemonic{"SHA384", 4}, Mnemonic{"GOST12", 5},  Mnemonic{"SM3", 6},
};

}  // namespace rw::config
