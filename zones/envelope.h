// SPDX-License-Identifier: EUPL-1.2
// DSSE envelopes (Dead Simple Signing Envelope 1.0): what is signed is the payload's type and its exact octets, and
// nothing in the envelope itself is believed. One table of the payload types that this project signs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/base/result.h"
#include "zones/encoding.h"

namespace rw::zones
{

enum class Payload : std::uint8_t { authority, site, statement, confirmation, review, proposal, drill_report };

struct PayloadFact {
    Payload payload;
    std::string_view name;        ///< the word in messages and in the payload's own "type"
    std::string_view media_type;  ///< payloadType of the envelope
    std::size_t limit;            ///< octets of a payload; bounds what a hostile file makes us read
};

/// The table row of `payload`.
[[nodiscard]] const PayloadFact& fact(Payload payload);
[[nodiscard]] std::span<const PayloadFact> payload_facts();

/// 32 signatures: eight parties with four keys each. Attack: a file of signatures, each costing a verification for
/// each key.
inline constexpr std::size_t envelope_signature_limit = 32;

struct EnvelopeSignature {
    std::string keyid;  ///< a hint, never believed
    OctetBuffer octets;
};

struct Envelope {
    Payload payload_type = Payload::statement;
    std::string payload;
    std::vector<EnvelopeSignature> signatures;
};

/// What a signature covers: "DSSEv1 SP length SP type SP length SP payload".
[[nodiscard]] std::string signed_octets(Payload type, std::string_view payload);

/// Strict JSON; refuses another payload type than `expected`. It may hold no signature yet.
[[nodiscard]] Result<Envelope> read_envelope(std::string_view text, Payload expected);
/// Canonical JSON, with a newline at its end.
[[nodiscard]] std::string envelope_text(const Envelope& envelope);

/// Ed25519 public keys of `candidates` whose signature over the payload is right, each once, in the order of
/// `candidates`. The key that a hint names is tried first; every other one after it.
[[nodiscard]] std::vector<Digest> verified_signers(const Envelope& envelope, std::span<const Digest> candidates);

/// What a keyid says: SHA-256 of the raw public key, in hex.
[[nodiscard]] std::string key_id(const Digest& public_key);

}  // namespace rw::zones
