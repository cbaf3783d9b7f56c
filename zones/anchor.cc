// SPDX-License-Identifier: EUPL-1.2
// Trust anchors as zones are verified with them, and the shipped ones. Their text is config/trust_anchor's business.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "config/anchor_file.h"
#include "config/root_anchors.h"
#include "zones/verify.h"

namespace rw::zones
{

namespace
{

/// KSK-2010 signed the root from its first signature on 2010-07-15 until 2018-10-11, as IANA's root-anchors.xml says.
/// Not among config/trust-anchors.yaml: no resolver shall believe it again, whatever its clock says.
constexpr std::string_view ksk_2010 = ". DS 19036 8 2 49AAC11D7B6F6446702E54A1607371607A1A41855200FDD2CE1CDDE32F24E8FB";
constexpr AnchorWindow ksk_2010_window{.from = std::chrono::sys_days(std::chrono::July / 15 / 2010),
                                       .until = std::chrono::sys_days(std::chrono::January / 11 / 2019)};

Result<Anchor> anchor_of(std::span<const config::TrustAnchor> records)
{
    Anchor anchor;
    anchor.ds.type = dns::RRType::ds;
    anchor.dnskey.type = dns::RRType::dnskey;
    for (const config::TrustAnchor& record : records) {
        const auto owner = dns::Name::parse(record.owner.text);
        if (!owner)
            return failed(fmt::format("trust anchor {}: not a domain name", record.owner.text));
        if (&record != records.data() && *owner != anchor.zone())
            return failed("all anchors must be for one zone");
        anchor.ds.owner = owner->lowercase();
        anchor.dnskey.owner = anchor.ds.owner;
        const bool ds = std::holds_alternative<config::DsAnchor>(record.record);
        (ds ? anchor.ds : anchor.dnskey).rdatas.add(config::rdata_of(record));
    }
    return anchor;
}

}  // namespace

bool Anchor::any_valid(WallSeconds at) const
{
    bool any = !dnskey.rdatas.empty();
    for (std::size_t i = 0; i < ds.rdatas.size(); ++i)
        any = any || ds_is_valid(i, at);
    return any;
}

Result<Anchor> read_anchor(std::string_view text)
{
    const auto records = config::read_trust_anchors(text, SystemClock().wall_seconds());
    if (!records)
        return failed(fmt::format("line {}", records.error().message));
    if (records->empty())
        return failed("no trust anchor (DS or DNSKEY record)");
    return anchor_of(*records);
}

Result<Anchor> read_anchor_file(const std::string& path)
{
    const auto records = config::load_anchor_file(path);
    if (!records)
        return std::unexpected(records.error());
    Result<Anchor> anchor = anchor_of(*records);
    if (!anchor)
        return failed(fmt::format("{}: {}", path, anchor.error().message));
    return anchor;
}

const Anchor& shipped_anchor()
{
    static const Anchor anchor = [] {
        std::vector<config::TrustAnchor> records{config::parse_trust_anchor(ksk_2010).value()};
        std::vector<AnchorWindow> windows{ksk_2010_window};
        for (const config::RootAnchor& one : config::root_anchors()) {
            records.push_back(one.anchor());
            windows.push_back({.from = one.valid_from, .until = one.valid_until.value_or(WallSeconds::max())});
        }
        Anchor shipped = anchor_of(records).value();
        shipped.ds_windows = std::move(windows);
        return shipped;
    }();
    return anchor;
}

}  // namespace rw::zones
