// SPDX-License-Identifier: EUPL-1.2
#include "bench/floor/listen.h"

#include <cerrno>
#include <cstring>
#include <iostream>

namespace rw::bench
{

namespace
{

constexpr int receive_buffer = 4 * 1024 * 1024;

}  // namespace

void Batch::expect_queries()
{
    for (std::size_t i = 0; i < batch; ++i) {
        parts[i] = {octets[i].data(), most_octets};
        headers[i].msg_hdr = {&from[i], sizeof from[i], &parts[i], 1, nullptr, 0, 0};
    }
}

FloorOptions::FloorOptions(const std::string& description) : app(description)
{
    app.add_option("address", address_, "IPv4 address to listen at")->required()->check(CLI::ValidIPV4);
    app.add_option("port", port_, "its port")->required();
}

int FloorOptions::listen(int argc, char** argv)
{
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        app.exit(error);
        return -1;
    }
    const auto address = IpAddress::parse(address_);
    if (!address)
        return -1;
    sockaddr_storage storage{};
    const unsigned length = Endpoint{*address, port_}.to_sockaddr(storage);
    const int fd = ::socket(storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&storage), length) == 0)
        return fd;
    std::cerr << "cannot listen at " << address_ << " port " << port_ << ": " << std::strerror(errno) << '\n';
    return -1;
}

}  // namespace rw::bench
