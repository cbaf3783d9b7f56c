// SPDX-License-Identifier: EUPL-1.2
// Judging the keys of a trust point.
#include "resolver/validate/sighting.h"

#include "resolver/validate/key_match.h"

namespace rw::validate
{

std::expected<Sighting, std::string> sight(const dns::RRset& dnskeys, std::span<const dnssec::TrustAnchor> anchors,
                                           dnssec::RRsetVerifier& verifier, const dnssec::SignatureTime& time,
                                           dnssec::Work& work)
{
    Vouchers vouchers;
    dns::RdataList ds;
    for (const dnssec::TrustAnchor& anchor : anchors) {
        if (anchor.owner != dnskeys.owner || !anchor.valid_at(time.now))
            continue;
        if (anchor.type == dns::RRType::ds)
            ds.add(anchor.rdata);
        else
            vouchers.keys.push_back(anchor.rdata);
    }
    vouchers.ds = dnssec::usable_ds(ds, verifier.policy());
    dnssec::ZoneKeys keys(dnskeys);
    const KeyMatch match = match_keys(dnskeys, keys, vouchers, false, verifier, time, work);
    if (!match.secure())
        return std::unexpected(match.sentence);
    Sighting sighting;
    sighting.ttl = std::chrono::seconds{match.verdict.ttl};
    const WallSeconds expires{std::chrono::seconds{match.verdict.expiration}};
    sighting.signed_for = std::max(std::chrono::seconds{0}, expires - time.now);
    for (std::size_t i = 0; i < keys.keys.size(); ++i) {
        const dnssec::Dnskey& key = keys.keys[i].dnskey();
        const Octets rdata = keys.keys[i].rdata();
        if (!key.is_zone_key() || !key.is_secure_entry_point())
            continue;
        OctetBuffer plain(rdata.begin(), rdata.end());
        if (!key.is_revoked()) {
            const bool anchored =
                is_vouched_for(keys.zone, keys.keys[i], vouchers, verifier.digester(), work) == dnssec::DsMatch::same;
            sighting.keys.push_back({std::move(plain), anchored});
            continue;
        }
        store_u16(plain.data(), static_cast<std::uint16_t>(key.flags & ~dnssec::Dnskey::revoke_flag));
        if (verifier.verify_with_key(dnskeys, keys, i, time, work, true).valid())
            sighting.revoked.push_back(std::move(plain));
    }
    return sighting;
}

}  // namespace rw::validate
