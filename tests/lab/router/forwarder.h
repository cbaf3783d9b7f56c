// SPDX-License-Identifier: EUPL-1.2
// What happens to one packet: find its path, count it, lose it or delay it, redirect it. The main loop feeds it and
// asks when it next needs waking. Holds no sockets of its own; the two devices are only written to.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <span>

#include "tests/lab/router/delay_line.h"
#include "tests/lab/router/packet.h"
#include "tests/lab/router/paths.h"
#include "tests/lab/router/query_log.h"

namespace rw::lab
{

struct Devices {
    const Device* resolver = nullptr;
    const Device* server = nullptr;
};

class Forwarder
{
 public:
    Forwarder(Devices devices, std::uint64_t seed) : devices_(devices), random_(seed) {}

    void from_resolver(std::span<std::uint8_t> packet, Instant now);
    void from_server(std::span<std::uint8_t> packet, Instant now);
    void deliver_due(Instant now);
    [[nodiscard]] std::optional<Instant> next_due() const { return line_.next_due(); }

    [[nodiscard]] PathTable& paths() { return paths_; }
    [[nodiscard]] QueryLog& log() { return log_; }
    [[nodiscard]] std::uint64_t overflowed() const { return overflowed_; }

 private:
    enum class Fate : std::uint8_t { delivered, lost, cut };

    Fate decide(const Conditions& conditions);
    void count_query(const Path& path, const PacketHeaders& headers, std::span<const std::uint8_t> packet, Fate fate,
                     Counts& counts);
    void send(const Device* device, const Conditions& conditions, std::span<const std::uint8_t> packet, Instant now);

    Devices devices_;
    PathTable paths_;
    DelayLine line_;
    QueryLog log_;
    std::mt19937_64 random_;
    std::uint64_t overflowed_ = 0;
};

}  // namespace rw::lab
