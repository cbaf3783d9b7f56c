// SPDX-License-Identifier: EUPL-1.2
// DNS messages as plain values, for both ends of the simulated network: what a simulated server is about to send and
// what a simulated client received. Kept apart from the resolver's own writer so that a mistake there cannot hide
// itself. Not for speed and not for hostile input: messages that cannot be read are reported as such.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "resolver/base/octets.h"
#include "resolver/base/result.h"
#include "resolver/dns/message_view.h"
#include "resolver/dns/name.h"
#include "resolver/dns/rrtype.h"

namespace rw::scenarios
{

struct Record {
    dns::Name owner;
    dns::RRType type = dns::RRType::none;
    dns::RRClass rrclass = dns::RRClass::in;
    std::uint32_t ttl = 0;
    OctetBuffer rdata;  ///< uncompressed

    /// Same owner, class, type and RDATA without regard to the case of names; the TTL does not count.
    [[nodiscard]] bool same_as(const Record& other) const;
    bool operator==(const Record&) const = default;
};

using Records = std::vector<Record>;

struct EdnsRecord {
    std::uint16_t udp_size = 1232;
    std::uint8_t version = 0;
    bool dnssec_ok = false;
    std::vector<std::pair<std::uint16_t, OctetBuffer>> options{};
};

struct Message {
    std::uint16_t id = 0;
    std::uint16_t flags = 0;  ///< header flags without opcode and RCODE
    dns::Opcode opcode = dns::Opcode::query;
    std::uint16_t rcode = 0;  ///< with the upper bits of EDNS
    std::optional<dns::Question> question;
    std::array<Records, 3> sections;  ///< answer, authority, additional without OPT
    std::optional<EdnsRecord> edns;

    [[nodiscard]] Records& answer() { return sections[0]; }
    [[nodiscard]] Records& authority() { return sections[1]; }
    [[nodiscard]] Records& additional() { return sections[2]; }
    [[nodiscard]] const Records& answer() const { return sections[0]; }
    [[nodiscard]] const Records& authority() const { return sections[1]; }
    [[nodiscard]] const Records& additional() const { return sections[2]; }
    [[nodiscard]] bool has(std::uint16_t flag) const { return (flags & flag) != 0; }
    /// INFO-CODEs of the extended errors (RFC 8914), in the order sent.
    [[nodiscard]] std::vector<std::uint16_t> extended_errors() const;
};

inline constexpr std::uint16_t ede_option = 15;

[[nodiscard]] Result<Message> decode(Octets octets);

/// Wire form with compressed owner names. A message longer than `limit` octets becomes header, question and OPT with
/// TC.
[[nodiscard]] OctetBuffer encode(const Message& message, std::size_t limit = 65535);

/// RDATA with every name in lower case, for comparison.
[[nodiscard]] OctetBuffer fold_rdata(dns::RRType type, Octets rdata);

/// "RD RA" and so on, in header order; without opcode and RCODE.
[[nodiscard]] std::string flags_text(std::uint16_t flags);
/// The header bit called "QR", "aa" ...; 0 when there is none.
[[nodiscard]] std::uint16_t flag_of(std::string_view name);

}  // namespace rw::scenarios
