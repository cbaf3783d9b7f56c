// SPDX-License-Identifier: EUPL-1.2
// What root servers say about the root itself: priming responses, apex RRsets, ZONEMD and NSID. All of it stays within
// its bounds, whatever the message.
#include <algorithm>

#include "resolver/root/apex.h"
#include "resolver/root/priming.h"
#include "tests/fuzz/harness.h"

using rw::dns::RRType;
using rw::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    const auto message = rw::dns::MessageView::parse({input, size});
    if (!message)
        return 0;
    if (const auto primed = rw::root::read_priming(*message)) {
        must(!primed->names.empty() && primed->names.size() <= rw::root::letter_count, "at most 13 servers");
        must(primed->addresses.size() <= 2 * primed->names.size(), "one address of a family for each server");
        for (const rw::root::HintedAddress& address : primed->addresses)
            must(std::ranges::count(primed->names, address.name) > 0, "addresses are those of the servers named");
    }
    for (const RRType type : {RRType::soa, RRType::ns, RRType::dnskey, RRType::zonemd}) {
        const auto set = rw::root::apex_rrset(*message, type);
        if (!set)
            continue;
        must(!set->rdatas.empty() && set->rdatas.size() <= rw::root::max_apex_records, "records are bounded");
        must(set->signatures.size() <= rw::root::max_apex_signatures, "signatures are bounded");
        if (type == RRType::zonemd)
            must(rw::root::read_zonemd(*set).size() <= set->rdatas.size(), "no ZONEMD comes out of nothing");
        if (type == RRType::soa)
            must(rw::root::soa_serial(set->rdatas.front()).has_value(), "an SOA has a serial");
    }
    if (const auto nsid = rw::root::nsid_of(*message)) {
        must(nsid->size() <= 4 * rw::root::max_nsid_octets, "an NSID is cut");
        must(std::ranges::all_of(*nsid, [](char c) { return c >= 0x20 && c < 0x7f; }), "an NSID is printable");
    }
    return 0;
}
