// SPDX-License-Identifier: EUPL-1.2
// Anchors from settings.
#include "resolver/service/anchors.h"

#include "config/anchor_file.h"
#include "config/root_anchors.h"

namespace rw::service
{

namespace
{

Result<dnssec::TrustAnchor> read_anchor(const config::TrustAnchor& anchor)
{
    const auto owner = dns::Name::parse(anchor.owner.text);
    if (!owner)
        return failed("trust anchor " + anchor.owner.text + ": not a domain name");
    const bool ds = std::holds_alternative<config::DsAnchor>(anchor.record);
    return dnssec::TrustAnchor{*owner, ds ? dns::RRType::ds : dns::RRType::dnskey, config::rdata_of(anchor)};
}

Result<std::vector<config::TrustAnchor>> records_of(const config::TrustAnchorSource& source)
{
    if (const auto* path = std::get_if<std::filesystem::path>(&source))
        return config::load_anchor_file(*path);
    return std::vector{std::get<config::TrustAnchor>(source)};
}

Result<std::vector<dnssec::TrustAnchor>> shipped_anchors()
{
    std::vector<dnssec::TrustAnchor> anchors;
    for (const config::RootAnchor& shipped : config::root_anchors()) {
        auto anchor = read_anchor(shipped.anchor());
        if (!anchor)
            return std::unexpected(anchor.error());
        anchor->valid_from = shipped.valid_from;
        anchor->valid_until = shipped.valid_until.value_or(WallSeconds::max());
        anchors.push_back(std::move(*anchor));
    }
    return anchors;
}

Result<void> add_configured(std::vector<dnssec::TrustAnchor>& anchors, const config::TrustAnchorSource& source)
{
    const auto records = records_of(source);
    if (!records)
        return std::unexpected(records.error());
    for (const config::TrustAnchor& record : *records) {
        auto anchor = read_anchor(record);
        if (!anchor)
            return std::unexpected(anchor.error());
        anchors.push_back(std::move(*anchor));
    }
    return {};
}

/// The loader has checked the syntax of `name`.
void exempt(validate::AnchorSet& set, const config::ZoneName& name, WallSeconds until, validate::Exemption exemption)
{
    set.negative.push_back({dns::Name::parse(name.text).value_or(dns::Name{}), until, exemption});
}

void add_exemptions(validate::AnchorSet& set, const config::Settings& settings)
{
    using validate::Exemption;
    for (const config::NegativeTrustAnchor& negative : settings.dnssec.negative_trust_anchors)
        exempt(set, negative.name, negative.until.value_or(WallSeconds::max()), Exemption::negative_anchor);
    for (const config::ZoneName& zone : settings.dnssec.insecure_zones)
        exempt(set, zone, WallSeconds::max(), Exemption::insecure_zone);
    for (const config::StubZoneSettings& stub : settings.stub_zones) {
        if (!stub.validate)
            exempt(set, stub.name, WallSeconds::max(), Exemption::configured_zone);
    }
    for (const config::ForwardZoneSettings& forward : settings.forward_zones) {
        if (!forward.validate)
            exempt(set, forward.name, WallSeconds::max(), Exemption::configured_zone);
    }
}

}  // namespace

Result<validate::AnchorSet> configured_anchors(const config::Settings& settings)
{
    validate::AnchorSet set;
    if (!settings.dnssec.trust_anchors) {
        auto shipped = shipped_anchors();
        if (!shipped)
            return std::unexpected(shipped.error());
        set.anchors = std::move(*shipped);
    } else {
        for (const config::TrustAnchorSource& source : *settings.dnssec.trust_anchors) {
            const auto added = add_configured(set.anchors, source);
            if (!added)
                return std::unexpected(added.error());
        }
    }
    add_exemptions(set, settings);
    return set;
}

validate::ValidatorRules validator_rules(const config::DnssecSettings& settings)
{
    return {settings.enabled, {settings.sha1 == config::Sha1Policy::validate}, settings.signature_skew};
}

}  // namespace rw::service
