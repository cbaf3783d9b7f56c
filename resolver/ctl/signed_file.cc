// SPDX-License-Identifier: EUPL-1.2
// The steps that every signed file goes through.
#include "resolver/ctl/signed_file.h"

#include <fmt/format.h>

#include "zones/continuity/statement_words.h"

namespace rw::ctl
{

using namespace zones;
using continuity::short_code;

namespace
{

void say_standing(Invocation& invocation, const Reading& reading, const Envelope& envelope)
{
    if (invocation.json)
        invocation.out << canonical_json(json_of(reading, envelope)) << '\n';
    else
        invocation.out << reading.standing << '\n';
}

Result<std::optional<FileLock>> held_back(const std::string& path)
{
    Result<FileLock> held = hold_file(path);
    if (!held)
        return std::unexpected(held.error());
    return std::optional<FileLock>(std::move(*held));
}

}  // namespace

Json json_of(const Reading& reading, const Envelope& envelope)
{
    const Digest hash = sha256(envelope.payload);
    Json json = reading.json;
    json["schema"] = 1;
    json["sha256"] = hex_lower(hash);
    json["code"] = short_code(hash);
    return json;
}

ExitStatus write_draft(const std::string& path, Payload type, const std::string& payload, const std::string& summary,
                       Invocation& invocation)
{
    const Envelope envelope{.payload_type = type, .payload = payload, .signatures = {}};
    if (Result<void> done = write_text_file(path, envelope_text(envelope)); !done)
        return complain(invocation, done.error().message);
    if (invocation.json)
        invocation.out << canonical_json(
                              Json{{"schema", 1}, {"file", printable(path)}, {"sha256", hex_lower(sha256(payload))}})
                       << '\n';
    else
        invocation.out << fmt::format("{}: {}\n", printable(path), summary);
    return ExitStatus::good;
}

ExitStatus show_file(const SignedKind& kind, const std::string& path, Invocation& invocation)
{
    const Result<Envelope> envelope = read_envelope_file(path, kind.payload);
    const Result<Reading> reading = envelope ? kind.read(*envelope) : std::unexpected(envelope.error());
    if (!reading)
        return complain(invocation, reading.error().message);
    if (invocation.json) {
        say_standing(invocation, *reading, *envelope);
        return ExitStatus::good;
    }
    const Digest hash = sha256(envelope->payload);
    invocation.out << reading->ceremony.page
                   << fmt::format("\nSHA-256      {}\nShort code   {}\n", hex_lower(hash), short_code(hash));
    if (!reading->standing.empty())
        invocation.out << fmt::format("Signed       {}\n", reading->standing);
    return ExitStatus::good;
}

ExitStatus sign_file(const SignedKind& kind, const std::string& path, const std::string& out, const KeyOption& key,
                     Invocation& invocation)
{
    // What is written elsewhere may be read from where nothing can be written.
    const Result<std::optional<FileLock>> held = out.empty() || out == path ? held_back(path) : std::nullopt;
    if (!held)
        return complain(invocation, held.error().message);
    Result<Envelope> envelope = read_envelope_file(path, kind.payload);
    Result<Reading> reading = envelope ? kind.read(*envelope) : std::unexpected(envelope.error());
    if (!reading)
        return complain(invocation, reading.error().message);
    if (Result<void> done = sign_envelope(*envelope, reading->ceremony, key, invocation); !done)
        return complain(invocation, done.error().message, ExitStatus::bad);
    if (Result<void> done = write_text_file(out.empty() ? path : out, envelope_text(*envelope)); !done)
        return complain(invocation, done.error().message);
    reading = kind.read(*envelope);
    if (!reading)
        return complain(invocation, reading.error().message);
    say_standing(invocation, *reading, *envelope);
    return ExitStatus::good;
}

Json tally_json(const continuity::Tally& tally)
{
    return Json{
        {"needed", tally.needed}, {"signed-by", tally.signed_by}, {"missing", tally.missing}, {"quorum", tally.met()}};
}

ExitStatus say_verdict(Invocation& invocation, bool good, const std::string& sentence, Json more)
{
    const ExitStatus status = good ? ExitStatus::good : ExitStatus::bad;
    if (!invocation.json) {
        if (!good)
            return complain(invocation, sentence, status);
        invocation.out << "good: " << sentence << '\n';
        return status;
    }
    if (!more.is_object())
        more = Json::object();
    more["schema"] = 1;
    more["good"] = good;
    more["reason"] = good ? "" : sentence;
    invocation.out << canonical_json(more) << '\n';
    return status;
}

}  // namespace rw::ctl
