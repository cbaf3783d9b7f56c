// SPDX-License-Identifier: EUPL-1.2
// Judging the keys of a trust point.
#include "resolver/validate/sighting.h"

#include "resolver/dnssec/key_judge.h"
#include "resolver/validate/signature_facts.h"

namespace rw::validate
{

std::expected<Sighting, std::string> sight(const dns::RRset& dnskeys, std::span<const dnssec::TrustAnchor> anchors,
                                           dnssec::RRsetVerifier& verifier, const dnssec::SignatureTime& time,
                                           dnssec::Work& work)
{
    dnssec::Vouchers vouchers(verifier.policy());
    for (const dnssec::TrustAnchor& anchor : anchors) {
        if (anchor.owner == dnskeys.owner && anchor.valid_at(time.now))
            vouchers.add(anchor);
    }
    dns::RRset copy = dnskeys;
    const dnssec::KeyVerdict judged = dnssec::KeyJudge(verifier, time, work).judge(copy, vouchers);
    if (!judged)
        return std::unexpected(describe(dnskeys, judged.error()));
    Sighting sighting;
    sighting.ttl = std::chrono::seconds{judged->by.ttl};
    const WallSeconds expires{std::chrono::seconds{judged->by.expiration}};
    sighting.signed_for = std::max(std::chrono::seconds{0}, expires - time.now);
    dnssec::KeySet keys(dnskeys);
    for (std::size_t i = 0; i < keys.keys.size(); ++i) {
        const dnssec::Dnskey& key = keys.keys[i].dnskey();
        const Octets rdata = keys.keys[i].rdata();
        if (!key.is_zone_key() || !key.is_secure_entry_point())
            continue;
        OctetBuffer plain(rdata.begin(), rdata.end());
        if (!key.is_revoked()) {
            const bool anchored =
                vouchers.names(keys.zone, keys.keys[i], verifier.digester(), work) == dnssec::DsMatch::same;
            sighting.keys.push_back({std::move(plain), anchored});
            continue;
        }
        store_u16(plain.data(), static_cast<std::uint16_t>(key.flags & ~dnssec::Dnskey::revoke_flag));
        const dnssec::RRsetVerdict revoked = verifier.verify_with_key(dnskeys, keys, i, time, work, true);
        if (std::holds_alternative<dnssec::Signed>(revoked))
            sighting.revoked.push_back(std::move(plain));
    }
    return sighting;
}

}  // namespace rw::validate
