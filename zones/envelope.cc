// SPDX-License-Identifier: EUPL-1.2
// Reading, writing and verifying DSSE envelopes.
#include "zones/envelope.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "zones/audit/note.h"
#include "zones/continuity/fields.h"

namespace rw::zones
{

namespace
{

constexpr std::size_t small = 64U << 10;   // a page of fields
constexpr std::size_t large = 512U << 10;  // a statement that lists a difference for each TLD; a drill's counters

constexpr std::array<PayloadFact, 7> facts{{
    {Payload::authority, "authority", "application/vnd.rootward.authority+json", small},
    {Payload::site, "site", "application/vnd.rootward.site+json", small},
    {Payload::statement, "statement", "application/vnd.rootward.statement+json", large},
    {Payload::confirmation, "confirmation", "application/vnd.rootward.confirmation+json", small},
    {Payload::review, "review", "application/vnd.rootward.review+json", small},
    {Payload::proposal, "proposal", "application/vnd.rootward.proposal+json", small},
    {Payload::drill_report, "drill-report", "application/vnd.rootward.drill-report+json", large},
}};

}  // namespace

const PayloadFact& fact(Payload payload)
{
    return facts.at(static_cast<std::size_t>(payload));
}

std::span<const PayloadFact> payload_facts()
{
    return facts;
}

std::string signed_octets(Payload type, std::string_view payload)
{
    const std::string_view media = fact(type).media_type;
    return fmt::format("DSSEv1 {} {} {} {}", media.size(), media, payload.size(), payload);
}

Result<Envelope> read_envelope(std::string_view text, Payload expected)
{
    const PayloadFact& about = fact(expected);
    const auto refuse = [&](std::string_view why) { return failed(fmt::format("{} refused: {}", about.name, why)); };
    // Base64 takes 4 octets for 3; the signatures take 32 times less than 1 KiB.
    const Result<PlacedJson> json = read_placed_json(text, about.limit / 3 * 4 + (64U << 10), false);
    if (!json)
        return refuse(json.error().message);
    Fields fields(*json);
    Envelope envelope{.payload_type = expected, .payload = {}, .signatures = {}};
    const std::string media = fields.text("payloadType", {.most = 100});
    const std::optional<OctetBuffer> payload = from_base64(fields.text("payload", {.most = about.limit / 3 * 4 + 4}));
    for (Fields& one : fields.objects("signatures", 0, envelope_signature_limit)) {
        const std::string keyid = one.has("keyid") ? one.text("keyid", {.least = 0, .most = 128}) : std::string();
        const std::optional<OctetBuffer> octets = from_base64(one.text("sig", {.most = 128}));
        if (!octets || octets->size() != 64)
            one.refuse("sig", "not an Ed25519 signature in base64");
        else
            envelope.signatures.push_back({.keyid = keyid, .octets = *octets});
        one.finish();
    }
    if (!payload || payload->size() > about.limit)
        fields.refuse("payload", fmt::format("not base64 of at most {} octets", about.limit));
    if (media != about.media_type)
        fields.refuse("payloadType", fmt::format("this is not a {}: its payloadType is \"{}\"", about.name, media));
    fields.finish();
    if (!fields.good())
        return refuse(fields.problem());
    envelope.payload = text_of(*payload);
    return envelope;
}

std::string envelope_text(const Envelope& envelope)
{
    Json signatures = Json::array();
    for (const EnvelopeSignature& one : envelope.signatures)
        signatures.push_back(Json{{"keyid", one.keyid}, {"sig", base64(one.octets)}});
    const Json json{{"payload", base64(octets_of(envelope.payload))},
                    {"payloadType", fact(envelope.payload_type).media_type},
                    {"signatures", signatures}};
    return canonical_json(json) + "\n";
}

std::vector<Digest> verified_signers(const Envelope& envelope, std::span<const Digest> candidates)
{
    const std::string message = signed_octets(envelope.payload_type, envelope.payload);
    std::vector<bool> signed_by(candidates.size(), false);
    for (const EnvelopeSignature& one : envelope.signatures) {
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < candidates.size(); ++i)
            order.insert(key_id(candidates[i]) == one.keyid ? order.begin() : order.end(), i);
        for (const std::size_t i : order) {
            if (!signed_by[i] && audit::ed25519_verifies(candidates[i], message, one.octets)) {
                signed_by[i] = true;
                break;
            }
        }
    }
    std::vector<Digest> signers;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (signed_by[i])
            signers.push_back(candidates[i]);
    }
    return signers;
}

std::string key_id(const Digest& public_key)
{
    return hex_lower(sha256(Octets(public_key)));
}

}  // namespace rw::zones
