// SPDX-License-Identifier: EUPL-1.2
// The verdict: one pass over the zone for authority and signatures, one for the NSEC chain, one for ZONEMD. The first
// contradiction ends it; missing proof is collected into the reason.
#include "zones/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "resolver/dnssec/key_judge.h"
#include "zones/authority.h"
#include "zones/rdata_text.h"
#include "zones/zonemd.h"

namespace rw::zones
{

namespace
{

class Verification
{
 public:
    Verification(const Zone& zone, const Anchor& anchor, WallSeconds at)
        : zone_(zone), anchor_(anchor), time_{.now = at}, verifier_(dnssec::AlgorithmPolicy{})
    {
        verdict_.serial = zone.serial();
        verdict_.zonemd = stated_zonemd(zone);
    }

    ZoneVerdict run()
    {
        verdict_.result = ZoneResult::unverifiable;
        Result<void> done = check_all();
        if (!done) {
            verdict_.result = ZoneResult::failed;
            verdict_.reason = done.error().message;
        } else if (verdict_.reason.empty()) {
            verdict_.result = ZoneResult::verified;
        }
        return std::move(verdict_);
    }

 private:
    Result<void> check_all()
    {
        if (zone_.outside_count() > 0)
            return failed(
                fmt::format("{} record(s) out of zone, the first at {}", zone_.outside_count(), zone_.first_outside()));
        const Result<Authority> authority = read_authority(zone_);
        if (!authority)
            return std::unexpected(authority.error());
        verdict_.rrsets = authority->rrsets.size();
        if (Result<void> done = check_keys(); !done)
            return done;
        if (Result<void> done = check_signatures(*authority); !done)
            return done;
        if (Result<void> done = check_nsec_chain(zone_, *authority, stripped_); !done)
            return done;
        return check_digest();
    }

    void not_proven(std::string_view why)
    {
        verdict_.reason += verdict_.reason.empty() ? "" : "; ";
        verdict_.reason += why;
    }

    /// The DNSKEY RRset, signed by a key that the anchor names.
    Result<void> check_keys()
    {
        const RRsetRange* range = zone_.find_at_apex(dns::RRType::dnskey);
        if (range == nullptr) {
            if (std::ranges::any_of(zone_.rrsets(), [](const auto& r) { return r.type == dns::RRType::rrsig; }))
                return failed("the zone is signed but has no DNSKEY");
            not_proven("no DNSKEY");
            return {};
        }
        dns::RRset dnskey = zone_.owned(*range);
        if (dnskey.signatures.empty()) {
            not_proven("DNSKEY signature stripped");
            return {};
        }
        if (!anchor_.any_valid(time_.now)) {
            not_proven("no trust anchor was valid at that time");
            return {};
        }
        auto judged = dnssec::KeyJudge(verifier_, time_, work_).judge(dnskey, vouchers());
        if (judged) {
            keys_ = std::move(judged->keys);
            keys_good_ = true;
            return {};
        }
        if (!judged.error().named)
            return failed("no DNSKEY of the zone is named by the trust anchor");
        return failed(
            fmt::format("the anchored key's signature on DNSKEY {}", dnssec::fact(judged.error().why.problem).text));
    }

    /// What the anchor says of keys at the time of the verdict, whatever its digest type: the anchor was chosen.
    dnssec::Vouchers vouchers() const
    {
        dnssec::Vouchers vouchers({.validate_sha1 = true});
        for (const Octets key : anchor_.dnskey.rdatas)
            vouchers.add_key(key);
        dns::RdataList valid;
        std::size_t index = 0;
        for (const Octets ds : anchor_.ds.rdatas) {
            if (anchor_.ds_is_valid(index++, time_.now))
                valid.add(ds);
        }
        vouchers.add_ds(valid);
        return vouchers;
    }

    /// Every authoritative RRset. None signed but DNSKEY and SOA, which archives keep: signatures stripped.
    Result<void> check_signatures(const Authority& authority)
    {
        std::string unsigned_one;
        std::size_t unsigned_count = 0;
        std::size_t others_signed = 0;
        for (const RRsetRange& range : authority.rrsets) {
            const dns::RRset rrset = zone_.owned(range);
            const bool kept = range.owner == 0 && (range.type == dns::RRType::soa || range.type == dns::RRType::dnskey);
            if (rrset.signatures.empty()) {
                if (unsigned_count++ == 0)
                    unsigned_one = rrset.to_string();
                continue;
            }
            others_signed += kept ? 0 : 1;
            if (!keys_good_)
                continue;  // nothing to check against, and said so
            const dnssec::RRsetVerdict verdict = verifier_.verify(rrset, keys_, time_, work_);
            if (problem_of(verdict) != dnssec::RrsigProblem::none)
                return failed(
                    fmt::format("the signature of {} {}", rrset.to_string(), dnssec::fact(problem_of(verdict)).text));
            if (!std::holds_alternative<dnssec::Signed>(verdict))
                return failed(fmt::format("the signature of {} was made for a wildcard", rrset.to_string()));
            ++verdict_.signatures;
        }
        if (unsigned_count == 0)
            return {};
        stripped_ = others_signed == 0;
        if (!stripped_)
            return failed(fmt::format("{} RRset(s) of a signed zone are not signed, the first is {}", unsigned_count,
                                      unsigned_one));
        const bool was_signed = zone_.find_at_apex(dns::RRType::dnskey) != nullptr;
        not_proven(was_signed ? "signatures stripped" : "signatures stripped or never made");
        return {};
    }

    Result<void> check_digest()
    {
        const ZonemdCheck check = check_zonemd(zone_, verifier_.digester());
        switch (check.state) {
            case ZonemdState::verified:
                return {};
            case ZonemdState::absent:
                not_proven("no ZONEMD");
                return {};
            case ZonemdState::unsupported:
                not_proven("private or unknown hash: " + check.detail);
                return {};
            case ZonemdState::mismatch:
                // The digest covers the signatures: without them it cannot match, which is no contradiction.
                if (!stripped_)
                    return failed(check.detail);
                return {};
            default:
                return failed(check.detail);
        }
    }

    const Zone& zone_;
    const Anchor& anchor_;
    dnssec::SignatureTime time_;
    dnssec::RRsetVerifier verifier_;
    dnssec::Work work_ = dnssec::Work::unlimited();
    dnssec::ZoneKeys keys_;
    bool keys_good_ = false;
    bool stripped_ = false;
    ZoneVerdict verdict_;
};

}  // namespace

std::string_view result_name(ZoneResult result)
{
    constexpr std::array<std::string_view, 4> names{"verified", "unverifiable", "failed", "not-checked"};
    return names.at(static_cast<std::size_t>(result));
}

ZoneVerdict verify_zone(const Zone& zone, const Anchor& anchor, WallSeconds at)
{
    if (!(anchor.zone() == zone.apex()))
        return {.serial = zone.serial(),
                .result = ZoneResult::failed,
                .reason = fmt::format("the anchor is for {}, the zone is {}", anchor.zone().to_string(),
                                      zone.apex().to_string()),
                .zonemd = {}};
    return Verification(zone, anchor, at).run();
}

std::optional<WallSeconds> signing_time(const Zone& zone)
{
    const RRsetRange* soa = zone.find_at_apex(dns::RRType::soa);
    if (const auto inception = dnssec::claimed_inception(zone.owned(*soa)))
        return WallSeconds(std::chrono::seconds(*inception));
    const std::uint32_t date = zone.serial() / 100;
    const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(date / 10000)),
                                          std::chrono::month(date / 100 % 100), std::chrono::day(date % 100)};
    if (!day.ok() || day.year() < std::chrono::year(1995) || day.year() > std::chrono::year(2100))
        return std::nullopt;
    return std::chrono::sys_days(day);
}

Json verdict_json(const ZoneVerdict& verdict)
{
    return Json{{"serial", verdict.serial},
                {"result", result_name(verdict.result)},
                {"reason", verdict.reason},
                {"rrsets", verdict.rrsets},
                {"signatures", verdict.signatures}};
}

}  // namespace rw::zones
