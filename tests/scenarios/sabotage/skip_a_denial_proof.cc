// SPDX-License-Identifier: EUPL-1.2
// A resolver that believes every denial whose NSEC records are signed: put in the place of the real proof by the linker
// (--wrap), for one test that the scenarios notice. No other program links this.
#include "resolver/dnssec/nsec.h"

namespace rw::dnssec
{

Denial believe(const NsecProof& proof,
               const dns::Name& name) asm("__wrap__ZNK2rw6dnssec9NsecProof16prove_name_errorERKNS_3dns4NameE");

Denial believe(const NsecProof&, const dns::Name& name)
{
    return {DenialOutcome::proven, name.parent(), false};
}

}  // namespace rw::dnssec
