// SPDX-License-Identifier: EUPL-1.2
// Authority and the NSEC chain.
#include "zones/authority.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace rw::zones
{

namespace
{

using dns::RRType;

bool is_glue(RRType type)
{
    return type == RRType::a || type == RRType::aaaa;
}

bool starts_with(Octets key, Octets prefix)
{
    return key.size() > prefix.size() && equal(key.first(prefix.size()), prefix);
}

std::string place(const Zone& zone, const RRsetRange& rrset)
{
    return fmt::format("{} {}", zone.owner(rrset.owner).to_string(), dns::type_name(rrset.type));
}

class AuthorityReader
{
 public:
    explicit AuthorityReader(const Zone& zone) : zone_(zone) {}

    Result<Authority> read()
    {
        const std::span<const RRsetRange> all = zone_.rrsets();
        for (std::size_t i = 0; i < all.size();) {
            std::size_t end = i;
            while (end < all.size() && all[end].owner == all[i].owner)
                ++end;
            if (Result<void> done = read_owner(all.subspan(i, end - i)); !done)
                return std::unexpected(done.error());
            i = end;
        }
        return std::move(authority_);
    }

 private:
    Result<void> read_owner(std::span<const RRsetRange> rrsets)
    {
        const std::uint32_t owner = rrsets.front().owner;
        const Octets key = zone_.owner_key(owner);
        if (cut_ && starts_with(key, *cut_))
            return read_below_cut(rrsets);
        const auto has = [&](RRType type) {
            return std::ranges::find(rrsets, type, &RRsetRange::type) != rrsets.end();
        };
        const bool cut = owner != 0 && has(RRType::ns);
        cut_ = cut || has(RRType::dname) ? std::optional(key) : std::nullopt;
        for (const RRsetRange& rrset : rrsets) {
            if (rrset.type == RRType::rrsig)
                continue;
            if (!cut || rrset.type == RRType::ds || rrset.type == RRType::nsec)
                authority_.rrsets.push_back(rrset);
            else if (rrset.type != RRType::ns && !is_glue(rrset.type))
                return failed(fmt::format("{} is at a delegation and is no delegation data", place(zone_, rrset)));
        }
        authority_.owners.push_back(owner);
        authority_.is_cut.push_back(cut);
        return {};
    }

    Result<void> read_below_cut(std::span<const RRsetRange> rrsets)
    {
        for (const RRsetRange& rrset : rrsets) {
            if (!is_glue(rrset.type))
                return failed(fmt::format("{} lies below a delegation and is no glue", place(zone_, rrset)));
        }
        return {};
    }

    const Zone& zone_;
    std::optional<Octets> cut_;  ///< key of the delegation whose names come next
    Authority authority_;
};

/// Types in an NSEC's bitmap; nothing when it is malformed (RFC 4034 §4.1.2).
std::optional<std::set<RRType>> bitmap_types(Octets bitmap)
{
    std::set<RRType> types;
    for (int last = -1; !bitmap.empty();) {
        if (bitmap.size() < 3 || bitmap[0] <= last || bitmap[1] == 0 || bitmap[1] > 32 ||
            bitmap.size() < bitmap[1] + 2U)
            return std::nullopt;
        for (unsigned bit = 0; bit < bitmap[1] * 8U; ++bit) {
            if ((bitmap[2 + bit / 8] & 0x80U >> bit % 8) != 0)
                types.insert(static_cast<RRType>(bitmap[0] * 256U + bit));
        }
        last = bitmap[0];
        bitmap = bitmap.subspan(bitmap[1] + 2U);
    }
    return types;
}

/// An archive that strips signatures may strip their companions too, and leave an NSEC that still lists them.
void drop_strippable(std::set<RRType>& types)
{
    for (const RRType type : {RRType::rrsig, RRType::dnskey, RRType::zonemd})
        types.erase(type);
}

/// What the NSEC at `owner` must list.
std::set<RRType> types_at(std::span<const RRsetRange> rrsets, bool is_cut)
{
    std::set<RRType> types{RRType::nsec, RRType::rrsig};
    for (const RRsetRange& rrset : rrsets) {
        if (!is_cut || !is_glue(rrset.type))
            types.insert(rrset.type);
    }
    return types;
}

}  // namespace

Result<Authority> read_authority(const Zone& zone)
{
    return AuthorityReader(zone).read();
}

Result<void> check_nsec_chain(const Zone& zone, const Authority& authority, bool stripped)
{
    const std::span<const RRsetRange> all = zone.rrsets();
    if (zone.find_at_apex(RRType::nsec3param) != nullptr)
        return failed("the zone uses NSEC3, which the root does not; its chain cannot be checked here");
    const bool none = std::ranges::none_of(all, [](const RRsetRange& rrset) { return rrset.type == RRType::nsec; });
    if (stripped && none)
        return {};
    auto rrset = all.begin();
    for (std::size_t i = 0; i < authority.owners.size(); ++i) {
        const std::uint32_t owner = authority.owners[i];
        rrset = std::ranges::find(rrset, all.end(), owner, &RRsetRange::owner);
        const auto end = std::ranges::find_if(rrset, all.end(), [&](const auto& r) { return r.owner != owner; });
        const std::span<const RRsetRange> here(rrset, end);
        const auto nsec = std::ranges::find(here, RRType::nsec, &RRsetRange::type);
        const std::string name = zone.owner(owner).to_string();
        if (nsec == here.end() || nsec->count != 1)
            return failed(fmt::format("{} has {} NSEC records, not one", name, nsec == here.end() ? 0 : nsec->count));
        const Octets rdata = zone.rdata(*nsec, 0);
        const dns::Name next = dns::name_at(rdata, 0);
        const std::uint32_t expected = authority.owners[(i + 1) % authority.owners.size()];
        if (!(next == zone.owner(expected)))
            return failed(fmt::format("the NSEC of {} leads to {}, not to {}: the chain is broken", name,
                                      next.to_string(), zone.owner(expected).to_string()));
        auto types = bitmap_types(rdata.subspan(next.size()));
        std::set<RRType> expected_types = types_at(here, authority.is_cut[i]);
        if (stripped && types) {
            drop_strippable(*types);
            drop_strippable(expected_types);
        }
        if (!types || *types != expected_types)
            return failed(fmt::format("the NSEC of {} does not list the types that are there", name));
        rrset = end;
    }
    return {};
}

}  // namespace rw::zones
