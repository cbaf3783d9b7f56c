// SPDX-License-Identifier: EUPL-1.2
// The trace for people.
#include "tests/scenarios/report.h"

#include <fmt/format.h>

#include "tests/scenarios/message/presentation.h"

namespace rw::scenarios
{

namespace
{

std::string described(const Sent& sent)
{
    Octets octets = sent.octets;
    // A piece of a stream that came back starts with a length when it is a whole message.
    if (sent.stream && sent.from_server && octets.size() > 2 && load_u16(octets.data()) + 2U == octets.size())
        octets = octets.subspan(2);
    const auto message = decode(octets);
    return message ? summary(*message) : fmt::format("{} octets that are no message", sent.octets.size());
}

}  // namespace

std::string milliseconds_text(Duration duration)
{
    return fmt::format("{:.1f} ms", std::chrono::duration<double, std::milli>(duration).count());
}

std::string trace_of(const SimulatedNetwork& network, Instant start)
{
    std::string text;
    for (const Sent& sent : network.record())
        text += fmt::format("  {:>12} {} {:<24} {} {}\n", milliseconds_text(sent.at - start),
                            sent.from_server ? "<-" : "->", sent.server.to_string(), sent.stream ? "tcp" : "udp",
                            described(sent));
    return text;
}

}  // namespace rw::scenarios
