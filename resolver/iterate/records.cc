// SPDX-License-Identifier: EUPL-1.2
// RRsets out of a section.
#include "resolver/iterate/records.h"

#include <algorithm>

#include "resolver/iterate/limits.h"

namespace rw::iterate
{

namespace
{

// Only save growing by steps.
constexpr std::size_t usual_rdata_octets = 512;
constexpr std::size_t usual_owners = 4;

}  // namespace

Records::Records(const dns::MessageView& message, dns::Section section, const dns::Name& zone, std::size_t most)
    : message_(message)
{
    const dns::RrRange range = message.records(section);
    const bool authority = section == dns::Section::authority;
    if (range.size() > (authority ? limits::authority_records : limits::records_per_section)) {
        too_many_ = true;
        return;
    }
    if (range.size() == 0)
        return;
    records_.reserve(std::min<std::size_t>(most, range.size()));
    rdata_.reserve(usual_rdata_octets);
    owners_.reserve(std::min<std::size_t>(usual_owners, range.size()));
    for (const dns::RrView& record : range) {
        if (most-- == 0)
            break;
        if (record.rrclass != dns::RRClass::in || dns::is_meta(record.type) || dns::is_reserved(record.type))
            continue;
        const std::size_t owner = owner_index(record, zone);
        if (owners_[owner].in_zone)
            records_.push_back({record, owner});
    }
}

std::size_t Records::owner_index(const dns::RrView& record, const dns::Name& zone)
{
    // Most owners are a bare pointer: the name behind it is expanded once for all records that point there. One that is
    // spelt out stands behind all that were seen before, and pointers go backwards: it is new.
    const Octets octets = message_.octets();
    std::size_t key = record.owner_offset;
    if (octets[key] >= 0xc0) {
        key = load_u16(&octets[key]) & 0x3fffU;
        const auto at = std::ranges::find(owners_, key, &Owner::key);
        if (at != owners_.end())
            return static_cast<std::size_t>(at - owners_.begin());
    }
    const dns::Name name = message_.owner(record);
    owners_.push_back({key, name, name.is_at_or_below(zone)});
    return owners_.size() - 1;
}

bool Records::covers(const dns::RrView& record, dns::RRType type) const
{
    return record.type == dns::RRType::rrsig && dns::covered_type(message_.raw_rdata(record)) == type;
}

std::expected<dns::RRset, Records::Lack> Records::rrset(const dns::Name& owner, dns::RRType type) const
{
    dns::RRset set;
    set.owner = owner;
    set.type = type;
    set.ttl = UINT32_MAX;
    for (const Record& record : records_) {
        const bool signature = covers(record.view, type) && type != dns::RRType::rrsig;
        if ((record.view.type != type && !signature) || !(this->owner(record) == owner))
            continue;
        rdata_.clear();
        if (!message_.append_rdata(record.view, rdata_)) {
            if (signature)
                continue;  // validation says what is missing
            return std::unexpected(Lack::malformed);
        }
        dns::RdataList& list = signature ? set.signatures : set.rdatas;
        if (list.contains(rdata_))
            continue;
        if (signature && list.size() >= limits::signatures_per_rrset)
            continue;
        if (!signature && list.size() >= limits::records_per_rrset)
            return std::unexpected(Lack::too_large);
        list.add(rdata_);
        set.ttl = std::min(set.ttl, record.view.ttl);
    }
    if (set.rdatas.empty())
        return std::unexpected(Lack::none_there);
    return set;
}

Records::NameServers Records::name_servers(const dns::Name& owner, std::size_t most) const
{
    const auto is_one = [&](const Record& record) {
        return record.view.type == dns::RRType::ns && this->owner(record) == owner;
    };
    if (std::ranges::count_if(records_, is_one) > static_cast<std::ptrdiff_t>(limits::records_per_rrset))
        return {};
    NameServers servers;
    for (const Record& record : records_) {
        if (!is_one(record))
            continue;
        servers.ttl = std::min(servers.ttl, record.view.ttl);
        if (servers.names.size() == most)
            continue;
        const auto name = message_.name_in_rdata(record.view, 0);
        if (!name)
            return {};
        if (std::ranges::count(servers.names, *name) == 0)
            servers.names.push_back(*name);
    }
    return servers;
}

std::vector<dns::RRset> Records::rrsets(dns::RRType type) const
{
    std::vector<const dns::Name*> seen;  // also of sets that cannot be read: each costs a walk through the section
    std::vector<dns::RRset> sets;
    for (const Record& record : records_) {
        const auto same = [&](const dns::Name* name) { return *name == owner(record); };
        if (record.view.type != type || std::ranges::any_of(seen, same))
            continue;
        if (seen.size() == limits::rrsets_of_type)
            break;
        seen.push_back(&owner(record));
        auto set = rrset(owner(record), type);
        if (!set)
            continue;
        set->owner = set->owner.lowercase();  // it may be a part of the question, with the case we gave it
        sets.push_back(std::move(*set));
    }
    return sets;
}

std::vector<const dns::Name*> Records::owners(dns::RRType type) const
{
    std::vector<const dns::Name*> names;
    for (const Record& record : records_) {
        if (record.view.type == type)
            names.push_back(&owner(record));
    }
    return names;
}

}  // namespace rw::iterate
