// SPDX-License-Identifier: EUPL-1.2
// RRsets in owned form (RFC 2181 §5): made only when something is validated, cached or sent on, never for what is
// skipped. RDATA is uncompressed wire form.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "resolver/base/octets.h"
#include "resolver/dns/name.h"
#include "resolver/dns/rrtype.h"

namespace rw::dns
{

/// A list of RDATA in one buffer: a 2-octet length in front of each.
class RdataList
{
 public:
    class Iterator
    {
     public:
        using value_type = Octets;
        using difference_type = std::ptrdiff_t;
        Iterator() = default;
        explicit Iterator(const std::uint8_t* at) : at_(at) {}
        Octets operator*() const { return {at_ + 2, load_u16(at_)}; }
        Iterator& operator++()
        {
            at_ += 2 + load_u16(at_);
            return *this;
        }
        Iterator operator++(int)
        {
            Iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const Iterator&) const = default;

     private:
        const std::uint8_t* at_ = nullptr;
    };

    /// `rdata` must be at most 65,535 octets: it came from a message or a zone record.
    void add(Octets rdata)
    {
        const std::size_t at = octets_.size();
        octets_.resize(at + 2 + rdata.size());
        store_u16(&octets_[at], static_cast<std::uint16_t>(rdata.size()));
        std::ranges::copy(rdata, octets_.begin() + static_cast<std::ptrdiff_t>(at) + 2);
        ++count_;
    }
    [[nodiscard]] std::size_t size() const { return count_; }
    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] std::size_t octet_count() const { return octets_.size(); }
    /// Each RDATA behind its length as two octets, as in a message.
    [[nodiscard]] Octets lengths_and_octets() const { return octets_; }
    [[nodiscard]] Iterator begin() const { return Iterator(octets_.data()); }
    [[nodiscard]] Iterator end() const { return Iterator(octets_.data() + octets_.size()); }
    [[nodiscard]] Octets front() const { return *begin(); }
    [[nodiscard]] bool contains(Octets rdata) const;
    bool operator==(const RdataList&) const = default;

 private:
    OctetBuffer octets_;
    std::uint32_t count_ = 0;
};

/// Records of one owner, class IN and type, with the RRSIGs that cover them. Duplicate RDATA is dropped on reading
/// (RFC 2181 §5); the TTL is the lowest of those sent (§5.2).
struct RRset {
    Name owner;
    RRType type = RRType::none;
    std::uint32_t ttl = 0;
    RdataList rdatas;
    RdataList signatures;  ///< RDATA of the RRSIGs; when the RRset is secure, of those that were verified
    /// When secure: RRSIGs by other algorithms of the zone, one each, that nobody here verified. Validators behind us
    /// may need them: written for clients with DO, read by nothing else.
    RdataList unchecked{};

    [[nodiscard]] std::string to_string() const;  ///< "owner type" for messages to people
};

/// The type that an RRSIG says it covers: by that it belongs to its RRset. RRType::none when it is too short to say.
[[nodiscard]] RRType covered_type(Octets rrsig_rdata);

/// The name at the start of uncompressed RDATA of NS, CNAME, DNAME, PTR, SOA or NSEC; the root when malformed.
[[nodiscard]] Name name_at(Octets rdata, std::size_t offset);

}  // namespace rw::dns
