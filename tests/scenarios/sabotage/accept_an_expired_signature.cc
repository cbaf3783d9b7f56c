// SPDX-License-Identifier: EUPL-1.2
// A resolver that takes expired signatures: put around the real check by the linker (--wrap), for one test that the
// scenarios notice. No other program links this.
#include "resolver/dnssec/rrsig.h"

namespace rw::dnssec
{

RrsigProblem
real_check(const Rrsig& rrsig, const dns::Name& owner, dns::RRType type, const dns::Name& zone, const SignatureTime& time, const AlgorithmPolicy& policy) asm(
    "__real__ZN2rw6dnssec11check_rrsigERKNS0_5RrsigERKNS_3dns4NameENS4_6RRTypeES7_RKNS0_13SignatureTimeERKNS0_"
    "15AlgorithmPolicyE");
RrsigProblem
lenient_check(const Rrsig& rrsig, const dns::Name& owner, dns::RRType type, const dns::Name& zone, const SignatureTime& time, const AlgorithmPolicy& policy) asm(
    "__wrap__ZN2rw6dnssec11check_rrsigERKNS0_5RrsigERKNS_3dns4NameENS4_6RRTypeES7_RKNS0_13SignatureTimeERKNS0_"
    "15AlgorithmPolicyE");

RrsigProblem lenient_check(const Rrsig& rrsig, const dns::Name& owner, dns::RRType type, const dns::Name& zone,
                           const SignatureTime& time, const AlgorithmPolicy& policy)
{
    const RrsigProblem problem = real_check(rrsig, owner, type, zone, time, policy);
    return problem == RrsigProblem::expired ? RrsigProblem::none : problem;
}

}  // namespace rw::dnssec
