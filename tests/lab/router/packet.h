// SPDX-License-Identifier: EUPL-1.2
// Reads the headers of one IP packet and rewrites its addresses in place, keeping every checksum right.
// Called for each packet that crosses the router. Never allocates and never reads beyond the packet.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "tests/lab/router/address.h"

namespace rw::lab
{

enum class Transport : std::uint8_t { udp, tcp, other };

struct PacketHeaders {
    Address source;
    Address destination;
    Transport transport = Transport::other;
    bool first_fragment = true;    // false: no transport header in this packet
    std::size_t transport_at = 0;  // offset of the transport header
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    bool opens_connection = false;  // TCP SYN without ACK
    std::size_t payload_at = 0;     // offset of the UDP or TCP payload; 0 when there is none
};

// Nothing when it is not a whole IPv4 or IPv6 packet.
std::optional<PacketHeaders> read_headers(std::span<const std::uint8_t> packet);

void rewrite_source(std::span<std::uint8_t> packet, const PacketHeaders& headers, const Address& source);
void rewrite_destination(std::span<std::uint8_t> packet, const PacketHeaders& headers, const Address& destination);

struct Question {
    std::string name;  // presentation form, as it was spelled
    std::uint16_t type = 0;

    // RFC 9609 §3: the priming question.
    [[nodiscard]] bool is_priming() const { return name == "." && type == 2; }
};

// The question of a DNS query (QR=0) that starts at payload_at, or nothing.
std::optional<Question> read_question(std::span<const std::uint8_t> packet, const PacketHeaders& headers);

}  // namespace rw::lab
