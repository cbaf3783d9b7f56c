// SPDX-License-Identifier: EUPL-1.2
// Sets of anchors.
#include "resolver/validate/anchors.h"

#include <fmt/format.h>

namespace rw::validate
{

std::string NegativeAnchor::sentence() const
{
    switch (exemption) {
        case Exemption::negative_anchor:
            break;
        case Exemption::insecure_zone:
            return fmt::format("{} is one of dnssec.insecure-zones: it is not validated", name.to_string());
        case Exemption::configured_zone:
            return fmt::format("{} is configured with validate: false", name.to_string());
    }
    return fmt::format("a negative trust anchor for {} says not to validate", name.to_string());
}

std::optional<dns::Name> AnchorSet::closest(const dns::Name& name) const
{
    const dns::Name* best = nullptr;
    for (const dnssec::TrustAnchor& anchor : anchors) {
        if (name.is_at_or_below(anchor.owner) && (best == nullptr || anchor.owner.is_below(*best)))
            best = &anchor.owner;
    }
    return best != nullptr ? std::optional(*best) : std::nullopt;
}

std::vector<const dnssec::TrustAnchor*> AnchorSet::at(const dns::Name& name) const
{
    std::vector<const dnssec::TrustAnchor*> found;
    for (const dnssec::TrustAnchor& anchor : anchors) {
        if (anchor.owner == name)
            found.push_back(&anchor);
    }
    return found;
}

const NegativeAnchor* AnchorSet::negative_for(const dns::Name& name, WallSeconds now) const
{
    const NegativeAnchor* best = nullptr;
    for (const NegativeAnchor& anchor : negative) {
        if (now < anchor.until && name.is_at_or_below(anchor.name) &&
            (best == nullptr || anchor.name.is_below(best->name)))
            best = &anchor;
    }
    if (best == nullptr)
        return nullptr;
    const auto positive = closest(name);
    return positive && positive->is_below(best->name) ? nullptr : best;
}

void AnchorStore::replace(AnchorSet set)
{
    const std::scoped_lock lock(changing_);
    put(std::move(set));
}

void AnchorStore::put(AnchorSet set)
{
    set.generation = current()->generation + 1;
    current_.store(std::make_shared<const AnchorSet>(std::move(set)));
}

}  // namespace rw::validate
