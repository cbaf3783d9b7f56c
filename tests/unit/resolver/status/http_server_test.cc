// SPDX-License-Identifier: EUPL-1.2
// The HTTP server: pages, methods, bounds.
#include "resolver/status/http_server.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "config/settings.h"

using namespace rw;
using status::HttpServer;
using status::Page;

namespace
{

Page page_for(std::string_view path)
{
    return path == "/metrics" ? Page{.body = "metrics\n"} : Page{.code = 404, .body = "none\n"};
}

int connect_to(std::uint16_t port)
{
    sockaddr_storage address{};
    const unsigned size = config::loopback(port).to_sockaddr(address);
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(::connect(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    const timeval patience{3, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

std::string receive(int fd)
{
    std::string reply;
    std::array<char, 4096> buffer{};
    for (ssize_t count = 0; (count = ::recv(fd, buffer.data(), buffer.size(), 0)) > 0;)
        reply.append(buffer.data(), static_cast<std::size_t>(count));
    ::close(fd);
    return reply;
}

std::string request(const HttpServer& server, const std::string& line)
{
    const int fd = connect_to(server.port());
    const std::string text = line + " HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
    REQUIRE(::send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
    return receive(fd);
}

}  // namespace

TEST_CASE("pages are served to GET, and nothing else is")
{
    const auto server = HttpServer::open(config::loopback(0), page_for);
    REQUIRE(server);
    const std::string good = request(**server, "GET /metrics");
    CHECK(good.starts_with("HTTP/1.1 200"));
    CHECK(good.ends_with("metrics\n"));
    CHECK(request(**server, "GET /etc/passwd").starts_with("HTTP/1.1 404"));
    CHECK(request(**server, "DELETE /metrics").starts_with("HTTP/1.1 405"));
}

TEST_CASE("one address has a bounded number of connections, and others are not refused for long")
{
    const auto server = HttpServer::open(config::loopback(0), page_for);
    REQUIRE(server);
    std::vector<int> idle;
    for (unsigned i = 0; i < status::max_http_connections_per_address; ++i)
        idle.push_back(connect_to((*server)->port()));
    CHECK(receive(connect_to((*server)->port())).empty());  // closed at once
    for (const int fd : idle)
        ::close(fd);
    std::string reply;
    for (int i = 0; i < 50 && reply.empty(); ++i) {
        reply = request(**server, "GET /metrics");
        ::usleep(20'000);
    }
    CHECK(reply.starts_with("HTTP/1.1 200"));
}

TEST_CASE("a port that is taken is an error that names the address and the setting")
{
    const auto first = HttpServer::open(config::loopback(0), page_for);
    REQUIRE(first);
    const Endpoint taken = config::loopback((*first)->port());
    const auto second = HttpServer::open(taken, page_for);
    REQUIRE_FALSE(second);
    CHECK(second.error().message.find(taken.to_string()) != std::string::npos);
    CHECK(second.error().message.find("status.listen") != std::string::npos);
}
