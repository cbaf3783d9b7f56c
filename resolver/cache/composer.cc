// SPDX-License-Identifier: EUPL-1.2
// Composing replies from entries.
#include "resolver/cache/composer.h"

#include <cstring>

namespace rw::cache
{

namespace
{

/// A compression pointer has 14 bits (RFC 1035 §4.1.4), and an entry points at most 254 octets behind its base.
constexpr std::size_t max_base = 0x3fff - dns::max_name_octets;

void move_pointer(std::uint8_t* at, std::size_t shift)
{
    store_u16(at, static_cast<std::uint16_t>(load_u16(at) + shift));
}

/// Sets the TTL of each record and moves the pointers of owners. Gives the offset of the RDATA of record number
/// `wanted`, counted from 1.
std::size_t patch_records(std::span<std::uint8_t> octets, std::uint16_t records, std::uint16_t wanted,
                          std::uint32_t ttl, std::size_t shift)
{
    std::size_t at = 0;
    std::size_t rdata_at = 0;
    for (std::uint16_t number = 1; number <= records; ++number) {
        while (octets[at] != 0 && octets[at] < 0xc0)
            at += octets[at] + 1U;
        if (octets[at] == 0) {
            at += 1;
        } else {
            if (shift != 0)
                move_pointer(&octets[at], shift);
            at += 2;
        }
        store_u32(&octets[at + 4], ttl);
        if (number == wanted)
            rdata_at = at + 10;
        at += 10U + load_u16(&octets[at + 8]);
    }
    return rdata_at;
}

/// Moves the pointers inside RDATA of `octets`, which start `first` octets behind the entry's first record.
void patch_rdata(const EntryView& entry, std::span<std::uint8_t> octets, std::size_t first, std::size_t shift)
{
    if (shift == 0)
        return;
    for (std::size_t i = 0; i < entry.pointer_count(); ++i) {
        const std::size_t place = entry.pointer_at(i);
        if (place >= first && place < first + octets.size())
            move_pointer(&octets[place - first], shift);
    }
}

}  // namespace

void Composer::begin(dns::MessageWriter& writer, const ComposeOptions& options)
{
    writer_ = &writer;
    options_ = options;
    next_base_ = dns::header_octets;
    rcode_ = Rcode::noerror;
    truncated_ = false;
    authentic_ = true;
    bogus_ = false;
    too_many_iterations_ = false;
    dname_count_ = 0;
    authority_records_ = 0;
    authority_size_ = 0;
}

void Composer::add(const EntryView& entry, std::size_t base)
{
    const EntryFacts facts = entry.facts();
    rcode_ = facts.kind == EntryKind::nxdomain ? Rcode::nxdomain
             : facts.name_too_long             ? Rcode::yxdomain
                                               : Rcode::noerror;
    // RFC 5155 §9.2: no AD on a denial that rests on opt-out.
    authentic_ = authentic_ && facts.security == Security::secure && !facts.opt_out;
    bogus_ = bogus_ || facts.security == Security::bogus;
    too_many_iterations_ = too_many_iterations_ || facts.too_many_iterations;
    if (truncated_)
        return;
    if (base > max_base) {
        truncated_ = true;
        return;
    }
    const std::uint32_t remaining = entry.remaining(options_.now);
    const std::uint32_t ttl = remaining != 0 ? remaining : options_.stale_ttl;
    bool fitted = true;
    if (!entry.is_negative()) {
        fitted = add_to_answer(entry, base, ttl);
    } else {
        EntryView::Part part = entry.plain();
        if (options_.dnssec_ok) {
            const EntryView::Part signatures = entry.signatures();
            part = {{part.octets.data(), part.octets.size() + signatures.octets.size()},
                    static_cast<std::uint16_t>(part.records + signatures.records)};
        }
        fitted = keep_for_authority(entry, 0, part, base, ttl);
    }
    if (fitted && options_.dnssec_ok) {
        const std::size_t first = entry.plain().octets.size() + entry.signatures().octets.size();
        fitted = keep_for_authority(entry, first, entry.proof(), base, ttl);
    }
    truncated_ = !fitted;
}

bool Composer::has_dname(const EntryView& entry, std::size_t base)
{
    // Its owner is an ancestor of the entry's name: a bare pointer, or the root.
    const Octets plain = entry.plain().octets;
    const std::size_t owner = plain[0] >= 0xc0 ? (load_u16(plain.data()) & 0x3fffU) + base - dns::header_octets : 0;
    const Octets message = writer_->octets();
    const auto name = dns::NameReader::read(message, owner);
    const std::span<const std::uint16_t> seen(dnames_.data(), dname_count_);
    if (owner == 0 || !name)
        return false;
    for (const std::uint16_t other : seen) {
        if (dns::NameReader::read(message, other) == name)
            return true;
    }
    if (dname_count_ < dnames_.size())
        dnames_[dname_count_++] = static_cast<std::uint16_t>(owner);
    return false;
}

bool Composer::add_to_answer(const EntryView& entry, std::size_t base, std::uint32_t ttl)
{
    EntryView::Part plain = entry.plain();
    EntryView::Part signatures = options_.dnssec_ok ? entry.signatures() : EntryView::Part{};
    std::size_t first = 0;
    if (entry.facts().dname && entry.kind() == EntryKind::alias && has_dname(entry, base)) {
        first = entry.last_plain_record();
        plain = {plain.octets.subspan(first), 1};
        signatures = {};
    }
    const auto records = static_cast<std::uint16_t>(plain.records + signatures.records);
    const std::size_t message_at = writer_->size();
    const auto written = writer_->add_encoded(
        dns::Section::answer, {plain.octets.data(), plain.octets.size() + signatures.octets.size()}, records);
    if (written.empty())
        return records == 0;
    const std::size_t shift = base - dns::header_octets;
    next_base_ = message_at + patch_records(written, records, plain.records, ttl, shift);
    patch_rdata(entry, written, first, shift);
    return true;
}

bool Composer::keep_for_authority(const EntryView& entry, std::size_t first_octet, EntryView::Part part,
                                  std::size_t base, std::uint32_t ttl)
{
    if (part.records == 0)
        return true;
    if (authority_.size() - authority_size_ < part.octets.size())
        return false;
    const std::span<std::uint8_t> kept(&authority_[authority_size_], part.octets.size());
    std::memcpy(kept.data(), part.octets.data(), part.octets.size());
    const std::size_t shift = base - dns::header_octets;
    patch_records(kept, part.records, 0, ttl, shift);
    patch_rdata(entry, kept, first_octet, shift);
    authority_size_ = static_cast<std::uint16_t>(authority_size_ + part.octets.size());
    authority_records_ = static_cast<std::uint16_t>(authority_records_ + part.records);
    return true;
}

void Composer::finish()
{
    if (!truncated_ && authority_records_ != 0)
        truncated_ =
            writer_->add_encoded(dns::Section::authority, {authority_.data(), authority_size_}, authority_records_)
                .empty();
}

}  // namespace rw::cache
