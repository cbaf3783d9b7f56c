// SPDX-License-Identifier: EUPL-1.2
// Reads a response: what it means for a question put to the servers of a zone. Pure. Scrubbing happens here: only data
// that servers of the zone are responsible for comes out, nothing of the authority or additional section of an answer
// does (CVE-2025-11411, CVE-2025-40778), and glue only for name servers of the referral itself.
#pragma once

#include <cstdint>
#include <vector>

#include "resolver/cache/delegation_cache.h"
#include "resolver/dns/message_view.h"
#include "resolver/dns/rrset.h"

namespace rw::iterate
{

struct Reading {
    enum class Kind : std::uint8_t {
        answer,     ///< `links` ends with the RRset asked for
        alias,      ///< `links` ends with a CNAME; resolution goes on at `target`
        nodata,     ///< the name exists, the type does not (RFC 2308 §2.2)
        nxdomain,   ///< the name does not exist
        referral,   ///< `delegation` is closer to the name than the zone asked
        lame,       ///< the server does not serve the zone: upward referral, or not authoritative without data
        recursive,  ///< an answer from a cache (RA, not AA): without accept_non_aa second best
        truncated,
        refused,
        servfail,
        formerr,  ///< FORMERR, NOTIMP or BADVERS: perhaps EDNS is not understood
        malformed,
        too_large,
        name_too_long,  ///< the DNAME at the end of `links` makes a name of more than 255 octets (RFC 6672 §2.2)
    };

    Kind kind = Kind::malformed;
    /// Alias links in order, then the answer. A DNAME stands in front of the CNAME made from it.
    std::vector<dns::RRset> links;
    dns::Name target;                ///< where an alias chain leads
    std::vector<dns::RRset> denial;  ///< SOA, NSEC and NSEC3 of a negative answer, or with an answer (wildcard proof)
    cache::Delegation delegation;    ///< of a referral; `denial` then holds what may prove that it has no DS
    std::uint32_t lease = 0;         ///< TTL of the referral's NS RRset in seconds
    bool authoritative = false;
};

struct ReadingRules {
    bool accept_non_aa = true;  ///< take data without AA from a server the zone is delegated to
    bool harden_glue = true;    ///< drop glue whose owner is not below the zone asked
    bool forwarder = false;     ///< the server is a resolver that was asked to do the recursion
};

/// What an error RCODE says about the server: formerr, refused or servfail.
[[nodiscard]] Reading::Kind kind_of_error(Rcode rcode);

/// `zone` is the zone whose servers were asked; `question` the question as meant (case does not matter).
/// The CNAME that a DNAME makes for `name` (RFC 6672 §3.1), unsigned by nature; nothing when it is too long.
[[nodiscard]] std::optional<dns::RRset> cname_of(const dns::RRset& dname, const dns::Name& name);

[[nodiscard]] Reading read(const dns::MessageView& message, const dns::Name& zone, const dns::Question& question,
                           const ReadingRules& rules);

}  // namespace rw::iterate
