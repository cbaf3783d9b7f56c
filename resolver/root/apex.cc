// SPDX-License-Identifier: EUPL-1.2
// Reading the root's own records.
#include "resolver/root/apex.h"

#include <fmt/format.h>

#include "resolver/dns/edns_option.h"

namespace rw::root
{

namespace
{

using dns::RRType;

constexpr std::size_t rrsig_fixed_octets = 18;
constexpr std::size_t zonemd_fixed_octets = 6;
constexpr std::size_t soa_numbers_octets = 20;  // behind the two names, the serial first

/// Whether `record` is of the root and class IN.
bool at_apex(const dns::MessageView& response, const dns::RrView& record)
{
    return record.rrclass == dns::RRClass::in && response.owner(record).is_root();
}

}  // namespace

std::optional<dns::RRset> apex_rrset(const dns::MessageView& response, RRType type)
{
    dns::RRset set;
    set.type = type;
    set.ttl = UINT32_MAX;
    OctetBuffer rdata;
    for (const dns::RrView& record : response.records(dns::Section::answer)) {
        const bool signature = record.type == RRType::rrsig;
        if ((!signature && record.type != type) || !at_apex(response, record))
            continue;
        rdata.clear();
        if (!response.append_rdata(record, rdata))
            return std::nullopt;
        if (signature) {
            const bool covers = rdata.size() > rrsig_fixed_octets && dns::covered_type(rdata) == type;
            if (covers && set.signatures.size() < max_apex_signatures)
                set.signatures.add(rdata);
            continue;
        }
        if (set.rdatas.size() >= max_apex_records)
            return std::nullopt;
        if (!set.rdatas.contains(rdata))
            set.rdatas.add(rdata);
        set.ttl = std::min(set.ttl, record.ttl);
    }
    if (set.rdatas.empty())
        return std::nullopt;
    return set;
}

std::optional<std::uint32_t> soa_serial(Octets rdata)
{
    if (rdata.size() < soa_numbers_octets + 2)
        return std::nullopt;
    return load_u32(rdata.last(soa_numbers_octets).data());
}

std::vector<Zonemd> read_zonemd(const dns::RRset& rrset)
{
    std::vector<Zonemd> records;
    for (const Octets rdata : rrset.rdatas) {
        if (rdata.size() <= zonemd_fixed_octets)
            continue;
        const Octets digest = rdata.subspan(zonemd_fixed_octets);
        records.push_back({load_u32(rdata.data()), rdata[4], rdata[5], {digest.begin(), digest.end()}});
    }
    return records;
}

std::optional<std::string> nsid_of(const dns::MessageView& response)
{
    if (!response.edns())
        return std::nullopt;
    std::optional<std::string> text;
    dns::for_each_option(response.edns()->options, [&](std::uint16_t code, Octets value) {
        if (code != dns::edns_option::nsid || text)
            return;
        text.emplace();
        for (const std::uint8_t octet : value.first(std::min(value.size(), max_nsid_octets))) {
            const bool plain = octet >= 0x20 && octet < 0x7f && octet != '\\';
            *text += plain ? std::string(1, static_cast<char>(octet)) : fmt::format("\\{:03}", octet);
        }
    });
    return text;
}

}  // namespace rw::root
