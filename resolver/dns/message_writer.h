// SPDX-License-Identifier: EUPL-1.2
// Writes DNS messages into a buffer of the caller. Nothing is allocated; what does not fit sets overflowed() and leaves
// the message as it was before the record, so that truncation falls on record boundaries.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "resolver/base/octets.h"
#include "resolver/dns/message_view.h"
#include "resolver/dns/name.h"
#include "resolver/dns/rrtype.h"

namespace rw::dns
{

class MessageWriter
{
 public:
    /// `buffer` must hold at least a header and outlive the writer.
    /// Of a buffer above 65,535 octets only that many are used.
    explicit MessageWriter(std::span<std::uint8_t> buffer)
        : buffer_(buffer.first(std::min(buffer.size(), max_message_octets))), size_(header_octets)
    {
    }

    void set_header(std::uint16_t id, std::uint16_t flags);
    void set_flags(std::uint16_t flags) { store_u16(&buffer_[2], flags); }
    [[nodiscard]] std::uint16_t flags() const { return load_u16(&buffer_[2]); }
    void add_question(const Question& question);
    /// A record with an uncompressed owner.
    void add_record(Section section, const Name& owner, RRType type, RRClass rrclass, std::uint32_t ttl, Octets rdata);
    /// Octets of `records` whole records that the caller has encoded for this place. Gives them as they now stand in
    /// the message, to be patched; nothing when they do not fit.
    std::span<std::uint8_t> add_encoded(Section section, Octets encoded, std::uint16_t records);

    /// Opens an OPT record (RFC 6891 §6.1.2); options follow, then nothing else.
    void begin_edns(std::uint16_t udp_size, std::uint8_t extended_rcode, bool dnssec_ok, std::uint8_t version = 0);
    void add_option(std::uint16_t code, Octets value);

    /// Everything after this size is given up; counts are those of `header`.
    struct Mark {
        std::size_t size;
        std::array<std::uint16_t, 4> counts;
    };
    [[nodiscard]] Mark mark() const { return {size_, counts_}; }
    void rewind(const Mark& mark);

    /// Keeps the last `octets` of the buffer free for an OPT record still to come.
    void reserve(std::size_t octets) { reserved_ = octets; }
    void release() { reserved_ = 0; }

    [[nodiscard]] bool overflowed() const { return overflowed_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    /// What has been written so far.
    [[nodiscard]] Octets octets() const { return buffer_.first(size_); }
    /// The message; valid as long as the buffer.
    Octets finish();

 private:
    bool fits(std::size_t octets);
    void count(Section section, std::uint16_t records)
    {
        auto& counter = counts_[static_cast<std::size_t>(section) + 1];
        counter = static_cast<std::uint16_t>(counter + records);
    }
    void put(Octets octets);
    void put_u16(std::uint16_t value);
    void put_u32(std::uint32_t value);

    std::span<std::uint8_t> buffer_;
    std::size_t size_;
    std::size_t reserved_ = 0;
    std::size_t opt_size_at_ = 0;
    std::array<std::uint16_t, 4> counts_{};
    bool overflowed_ = false;
};

}  // namespace rw::dns
