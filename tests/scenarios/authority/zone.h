// SPDX-License-Identifier: EUPL-1.2
// One zone as an authoritative server knows it: answers, referrals with glue, aliases, wildcards and denial follow from
// its records (RFC 1034 §4.3.2). A signed zone carries its RRSIG and NSEC or NSEC3 records like any others.
#pragma once

#include <map>
#include <optional>

#include "tests/scenarios/message/message.h"

namespace rw::scenarios
{

class Zone
{
 public:
    Zone(dns::Name origin, const Records& records);

    [[nodiscard]] const dns::Name& origin() const { return origin_; }
    /// Fills RCODE, AA and the sections of `reply` for its question. `dnssec`: with signatures and proofs.
    void answer(Message& reply, bool dnssec) const;

 private:
    using Node = std::map<dns::RRType, Records>;

    [[nodiscard]] const Node* node(const dns::Name& name) const;
    [[nodiscard]] bool exists(const dns::Name& name) const;  // empty non-terminals too
    [[nodiscard]] const Records* rrset(const dns::Name& name, dns::RRType type) const;
    [[nodiscard]] std::optional<dns::Name> cut_above(const dns::Name& name, dns::RRType type) const;
    [[nodiscard]] std::optional<dns::Name> dname_above(const dns::Name& name) const;
    [[nodiscard]] dns::Name closest_encloser(const dns::Name& name) const;

    struct Ask {
        Message& reply;
        dns::RRType type;
        bool dnssec;
    };
    void add(const Ask& ask, Records& section, const dns::Name& name, dns::RRType type) const;
    void add_expanded(const Ask& ask, const dns::Name& wildcard, dns::RRType type, const dns::Name& as) const;
    void refer(const Ask& ask, const dns::Name& cut) const;
    void add_glue(const Ask& ask, const Records& servers) const;
    void deny(const Ask& ask, const dns::Name& name, bool name_exists) const;
    void prove(const Ask& ask, const dns::Name& name, bool name_exists) const;
    void prove_with_nsec3(const Ask& ask, const dns::Name& name, bool name_exists) const;
    void add_nsec_at_or_before(const Ask& ask, const dns::Name& name) const;
    void add_nsec3(const Ask& ask, const dns::Name& name, bool covering) const;
    [[nodiscard]] dns::Name hashed(const dns::Name& name) const;
    /// One step along the chain of aliases; the name to go on with, or nothing when the answer is complete.
    std::optional<dns::Name> step(const Ask& ask, const dns::Name& name) const;
    std::optional<dns::Name> answer_from(const Ask& ask, const dns::Name& name, const dns::Name& source) const;
    std::optional<dns::Name> follow_dname(const Ask& ask, const dns::Name& name, const dns::Name& owner) const;

    dns::Name origin_;
    std::map<dns::Name, Node> nodes_;        ///< in canonical order
    std::map<dns::Name, Node> nsec3_nodes_;  ///< owners are hashes
    dns::Name above_nsec3_;                  ///< where they stand: at the origin in an honest zone
    OctetBuffer salt_;
    std::uint16_t iterations_ = 0;
};

}  // namespace rw::scenarios
