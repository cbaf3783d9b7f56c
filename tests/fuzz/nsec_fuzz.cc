// SPDX-License-Identifier: EUPL-1.2
// NSEC RRsets and a question: nothing outside the zone is ever denied, and no name both exists and does not. Input:
// type (2 octets), then names and RDATA, each behind its length (1): the question, then owner and RDATA by turns.
#include <cstdlib>

#include "resolver/dnssec/nsec.h"

using namespace rw;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    OctetReader reader({data, size});
    const dns::RRType type{reader.u16()};
    const auto question = dns::Name::from_wire(reader.octets(reader.u8()));
    if (!question)
        return 0;
    const dns::Name zone = dns::Name::parse("example.").value();
    dnssec::NsecProof proof(zone);
    std::vector<dns::RRset> sets;
    while (!reader.at_end() && reader.ok()) {
        const auto owner = dns::Name::from_wire(reader.octets(reader.u8()));
        const Octets rdata = reader.octets(reader.u8());
        if (!owner || !reader.ok())
            break;
        sets.push_back({*owner, dns::RRType::nsec, 0, {}, {}});
        sets.back().rdatas.add(rdata);
    }
    for (const dns::RRset& set : sets)
        static_cast<void>(proof.add(set));
    using enum dnssec::DenialOutcome;
    const bool absent = proof.prove_name_error(*question).outcome == proven;
    const dnssec::Denial no_data = proof.prove_no_data(*question, type);
    const dnssec::DsDenial no_ds = proof.prove_no_ds(*question);
    for (std::size_t labels = 0; labels < question->label_count(); ++labels)
        static_cast<void>(proof.prove_wildcard_answer(*question, labels));
    const bool outside = !question->is_at_or_below(zone);
    if (outside && (absent || no_data.outcome == proven || no_ds != dnssec::DsDenial::unproven))
        std::abort();
    if (*question == zone && absent)
        std::abort();
    return 0;
}
