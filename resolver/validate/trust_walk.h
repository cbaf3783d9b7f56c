// SPDX-License-Identifier: EUPL-1.2
// The chain of trust (RFC 4035 §5.2): from a zone up to a cached zone or an anchor and down again, one DS and one
// DNSKEY RRset a zone. Upwards the signer of a DS RRset or of its denial says which zone is next, so that no zone cut
// must be known beforehand. Used by the validator only.
#pragma once

#include <memory>
#include <vector>

#include "resolver/base/keyed_table.h"
#include "resolver/io/task.h"
#include "resolver/validate/key_match.h"
#include "resolver/validate/validator.h"

namespace rw::validate
{

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

    /// Between two steps of a walk; what was derived under other rules goes with the anchors' generation.
    void set_rules(const ValidatorRules& rules)
    {
        skew_ = rules.skew;
        verifier_.set_policy(rules.algorithms);
    }

    [[nodiscard]] dnssec::RRsetVerifier& verifier() { return verifier_; }
    [[nodiscard]] dnssec::SignatureTime time() const;
    [[nodiscard]] std::shared_ptr<const AnchorSet> anchors() const { return anchors_.current(); }

 private:
    /// Responses that do not validate before a zone is given up: other servers may have better data (RFC 4035 §4.7).
    static constexpr unsigned max_attempts = 3;

    io::Task<SharedTrust> walk(dns::Name name, Session& session);
    /// Waits until the walk to `name` that is under way has ended; nothing when its query gave up on its own account.
    io::Task<SharedTrust> wait_for(dns::Name name, Session& session);
    io::Task<SharedTrust> from_anchor(dns::Name zone, Session& session);
    /// The trust in the zone whose servers would have to be asked for the DS of `name`, when that zone is not secure:
    /// it decides for `name`. Nothing when there is something to ask.
    io::Task<SharedTrust> judge_servers_zone(const dns::Name& name, Session& session);
    /// Nothing when the zone is as secure as the keys that `vouchers`, views of `fetched`, lead to.
    io::Task<SharedTrust> judge_ds(const dns::Name& name, Fetched& fetched, Vouchers& vouchers, Session& session);
    io::Task<SharedTrust> judge_failed_ds(const dns::Name& name, Failure failure, Session& session);
    io::Task<SharedTrust> judge_unsigned_ds(const dns::Name& name, const Fetched& fetched, Session& session);
    SharedTrust judge_denial(const dns::Name& name, Fetched& fetched, const SharedTrust& parent, Session& session);
    SharedTrust judge_alias(const dns::Name& name, Fetched& fetched, SharedTrust parent, Session& session);
    io::Task<SharedTrust> fetch_keys(const dns::Name& zone, const Vouchers& vouchers, std::uint32_t ttl,
                                     Session& session);
    SharedTrust judge_keys(const dns::Name& zone, Fetched& fetched, const Vouchers& vouchers, std::uint32_t ttl,
                           Session& session);
    void raise_floor(const dnssec::RRsetVerdict& verdict);
    /// What is cached of `name`, or of a zone above it, down to `start`, that decides for it.
    SharedTrust find_known(const dns::Name& name, const dns::Name& start, std::uint64_t generation);

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
