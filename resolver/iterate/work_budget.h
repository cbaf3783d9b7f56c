// SPDX-License-Identifier: EUPL-1.2
// What one client query may cost, shared by everything that is done for it, sub-questions included, and never reset
// (CVE-2026-50045 was a budget that a restart refilled). It says in whose name that is done, and holds the resolution's
// place among those in flight.
#pragma once

#include <cstdint>
#include <utility>

#include "resolver/base/clock.h"
#include "resolver/base/fair_pool.h"
#include "resolver/dnssec/work.h"
#include "resolver/iterate/limits.h"
#include "resolver/upstream/party.h"

namespace rw::iterate
{

struct Trace;

class WorkBudget
{
 public:
    /// Work of a resolution that holds places of its own: a round and its queries. Those of one resolution stand in each
    /// other, innermost last.
    class Holder
    {
     public:
        explicit Holder(WorkBudget& budget) : budget_(budget), outer_(std::exchange(budget.holder_, this)) {}
        Holder(const Holder&) = delete;
        Holder& operator=(const Holder&) = delete;
        virtual ~Holder() { budget_.holder_ = outer_; }

     protected:
        WorkBudget& budget_;

     private:
        friend class WorkBudget;
        /// Its places are held in the name of `claimant` from now on.
        virtual void passed_to(const upstream::Claimant& claimant) = 0;
        /// The budget is gone: whoever waits looks.
        virtual void interrupted() = 0;

        Holder* outer_;
    };

    /// `claimant`: whose query it is. `trace`: what is done is written down there.
    explicit WorkBudget(Instant deadline, const upstream::Claimant& claimant = {}, Trace* trace = nullptr)
        : deadline_(deadline), claimant_(claimant), trace_(trace)
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
    void note_progress()
    {
        progressed_ = true;
        place_.set_hopeful();
    }
    [[nodiscard]] bool progressed() const { return progressed_; }
    /// A server that is waited for says nothing.
    void note_silence() { place_.set_silent(); }

    /// Signatures and hashes (limits in dnssec/work.h).
    [[nodiscard]] dnssec::Work& validation() { return validation_; }

    /// Whether anything more may be sent.
    [[nodiscard]] bool left() const { return queries_ > 0 && octets_ > 0 && !revoked_; }
    [[nodiscard]] Instant deadline() const { return deadline_ - reserved_; }
    [[nodiscard]] const upstream::Claimant& claimant() const { return claimant_; }
    /// Null for clients' queries.
    [[nodiscard]] Trace* trace() const { return trace_; }

    /// The resolution's place among those in flight.
    void hold(FairPool::Place place) { place_ = std::move(place); }
    /// Everything that is done from now on, and the places that are held, are in the name of `claimant`; `party` is that
    /// of the place in flight.
    void pass_to(const upstream::Claimant& claimant, const Party& party)
    {
        claimant_ = claimant;
        place_.pass_to(party);
        for (Holder* holder = holder_; holder != nullptr; holder = holder->outer_)
            holder->passed_to(claimant);
    }
    /// Others need the place: nothing more is sent, and the resolution fails as soon as it looks.
    void revoke()
    {
        revoked_ = true;
        if (holder_ != nullptr)
            holder_->interrupted();
    }
    [[nodiscard]] bool revoked() const { return revoked_; }

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
    upstream::Claimant claimant_;
    Trace* trace_;
    Holder* holder_ = nullptr;
    FairPool::Place place_;
    std::uint32_t queries_ = limits::upstream_queries;
    std::uint32_t address_lookups_ = limits::address_lookups;
    std::uint32_t rechecks_ = limits::rechecks;
    std::uint32_t octets_ = limits::octets_received;
    bool progressed_ = false;
    bool revoked_ = false;
    dnssec::Work validation_;
};

}  // namespace rw::iterate
