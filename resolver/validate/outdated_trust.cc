// SPDX-License-Identifier: EUPL-1.2
// Trust that parents have overtaken: forgotten when data does not validate by it, and only then, so that what is right
// costs no look at the delegations.
#include <algorithm>

#include "resolver/validate/trust_walk.h"

namespace rw::validate
{

using cache::Security;
using dns::Name;
using Kind = Fetched::Kind;

SharedTrust TrustWalk::known_trust(const Name& name)
{
    return cache_.find(name.lowercase(), scheduler_.now(), anchors_.current()->generation);
}

bool TrustWalk::is_outdated(const ZoneTrust& trust, Session& session)
{
    const Fetched said = session.source.last_word(trust.zone);
    if (said.kind == Kind::failed || said.kind == Kind::alias)
        return false;
    dnssec::Vouchers vouchers(verifier_.policy());
    if (said.kind == Kind::answer)
        vouchers.add_ds(said.rrset.rdatas);
    return std::ranges::all_of(trust.keys.keys(), [&](const dnssec::PublicKey& key) {
        const auto named = vouchers.names(trust.zone, key, verifier_.digester(), session.work);
        return named == dnssec::DsMatch::different;
    });
}

bool TrustWalk::is_cut_now(const Name& name, const Session& session)
{
    const Fetched said = session.source.last_word(name);
    return said.kind == Kind::answer || said.kind == Kind::nodata;
}

bool TrustWalk::forget_outdated(Name name, Session& session)
{
    name = name.lowercase();
    const auto anchors = anchors_.current();
    const auto start = anchors->closest(name);
    if (!start)
        return false;
    bool outdated = false;  // from here on downwards
    std::vector<Name> bogus;
    SharedTrust above = cache_.find(*start, scheduler_.now(), anchors->generation);
    for (std::size_t labels = start->label_count() + 1; labels <= name.label_count(); ++labels) {
        const Name zone = name.ancestor(labels);
        const SharedTrust trust = cache_.find(zone, scheduler_.now(), anchors->generation);
        if (!trust)
            continue;
        const bool inside = trust->zone != zone;
        const bool overtaken = outdated || (above && !inside && trust->made < above->made);
        const bool other = inside ? is_cut_now(zone, session) : trust->is_secure() && is_outdated(*trust, session);
        if (!overtaken && !other) {
            if (!inside && trust->security == Security::bogus)
                bogus.push_back(zone);
            above = trust;
            continue;
        }
        outdated = true;
        cache_.forget(zone);
        if (overtaken)
            session.source.forget(zone);
    }
    for (const Name& zone : bogus) {
        if (outdated)
            cache_.forget(zone);  // perhaps for the keys of before
    }
    return outdated;
}

}  // namespace rw::validate
