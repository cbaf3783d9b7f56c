// SPDX-License-Identifier: EUPL-1.2
// DS records.
#include "resolver/dnssec/ds.h"

#include <algorithm>

namespace rw::dnssec
{

std::optional<Ds> Ds::parse(Octets rdata)
{
    OctetReader reader(rdata);
    Ds ds;
    ds.key_tag = reader.u16();
    ds.algorithm = reader.u8();
    ds.digest_type = reader.u8();
    ds.digest = reader.rest();
    return reader.ok() ? std::optional(ds) : std::nullopt;
}

bool Ds::well_formed() const
{
    const DigestTypeFact* known = find_digest_type(digest_type);
    return known == nullptr ? !digest.empty() : digest.size() == known->octets;
}

std::optional<Digest> ds_digest(const dns::Name& owner, Octets dnskey_rdata, std::uint8_t digest_type,
                                Digester& digester)
{
    const DigestTypeFact* known = find_digest_type(digest_type);
    if (known == nullptr)
        return std::nullopt;
    const dns::Name canonical = owner.lowercase();
    digester.begin(known->hash);
    digester.update(canonical.wire());
    digester.update(dnskey_rdata);
    return digester.finish();
}

std::vector<Ds> usable_ds(const dns::RdataList& rdatas, const AlgorithmPolicy& policy)
{
    std::vector<Ds> usable;
    std::size_t looked_at = 0;
    for (const Octets rdata : rdatas) {
        if (++looked_at > max_ds_records)
            break;
        const auto ds = Ds::parse(rdata);
        if (ds && is_supported(ds->algorithm, policy) && is_supported_digest(ds->digest_type, policy))
            usable.push_back(*ds);
    }
    // RFC 4509 §3: SHA-1 does not count beside a stronger digest, lest an attacker who can break it picks it.
    const bool strong = std::ranges::any_of(usable, [](const Ds& ds) {
        return ds.well_formed() && find_digest_type(ds.digest_type)->strength > find_digest_type(1)->strength;
    });
    if (strong)
        std::erase_if(usable, [](const Ds& ds) { return DigestType{ds.digest_type} == DigestType::sha1; });
    return usable;
}

DsMatch match_ds(const Ds& ds, const dns::Name& zone, const PublicKey& key, Digester& digester, Work& work)
{
    if (!ds.well_formed() || ds.key_tag != key.tag() || ds.algorithm != key.algorithm())
        return DsMatch::different;
    if (!work.start_ds_digest())
        return DsMatch::work_exhausted;
    const auto digest = ds_digest(zone, key.rdata(), ds.digest_type, digester);
    return digest && !digest->view().empty() && equal(digest->view(), ds.digest) ? DsMatch::same : DsMatch::different;
}

}  // namespace rw::dnssec
