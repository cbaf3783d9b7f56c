// SPDX-License-Identifier: EUPL-1.2
// The query message to a name server, and whether a message that came back is its response. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "resolver/base/octets.h"
#include "resolver/base/random.h"
#include "resolver/base/room.h"
#include "resolver/dns/message_view.h"

namespace rw::upstream
{

/// How one query is put to one server.
struct QueryForm {
    dns::Question question;  ///< with the case that is sent (0x20)
    bool edns = true;
    bool dnssec_ok = true;
    bool recursion_desired = false;  ///< forwarders only
    bool checking_disabled = false;  ///< forwarders only, when we validate ourselves
    bool nsid = false;               ///< ask for the instance (RFC 5001): monitor and priming only
    std::uint16_t udp_size = 1232;   ///< RFC 9715 §3.2
};

inline constexpr std::size_t max_query_octets = 512;

/// Writes the query into `buffer`; gives the message, valid as long as the buffer.
Octets write_query(const QueryForm& form, std::uint16_t id, Room<std::uint8_t, max_query_octets>& buffer);

/// Changes the case of letters in `name` at random (draft-vixie-dnsext-dns0x20).
void randomise_case(dns::Name& name, Random& random);

/// Takes the case of the question out of `message` again, so that names in its records, which point at the question to
/// save octets, do not carry it on. `message` must hold a question.
void forget_case(std::span<std::uint8_t> message);

enum class Match : std::uint8_t {
    response,        ///< ours
    bare_error,      ///< ours by id alone: an error without a question, which bare_error() reads
    not_a_response,  ///< QR=0, another opcode, or too short for a header
    wrong_id,
    wrong_question,
    wrong_case,  ///< ours but for the case of the question
    cut_short,   ///< ours and truncated (TC), with fewer records than its counts promise
    malformed,   ///< ours by id, but it cannot be parsed
};

/// Judges `message`, which came from the server the query was sent to. What the sender chooses never leaves a check out:
/// only a response that repeats the question, in its case, has sections that anybody reads.
[[nodiscard]] Match match(const QueryForm& form, std::uint16_t id, Octets message);

/// The RCODE of a response that leaves its question out, as some servers do that cannot or will not read a query:
/// FORMERR, NOTIMP, SERVFAIL or REFUSED. Nothing for any other: its sender may not know what was asked.
[[nodiscard]] std::optional<Rcode> bare_error(Octets message);

/// Header and question of `message` as a message of their own; empty when it has no question that can be read. What is
/// left of a response that was cut behind the question (djbdns) or in the middle of a record with its counts as before.
/// `message` must hold a header.
[[nodiscard]] OctetBuffer without_records(Octets message);

}  // namespace rw::upstream
