// SPDX-License-Identifier: EUPL-1.2
// Implements packet.h.
#include "tests/lab/router/packet.h"

#include <cstdio>

namespace rw::lab
{
namespace
{

constexpr std::uint8_t kProtocolTcp = 6;
constexpr std::uint8_t kProtocolUdp = 17;
constexpr std::uint8_t kIpv6Fragment = 44;

std::uint16_t read16(std::span<const std::uint8_t> packet, std::size_t at)
{
    return static_cast<std::uint16_t>(packet[at] << 8 | packet[at + 1]);
}

void write16(std::span<std::uint8_t> packet, std::size_t at, std::uint16_t value)
{
    packet[at] = static_cast<std::uint8_t>(value >> 8);
    packet[at + 1] = static_cast<std::uint8_t>(value & 0xff);
}

void read_transport(std::span<const std::uint8_t> packet, std::uint8_t protocol, PacketHeaders& headers)
{
    const std::size_t at = headers.transport_at;
    if (!headers.first_fragment) {
        headers.transport = protocol == kProtocolUdp   ? Transport::udp
                            : protocol == kProtocolTcp ? Transport::tcp
                                                       : Transport::other;
        return;
    }
    if (protocol == kProtocolUdp && packet.size() >= at + 8) {
        headers.transport = Transport::udp;
        headers.payload_at = at + 8;
    } else if (protocol == kProtocolTcp && packet.size() >= at + 20) {
        headers.transport = Transport::tcp;
        const std::size_t length = static_cast<std::size_t>(packet[at + 12] >> 4) * 4;
        headers.payload_at = at + length;
        constexpr std::uint8_t kSyn = 0x02;
        constexpr std::uint8_t kAck = 0x10;
        headers.opens_connection = (packet[at + 13] & (kSyn | kAck)) == kSyn;
    } else {
        return;
    }
    headers.source_port = read16(packet, at);
    headers.destination_port = read16(packet, at + 2);
}

std::optional<PacketHeaders> read_v4(std::span<const std::uint8_t> packet)
{
    const std::size_t header = static_cast<std::size_t>(packet[0] & 0x0f) * 4;
    if (packet.size() < 20 || header < 20 || packet.size() < header) {
        return std::nullopt;
    }
    PacketHeaders headers;
    headers.source = Address::from_v4(packet.data() + 12);
    headers.destination = Address::from_v4(packet.data() + 16);
    headers.transport_at = header;
    headers.first_fragment = (read16(packet, 6) & 0x1fff) == 0;
    read_transport(packet, packet[9], headers);
    return headers;
}

std::optional<PacketHeaders> read_v6(std::span<const std::uint8_t> packet)
{
    if (packet.size() < 40) {
        return std::nullopt;
    }
    PacketHeaders headers;
    headers.source = Address::from_v6(packet.data() + 8);
    headers.destination = Address::from_v6(packet.data() + 24);
    headers.transport_at = 40;
    std::uint8_t protocol = packet[6];
    if (protocol == kIpv6Fragment && packet.size() >= 48) {
        protocol = packet[40];
        headers.first_fragment = (read16(packet, 42) & 0xfff8) == 0;
        headers.transport_at = 48;
    }
    read_transport(packet, protocol, headers);
    return headers;
}

// RFC 1624 §3, eqn. 3: HC' = ~(~HC + ~m + m'), here over a whole address.
std::uint16_t adjust_checksum(std::uint16_t checksum, std::span<const std::uint8_t> before,
                              std::span<const std::uint8_t> after)
{
    std::uint32_t sum = static_cast<std::uint16_t>(~checksum);
    for (std::size_t at = 0; at + 1 < before.size(); at += 2) {
        sum += static_cast<std::uint16_t>(~read16(before, at));
        sum += read16(after, at);
    }
    while (sum >> 16 != 0) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(~sum);
}

void rewrite_address(std::span<std::uint8_t> packet, const PacketHeaders& headers, const Address& replacement,
                     bool source)
{
    const bool v4 = headers.source.is_v4();
    if (replacement.is_v4() != v4) {
        return;
    }
    const std::size_t length = v4 ? 4 : 16;
    const std::size_t at = v4 ? (source ? 12U : 16U) : (source ? 8U : 24U);
    std::array<std::uint8_t, 16> before{};
    std::memcpy(before.data(), packet.data() + at, length);
    std::memcpy(packet.data() + at, replacement.octets.data() + (v4 ? 12 : 0), length);
    const std::span<const std::uint8_t> old_octets(before.data(), length);
    const std::span<const std::uint8_t> new_octets = packet.subspan(at, length);
    if (v4) {
        write16(packet, 10, adjust_checksum(read16(packet, 10), old_octets, new_octets));
    }
    if (!headers.first_fragment || headers.transport == Transport::other) {
        return;
    }
    const std::size_t field = headers.transport_at + (headers.transport == Transport::udp ? 6 : 16);
    const std::uint16_t checksum = read16(packet, field);
    if (headers.transport == Transport::udp && checksum == 0) {
        return;  // RFC 768: the sender computed none
    }
    std::uint16_t adjusted = adjust_checksum(checksum, old_octets, new_octets);
    if (headers.transport == Transport::udp && adjusted == 0) {
        adjusted = 0xffff;
    }
    write16(packet, field, adjusted);
}

void append_label(std::string& name, std::span<const std::uint8_t> label)
{
    for (const std::uint8_t octet : label) {
        if (octet > 0x20 && octet < 0x7f && octet != '.' && octet != '\\') {
            name.push_back(static_cast<char>(octet));
        } else {
            std::array<char, 5> escaped{};
            std::snprintf(escaped.data(), escaped.size(), "\\%03u", static_cast<unsigned>(octet));
            name.append(escaped.data());
        }
    }
    name.push_back('.');
}

}  // namespace

std::optional<PacketHeaders> read_headers(std::span<const std::uint8_t> packet)
{
    if (packet.empty()) {
        return std::nullopt;
    }
    switch (packet[0] >> 4) {
        case 4:
            return read_v4(packet);
        case 6:
            return read_v6(packet);
        default:
            return std::nullopt;
    }
}

void rewrite_source(std::span<std::uint8_t> packet, const PacketHeaders& headers, const Address& source)
{
    rewrite_address(packet, headers, source, true);
}

void rewrite_destination(std::span<std::uint8_t> packet, const PacketHeaders& headers, const Address& destination)
{
    rewrite_address(packet, headers, destination, false);
}

std::optional<Question> read_question(std::span<const std::uint8_t> packet, const PacketHeaders& headers)
{
    std::size_t at = headers.payload_at;
    if (at == 0) {
        return std::nullopt;
    }
    if (headers.transport == Transport::tcp) {
        at += 2;  // RFC 1035 §4.2.2; a query split before its question is not read
    }
    constexpr std::size_t kHeader = 12;
    if (packet.size() < at + kHeader + 5 || (packet[at + 2] & 0x80) != 0 || read16(packet, at + 4) != 1) {
        return std::nullopt;
    }
    at += kHeader;
    Question question;
    while (at < packet.size() && packet[at] != 0) {
        const std::size_t length = packet[at];
        if (length > 63 || at + 1 + length >= packet.size()) {
            return std::nullopt;
        }
        append_label(question.name, packet.subspan(at + 1, length));
        at += 1 + length;
    }
    if (at + 3 > packet.size()) {
        return std::nullopt;
    }
    if (question.name.empty()) {
        question.name = ".";
    }
    question.type = read16(packet, at + 1);
    return question;
}

}  // namespace rw::lab
