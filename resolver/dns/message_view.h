// SPDX-License-Identifier: EUPL-1.2
// Zero-copy view of a DNS message (RFC 1035 §4). parse() walks the message once, bounds-checks every record and notes
// where the sections start. Question and owner names are checked, RDATA only when it is asked for; nothing is
// allocated.
//
//   |0         |12            |sections[0]   |sections[1]   |sections[2]  |end
//   | header   | question     | answer       | authority    | additional  |
//
// A view is valid as long as the octets it was parsed from.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>

#include "resolver/base/failure.h"
#include "resolver/base/octets.h"
#include "resolver/dns/name.h"
#include "resolver/dns/rrtype.h"

namespace rw::dns
{

inline constexpr std::size_t header_octets = 12;
inline constexpr std::size_t max_message_octets = 65535;  // what the length in front of a message over TCP can say

enum class Opcode : std::uint8_t { query = 0, iquery = 1, status = 2, notify = 4, update = 5 };

/// The 12 octets in front of every message.
struct Header {
    std::uint16_t id = 0;
    std::uint16_t flags = 0;
    std::array<std::uint16_t, 4> counts{};  ///< question, answer, authority, additional

    static constexpr std::uint16_t qr = 0x8000, aa = 0x0400, tc = 0x0200, rd = 0x0100, ra = 0x0080, ad = 0x0020,
                                   cd = 0x0010;
    [[nodiscard]] bool has(std::uint16_t flag) const { return (flags & flag) != 0; }
    [[nodiscard]] Opcode opcode() const { return static_cast<Opcode>(flags >> 11 & 0xf); }
    [[nodiscard]] std::uint16_t rcode_low() const { return flags & 0xf; }
};

struct Question {
    Name name;
    RRType type = RRType::a;
    RRClass rrclass = RRClass::in;

    bool operator==(const Question&) const = default;
};

enum class Section : std::uint8_t { answer, authority, additional };

/// One record inside a message. `owner_offset` and `rdata_offset` count from the start of the message.
struct RrView {
    std::uint16_t owner_offset = 0;
    std::uint16_t rdata_offset = 0;
    std::uint16_t rdata_size = 0;
    RRType type = RRType::none;
    RRClass rrclass = RRClass::in;
    std::uint32_t ttl = 0;  ///< as sent; values with the top bit set count as 0 (RFC 2181 §8)
};

/// What the OPT record says (RFC 6891 §6.1). `options` is valid as long as the message.
struct Edns {
    std::uint16_t udp_size = 512;
    std::uint8_t extended_rcode = 0;
    std::uint8_t version = 0;
    bool dnssec_ok = false;
    Octets options;
};

/// Why a message cannot be read.
enum class ParseError : std::uint8_t {
    bad_size,        ///< shorter than a header or longer than 65,535 octets
    question_count,  ///< QDCOUNT above 1
    bad_name,
    record_past_end,
    misplaced_opt,  ///< two OPT records, one with an owner, or one outside the additional section
    bad_option,
};

class MessageView;

/// Iterates over the records of one section.
class RrRange
{
 public:
    class Iterator
    {
     public:
        using value_type = RrView;
        using difference_type = std::ptrdiff_t;
        Iterator() = default;
        Iterator(Octets message, std::size_t offset, std::uint16_t left);
        const RrView& operator*() const { return current_; }
        const RrView* operator->() const { return &current_; }
        Iterator& operator++();
        void operator++(int) { ++*this; }
        bool operator==(const Iterator& other) const { return left_ == other.left_; }

     private:
        void read();
        Octets message_;
        std::size_t next_ = 0;
        std::uint16_t left_ = 0;
        RrView current_;
    };

    RrRange(Octets message, std::size_t offset, std::uint16_t count) : message_(message), offset_(offset), count_(count)
    {
    }
    [[nodiscard]] Iterator begin() const { return {message_, offset_, count_}; }
    [[nodiscard]] Iterator end() const { return {message_, 0, 0}; }
    [[nodiscard]] std::uint16_t size() const { return count_; }
    [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
    Octets message_;
    std::size_t offset_;
    std::uint16_t count_;
};

class MessageView
{
 public:
    static std::expected<MessageView, ParseError> parse(Octets message);

    [[nodiscard]] Octets octets() const { return message_; }
    [[nodiscard]] const Header& header() const { return header_; }
    /// RCODE with the upper bits of EDNS.
    [[nodiscard]] Rcode rcode() const;
    [[nodiscard]] bool has_question() const { return header_.counts[0] == 1; }
    /// Must only be called when has_question().
    [[nodiscard]] Question question() const;
    /// Octets of the question section as they came; empty without a question.
    [[nodiscard]] Octets question_octets() const
    {
        return message_.subspan(header_octets, sections_[0] - header_octets);
    }
    [[nodiscard]] RrRange records(Section section) const;
    [[nodiscard]] const std::optional<Edns>& edns() const { return edns_; }

    [[nodiscard]] Name owner(const RrView& record) const;
    /// Whether the owner equals `name`.
    [[nodiscard]] bool owner_is(const RrView& record, const Name& name) const;
    /// RDATA as it stands; names inside may be compressed.
    [[nodiscard]] Octets raw_rdata(const RrView& record) const
    {
        return message_.subspan(record.rdata_offset, record.rdata_size);
    }
    /// Appends RDATA with every name expanded (RFC 3597 §4) and checked against the layout of the type.
    /// False, with `out` as before, when RDATA does not have the shape of its type.
    [[nodiscard]] bool append_rdata(const RrView& record, OctetBuffer& out) const;
    /// The name at `offset`, which must lie inside RDATA of `record`.
    [[nodiscard]] std::optional<Name> name_in_rdata(const RrView& record, std::size_t offset_in_rdata) const;

 private:
    MessageView() = default;
    std::optional<ParseError> read_opt(const RrView& record, Section section);

    Octets message_;
    Header header_;
    std::array<std::uint16_t, 3> sections_{};
    std::optional<Edns> edns_;
};

/// Reads names out of a message. Compression pointers must go strictly backwards, so loops are impossible, and at most
/// 127 are followed for one name: each honest one brings at least one label (CVE-2024-8508 is what unbounded work
/// costs).
class NameReader
{
 public:
    /// The name at `offset`; nothing when it is malformed. `end`, when given, receives the offset behind it.
    static std::optional<Name> read(Octets message, std::size_t offset, std::size_t* end = nullptr);
    /// Offset behind the name at `offset`, pointers followed and checked but nothing copied; nothing when it is
    /// malformed.
    static std::optional<std::size_t> check(Octets message, std::size_t offset);
    /// Offset behind the name at `offset` without following pointers; nothing when it runs past the end.
    static std::optional<std::size_t> skip(Octets message, std::size_t offset);
};

/// Calls `visit(code, octets)` for each option; false when the list is malformed.
template <class Visit>
bool for_each_option(Octets options, Visit&& visit)
{
    OctetReader reader(options);
    while (!reader.at_end()) {
        const std::uint16_t code = reader.u16();
        const std::uint16_t size = reader.u16();
        const Octets value = reader.octets(size);
        if (!reader.ok())
            return false;
        visit(code, value);
    }
    return true;
}

}  // namespace rw::dns
