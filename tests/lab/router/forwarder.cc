// SPDX-License-Identifier: EUPL-1.2
// Implements forwarder.h.
#include "tests/lab/router/forwarder.h"

#include <cmath>

namespace rw::lab
{
namespace
{

constexpr std::uint16_t kDnsPort = 53;

std::string_view word(bool lost, bool cut)
{
    return cut ? "cut" : lost ? "lost" : "delivered";
}

}  // namespace

Forwarder::Fate Forwarder::decide(const Conditions& conditions)
{
    if (conditions.cut) {
        return Fate::cut;
    }
    if (conditions.loss > 0.0) {
        // Both ways share the loss of a round trip: 1 - (1 - p)^2 = loss.
        const double one_way = 1.0 - std::sqrt(1.0 - conditions.loss);
        if (std::uniform_real_distribution<double>(0.0, 1.0)(random_) < one_way) {
            return Fate::lost;
        }
    }
    return Fate::delivered;
}

void Forwarder::count_query(const Path& path, const PacketHeaders& headers, std::span<const std::uint8_t> packet,
                            Fate fate, Counts& counts)
{
    if (headers.destination_port != kDnsPort) {
        return;
    }
    const bool delivered = fate == Fate::delivered;
    if (headers.transport == Transport::tcp && headers.opens_connection) {
        counts.tcp_opens += delivered ? 1 : 0;
        return;
    }
    const auto question = read_question(packet, headers);
    if (!question) {
        return;
    }
    if (delivered) {
        auto& kind = question->is_priming()                ? counts.priming
                     : headers.transport == Transport::tcp ? counts.tcp_queries
                                                           : counts.udp_queries;
        ++kind;
    }
    log_.add(path.name, headers, *question, word(fate == Fate::lost, fate == Fate::cut));
}

void Forwarder::from_resolver(std::span<std::uint8_t> packet, Instant now)
{
    const auto headers = read_headers(packet);
    if (!headers) {
        return;
    }
    Path& path = paths_.of(headers->destination);
    const bool v4 = headers->destination.is_v4();
    Counts& counts = path.counts(v4);
    ++counts.sent;
    const Fate fate = decide(path.conditions);
    count_query(path, *headers, packet, fate, counts);
    if (fate == Fate::delivered) {
        ++counts.delivered;
        if (const auto& target = path.redirect(v4)) {
            rewrite_destination(packet, *headers, *target);
        }
        send(devices_.server, path.conditions, packet, now);
        return;
    }
    ++(fate == Fate::lost ? counts.lost : counts.cut);
}

void Forwarder::from_server(std::span<std::uint8_t> packet, Instant now)
{
    const auto headers = read_headers(packet);
    if (!headers) {
        return;
    }
    const Address& seen = paths_.undo_redirect(headers->source);
    Path& path = paths_.of(seen);
    Counts& counts = path.counts(seen.is_v4());
    const Fate fate = decide(path.conditions);
    if (fate != Fate::delivered) {
        ++(fate == Fate::lost ? counts.lost : counts.cut);
        return;
    }
    ++counts.replies;
    if (seen != headers->source) {
        rewrite_source(packet, *headers, seen);
    }
    send(devices_.resolver, path.conditions, packet, now);
}

void Forwarder::deliver_due(Instant now)
{
    line_.take_due(
        now, [](const DelayedPacket& packet) { packet.device->write(std::span(packet.octets.data(), packet.length)); });
}

void Forwarder::send(const Device* device, const Conditions& conditions, std::span<const std::uint8_t> packet,
                     Instant now)
{
    auto delay = conditions.delay / 2;
    if (conditions.jitter.count() > 0) {
        const auto half = conditions.jitter.count() / 2;
        delay += std::chrono::nanoseconds(std::uniform_int_distribution<std::int64_t>(-half, half)(random_));
    }
    if (delay.count() <= 0) {
        device->write(packet);
    } else if (!line_.put(now + delay, device, packet)) {
        ++overflowed_;
    }
}

}  // namespace rw::lab
