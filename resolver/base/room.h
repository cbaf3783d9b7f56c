// SPDX-License-Identifier: EUPL-1.2
// Room that is not cleared.
#pragma once

#include <cstddef>

namespace rw
{

/// Room for `N` values, filled up to a length that stands beside it. What lies behind that length is indeterminate and
/// must not be read: clearing 255 octets for every name, or 4 KiB for every datagram, shows in profiles.
template <class T, std::size_t N>
class Room
{
 public:
    Room() {}  // not "= default": value-initialisation would clear it

    [[nodiscard]] T* data() { return values_; }
    [[nodiscard]] const T* data() const { return values_; }
    [[nodiscard]] static constexpr std::size_t size() { return N; }
    [[nodiscard]] T* begin() { return values_; }
    [[nodiscard]] T* end() { return values_ + N; }
    [[nodiscard]] const T* begin() const { return values_; }
    [[nodiscard]] const T* end() const { return values_ + N; }
    [[nodiscard]] T& operator[](std::size_t at) { return values_[at]; }
    [[nodiscard]] const T& operator[](std::size_t at) const { return values_[at]; }

 private:
    T values_[N];
};

}  // namespace rw
