// SPDX-License-Identifier: EUPL-1.2
// Canonical form of records and RRsets.
#include "resolver/dnssec/canonical.h"

#include <algorithm>

#include "resolver/dns/message_view.h"

namespace rw::dnssec
{

namespace
{

struct RdataWalk {
    Octets rdata;
    std::size_t at = 0;

    bool skip(std::size_t count)
    {
        if (rdata.size() - at < count)
            return false;
        at += count;
        return true;
    }
    /// Moves behind the name at the cursor; compressed names are malformed here.
    bool skip_name()
    {
        const auto end = dns::NameReader::skip(rdata, at);
        if (!end || !dns::Name::from_wire(rdata.subspan(at, *end - at)))
            return false;
        at = *end;
        return true;
    }
    bool field(char kind)
    {
        switch (kind) {
            case '1':
                return skip(1);
            case '2':
                return skip(2);
            case '4':
                return skip(4);
            case 'a':
                return skip(16);
            case 't':
                return skip(20);
            case 's':
                return at < rdata.size() && skip(rdata[at] + 1U);
            case '*':
                return skip(rdata.size() - at);
            default:
                return skip_name();
        }
    }
};

}  // namespace

bool append_canonical_rdata(dns::RRType type, Octets rdata, OctetBuffer& out)
{
    const std::size_t start = out.size();
    append(out, rdata);
    RdataWalk walk{rdata};
    for (const char kind : dns::rdata_layout(type)) {
        const std::size_t before = walk.at;
        if (!walk.field(kind)) {
            out.resize(start);
            return false;
        }
        if (kind == 'N' || kind == 'n') {
            for (std::size_t i = start + before; i < start + walk.at; ++i)
                out[i] = dns::lower(out[i]);  // length octets are below 64 and stay
        }
    }
    if (walk.at == rdata.size())
        return true;
    out.resize(start);
    return false;
}

std::strong_ordering compare_rdata(Octets a, Octets b)
{
    const std::size_t common = std::min(a.size(), b.size());
    const int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
    return order != 0 ? order <=> 0 : a.size() <=> b.size();
}

bool CanonicalRRset::assign(const dns::RRset& rrset)
{
    owner_ = rrset.owner.lowercase();
    type_ = rrset.type;
    octets_.clear();
    records_.clear();
    octets_.reserve(rrset.rdatas.octet_count());
    for (const Octets rdata : rrset.rdatas) {
        const std::size_t offset = octets_.size();
        if (!append_canonical_rdata(type_, rdata, octets_))
            return false;
        records_.push_back({static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(octets_.size() - offset)});
    }
    sort();
    return true;
}

void CanonicalRRset::sort()
{
    if (records_.size() < 2)
        return;
    const auto view = [this](const Record& record) { return Octets(octets_).subspan(record.offset, record.size); };
    std::ranges::sort(records_, [&](const Record& a, const Record& b) { return compare_rdata(view(a), view(b)) < 0; });
    // Two that differ in case only are one (RFC 4034 §6.3).
    const auto twins = std::ranges::unique(
        records_, [&](const Record& a, const Record& b) { return compare_rdata(view(a), view(b)) == 0; });
    records_.erase(twins.begin(), twins.end());
}

std::size_t CanonicalRRset::signed_octets(const Rrsig& rrsig) const
{
    constexpr std::size_t fixed_octets = 10;  // of a record between owner and RDATA
    return rrsig.fixed.size() + rrsig.signer.size() + octets_.size() +
           records_.size() * (rrsig.signed_owner(owner_).size() + fixed_octets);
}

void CanonicalRRset::append_signed_data(const Rrsig& rrsig, OctetBuffer& out) const
{
    const dns::Name owner = rrsig.signed_owner(owner_);
    out.reserve(out.size() + signed_octets(rrsig));
    append(out, rrsig.fixed);
    const dns::Name signer = rrsig.signer.lowercase();
    append(out, signer.wire());
    for (std::size_t i = 0; i < records_.size(); ++i) {
        append(out, owner.wire());
        append_u16(out, static_cast<std::uint16_t>(type_));
        append_u16(out, static_cast<std::uint16_t>(dns::RRClass::in));
        append_u32(out, rrsig.original_ttl);
        append_u16(out, static_cast<std::uint16_t>(records_[i].size));
        append(out, rdata(i));
    }
}

}  // namespace rw::dnssec
