// SPDX-License-Identifier: EUPL-1.2
// A TUN device made in a given network namespace. The router holds one at each side; a device lives exactly as long
// as its descriptor, so a dead router leaves nothing behind.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <utility>

namespace rw::lab
{

class Tun
{
 public:
    // Enters the namespace behind `namespace_fd` (setns) and stays there: the caller must be single-threaded.
    static std::expected<Tun, std::string> open(int namespace_fd, const std::string& name);

    Tun(Tun&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Tun& operator=(Tun&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    Tun(const Tun&) = delete;
    Tun& operator=(const Tun&) = delete;
    ~Tun();

    [[nodiscard]] int fd() const { return fd_; }
    // The length read, 0 when nothing waits.
    std::size_t read(std::span<std::uint8_t> buffer) const;

 private:
    explicit Tun(int fd) : fd_(fd) {}
    int fd_ = -1;
};

// Hands a packet to the kernel of the device's side. A full backlog drops it, as on a real link.
void write_packet(int device, std::span<const std::uint8_t> packet);

}  // namespace rw::lab
