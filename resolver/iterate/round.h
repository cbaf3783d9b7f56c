// SPDX-License-Identifier: EUPL-1.2
// One question put to the servers of one zone until one gives a usable reading: whom to ask next, when to stop waiting,
// what a bad response means for its server. No coroutine: iterate/ask drives it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "resolver/base/failure.h"
#include "resolver/iterate/context.h"
#include "resolver/iterate/leftover_watch.h"
#include "resolver/iterate/reading.h"
#include "resolver/iterate/root_admission.h"
#include "resolver/iterate/server_selection.h"
#include "resolver/iterate/work_budget.h"
#include "resolver/iterate/zone_servers.h"
#include "resolver/upstream/attempt.h"

namespace rw::iterate
{

/// A usable reading and who gave it. Handed on by pointer: it is large, and each coroutine that handles it by value
/// would hold a few of them in its frame.
struct Asked {
    Reading reading;
    Endpoint server;
};

class Round final : private WorkBudget::Holder
{
 public:
    Round(Context& context, ZoneServers& zone, const dns::Question& question, WorkBudget& budget);
    Round(const Round&) = delete;
    Round& operator=(const Round&) = delete;

    /// Sends to the next server, or waits for the root budget. False when nobody is left to ask or nothing may be sent
    /// any more.
    bool start_next();
    /// Looks at the zone's servers again, after addresses were added.
    void refresh();

    /// Nobody is expected to answer soon: time to ask somebody else.
    [[nodiscard]] bool wants_another() const { return context_.scheduler.now() >= next_start_; }
    /// Everybody has been asked often enough to look for somebody else, and may still answer.
    [[nodiscard]] bool is_fruitless() const;
    /// Somebody may still answer, or a token of the root budget may come.
    [[nodiscard]] bool waiting() const { return !waiting_.empty() || waits_for_root(); }
    /// Others need what this resolution holds: it is over.
    [[nodiscard]] bool is_over() const { return budget_.revoked(); }
    /// When to call on_time() if nothing happens before.
    [[nodiscard]] Instant wake_at() const;
    void on_time();
    /// What `event` comes to; null when the round goes on.
    [[nodiscard]] std::unique_ptr<Asked> on_event(upstream::AttemptEvent event);

    /// An answer from a cache, accepted when nobody authoritative had one.
    [[nodiscard]] std::unique_ptr<Asked> second_best() { return std::move(second_best_); }
    /// Why there was no usable reading.
    [[nodiscard]] Failure failure() const;
    /// The same when time ran out first.
    [[nodiscard]] Failure failure_at_deadline() const;

    [[nodiscard]] upstream::AttemptMailbox& mailbox() { return *mailbox_; }
    [[nodiscard]] Leftovers take_leftovers();

 private:
    /// Whether a query carries EDNS, and why not.
    enum class Edns : std::uint8_t {
        spoken,
        left_out,  ///< it seems not to get through, or the server is known not to understand it
        refused,   ///< the server has just answered the same query with EDNS by an error
    };

    /// How a server is asked; each step back follows from a response.
    struct Manner {
        bool tcp = false;
        Edns edns = Edns::spoken;
        bool random_case = true;
        upstream::Sharing sharing = upstream::Sharing::shared;  ///< of the connection
        bool for_case = false;                                  ///< over TCP because the case was not kept
    };
    struct Waiting {
        Leftovers::Waiting base;
        std::size_t candidate = 0;
        Manner manner;
        bool timed_out = false;
        std::size_t hop = 0;  ///< in the budget's trace, if there is one
    };
    struct Entry {
        upstream::Candidate candidate;
        std::uint32_t tries = 0;
        bool useless = false;     ///< answered in a way that will not change
        bool case_asked = false;  ///< asked over TCP whether it changes the case: that is waited for
    };

    // of a holder
    void passed_to(const upstream::Claimant& claimant) override;
    void interrupted() override;

    [[nodiscard]] Party party() const { return upstream::party(budget_.claimant(), zone_key_); }
    std::vector<upstream::Candidate> order_root(const upstream::AddressRules& rules);
    /// Live queries avoid servers that fail or are far away; background probes find out when that has changed.
    void probe_others();
    [[nodiscard]] std::optional<std::size_t> pick() const;
    bool start(std::size_t candidate, Manner manner);
    [[nodiscard]] std::optional<upstream::Outstanding::Place> claim_place(const Entry& entry, Manner manner);
    /// Whether a query may be sent: those to the root need a token.
    RootAdmission::Verdict admit();
    [[nodiscard]] bool waits_for_root() const { return root_admission_ && root_admission_->queued(); }
    [[nodiscard]] Manner first_manner(const Entry& entry) const;
    [[nodiscard]] Duration patience(const Entry& entry, Manner manner) const;
    void over_tcp(const Waiting& waiting, Manner manner);
    void on_unreachable(const Waiting& waiting);
    void on_closed(const Waiting& waiting);
    void on_displaced();
    /// A server that does not keep the case and has no TCP is asked by UDP in plain case; false when that is not why it
    /// was asked over TCP.
    bool without_tcp(const Waiting& waiting);
    std::unique_ptr<Asked> on_response(const Waiting& waiting, OctetBuffer octets);
    std::unique_ptr<Asked> on_bare_error(const Waiting& waiting, Rcode rcode);
    /// The server has answered, whatever it says.
    void note_answer(const Waiting& waiting);
    /// An answer in another case than the question's: over a connection it is the server's own, by UDP it may be a guess.
    std::unique_ptr<Asked> on_wrong_case(const Waiting& waiting, OctetBuffer message);
    std::unique_ptr<Asked> judge(const Waiting& waiting, Reading reading);
    void learn_edns(const Waiting& waiting, const dns::MessageView& message, Reading::Kind kind);
    void fall_back(const Waiting& waiting, Manner manner);
    void discard(std::size_t candidate, Failure why);
    void note_root(std::optional<config::IdentityLetter> letter, root::RootEvent event);
    [[nodiscard]] bool is_root() const
    {
        return zone_.zone.is_root() && zone_.route == Route::iterate && !zone_.configured;
    }
    [[nodiscard]] upstream::QueryForm form(Manner manner);

    Context& context_;
    ZoneServers& zone_;
    dns::Question question_;
    upstream::ZoneKey zone_key_;
    std::shared_ptr<upstream::AttemptMailbox> mailbox_ = std::make_shared<upstream::AttemptMailbox>();
    std::vector<Entry> entries_;
    std::vector<Waiting> waiting_;
    std::unique_ptr<Asked> second_best_;
    std::optional<Failure> why_;
    Instant next_start_{};
    std::uint32_t started_ = 0;
    bool budget_gone_ = false;
    bool excluded_ = false;  ///< by a setting: addresses of the zone's servers
    root::OtherReason other_reason_ = root::OtherReason::timeout;
    std::optional<RootAdmission> root_admission_;  // of rounds to the root
};

}  // namespace rw::iterate
