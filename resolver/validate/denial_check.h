// SPDX-License-Identifier: EUPL-1.2
// The denial records of one response, verified with the keys of one zone and put together to a proof, be it of NSEC or
// of NSEC3. A step of trust_walk (DS) and of the validator (answers). The RRsets must outlive the object.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "resolver/dnssec/nsec.h"
#include "resolver/dnssec/nsec3.h"
#include "resolver/dnssec/verify.h"

namespace rw::validate
{

class DenialCheck final : private dnssec::Voucher
{
 public:
    /// Denial RRsets verified for one proof: 6; NSEC3 needs three at most. Attack: padded negative answers
    /// (CVE-2026-42923), each of whose records would cost a signature.
    static constexpr std::size_t max_rrsets = 6;

    /// Denial RRsets of a response that is not padded: 4, a denial by wildcard with NSEC3 (RFC 5155 §7.2.5) and one more.
    static constexpr std::size_t usual_rrsets = 4;

    DenialCheck(dnssec::ZoneKeys& keys, dnssec::RRsetVerifier& verifier, const dnssec::SignatureTime& time,
                dnssec::Work& work);

    /// Adds an NSEC or NSEC3 RRset, which is authenticated when a proof leans on it; the first NSEC3 at once, because it says
    /// what the others are read with. Other RRsets are passed over.
    void add(dns::RRset& rrset);

    [[nodiscard]] dnssec::Denial name_error(const dns::Name& name);
    [[nodiscard]] dnssec::Denial no_data(const dns::Name& name, dns::RRType type);
    [[nodiscard]] dnssec::Denial wildcard_answer(const dns::Name& name, std::size_t encloser_labels);
    [[nodiscard]] dnssec::DsDenial no_ds(const dns::Name& name);
    /// Whether `owner`, for which an RRset came out of a wildcard, is proven not to exist: then it is no zone cut.
    [[nodiscard]] dnssec::DsDenial no_cut_at_expanded(const dns::Name& owner, const dnssec::Expanded& expanded);

    /// What was leant on. Of a response with no more records than proofs can need also the others that verify:
    /// validators behind us may look for the closest encloser where we took it from a signature's labels.
    [[nodiscard]] std::vector<dns::RRset> take_proof();
    /// Lowest TTL of what was leant on.
    [[nodiscard]] std::uint32_t ttl() const { return ttl_; }
    /// Why the first refused record was refused; empty when none was.
    [[nodiscard]] const std::string& refusal() const { return refusal_; }
    [[nodiscard]] Failure failure() const { return failure_; }

 private:
    /// An RRset that was added.
    struct Claim {
        dns::RRset* rrset;
        enum class State : std::uint8_t { open, verified, refused } state = State::open;
    };

    [[nodiscard]] bool vouch(std::size_t number) override;
    void note(dnssec::DenialProblem problem, const dns::RRset& rrset);
    void refuse(Failure failure, std::string why);

    dnssec::ZoneKeys& keys_;
    dnssec::RRsetVerifier& verifier_;
    const dnssec::SignatureTime& time_;
    dnssec::Work& work_;
    dnssec::NsecProof nsec_;
    dnssec::Nsec3Proof nsec3_;
    std::vector<Claim> claims_;
    std::vector<dns::RRset> proof_;
    std::size_t verified_ = 0;
    std::uint32_t ttl_ = UINT32_MAX;
    Failure failure_ = Failure::nsec_missing;
    std::string refusal_;
};

}  // namespace rw::validate
