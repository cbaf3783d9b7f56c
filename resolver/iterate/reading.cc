// SPDX-License-Identifier: EUPL-1.2
// What a response means.
#include "resolver/iterate/reading.h"

#include <algorithm>

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

/// The CNAME that a DNAME stands for (RFC 6672 §3.1), unsigned by nature.
std::optional<RRset> synthesise(const RRset& dname, const Name& qname)
{
    const auto target = qname.rebase(dname.owner, dns::name_at(dname.rdatas.front(), 0));
    if (!target)
        return std::nullopt;
    RRset cname;
    cname.owner = qname;
    cname.type = RRType::cname;
    cname.ttl = dname.ttl;
    cname.rdatas.add(target->wire());
    return cname;
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
        const Records answer(message_, dns::Section::answer, zone_);
        const Records authority(message_, dns::Section::authority, zone_);
        if (answer.too_many() || authority.too_many()) {
            reading_.kind = Kind::too_large;
            return std::move(reading_);
        }
        reading_.kind = walk_aliases(answer);
        if (reading_.kind == Kind::nodata)
            reading_.kind = without_answer(authority);
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
            case Rcode::yxdomain:  // a DNAME target that became too long (RFC 6672 §2.2)
                return message_.header().has(Header::tc) ? Kind::truncated : Kind::answer;
            case Rcode::refused:
                return Kind::refused;
            case Rcode::formerr:
            case Rcode::notimp:
            case Rcode::badvers:
                return Kind::formerr;
            case Rcode::servfail:
                break;
        }
        return Kind::servfail;
    }

    /// Follows the aliases inside the zone. Kind::nodata when there is nothing for the name.
    Kind walk_aliases(const Records& answer)
    {
        Name name = question_.name;
        while (true) {
            // A CNAME below a DNAME is made from it and has no signature: who asks for it gets both.
            const bool made = question_.type == RRType::cname && dname_above(answer, name);
            if (auto set = made ? std::nullopt : answer_at(answer, name)) {
                reading_.links.push_back(std::move(*set));
                return Kind::answer;
            }
            const auto next = next_link(answer, name);
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
        if (too_long_)
            return Kind::name_too_long;
        return reading_.links.empty() ? Kind::nodata : Kind::alias;
    }

    [[nodiscard]] std::optional<RRset> answer_at(const Records& answer, const Name& name) const
    {
        return answer.rrset(name, question_.type);
    }

    /// The owner of a DNAME above `name`.
    [[nodiscard]] std::optional<Name> dname_above(const Records& answer, const Name& name) const
    {
        for (std::size_t labels = zone_.label_count(); labels < name.label_count(); ++labels) {
            Name owner = name.ancestor(labels);
            if (answer.has(owner, RRType::dname))
                return owner;
        }
        return std::nullopt;
    }

    /// Adds the alias at or above `name` to the links and gives its target.
    std::optional<Name> next_link(const Records& answer, const Name& name)
    {
        if (const auto owner = dname_above(answer, name)) {
            auto dname = answer.rrset(*owner, RRType::dname);
            if (!dname || dname->rdatas.size() != 1)
                return std::nullopt;
            auto cname = synthesise(*dname, name);
            too_long_ = !cname;
            if (!cname)
                return std::nullopt;
            Name target = dns::name_at(cname->rdatas.front(), 0);
            reading_.links.push_back(std::move(*dname));
            reading_.links.push_back(std::move(*cname));
            return target;
        }
        auto cname = answer.rrset(name, RRType::cname);
        if (!cname || cname->rdatas.size() != 1)
            return std::nullopt;
        Name target = dns::name_at(cname->rdatas.front(), 0);
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
        for (RRset& ns : authority.rrsets(RRType::ns)) {
            const bool closer = ns.owner.is_below(zone_) && question_.name.is_at_or_below(ns.owner);
            // The parent answers for DS itself (RFC 4035 §3.1.4.1).
            const bool parent_data = question_.type == RRType::ds && question_.name == ns.owner;
            if (!closer || parent_data)
                continue;
            fill_delegation(ns, authority);
            return true;
        }
        return false;
    }

    void fill_delegation(const RRset& ns, const Records& authority)
    {
        cache::Delegation& delegation = reading_.delegation;
        delegation.zone = ns.owner;
        reading_.lease = ns.ttl;
        const Records additional(message_, dns::Section::additional, rules_.harden_glue ? zone_ : Name{});
        delegation.servers.reserve(std::min<std::size_t>(ns.rdatas.size(), limits::servers_per_delegation));
        for (const Octets rdata : ns.rdatas) {
            if (delegation.servers.size() == limits::servers_per_delegation)
                break;
            cache::Delegation::Server server;
            server.name = dns::name_at(rdata, 0);
            additional.add_addresses(server.name, RRType::a, server.glue, limits::addresses_per_server);
            additional.add_addresses(server.name, RRType::aaaa, server.glue, limits::addresses_per_server);
            delegation.servers.push_back(std::move(server));
        }
        if (auto ds = authority.rrset(ns.owner, RRType::ds)) {
            delegation.ds_state = cache::DsState::present;
            delegation.ds = std::move(*ds);
            return;
        }
        reading_.denial = denial(authority);
        std::erase_if(reading_.denial, [](const RRset& set) { return set.type == RRType::soa; });
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
    bool too_long_ = false;
};

}  // namespace

Reading read(const dns::MessageView& message, const dns::Name& zone, const dns::Question& question,
             const ReadingRules& rules)
{
    return Reader(message, zone, question, rules).read();
}

}  // namespace rw::iterate
