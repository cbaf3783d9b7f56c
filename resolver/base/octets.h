// SPDX-License-Identifier: EUPL-1.2
// Views of octets, and bounds-checked reading and writing of network-order integers. Readers never read past the end:
// they turn bad and stay bad, so a parser checks once after a group of fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace rw
{

using Octets = std::span<const std::uint8_t>;
using OctetBuffer = std::vector<std::uint8_t>;

/// The octets of `text`; valid as long as the text is.
inline Octets octets_of(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// `octets` as text; valid as long as the octets are.
inline std::string_view text_of(Octets octets)
{
    return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

inline bool equal(Octets a, Octets b)
{
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

inline std::uint16_t load_u16(const std::uint8_t* at)
{
    return static_cast<std::uint16_t>(at[0] << 8 | at[1]);
}

inline std::uint32_t load_u32(const std::uint8_t* at)
{
    return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}

inline void store_u16(std::uint8_t* at, std::uint16_t value)
{
    at[0] = static_cast<std::uint8_t>(value >> 8);
    at[1] = static_cast<std::uint8_t>(value);
}

inline void store_u32(std::uint8_t* at, std::uint32_t value)
{
    store_u16(at, static_cast<std::uint16_t>(value >> 16));
    store_u16(at + 2, static_cast<std::uint16_t>(value));
}

inline void append(OctetBuffer& to, Octets octets)
{
    to.insert(to.end(), octets.begin(), octets.end());
}

inline void append_u8(OctetBuffer& to, std::uint8_t value)
{
    to.push_back(value);
}

inline void append_u16(OctetBuffer& to, std::uint16_t value)
{
    const std::size_t at = to.size();
    to.resize(at + 2);
    store_u16(&to[at], value);
}

inline void append_u32(OctetBuffer& to, std::uint32_t value)
{
    const std::size_t at = to.size();
    to.resize(at + 4);
    store_u32(&to[at], value);
}

/// Reads fields from the front of `octets`. Past the end every read gives zero or an empty view and ok() turns false.
class OctetReader
{
 public:
    explicit OctetReader(Octets octets) : octets_(octets) {}

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] bool at_end() const { return position_ == octets_.size(); }
    [[nodiscard]] std::size_t position() const { return position_; }
    [[nodiscard]] std::size_t remaining() const { return octets_.size() - position_; }

    std::uint8_t u8() { return take(1) ? octets_[position_ - 1] : std::uint8_t{0}; }
    std::uint16_t u16() { return take(2) ? load_u16(&octets_[position_ - 2]) : std::uint16_t{0}; }
    std::uint32_t u32() { return take(4) ? load_u32(&octets_[position_ - 4]) : std::uint32_t{0}; }
    Octets octets(std::size_t count) { return take(count) ? octets_.subspan(position_ - count, count) : Octets{}; }
    Octets rest() { return octets(remaining()); }
    /// What rest() would give, without reading it.
    [[nodiscard]] Octets unread() const { return ok_ ? octets_.subspan(position_) : Octets{}; }

 private:
    bool take(std::size_t count)
    {
        if (!ok_ || count > remaining()) {
            ok_ = false;
            return false;
        }
        position_ += count;
        return true;
    }

    Octets octets_;
    std::size_t position_ = 0;
    bool ok_ = true;
};

}  // namespace rw
