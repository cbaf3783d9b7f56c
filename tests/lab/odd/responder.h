// SPDX-License-Identifier: EUPL-1.2
// What an odd server says to a query: pure but for a memory of names asked before and a source of random numbers.
// The sockets are the main program's.
#pragma once

#include <chrono>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/lab/odd/behaviour.h"
#include "tests/lab/odd/message.h"

namespace rw::lab
{

struct Say {
    std::string message;
    std::chrono::milliseconds after{};
    bool drip = false;  // over TCP: one octet a second
};

struct Reaction {
    std::vector<Say> says;  // none is silence
    bool close = false;     // TCP only
};

class Responder
{
 public:
    Responder(const ZoneStore& store, std::uint64_t seed) : store_(store), random_(seed) {}

    Reaction react(Behaviour behaviour, const OddQuery& query, bool tcp);

 private:
    [[nodiscard]] OddReply sound_reply(const OddQuery& query) const;
    [[nodiscard]] static OddReply bare_reply(const OddQuery& query);
    [[nodiscard]] OddReply referral(const OddQuery& query, const WireName& cut, const WireName& host) const;
    void spoil(Behaviour behaviour, const OddQuery& query, OddReply& reply);
    [[nodiscard]] OddReply fan_out(const OddQuery& query);
    [[nodiscard]] OddReply alias(const OddQuery& query);
    [[nodiscard]] std::string noise(const OddQuery& query);
    WireName random_label();

    const ZoneStore& store_;
    std::mt19937_64 random_;
    std::set<std::pair<WireName, std::uint16_t>> asked_before_;
};

}  // namespace rw::lab
