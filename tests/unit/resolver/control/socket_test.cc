// SPDX-License-Identifier: EUPL-1.2
#include "resolver/control/socket.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <fstream>

#include "resolver/control/json.h"
#include "tests/unit/resolver/control/control_server.h"

using namespace rw::control;
using namespace rw::control::test;
using rw::io::FileDescriptor;

namespace
{

FileDescriptor connect_to(const std::filesystem::path& path)
{
    FileDescriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.string().size());
    const timeval patience{5, 0};
    ::setsockopt(fd.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::connect(fd.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return {};
    return fd;
}

void send(const FileDescriptor& fd, std::string_view text)
{
    CHECK(::send(fd.number(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
}

/// Everything until the other side closes; "timeout" when it does not.
std::string receive(const FileDescriptor& fd)
{
    std::string text;
    std::array<char, 4096> buffer{};
    while (true) {
        const ssize_t count = ::read(fd.number(), buffer.data(), buffer.size());
        if (count == 0)
            return text;
        if (count < 0)
            return errno == EAGAIN ? "timeout" : text;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

std::string refusal_of(const std::filesystem::path& path)
{
    const rw::SystemClock clock;
    rw::io::Scheduler scheduler(clock);
    rw::io::Loop loop(scheduler);
    const auto opened = ControlSocket::open(path, {}, loop, [](std::string_view, const Reply&) {});
    return opened ? "" : opened.error().message;
}

}  // namespace

TEST_CASE("a line gets one document, then the connection closes")
{
    const ControlServer server;
    const FileDescriptor client = connect_to(server.path());
    send(client, "{\"verb\": \"status\"}\n");
    const std::string reply = receive(client);
    CHECK(reply.ends_with("}\n"));
    CHECK(OrderedJson::parse(reply)["schema"] == "rootward/status/1");
}

TEST_CASE("a line may come in pieces, and what follows it is not read")
{
    const ControlServer server;
    const FileDescriptor client = connect_to(server.path());
    send(client, "{\"verb\":");
    send(client, "\"status\"}\n{\"verb\": \"cache flush\", \"arguments\": [\"all\"]}\n");
    CHECK(OrderedJson::parse(receive(client))["schema"] == "rootward/status/1");
}

TEST_CASE("a line without end is cut off with an error")
{
    const ControlServer server;
    const FileDescriptor client = connect_to(server.path());
    send(client, std::string(max_request_octets + 1, 'x'));
    CHECK(receive(client).find("longer than 4096 octets") != std::string::npos);
}

TEST_CASE("a client that leaves before the reply harms nobody")
{
    ControlServer server;
    server.with_service([](FakeService& service) { service.hold = true; });
    {
        const FileDescriptor client = connect_to(server.path());
        send(client, "{\"verb\": \"lookup\", \"arguments\": [\"a.\", \"A\"]}\n");
        for (std::size_t held = 0; held == 0;)
            server.with_service([&held](FakeService& service) { held = service.held.size(); });
    }
    const FileDescriptor other = connect_to(server.path());
    send(other, "{\"verb\": \"status\"}\n");
    CHECK(receive(other).starts_with("{"));
    server.with_service([](FakeService& service) {
        for (auto& [done, view] : service.held)
            done(view);
    });
    const FileDescriptor third = connect_to(server.path());
    send(third, "{\"verb\": \"status\"}\n");
    CHECK(receive(third).starts_with("{"));
}

TEST_CASE("no more connections are served at once than the limit, and a place comes free again")
{
    const ControlServer server;
    std::vector<FileDescriptor> idle;
    for (std::size_t i = 0; i < max_connections; ++i)
        idle.push_back(connect_to(server.path()));
    const FileDescriptor refused = connect_to(server.path());
    CHECK(receive(refused).empty());
    idle.pop_back();
    std::string reply;
    for (int attempt = 0; attempt < 100 && reply.empty(); ++attempt) {
        const FileDescriptor client = connect_to(server.path());
        CHECK(::send(client.number(), "{\"verb\": \"status\"}\n", 19, MSG_NOSIGNAL) != 0);
        reply = receive(client);
    }
    CHECK(reply.starts_with("{"));
}

TEST_CASE("only user and group may open the socket, and the file goes with the daemon")
{
    std::filesystem::path path;
    {
        const ControlServer server;
        path = server.path();
        struct stat facts{};
        REQUIRE(::stat(path.c_str(), &facts) == 0);
        CHECK((facts.st_mode & 0007U) == 0);
        CHECK((facts.st_mode & 0600U) == 0600);
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("the socket of a dead daemon is replaced, that of a live one and a plain file are not")
{
    const ScratchFolder folder;
    const auto path = folder.path() / "control.sock";
    {
        FileDescriptor dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.c_str(), path.string().size());
        REQUIRE(::bind(dead.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    }
    CHECK(refusal_of(path) == "");
    std::ofstream(path) << "precious";
    CHECK(refusal_of(path).find("is not a socket") != std::string::npos);
    CHECK(std::filesystem::file_size(path) == 8);

    const ControlServer server;
    CHECK(refusal_of(server.path()).find("another daemon answers") != std::string::npos);
    CHECK(connect_to(server.path()).valid());
}

TEST_CASE("a path that is too long or a folder that is missing is explained")
{
    CHECK(refusal_of("/tmp/" + std::string(120, 'x')).find("at most 107 are possible") != std::string::npos);
    CHECK(refusal_of("/nonexistent/control.sock")
              .find("the folder /nonexistent is not there; make it (install -d -m 750 -o USER /nonexistent;") !=
          std::string::npos);
}

TEST_CASE("the file belongs to the user and group that may control the daemon")
{
    const ScratchFolder folder;
    const auto path = folder.path() / "control.sock";
    const rw::SystemClock clock;
    rw::io::Scheduler scheduler(clock);
    rw::io::Loop loop(scheduler);
    const bool root = ::geteuid() == 0;
    const rw::control::SocketOwner owner{root ? 4711 : ::geteuid(), root ? 4712 : ::getegid()};
    const auto opened = ControlSocket::open(path, owner, loop, [](std::string_view, const Reply&) {});
    REQUIRE(opened);
    struct stat facts{};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    CHECK(facts.st_uid == *owner.user);
    CHECK(facts.st_gid == *owner.group);
    CHECK((facts.st_mode & 07777) == 0660);
}
