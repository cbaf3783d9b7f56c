// SPDX-License-Identifier: EUPL-1.2
// Links of responses.
#include "resolver/iterate/links.h"

#include <algorithm>

namespace rw::iterate
{

namespace
{

using dns::Name;
using dns::Question;
using dns::RRType;
using Kind = Reading::Kind;

cache::EntryKind kind_of(const Reading& reading)
{
    switch (reading.kind) {
        case Kind::nxdomain:
            return cache::EntryKind::nxdomain;
        case Kind::nodata:
            return cache::EntryKind::nodata;
        default:
            return cache::EntryKind::positive;
    }
}

/// The rank of what a response says of the question asked, its `first` link, or of an alias's target.
cache::Rank rank_of(const Reading& reading, bool denial, bool first)
{
    using cache::Rank;
    if (!first)
        return denial ? Rank::followed_denial : Rank::followed_answer;
    if (denial)
        return reading.authoritative ? Rank::authoritative_denial : Rank::denial;
    return reading.authoritative ? Rank::authoritative_answer : Rank::answer;
}

}  // namespace

std::vector<Link> links_of(const Question& question, Reading& reading)
{
    std::vector<Link> links;
    Name name = question.name;
    std::optional<dns::RRset> dname;
    for (dns::RRset& set : reading.links) {
        if (set.type == RRType::dname && name.is_below(set.owner)) {
            dname = std::move(set);
            continue;
        }
        Link link{name, question.type, cache::EntryFacts(rank_of(reading, false, links.empty())), {}, {}, 0};
        const bool alias = set.type == RRType::cname && question.type != RRType::cname;
        link.facts.kind = alias ? cache::EntryKind::alias : cache::EntryKind::positive;
        link.facts.dname = dname.has_value();
        if (alias)
            name = dns::name_at(set.rdatas.front(), 0);
        if (dname)
            link.records.push_back(std::move(*dname));
        dname.reset();
        link.records.push_back(std::move(set));
        links.push_back(std::move(link));
    }
    if (reading.kind == Kind::name_too_long && dname) {
        Link link{name, question.type, cache::EntryFacts(rank_of(reading, false, links.empty())), {}, {}, 0};
        link.facts.name_too_long = true;
        link.records.push_back(std::move(*dname));
        links.push_back(std::move(link));
    }
    if (reading.kind == Kind::nodata || reading.kind == Kind::nxdomain) {
        Link link{name, question.type, cache::EntryFacts(rank_of(reading, true, links.empty())), {}, {}, 0};
        link.facts.kind = kind_of(reading);
        for (dns::RRset& set : reading.denial)
            (set.type == RRType::soa ? link.records : link.proof).push_back(std::move(set));
        links.push_back(std::move(link));
    } else if (!links.empty()) {
        // What the response proves beside the answer belongs to its last link: a wildcard's expansion.
        std::ranges::copy_if(reading.denial, std::back_inserter(links.back().proof),
                             [](const dns::RRset& set) { return set.type != RRType::soa; });
    }
    return links;
}

}  // namespace rw::iterate
