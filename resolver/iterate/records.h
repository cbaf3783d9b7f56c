// SPDX-License-Identifier: EUPL-1.2
// The records of one section, owners expanded once, and RRsets picked from them. A step of reading.
#pragma once

#include <cstdint>
#include <expected>
#include <vector>

#include "resolver/base/address.h"
#include "resolver/dns/message_view.h"
#include "resolver/dns/rrset.h"

namespace rw::iterate
{

class Records
{
 public:
    /// Takes the class IN records of `section` whose owner is at or below `zone`, of the first `most`. too_many() when
    /// there are more than limits::records_per_section, or limits::authority_records.
    Records(const dns::MessageView& message, dns::Section section, const dns::Name& zone, std::size_t most = SIZE_MAX);

    [[nodiscard]] bool too_many() const { return too_many_; }

    struct Record {
        dns::RrView view;
        std::size_t owner = 0;  ///< index into owners_
    };
    [[nodiscard]] const std::vector<Record>& all() const { return records_; }
    [[nodiscard]] const dns::Name& owner(const Record& record) const { return owners_[record.owner].name; }

    /// Why there is no RRset. Only the first is a statement about the name.
    enum class Lack : std::uint8_t {
        none_there,
        malformed,  ///< RDATA of one of its records
        too_large,  ///< more than limits::records_per_rrset
    };
    /// The RRset with its signatures.
    [[nodiscard]] std::expected<dns::RRset, Lack> rrset(const dns::Name& owner, dns::RRType type) const;
    /// The first `most` name servers that NS records of `owner` name, each once, and the lowest TTL of all these records.
    /// None when one of the names cannot be read, or there are more than limits::records_per_rrset.
    struct NameServers {
        std::vector<dns::Name> names;
        std::uint32_t ttl = UINT32_MAX;
    };
    [[nodiscard]] NameServers name_servers(const dns::Name& owner, std::size_t most) const;
    /// The first limits::rrsets_of_type RRsets of `type`, once each.
    [[nodiscard]] std::vector<dns::RRset> rrsets(dns::RRType type) const;
    /// Owners of records of `type`, as often as there are records; valid as long as this object.
    [[nodiscard]] std::vector<const dns::Name*> owners(dns::RRType type) const;

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
