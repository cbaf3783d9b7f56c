// SPDX-License-Identifier: EUPL-1.2
// RRSIG RDATA and the RRset it claims to cover: reading, checks, canonical form. Input: type (2 octets), a length (1),
// the RRSIG's RDATA of that length, then RDATA of the RRset.
#include <cstdlib>

#include "resolver/dnssec/canonical.h"
#include "resolver/dnssec/rrsig.h"

using namespace rw;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    OctetReader reader({data, size});
    dns::RRset rrset;
    rrset.type = dns::RRType{reader.u16()};
    rrset.ttl = 3600;
    const Octets signature = reader.octets(reader.u8());
    if (!reader.ok())
        return 0;
    rrset.rdatas.add(reader.rest());
    rrset.owner = dns::Name::parse("a.b.example.").value();
    const auto rrsig = dnssec::Rrsig::parse(signature);
    if (!rrsig)
        return 0;
    const dnssec::SignatureTime time{WallSeconds{std::chrono::seconds{rrsig->inception}}, std::chrono::seconds{0}};
    const dnssec::RrsigProblem problem =
        dnssec::check_rrsig(*rrsig, rrset.owner, rrset.type, rrsig->signer, time, {true});
    if (problem == dnssec::RrsigProblem::none &&
        (rrsig->labels > rrset.owner.label_count() || rrsig->labels < rrsig->signer.label_count()))
        std::abort();
    if (dnssec::capped_ttl(rrset.ttl, *rrsig, time) > rrset.ttl)
        std::abort();
    dnssec::CanonicalRRset canonical;
    if (problem != dnssec::RrsigProblem::none || !canonical.assign(rrset))
        return 0;
    OctetBuffer out;
    canonical.append_signed_data(*rrsig, out);
    if (out.size() != canonical.signed_octets(*rrsig))
        std::abort();
    return 0;
}
