// SPDX-License-Identifier: EUPL-1.2
// The records of one section, owners expanded once, and RRsets picked from them. A step of reading.
#pragma once

#include <optional>
#include <vector>

#include "resolver/base/address.h"
#include "resolver/dns/message_view.h"
#include "resolver/dns/rrset.h"

namespace rw::iterate
{

class Records
{
 public:
    /// Takes the class IN records of `section` whose owner is at or below `zone`. too_many() when there are more than
    /// limits::records_per_section.
    Records(const dns::MessageView& message, dns::Section section, const dns::Name& zone);

    [[nodiscard]] bool too_many() const { return too_many_; }

    struct Record {
        dns::RrView view;
        std::size_t owner = 0;  ///< index into owners_
    };
    [[nodiscard]] const std::vector<Record>& all() const { return records_; }
    [[nodiscard]] const dns::Name& owner(const Record& record) const { return owners_[record.owner].name; }

    [[nodiscard]] bool has(const dns::Name& owner, dns::RRType type) const;
    /// The RRset with its signatures; nothing when there is none, or when one of its records is malformed or there are
    /// more than limits::records_per_rrset.
    [[nodiscard]] std::optional<dns::RRset> rrset(const dns::Name& owner, dns::RRType type) const;
    /// Adds the addresses of `owner` of one type (A or AAAA) to `to`, each once, until it has `most`.
    void add_addresses(const dns::Name& owner, dns::RRType type, std::vector<IpAddress>& to, std::size_t most) const;
    /// Every RRset of `type`, once each.
    [[nodiscard]] std::vector<dns::RRset> rrsets(dns::RRType type) const;

 private:
    struct Owner {
        std::size_t key;  // offset at which the name is spelt out
        dns::Name name;
        bool in_zone;
    };
    std::size_t owner_index(const dns::RrView& record, const dns::Name& zone);
    [[nodiscard]] bool covers(const dns::RrView& record, dns::RRType type) const;

    dns::MessageView message_;
    std::vector<Owner> owners_;
    std::vector<Record> records_;
    mutable OctetBuffer rdata_;  // of the record that rrset() looks at
    bool too_many_ = false;
};

}  // namespace rw::iterate
