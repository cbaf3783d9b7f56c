// SPDX-License-Identifier: EUPL-1.2
// Writing DNS messages.
#include "resolver/dns/message_writer.h"

#include <cstring>

namespace rw::dns
{

bool MessageWriter::fits(std::size_t octets)
{
    if (buffer_.size() - size_ < octets + reserved_) {
        overflowed_ = true;
        return false;
    }
    return true;
}

void MessageWriter::put(Octets octets)
{
    if (!octets.empty())
        std::memcpy(&buffer_[size_], octets.data(), octets.size());
    size_ += octets.size();
}

void MessageWriter::put_u16(std::uint16_t value)
{
    store_u16(&buffer_[size_], value);
    size_ += 2;
}

void MessageWriter::put_u32(std::uint32_t value)
{
    store_u32(&buffer_[size_], value);
    size_ += 4;
}

void MessageWriter::set_header(std::uint16_t id, std::uint16_t flags)
{
    store_u16(buffer_.data(), id);
    store_u16(&buffer_[2], flags);
}

void MessageWriter::add_question(const Question& question)
{
    if (!fits(question.name.size() + 4))
        return;
    put(question.name.wire());
    put_u16(static_cast<std::uint16_t>(question.type));
    put_u16(static_cast<std::uint16_t>(question.rrclass));
    ++counts_[0];
}

void MessageWriter::add_record(Section section, const Name& owner, RRType type, RRClass rrclass, std::uint32_t ttl,
                               Octets rdata)
{
    if (rdata.size() > max_message_octets || !fits(owner.size() + 10 + rdata.size())) {
        overflowed_ = true;
        return;
    }
    put(owner.wire());
    put_u16(static_cast<std::uint16_t>(type));
    put_u16(static_cast<std::uint16_t>(rrclass));
    put_u32(ttl);
    put_u16(static_cast<std::uint16_t>(rdata.size()));
    put(rdata);
    count(section, 1);
}

std::span<std::uint8_t> MessageWriter::add_encoded(Section section, Octets encoded, std::uint16_t records)
{
    if (!fits(encoded.size()))
        return {};
    const std::size_t at = size_;
    put(encoded);
    count(section, records);
    return buffer_.subspan(at, encoded.size());
}

void MessageWriter::begin_edns(std::uint16_t udp_size, std::uint8_t extended_rcode, bool dnssec_ok,
                               std::uint8_t version)
{
    if (!fits(11))
        return;
    put(Octets{Name{}.wire()});
    put_u16(static_cast<std::uint16_t>(RRType::opt));
    put_u16(udp_size);
    put_u32(std::uint32_t{extended_rcode} << 24 | std::uint32_t{version} << 16 | (dnssec_ok ? 0x8000U : 0U));
    opt_size_at_ = size_;
    put_u16(0);
    count(Section::additional, 1);
}

void MessageWriter::add_option(std::uint16_t code, Octets value)
{
    if (opt_size_at_ == 0 || !fits(4 + value.size()))
        return;
    put_u16(code);
    put_u16(static_cast<std::uint16_t>(value.size()));
    put(value);
    store_u16(&buffer_[opt_size_at_], static_cast<std::uint16_t>(size_ - opt_size_at_ - 2));
}

void MessageWriter::rewind(const Mark& mark)
{
    size_ = mark.size;
    counts_ = mark.counts;
    if (opt_size_at_ >= size_)
        opt_size_at_ = 0;  // the OPT record is gone: an option would be written over what comes instead
    overflowed_ = false;
}

Octets MessageWriter::finish()
{
    for (std::size_t i = 0; i < 4; ++i)
        store_u16(&buffer_[4 + 2 * i], counts_[i]);
    return buffer_.first(size_);
}

}  // namespace rw::dns
