// SPDX-License-Identifier: EUPL-1.2
// The chain of trust (RFC 4035 §5.2): from a zone up to a cached zone or an anchor and down again, one DS and one
// DNSKEY RRset per zone. Upwards the signer of a DS RRset or of its denial says which zone is next, so that no zone cut
// must be known beforehand. Used by the validator only.
#pragma once

#include <memory>
#include <vector>

#include "resolver/base/keyed_table.h"
#include "resolver/dnssec/denial.h"
#include "resolver/dnssec/key_judge.h"
#include "resolver/io/task.h"
#include "resolver/validate/validator.h"

namespace rw::validate
{

class DenialCheck;

class TrustWalk
{
 public:
    TrustWalk(const ValidatorRules& rules, const AnchorStore& anchors, TimeFloor& floor, io::Scheduler& scheduler,
              const HashKey& key);

    /// The security of the zone that `name` is the apex of; when it is no zone cut, of the zone around it.
    io::Task<SharedTrust> trust_of(dns::Name name, Session& session);
    /// Looks for zone cuts between `from`, which is secure, and `name`, which may be one itself: the first zone that is
    /// not secure, or the last one.
    io::Task<SharedTrust> descend(SharedTrust from, dns::Name name, Session& session);

    /// What is known already of the zone that `name` is the apex of or is inside of; null when nothing is.
    [[nodiscard]] SharedTrust known_trust(const dns::Name& name);

    /// Forgets what was concluded about the zones above `name` and does not agree with what their parents have said
    /// since: other keys without a roll, as when a zone moves to another operator (RFC 6781 §4.3.5), none, or a new zone;
    /// and what rests on that, or is bogus. False when there is nothing of the kind.
    bool forget_outdated(dns::Name name, Session& session);

    /// Between two steps of a walk; what was derived under other rules goes with the anchors' generation.
    void set_rules(const ValidatorRules& rules)
    {
        skew_ = rules.skew;
        verifier_.set_policy(rules.algorithms);
    }

    /// Judges a DNSKEY RRset of the zone of `trust`, which is secure, as the answer to a question: by the keys of the
    /// zone that are vouched for, as in a chain.
    [[nodiscard]] dnssec::KeyVerdict judge_answer(dns::RRset& dnskeys, const ZoneTrust& trust, dnssec::Work& work);

    [[nodiscard]] dnssec::RRsetVerifier& verifier() { return verifier_; }
    [[nodiscard]] dnssec::SignatureTime time() const
    {
        return {floor_.at_least(scheduler_.clock().wall_seconds()), skew_};
    }
    [[nodiscard]] std::shared_ptr<const AnchorSet> anchors() const { return anchors_.current(); }

 private:
    /// Responses that do not validate before a zone is given up: other servers may have better data (RFC 4035 §4.7).
    static constexpr unsigned max_attempts = 3;

    /// One walk: for which name and query, and of which generation the anchors were when it started. What it leads to
    /// may rest on those, and is kept as such.
    struct Step {
        const dns::Name& name;
        Session& session;
        std::uint64_t generation;
    };

    io::Task<SharedTrust> walk(const Step& step);
    /// Waits until the walk to `name` that is under way has ended; nothing when its query gave up on its own account,
    /// or the anchors changed meanwhile.
    io::Task<SharedTrust> wait_for(dns::Name name, Session& session);
    io::Task<SharedTrust> from_anchor(const Step& step);
    /// The trust in the zone whose servers would have to be asked for the DS of `name`, when that zone is not secure:
    /// it decides for `name`. Nothing when there is something to ask.
    io::Task<SharedTrust> judge_servers_zone(const dns::Name& name, Session& session);
    /// Nothing when the zone is as secure as the keys that `vouchers` lead to.
    io::Task<SharedTrust> judge_ds(const Step& step, Fetched& fetched, dnssec::Vouchers& vouchers);
    io::Task<SharedTrust> judge_failed_ds(const dns::Name& name, Failure failure, Session& session);
    io::Task<SharedTrust> judge_unsigned_ds(const dns::Name& name, const Fetched& fetched, Session& session);
    SharedTrust judge_denial(const Step& step, Fetched& fetched, const SharedTrust& parent);
    SharedTrust judge_alias(const Step& step, Fetched& fetched, const SharedTrust& parent);
    /// What came out of a wildcard says something about the name only with the proof that the name itself does not
    /// exist; then there is no zone cut.
    SharedTrust judge_expanded(const Step& step, Fetched& fetched, const SharedTrust& parent,
                               const dnssec::Expanded& expanded);
    /// What a proof leads to. `ttl` in seconds: how long it holds; `unproven`: what to say when it proves nothing.
    SharedTrust conclude(const Step& step, dnssec::DsDenial denial, const DenialCheck& check, std::uint32_t ttl,
                         const SharedTrust& parent, const std::string& unproven);
    SharedTrust refuse_ds(const Step& step, const Fetched& fetched, const SharedTrust& parent,
                          const dnssec::Unverified& why);
    /// `zone` is the walk's name, the apex.
    io::Task<SharedTrust> fetch_keys(const Step& step, const dnssec::Vouchers& vouchers, std::uint32_t ttl);
    SharedTrust judge_keys(const Step& step, Fetched& fetched, const dnssec::Vouchers& vouchers, std::uint32_t ttl);
    /// Whether the parent's last word is for other keys than those of `trust`, or for none.
    [[nodiscard]] bool is_outdated(const ZoneTrust& trust, Session& session);
    /// Whether the parent has delegated `name` since it was found to be no zone cut.
    [[nodiscard]] static bool is_cut_now(const dns::Name& name, const Session& session);
    void raise_floor(const dnssec::SignatureFacts& by);
    [[nodiscard]] Instant expiry(std::uint32_t ttl) const;
    SharedTrust make(const dns::Name& zone, cache::Security security, std::uint32_t ttl, std::string sentence) const;
    SharedTrust make_bogus(const dns::Name& zone, Failure failure, std::string sentence) const;

    const AnchorStore& anchors_;
    TimeFloor& floor_;
    io::Scheduler& scheduler_;
    std::chrono::seconds skew_;
    dnssec::RRsetVerifier verifier_;
    TrustCache cache_;
    /// Walks under way: of many queries for names of one zone the first one fetches its keys, the others wait. They
    /// wait for names above or equal to their own only, so that nobody waits in a circle.
    KeyedMap<dns::Name, std::vector<std::shared_ptr<io::Mailbox<SharedTrust>>>> under_way_;
};

}  // namespace rw::validate
