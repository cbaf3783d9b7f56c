// SPDX-License-Identifier: EUPL-1.2
// Judges what servers said (RFC 4035 §5): each link of an answer is secure, insecure, bogus or indeterminate. Called by
// the iterator for every response before anything of it is cached or sent on. Fetches DS and DNSKEY through a
// RecordSource; decides with resolver/dnssec; keeps decoded keys. One object per worker.
//
//   Session session{source, budget.validation(), nullptr};
//   for (Link& link : links) {
//       Part part{link.name, link.type, link.facts.kind, link.facts.dname, link.records, link.proof};
//       Verdict verdict = co_await validator.validate(part, zone, session);
//       link.facts.security = verdict.security; ...
//   }
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "resolver/base/failure.h"
#include "resolver/base/siphash.h"
#include "resolver/cache/entry.h"
#include "resolver/dnssec/verify.h"
#include "resolver/io/task.h"
#include "resolver/validate/anchors.h"
#include "resolver/validate/journal.h"
#include "resolver/validate/record_source.h"
#include "resolver/validate/zone_trust.h"

namespace rw::validate
{

/// One link of an answer as a response gave it. TTLs of what turns out secure are capped in place (RFC 4035 §5.3.3).
struct Part {
    dns::Name name;
    dns::RRType type = dns::RRType::none;
    cache::EntryKind kind = cache::EntryKind::positive;
    bool dname = false;             ///< alias: records are a DNAME and the CNAME made from it, which has no signature
    std::span<dns::RRset> records;  ///< as in cache::Answer
    std::span<dns::RRset> proof;    ///< every NSEC and NSEC3 RRset of the response's authority section
};

/// What one client's query brings along. Lives until its tasks end.
struct Session {
    RecordSource& source;
    dnssec::Work& work;
    Journal* journal = nullptr;
    Instant deadline = Instant::max();  ///< of the query: nobody waits for others longer

    void note(JournalStep step) const
    {
        if (journal != nullptr)
            journal->push_back(std::move(step));
    }
};

struct Verdict {
    cache::Security security = cache::Security::indeterminate;
    bool wildcard = false;                   ///< expanded from a wildcard, with proof
    bool only_no_data = false;               ///< NXDOMAIN was claimed; what is proven is that the name has no such data
    std::optional<dns::Name> expanded_from;  ///< that wildcard, when data was; whose signature the RRset then has
    bool opt_out = false;                    ///< rests on an opt-out span: insecure
    bool too_many_iterations = false;        ///< insecure by RFC 9276 §3.2: EDE 27
    bool chain_broken = false;               ///< bogus because a zone's keys are: another server's answer is no better
    std::optional<Failure> failure;          ///< when bogus
    std::string sentence;                    ///< the first thing that is wrong, when bogus
    std::uint16_t key_tag = 0;               ///< of the signature that was looked at; 0 when none was
    std::uint8_t algorithm = 0;
    dns::Name zone;                 ///< whose keys were used, or which zone is to blame
    std::vector<dns::RRset> proof;  ///< with which of the records given; the others may be anybody's

    [[nodiscard]] bool is_bogus() const { return security == cache::Security::bogus; }
};

struct ValidatorRules {
    bool enabled = true;
    dnssec::AlgorithmPolicy algorithms;
    std::chrono::seconds skew{3600};
};

/// The latest time that a signature of a trust anchor's zone has proven: no honest clock is behind it. Persisted by the
/// engine; a clock that was set back does not bring expired signatures to life again. Shared by the workers.
class TimeFloor
{
 public:
    [[nodiscard]] WallSeconds floor() const { return WallSeconds{std::chrono::seconds{seconds_.load()}}; }
    void raise(WallSeconds proven);
    /// `wall`, or the floor when that is later.
    [[nodiscard]] WallSeconds at_least(WallSeconds wall) const { return std::max(wall, floor()); }

 private:
    std::atomic<std::int64_t> seconds_{0};
};

class TrustWalk;

class Validator
{
 public:
    /// All references but `rules` and `key`, for its tables, must outlive the validator.
    Validator(const ValidatorRules& rules, const AnchorStore& anchors, TimeFloor& floor, io::Scheduler& scheduler,
              const HashKey& key);
    Validator(const Validator&) = delete;
    Validator& operator=(const Validator&) = delete;
    ~Validator();

    /// From the next answer on; a reload calls it on the worker's thread.
    void set_rules(const ValidatorRules& rules);

    /// `zone` is the zone whose servers gave the response, as far as the delegations are known.
    io::Task<Verdict> validate(Part part, dns::Name zone, Session& session);

    /// Whether data of `name` can be anything but indeterminate: otherwise asking for signatures is no use.
    [[nodiscard]] bool applies_to(const dns::Name& name) const;

    /// What zones above this name deny says nothing of `name`: the closest trust anchor or exemption from validation at
    /// or above `name`, the root when there is neither. An island of security, or of none, need not be in the public
    /// tree.
    [[nodiscard]] dns::Name island(const dns::Name& name) const;

    /// Whether `name` was found to be a zone that is signed as it should be.
    [[nodiscard]] bool is_secure_zone(const dns::Name& name);

    /// Of the anchors in force: what was judged under another is judged anew.
    [[nodiscard]] std::uint64_t generation() const;

    /// Whether an anchor of the root in use has this key tag (RFC 8509).
    [[nodiscard]] bool trusts_root_key(std::uint16_t tag) const;

 private:
    io::Task<Verdict> judge(const Part& part, const dns::Name& zone, Session& session);
    io::Task<Verdict> check_rrset(dns::RRset& rrset, const Part& part, const dns::Name& zone, Session& session);
    Verdict judge_rrset(dns::RRset& rrset, std::span<dns::RRset> proof, ZoneTrust& trust, Session& session);
    Verdict judge_expanded(const dns::RRset& rrset, std::span<dns::RRset> proof, const dnssec::Expanded& expanded,
                           ZoneTrust& trust, Session& session);
    io::Task<Verdict> check_denial(const Part& part, const dns::Name& zone, Session& session);
    Verdict judge_denial(const Part& part, ZoneTrust& trust, Session& session);
    io::Task<Verdict> check_unsigned(dns::Name name, dns::Name zone, Failure failure, Session& session);

    ValidatorRules rules_;
    std::unique_ptr<TrustWalk> walk_;
};

}  // namespace rw::validate
