// SPDX-License-Identifier: EUPL-1.2
// What one client query may cost, shared by everything that is done for it, sub-questions included, and never reset
// (CVE-2026-50045 was a budget that a restart refilled).
#pragma once

#include <cstdint>
#include <optional>

#include "resolver/base/address.h"
#include "resolver/base/clock.h"
#include "resolver/dnssec/work.h"
#include "resolver/iterate/limits.h"

namespace rw::iterate
{

struct Trace;

class WorkBudget
{
 public:
    /// `client`: whose query it is; nothing when it is our own. `trace`: what is done is written down there.
    explicit WorkBudget(Instant deadline, std::optional<IpAddress> client = std::nullopt, Trace* trace = nullptr)
        : deadline_(deadline), client_(client), trace_(trace)
    {
    }
    WorkBudget(const WorkBudget&) = delete;
    WorkBudget& operator=(const WorkBudget&) = delete;

    /// Each takes one from what is left; false when nothing is.
    bool spend_query() { return spend(queries_); }
    bool spend_address_lookup() { return spend(address_lookups_); }
    bool spend_recheck() { return spend(rechecks_); }
    void spend_octets(std::size_t octets)
    {
        octets_ -= octets < octets_ ? static_cast<std::uint32_t>(octets) : octets_;
    }

    /// One of several questions is to leave time for the others: the budget ends so much earlier meanwhile.
    void reserve(Duration time) { reserved_ = time; }
    [[nodiscard]] Duration reserved() const { return reserved_; }

    /// Whether anything was sent.
    [[nodiscard]] bool untouched() const { return queries_ == limits::upstream_queries; }

    /// A server said something of use. When time runs out after that, the next try goes on from what was learnt.
    void note_progress() { progressed_ = true; }
    [[nodiscard]] bool progressed() const { return progressed_; }

    /// Signatures and hashes (limits in dnssec/work.h).
    [[nodiscard]] dnssec::Work& validation() { return validation_; }

    /// Whether anything more may be sent.
    [[nodiscard]] bool left() const { return queries_ > 0 && octets_ > 0; }
    [[nodiscard]] Instant deadline() const { return deadline_ - reserved_; }
    [[nodiscard]] const std::optional<IpAddress>& client() const { return client_; }
    /// Null for clients' queries.
    [[nodiscard]] Trace* trace() const { return trace_; }

 private:
    static bool spend(std::uint32_t& left)
    {
        if (left == 0)
            return false;
        --left;
        return true;
    }

    Instant deadline_;
    Duration reserved_{};
    std::optional<IpAddress> client_;
    Trace* trace_;
    std::uint32_t queries_ = limits::upstream_queries;
    std::uint32_t address_lookups_ = limits::address_lookups;
    std::uint32_t rechecks_ = limits::rechecks;
    std::uint32_t octets_ = limits::octets_received;
    bool progressed_ = false;
    dnssec::Work validation_;
};

}  // namespace rw::iterate
