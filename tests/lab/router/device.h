// SPDX-License-Identifier: EUPL-1.2
// The router's end of one side: a TUN device made in that side's network namespace, or, where /dev/net/tun is closed,
// a packet socket on the far end of a veth pair that the lab front made there. Either lives exactly as long as its
// descriptor or its namespace, so a dead router leaves nothing behind.
#pragma once

#include <linux/if_packet.h>

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <utility>

namespace rw::lab
{

class Device
{
 public:
    // Both enter the namespace behind `namespace_fd` (setns) and stay there: the caller must be single-threaded.
    static std::expected<Device, std::string> open_tun(int namespace_fd, const std::string& name);
    // `name` is the end that has the addresses, `name`p the end that is ours.
    static std::expected<Device, std::string> open_veth(int namespace_fd, const std::string& name);

    Device(Device&& other) noexcept : fd_(std::exchange(other.fd_, -1)), peer_(other.peer_) {}
    Device& operator=(Device&&) = delete;
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;
    ~Device();

    [[nodiscard]] int fd() const { return fd_; }
    // The length read, 0 when nothing waits.
    std::size_t read(std::span<std::uint8_t> buffer) const;
    // Hands a packet to the kernel of this side. A full backlog drops it, as on a real link.
    void write(std::span<const std::uint8_t> packet) const;

 private:
    explicit Device(int fd) : fd_(fd) {}
    int fd_ = -1;
    sockaddr_ll peer_{};  // where frames go; family 0 for a TUN device, which has no frames
};

}  // namespace rw::lab
