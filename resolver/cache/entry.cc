// SPDX-License-Identifier: EUPL-1.2
// Encoding answers and reading them back.
//
//   fixed part: kind 2, security 2, rank 4 bits | flags | plain records (2) | TTL (4)
//   counts:     plain octets (2) | signatures (2) | signature octets (2) | proof records (2) | pointers (2)
//   unchecked:  of the signatures (2) | of the proof records (2)
#include "resolver/cache/entry.h"

#include <algorithm>
#include <utility>

#include "resolver/dns/message_view.h"

namespace rw::cache
{

namespace
{

constexpr std::size_t fixed_octets = 8;
constexpr std::size_t count_octets = 10;
constexpr std::size_t unchecked_octets = 4;
/// A message of 65,535 octets less header, longest question, and an OPT with an extended error.
constexpr std::size_t max_entry_octets = 65535 - 12 - 259 - 264;

constexpr std::uint8_t flag_opt_out = 1, flag_wildcard = 2, flag_dname = 4, flag_counts = 8, flag_iterations = 16,
                       flag_unchecked = 32, flag_too_long = 64;

class EntryEncoder
{
 public:
    EntryEncoder(const dns::Name& name, std::uint32_t ttl) : name_(name), ttl_(ttl)
    {
        constexpr std::size_t usual_entry_octets = 512;  // a signed RRset; only saves growing by steps
        octets_.reserve(usual_entry_octets);
    }

    /// Adds the records of `list`; false when the entry got too large.
    bool add(const dns::Name& owner, dns::RRType type, const dns::RdataList& list, std::uint16_t& count)
    {
        for (const Octets rdata : list) {
            put_name(owner, false);
            append_u16(octets_, static_cast<std::uint16_t>(type));
            append_u16(octets_, static_cast<std::uint16_t>(dns::RRClass::in));
            append_u32(octets_, ttl_);
            const std::size_t size_at = octets_.size();
            append_u16(octets_, 0);
            put_rdata(type, rdata);
            store_u16(&octets_[size_at], static_cast<std::uint16_t>(octets_.size() - size_at - 2));
            ++count;
            if (octets_.size() + 2 * pointers_.size() > max_entry_octets)
                return false;
        }
        return true;
    }

    [[nodiscard]] const OctetBuffer& octets() const { return octets_; }
    [[nodiscard]] const std::vector<std::uint16_t>& pointers() const { return pointers_; }

 private:
    void put_name(const dns::Name& name, bool in_rdata)
    {
        const std::size_t common = name_.common_labels(name);
        if (common == 0) {
            append(octets_, name.wire());
            return;
        }
        append(octets_, name.wire().first(name.offset_of_ancestor(common)));
        if (in_rdata)
            pointers_.push_back(static_cast<std::uint16_t>(octets_.size()));
        append_u16(octets_, static_cast<std::uint16_t>(0xc000 + dns::header_octets + name_.offset_of_ancestor(common)));
    }

    void put_rdata(dns::RRType type, Octets rdata)
    {
        const dns::RdataLayout layout = dns::rdata_layout(type);
        // A CNAME's target stays whole, so that the next link of the chain can point at it.
        if (type == dns::RRType::cname || layout.find('N') == dns::RdataLayout::npos) {
            append(octets_, rdata);
            return;
        }
        std::size_t at = 0;
        for (const char field : layout) {
            if (field != 'N') {  // "2" of MX; the timers behind the names of SOA go with the rest
                if (field == '2' && rdata.size() - at >= 2) {
                    append(octets_, rdata.subspan(at, 2));
                    at += 2;
                }
                continue;
            }
            std::size_t end = at;
            while (end < rdata.size() && rdata[end] != 0)
                end += rdata[end] + 1U;
            const auto name = end < rdata.size() ? dns::Name::from_wire(rdata.subspan(at, end + 1 - at)) : std::nullopt;
            if (!name)
                break;
            put_name(*name, true);
            at = end + 1;
        }
        append(octets_, rdata.subspan(at));
    }

    const dns::Name& name_;
    std::uint32_t ttl_;
    OctetBuffer octets_;
    std::vector<std::uint16_t> pointers_;
};

/// Moves `at` behind an owner.
std::size_t skip_owner(Octets octets, std::size_t at)
{
    while (octets[at] != 0 && octets[at] < 0xc0)
        at += octets[at] + 1U;
    return at + (octets[at] == 0 ? 1 : 2);
}

}  // namespace

namespace
{

/// How many records, and octets of them, stand in the parts of an entry.
struct PartCounts {
    std::uint16_t plain = 0;
    std::size_t plain_octets = 0;
    std::uint16_t signatures = 0;
    std::size_t signature_octets = 0;
    std::uint16_t unchecked_signatures = 0;  ///< of the signatures, the last
    std::uint16_t proof = 0;
    std::uint16_t unchecked_in_proof = 0;  ///< of the proof's records, the last

    [[nodiscard]] bool unchecked() const { return unchecked_signatures != 0 || unchecked_in_proof != 0; }
};

bool add_unchecked(EntryEncoder& encoder, std::span<const dns::RRset> sets, std::uint16_t& all,
                   std::uint16_t& unchecked)
{
    for (const dns::RRset& set : sets) {
        if (!encoder.add(set.owner, dns::RRType::rrsig, set.unchecked, unchecked))
            return false;
    }
    all = static_cast<std::uint16_t>(all + unchecked);
    return true;
}

/// Nothing when the entry got too large.
std::optional<PartCounts> encode_parts(const Answer& answer, EntryEncoder& encoder)
{
    PartCounts counts;
    for (const dns::RRset& set : answer.records) {
        if (!encoder.add(set.owner, set.type, set.rdatas, counts.plain))
            return std::nullopt;
    }
    counts.plain_octets = encoder.octets().size();
    for (const dns::RRset& set : answer.records) {
        if (!encoder.add(set.owner, dns::RRType::rrsig, set.signatures, counts.signatures))
            return std::nullopt;
    }
    if (!add_unchecked(encoder, answer.records, counts.signatures, counts.unchecked_signatures))
        return std::nullopt;
    counts.signature_octets = encoder.octets().size() - counts.plain_octets;
    for (const dns::RRset& set : answer.proof) {
        if (!encoder.add(set.owner, set.type, set.rdatas, counts.proof) ||
            !encoder.add(set.owner, dns::RRType::rrsig, set.signatures, counts.proof))
            return std::nullopt;
    }
    if (!add_unchecked(encoder, answer.proof, counts.proof, counts.unchecked_in_proof))
        return std::nullopt;
    return counts;
}

}  // namespace

std::optional<OctetBuffer> encode_entry(const Answer& answer, std::uint32_t ttl)
{
    EntryEncoder encoder(answer.name, ttl);
    const auto parts = encode_parts(answer, encoder);
    if (!parts)
        return std::nullopt;

    const EntryFacts& facts = answer.facts;
    const bool counts = parts->signatures != 0 || parts->proof != 0 || !encoder.pointers().empty();
    OctetBuffer entry;
    entry.reserve(fixed_octets + count_octets + unchecked_octets + encoder.octets().size() +
                  2 * encoder.pointers().size());
    append_u8(entry,
              static_cast<std::uint8_t>(std::to_underlying(facts.kind) | std::to_underlying(facts.security) << 2 |
                                        std::to_underlying(facts.rank) << 4));
    append_u8(entry, static_cast<std::uint8_t>((facts.opt_out ? flag_opt_out : 0) |
                                               (facts.wildcard ? flag_wildcard : 0) | (facts.dname ? flag_dname : 0) |
                                               (facts.too_many_iterations ? flag_iterations : 0) |
                                               (counts ? flag_counts : 0) | (parts->unchecked() ? flag_unchecked : 0) |
                                               (facts.name_too_long ? flag_too_long : 0)));
    append_u16(entry, parts->plain);
    append_u32(entry, ttl);
    if (counts) {
        append_u16(entry, static_cast<std::uint16_t>(parts->plain_octets));
        append_u16(entry, parts->signatures);
        append_u16(entry, static_cast<std::uint16_t>(parts->signature_octets));
        append_u16(entry, parts->proof);
        append_u16(entry, static_cast<std::uint16_t>(encoder.pointers().size()));
    }
    if (parts->unchecked()) {
        append_u16(entry, parts->unchecked_signatures);
        append_u16(entry, parts->unchecked_in_proof);
    }
    append(entry, encoder.octets());
    for (const std::uint16_t place : encoder.pointers())
        append_u16(entry, place);
    return entry;
}

EntryView::EntryView(Octets octets, Seconds expires)
    : octets_(octets),
      expires_(expires),
      kind_(static_cast<EntryKind>(octets[0] & 3)),
      start_(fixed_octets),
      plain_count_(load_u16(&octets[2])),
      plain_size_(static_cast<std::uint16_t>(octets.size() - fixed_octets))
{
    if ((octets[1] & flag_counts) != 0) {
        start_ = fixed_octets + count_octets;
        plain_size_ = load_u16(&octets[8]);
        signature_count_ = load_u16(&octets[10]);
        signature_size_ = load_u16(&octets[12]);
        proof_count_ = load_u16(&octets[14]);
        pointer_count_ = load_u16(&octets[16]);
    }
    if ((octets[1] & flag_unchecked) != 0) {
        unchecked_signatures_ = load_u16(&octets[start_]);
        unchecked_in_proof_ = load_u16(&octets[start_ + 2U]);
        start_ = static_cast<std::uint16_t>(start_ + unchecked_octets);
    }
}

EntryFacts EntryView::facts() const
{
    EntryFacts facts(static_cast<Rank>(octets_[0] >> 4));
    facts.kind = kind();
    facts.security = security();
    facts.opt_out = (octets_[1] & flag_opt_out) != 0;
    facts.wildcard = (octets_[1] & flag_wildcard) != 0;
    facts.dname = (octets_[1] & flag_dname) != 0;
    facts.name_too_long = (octets_[1] & flag_too_long) != 0;
    facts.too_many_iterations = (octets_[1] & flag_iterations) != 0;
    return facts;
}

EntryView::Part EntryView::proof() const
{
    const std::size_t from = std::size_t{start_} + plain_size_ + signature_size_;
    return {octets_.subspan(from, octets_.size() - from - std::size_t{2} * pointer_count_), proof_count_};
}

std::uint16_t EntryView::pointer_at(std::size_t index) const
{
    return load_u16(&octets_[octets_.size() - 2 * (pointer_count_ - index)]);
}

std::size_t EntryView::last_plain_record() const
{
    const Octets records = plain().octets;
    std::size_t at = 0;
    for (std::uint16_t left = plain_count_; left > 1; --left) {
        at = skip_owner(records, at) + 8;
        at += 2U + load_u16(&records[at]);
    }
    return at;
}

dns::Name EntryView::target() const
{
    const Octets records = plain().octets;
    const std::size_t at = skip_owner(records, last_plain_record()) + 8;
    return dns::Name::from_wire(records.subspan(at + 2, load_u16(&records[at]))).value_or(dns::Name{});
}

namespace
{

/// `unchecked`: so many RRSIGs at the end of the section were not verified.
void collect(const dns::MessageView& message, dns::Section section, std::uint16_t unchecked, std::uint32_t ttl,
             std::vector<dns::RRset>& sets)
{
    const auto set_of = [&](const dns::Name& owner, dns::RRType type) {
        return std::ranges::find_if(sets,
                                    [&](const dns::RRset& set) { return set.type == type && set.owner == owner; });
    };
    OctetBuffer rdata;
    std::size_t left = message.records(section).size();
    for (const dns::RrView& record : message.records(section)) {
        const bool checked = left-- > unchecked;
        rdata.clear();
        if (!message.append_rdata(record, rdata))
            continue;
        const dns::Name owner = message.owner(record);
        if (record.type == dns::RRType::rrsig) {
            if (const auto covered = set_of(owner, dns::covered_type(rdata)); covered != sets.end()) {
                (checked ? covered->signatures : covered->unchecked).add(rdata);
                continue;
            }
        }
        auto set = set_of(owner, record.type);
        if (set == sets.end())
            set = sets.insert(sets.end(),
                              {.owner = owner, .type = record.type, .ttl = ttl, .rdatas = {}, .signatures = {}});
        set->rdatas.add(rdata);
    }
}

}  // namespace

EntryView::Owned EntryView::to_rrsets(const dns::Name& name, Seconds now) const
{
    // As a message, for which there is a reader that expands names.
    OctetBuffer buffer(dns::header_octets + name.size() + 4 + octets_.size());
    dns::MessageWriter writer(buffer);
    writer.set_header(0, dns::Header::qr);
    writer.add_question({.name = name, .type = dns::RRType::none, .rrclass = dns::RRClass::in});
    writer.add_encoded(dns::Section::answer, octets_.subspan(start_, std::size_t{plain_size_} + signature_size_),
                       static_cast<std::uint16_t>(plain_count_ + signature_count_));
    writer.add_encoded(dns::Section::authority, proof().octets, proof_count_);
    Owned owned;
    if (const auto message = dns::MessageView::parse(writer.finish())) {
        collect(*message, dns::Section::answer, unchecked_signatures_, remaining(now), owned.records);
        collect(*message, dns::Section::authority, unchecked_in_proof_, remaining(now), owned.proof);
    }
    return owned;
}

}  // namespace rw::cache
