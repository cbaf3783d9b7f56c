// SPDX-License-Identifier: EUPL-1.2
// What a client asked: its message read and judged. Pure. Everything needed to write the reply is here by value, so
// that a query can wait.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>

#include "resolver/base/failure.h"
#include "resolver/dns/message_view.h"
#include "resolver/frontend/client.h"

namespace rw::frontend
{

struct ClientQuery {
    Client client;
    std::uint16_t id = 0;
    dns::Opcode opcode = dns::Opcode::query;
    bool recursion_desired = false;
    bool checking_disabled = false;
    bool authentic_wanted = false;  ///< AD in a query: the client understands AD in the reply (RFC 6840 §5.7)
    bool edns = false;
    bool dnssec_ok = false;
    bool nsid_wanted = false;
    bool keepalive_wanted = false;
    bool has_question = false;
    std::uint16_t udp_size = 512;
    dns::Question question;
};

/// Why a message gets no reply at all.
enum class Dropped : std::uint8_t {
    too_short,  ///< no header
    response,   ///< QR=1: answering it could make two servers talk for ever
};

/// A query as far as it could be read, with the failure to answer it with if there is one.
struct ReadQuery {
    ClientQuery query;
    std::optional<Failure> failure;
};

[[nodiscard]] std::expected<ReadQuery, Dropped> read_query(Octets message, const Client& client);

}  // namespace rw::frontend
