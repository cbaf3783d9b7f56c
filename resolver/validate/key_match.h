// SPDX-License-Identifier: EUPL-1.2
// Whether the DNSKEY RRset of a zone is vouched for: by a DS RRset of its parent or by trust anchors (RFC 4035 §5.2,
// §5.3). Pure; trust_walk fetches and remembers.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "resolver/dnssec/ds.h"
#include "resolver/dnssec/verify.h"

namespace rw::validate
{

/// What may vouch for keys. Views must outlive the call.
struct Vouchers {
    std::vector<dnssec::Ds> ds;
    std::vector<Octets> keys;  ///< RDATA of DNSKEY anchors
    [[nodiscard]] bool empty() const { return ds.empty() && keys.empty(); }
};

struct KeyMatch {
    dnssec::RRsetVerdict verdict;  ///< of the DNSKEY RRset under the key that was vouched for
    bool matched = false;          ///< some key of the RRset was vouched for
    std::string sentence;          ///< what is wrong, when the verdict is not valid
    Failure failure = Failure::dnskey_missing;

    [[nodiscard]] bool secure() const { return verdict.valid(); }
};

/// Whether a voucher names `key`.
[[nodiscard]] dnssec::DsMatch is_vouched_for(const dns::Name& zone, const dnssec::PublicKey& key,
                                             const Vouchers& vouchers, dnssec::Digester& digester, dnssec::Work& work);

/// Tries each key that a voucher names until one signs `dnskeys`, whose keys `keys` are. `already_verified`: the RRset
/// was validated before, so that a match is enough.
[[nodiscard]] KeyMatch match_keys(const dns::RRset& dnskeys, dnssec::ZoneKeys& keys, const Vouchers& vouchers,
                                  bool already_verified, dnssec::RRsetVerifier& verifier,
                                  const dnssec::SignatureTime& time, dnssec::Work& work);

}  // namespace rw::validate
