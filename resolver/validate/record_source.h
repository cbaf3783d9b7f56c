// SPDX-License-Identifier: EUPL-1.2
// How the validator gets the records of a chain of trust: DS and DNSKEY RRsets with their signatures or denials, as
// servers gave them. The iterator implements it; the validator judges. Nothing fetched here has been judged but what
// the validator itself gave to keep().
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "resolver/base/failure.h"
#include "resolver/cache/entry.h"
#include "resolver/dns/message_view.h"
#include "resolver/dns/rrset.h"
#include "resolver/io/task.h"

namespace rw::validate
{

struct Fetched {
    enum class Kind : std::uint8_t {
        answer,    ///< `rrset` is what was asked for
        alias,     ///< `rrset` is a CNAME at the name, or a DNAME above it
        nodata,    ///< `denial` says so
        nxdomain,  ///< `denial` says so
        failed,    ///< `failure` says why nothing is known
    };
    Kind kind = Kind::failed;
    dns::RRset rrset;
    std::vector<dns::RRset>
        denial;      ///< SOA, NSEC, NSEC3; with an answer or alias what may prove a wildcard's expansion
    dns::Name zone;  ///< whose servers said so, as far as the delegations are known
    /// The validator judged it and gave it to keep(), under the anchors in force: `rrset`; or, with nodata, that the
    /// name is an insecure delegation, for rrset.ttl seconds more. That an answer with it is secure is not enough.
    bool secure = false;
    std::uint64_t generation = 0;  ///< for keep(): of the anchors under which it was judged
    Failure failure = Failure::no_reachable_authority;
};

class RecordSource
{
 public:
    virtual ~RecordSource() = default;

    /// The deepest zone known from referrals whose servers would be asked for the DS of `name`. Nothing when what
    /// fetch() says first is at hand, or when it would be the root's servers.
    [[nodiscard]] virtual std::optional<dns::Name> ds_servers_zone(const dns::Name& name) const = 0;

    /// What the parent said last about the DS of `zone`, judged or not, as far as that needs no asking; `failed` when
    /// nothing is known.
    [[nodiscard]] virtual Fetched last_word(const dns::Name& zone) const = 0;

    /// Type DS or DNSKEY. `attempt` 0 may be answered from a referral or a cache; every further one must come from a
    /// server not asked before: what came last did not validate.
    virtual io::Task<Fetched> fetch(dns::Question question, unsigned attempt) = 0;

    /// What was kept about `zone` was judged by keys of the zone above it that are not those any more.
    virtual void forget(const dns::Name& zone) = 0;

    /// What was judged authentic: an RRset, or that there is no DS. For rrset.ttl seconds: capped by signatures (RFC
    /// 4035 §5.3.3).
    virtual void keep(const dns::Question& question, const Fetched& fetched, cache::Security security) = 0;
};

}  // namespace rw::validate
