// SPDX-License-Identifier: EUPL-1.2
// What a response means.
#include "resolver/iterate/reading.h"

#include <algorithm>
#include <expected>

#include "resolver/iterate/limits.h"
#include "resolver/iterate/records.h"

namespace rw::iterate
{

namespace
{

using dns::Header;
using dns::Name;
using dns::RRset;
using dns::RRType;
using Kind = Reading::Kind;

Kind kind_of(Records::Lack lack)
{
    switch (lack) {
        case Records::Lack::none_there:
            break;
        case Records::Lack::malformed:
            return Kind::malformed;
        case Records::Lack::too_large:
            return Kind::too_large;
    }
    return Kind::nodata;
}

/// One alias has one target (RFC 2181 §10.1). Some zones have two; the first is followed, as other resolvers do.
void keep_first_target(RRset& alias)
{
    if (alias.rdatas.size() == 1)
        return;
    dns::RdataList first;
    first.add(alias.rdatas.front());
    alias.rdatas = std::move(first);
}

/// Up to limits::addresses_per_server, each once, IPv4 first: it is what most can reach.
void keep_address(std::vector<IpAddress>& glue, const IpAddress& address)
{
    const bool full = glue.size() >= limits::addresses_per_server;
    if ((full && (!address.is_v4() || glue.back().is_v4())) || std::ranges::count(glue, address) > 0)
        return;
    if (full)
        glue.pop_back();
    const auto first_ipv6 = std::ranges::find_if(glue, [](const IpAddress& other) { return !other.is_v4(); });
    glue.insert(address.is_v4() ? first_ipv6 : glue.end(), address);
}

class Reader
{
 public:
    Reader(const dns::MessageView& message, const Name& zone, const dns::Question& question, const ReadingRules& rules)
        : message_(message), zone_(zone), question_(question), rules_(rules)
    {
        reading_.authoritative = message.header().has(Header::aa);
    }

    Reading read()
    {
        reading_.kind = by_rcode();
        if (reading_.kind != Kind::answer)
            return std::move(reading_);
        // A resolver that was to recurse may have found the name denied, or renamed, by a zone above the one that is
        // forwarded to it.
        static const Name root;
        const Name& bounds = rules_.forwarder ? root : zone_;
        const Records answer(message_, dns::Section::answer, bounds);
        const Records authority(message_, dns::Section::authority, bounds);
        if (answer.too_many() || authority.too_many()) {
            reading_.kind = Kind::too_large;
            return std::move(reading_);
        }
        dnames_ = answer.owners(RRType::dname);
        reading_.kind = walk_aliases(answer);
        if (reading_.kind == Kind::nodata)
            reading_.kind = message_.rcode() == Rcode::yxdomain ? Kind::servfail : without_answer(authority);
        if (reading_.kind != Kind::referral)
            reading_.denial = denial(authority);
        judge_authority();
        return std::move(reading_);
    }

 private:
    /// Kind::answer when the sections decide.
    [[nodiscard]] Kind by_rcode() const
    {
        switch (message_.rcode()) {
            case Rcode::noerror:
            case Rcode::nxdomain:
            case Rcode::yxdomain:  // a DNAME target that became too long (RFC 6672 §2.2); nothing without that DNAME
                return message_.header().has(Header::tc) ? Kind::truncated : Kind::answer;
            default:
                return kind_of_error(message_.rcode());
        }
    }

    /// Follows the aliases inside the zone. Kind::nodata when there is nothing for the name.
    Kind walk_aliases(const Records& answer)
    {
        Name name = question_.name;
        while (true) {
            // A CNAME below a DNAME is made from it and has no signature: who asks for it gets both.
            const bool made = question_.type == RRType::cname && dname_above(name) != nullptr;
            if (!made) {
                auto set = answer.rrset(name, question_.type);
                if (set) {
                    reading_.links.push_back(std::move(*set));
                    return Kind::answer;
                }
                if (set.error() != Records::Lack::none_there)
                    return kind_of(set.error());
            }
            const auto next = next_link(answer, name);
            if (!next && next.error() != Kind::nodata)
                return next.error();
            if (!next)
                break;
            if (made)
                return Kind::answer;
            name = *next;
            reading_.target = name;
            // Outside the zone others are responsible.
            if (!name.is_at_or_below(zone_) || reading_.links.size() > 2 * limits::alias_chain)
                break;
        }
        return reading_.links.empty() ? Kind::nodata : Kind::alias;
    }

    /// The owner of the highest DNAME above `name`, if there is one.
    [[nodiscard]] const Name* dname_above(const Name& name) const
    {
        const Name* highest = nullptr;
        for (const Name* owner : dnames_) {
            if (name.is_below(*owner) && (highest == nullptr || owner->label_count() < highest->label_count()))
                highest = owner;
        }
        return highest;
    }

    /// Adds the alias at or above `name` to the links and gives its target; Kind::nodata when there is none.
    std::expected<Name, Kind> next_link(const Records& answer, const Name& name)
    {
        if (const Name* owner = dname_above(name))
            return renamed(answer, *owner, name);
        auto cname = answer.rrset(name, RRType::cname);
        if (!cname)
            return std::unexpected(kind_of(cname.error()));
        keep_first_target(*cname);
        Name target = dns::name_at(cname->rdatas.front(), 0);
        reading_.links.push_back(std::move(*cname));
        return target;
    }

    /// The same for the DNAME at `owner`.
    std::expected<Name, Kind> renamed(const Records& answer, const Name& owner, const Name& name)
    {
        auto dname = answer.rrset(owner, RRType::dname);
        if (!dname)
            return std::unexpected(kind_of(dname.error()));
        keep_first_target(*dname);
        auto cname = cname_of(*dname, name);
        if (!cname) {
            reading_.links.push_back(std::move(*dname));  // the proof of it (RFC 6672 §2.2)
            return std::unexpected(Kind::name_too_long);
        }
        Name target = dns::name_at(cname->rdatas.front(), 0);
        reading_.links.push_back(std::move(*dname));
        reading_.links.push_back(std::move(*cname));
        return target;
    }

    /// A negative answer, a referral, or a server that does not know the zone.
    Kind without_answer(const Records& authority)
    {
        if (message_.rcode() == Rcode::nxdomain)
            return Kind::nxdomain;
        if (soa_of(authority))
            return Kind::nodata;
        if (read_referral(authority))
            return rules_.forwarder ? Kind::lame
                                    : Kind::referral;  // it was to recurse: nobody else is asked in its place
        // Servers that are older than DS (RFC 4035 §3.1.4.1) refer to the zone that it is about: they have none.
        const auto asked_about = [&](const Name* owner) { return *owner == question_.name; };
        if (question_.type == RRType::ds && std::ranges::any_of(authority.owners(RRType::ns), asked_about))
            return Kind::nodata;
        // Name servers of the zone itself or of one above instead of an answer: it knows no more than we do.
        for (const dns::RrView& record : message_.records(dns::Section::authority)) {
            if (record.type == RRType::ns && !reading_.authoritative)
                return Kind::lame;
        }
        return Kind::nodata;
    }

    [[nodiscard]] std::optional<RRset> soa_of(const Records& authority) const
    {
        for (RRset& set : authority.rrsets(RRType::soa)) {
            if (question_.name.is_at_or_below(set.owner))
                return std::move(set);
        }
        return std::nullopt;
    }

    bool read_referral(const Records& authority)
    {
        std::size_t looked_at = 0;
        const Name* before = nullptr;
        for (const Name* owner : authority.owners(RRType::ns)) {
            if (before != nullptr && *owner == *before)
                continue;
            if (looked_at++ == limits::rrsets_of_type)
                break;
            before = owner;
            const bool closer = owner->is_below(zone_) && question_.name.is_at_or_below(*owner);
            // The parent answers for DS itself (RFC 4035 §3.1.4.1).
            const bool parent_data = question_.type == RRType::ds && question_.name == *owner;
            if (closer && !parent_data && fill_delegation(*owner, authority))
                return true;
        }
        return false;
    }

    /// Adds the glue in the additional section to the servers, in one walk through it.
    void add_glue(std::vector<cache::Delegation::Server>& servers) const
    {
        const Records additional(message_, dns::Section::additional, rules_.harden_glue ? zone_ : Name{},
                                 limits::glue_records);
        for (const Records::Record& record : additional.all()) {
            const Octets rdata = message_.raw_rdata(record.view);
            const bool address = (record.view.type == RRType::a && rdata.size() == 4) ||
                                 (record.view.type == RRType::aaaa && rdata.size() == 16);
            if (!address)
                continue;
            const auto server = std::ranges::find(servers, additional.owner(record), &cache::Delegation::Server::name);
            if (server != servers.end())
                keep_address(server->glue, IpAddress::from_octets(rdata));
        }
    }

    bool fill_delegation(const Name& owner, const Records& authority)
    {
        auto [names, ttl] = authority.name_servers(owner, limits::servers_per_delegation);
        if (names.empty())
            return false;
        cache::Delegation& delegation = reading_.delegation;
        delegation.zone = owner.lowercase();  // it may be a part of the question, with the case we gave it
        reading_.lease = ttl;
        delegation.servers.reserve(names.size());
        for (Name& name : names)
            delegation.servers.push_back({std::move(name), {}});
        add_glue(delegation.servers);
        if (auto ds = authority.rrset(owner, RRType::ds)) {
            delegation.ds_state = cache::DsState::present;
            delegation.ds = std::move(*ds);
            return true;
        }
        reading_.denial = denial(authority);
        std::erase_if(reading_.denial, [](const RRset& set) { return set.type == RRType::soa; });
        return true;
    }

    /// SOA first, then NSEC and NSEC3, of the zones that enclose the name.
    [[nodiscard]] std::vector<RRset> denial(const Records& authority) const
    {
        std::vector<RRset> sets;
        if (auto soa = soa_of(authority))
            sets.push_back(std::move(*soa));
        for (const RRType type : {RRType::nsec, RRType::nsec3}) {
            for (RRset& set : authority.rrsets(type))
                sets.push_back(std::move(set));
        }
        return sets;
    }

    /// Without AA the data is a cache's, or the server is lame (RFC 1034 §4.3.1); a referral never has AA.
    void judge_authority()
    {
        if (reading_.authoritative || reading_.kind == Kind::referral || reading_.kind == Kind::lame)
            return;
        const bool recursive = message_.header().has(Header::ra);
        if (rules_.forwarder && recursive)
            return;  // a cache is what was asked, and some leave the SOA of a denial out (RFC 2308 §2.2)
        const bool silent = reading_.kind == Kind::nodata && (says_nothing() || (recursive && reading_.denial.empty()));
        if (silent || (!recursive && !rules_.accept_non_aa))
            reading_.kind = Kind::lame;
        else if (recursive)
            reading_.kind = recursive_kind();
    }

    /// Three empty sections: what a server sends that does not know what to say.
    [[nodiscard]] bool says_nothing() const
    {
        const dns::Header& header = message_.header();
        return header.counts[1] == 0 && header.counts[2] == 0;
    }

    Kind recursive_kind() const { return rules_.accept_non_aa ? reading_.kind : Kind::recursive; }

    const dns::MessageView& message_;
    const Name& zone_;
    const dns::Question& question_;
    const ReadingRules& rules_;
    Reading reading_;
    std::vector<const Name*> dnames_;  // owners of the DNAMEs in the answer
};

}  // namespace

Kind kind_of_error(Rcode rcode)
{
    switch (rcode) {
        case Rcode::refused:
            return Kind::refused;
        case Rcode::formerr:
        case Rcode::notimp:
        case Rcode::badvers:
            return Kind::formerr;
        default:
            return Kind::servfail;
    }
}

std::optional<RRset> cname_of(const RRset& dname, const Name& name)
{
    const auto target = name.rebase(dname.owner, dns::name_at(dname.rdatas.front(), 0));
    if (!target)
        return std::nullopt;
    RRset cname;
    cname.owner = name;
    cname.type = RRType::cname;
    cname.ttl = dname.ttl;
    cname.rdatas.add(target->wire());
    return cname;
}

Reading read(const dns::MessageView& message, const dns::Name& zone, const dns::Question& question,
             const ReadingRules& rules)
{
    return Reader(message, zone, question, rules).read();
}

}  // namespace rw::iterate
