// SPDX-License-Identifier: EUPL-1.2
// NSEC3 RRsets and a question: nothing outside the zone is denied and the budget of hashes holds. Input as for
// nsec_fuzz, but owners are 20 octets of hash that are encoded here.
#include <cstdlib>

#include "resolver/dnssec/encoding.h"
#include "resolver/dnssec/nsec3.h"

using namespace rw;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    OctetReader reader({data, size});
    const dns::RRType type{reader.u16()};
    const auto question = dns::Name::from_wire(reader.octets(reader.u8()));
    if (!question)
        return 0;
    const dns::Name zone = dns::Name::parse("example.").value();
    static dnssec::Digester digester;
    dnssec::Work work;
    dnssec::Nsec3Proof proof(zone, digester, work);
    std::vector<dns::RRset> sets;
    while (!reader.at_end() && reader.ok()) {
        const std::string hash = dnssec::encode_base32hex(reader.octets(dnssec::nsec3_hash_octets));
        const auto owner = zone.prepend(octets_of(hash));
        const Octets rdata = reader.octets(reader.u8());
        if (!owner || !reader.ok())
            break;
        sets.push_back({*owner, dns::RRType::nsec3, 0, {}, {}});
        sets.back().rdatas.add(rdata);
    }
    for (const dns::RRset& set : sets)
        static_cast<void>(proof.add(set));
    using enum dnssec::DenialOutcome;
    const bool absent = proof.prove_name_error(*question).outcome == proven;
    const bool no_data = proof.prove_no_data(*question, type).outcome == proven;
    const dnssec::DsDenial no_ds = proof.prove_no_ds(*question);
    for (std::size_t labels = 0; labels < question->label_count(); ++labels)
        static_cast<void>(proof.prove_wildcard_answer(*question, labels));
    if (!question->is_at_or_below(zone) && (absent || no_data || no_ds == dnssec::DsDenial::insecure_delegation))
        std::abort();
    if (work.spent().nsec3_compressions > dnssec::WorkLimits{}.nsec3_compressions)
        std::abort();
    return 0;
}
