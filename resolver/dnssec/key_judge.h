// SPDX-License-Identifier: EUPL-1.2
// The one judge of keys: whether a DS RRset of the parent or a trust anchor vouches for the DNSKEY RRset of a zone (RFC
// 4035 §5.2, §5.3). Only what it accepts becomes ZoneKeys, and only ZoneKeys say that data is authentic. Signatures of
// the zone's other keys do not make a DNSKEY RRset authentic: whoever holds a zone-signing key could add keys of his
// own. Pure; validate/ fetches and keeps, root/ and zones/ judge with anchors.
#pragma once

#include <expected>
#include <vector>

#include "resolver/dnssec/ds.h"
#include "resolver/dnssec/trust_anchor.h"
#include "resolver/dnssec/verify.h"

namespace rw::dnssec
{

/// What may vouch for keys of one zone. Owns what it is made of.
class Vouchers
{
 public:
    /// Whose algorithm or digest type is not supported under `policy` does not count.
    explicit Vouchers(const AlgorithmPolicy& policy) : policy_(policy) {}
    Vouchers(Vouchers&&) = default;
    Vouchers& operator=(Vouchers&&) = default;
    Vouchers(const Vouchers&) = delete;
    Vouchers& operator=(const Vouchers&) = delete;
    ~Vouchers() = default;

    /// RDATA of DS records, from an authentic RRset or an anchor. Of several for one key the strongest count (RFC 4509
    /// §3).
    void add_ds(const dns::RdataList& rdatas);
    /// RDATA of a DNSKEY that is trusted as it is.
    void add_key(Octets rdata);
    void add(const TrustAnchor& anchor);

    [[nodiscard]] bool empty() const { return ds_.empty() && keys_.empty(); }
    /// Whether one of them names `key` of `zone`.
    [[nodiscard]] DsMatch names(const dns::Name& zone, const PublicKey& key, Digester& digester, Work& work) const;

 private:
    AlgorithmPolicy policy_;
    dns::RdataList ds_rdatas_;
    std::vector<Ds> ds_;  // views of ds_rdatas_
    dns::RdataList keys_;
};

struct JudgedKeys {
    ZoneKeys keys;
    SignatureFacts by;  ///< the signature of a key that is vouched for
};

struct KeyRefusal {
    bool named = false;  ///< a key of the RRset is vouched for, but has not signed it as it should
    Unverified why;      ///< then: what is wrong
};

using KeyVerdict = std::expected<JudgedKeys, KeyRefusal>;

class KeyJudge
{
 public:
    /// All must outlive the judge.
    KeyJudge(RRsetVerifier& verifier, const SignatureTime& time, Work& work)
        : verifier_(verifier), time_(time), work_(work)
    {
    }

    /// Tries each key of `dnskeys` that a voucher names until one has signed the RRset; then TTL and signatures of
    /// `dnskeys` are what may be kept (RRsetVerifier::authenticate).
    [[nodiscard]] KeyVerdict judge(dns::RRset& dnskeys, const Vouchers& vouchers);

    /// For an RRset that judge() accepted under the same anchors, and that was kept where nothing else gets in: that a
    /// voucher names one of its keys is enough. Costs no signature.
    [[nodiscard]] KeyVerdict judge_kept(const dns::RRset& dnskeys, const Vouchers& vouchers);

 private:
    RRsetVerifier& verifier_;
    const SignatureTime& time_;
    Work& work_;
};

}  // namespace rw::dnssec
