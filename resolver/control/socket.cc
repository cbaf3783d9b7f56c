// SPDX-License-Identifier: EUPL-1.2
// The control socket on the event loop.
#include "resolver/control/socket.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <type_traits>

namespace rw::control
{

namespace
{

constexpr Duration accept_pause = 1s;  // long enough for descriptors to come free, short enough for an operator

std::string reason(int error)
{
    return std::generic_category().message(error);
}

Result<sockaddr_un> address_of(const std::filesystem::path& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string text = path.string();
    if (text.size() >= sizeof address.sun_path)
        return failed(
            fmt::format("the path of the control socket has {} octets, but at most {} are possible: {}; set "
                        "control.socket to a shorter one",
                        text.size(), sizeof address.sun_path - 1, text));
    std::memcpy(address.sun_path, text.data(), text.size());
    return address;
}

bool is_socket_file(const std::filesystem::path& path)
{
    struct stat facts{};
    return ::lstat(path.c_str(), &facts) == 0 && S_ISSOCK(facts.st_mode);
}

/// Whether somebody accepts connections at `address`.
bool is_alive(const sockaddr_un& address)
{
    const io::FileDescriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    return ::connect(probe.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
           errno == EAGAIN;
}

std::unexpected<Error> cannot_make(const std::filesystem::path& path, int error)
{
    const std::string folder = path.parent_path().string();
    if (error == ENOENT)
        return failed(
            fmt::format("cannot make the control socket {}: the folder {} is not there; make it (install -d -m 750 -o "
                        "USER {}; the systemd unit does) or set control.socket",
                        path.string(), folder, folder));
    return failed(
        fmt::format("cannot make the control socket {}: {}; the folder {} must be writable, or set "
                    "control.socket",
                    path.string(), reason(error), folder));
}

Result<void> bind_to(int fd, const std::filesystem::path& path)
{
    const auto address = address_of(path);
    if (!address)
        return std::unexpected(address.error());
    const auto* raw = reinterpret_cast<const sockaddr*>(&*address);
    // Linux gives the file the mode of the unbound socket less the umask, so that there is no moment at which others
    // may open it.
    ::fchmod(fd, 0660);
    const auto bound = [&] { return ::bind(fd, raw, sizeof *address) == 0 && ::chmod(path.c_str(), 0660) == 0; };
    if (bound())
        return {};
    if (errno != EADDRINUSE)
        return cannot_make(path, errno);
    if (!is_socket_file(path))
        return failed(
            fmt::format("{} is in the way of the control socket and is not a socket; remove it or set "
                        "control.socket",
                        path.string()));
    if (is_alive(*address))
        return failed(fmt::format("another daemon answers on the control socket {}; stop it or set control.socket",
                                  path.string()));
    if (::unlink(path.c_str()) != 0)
        return failed(
            fmt::format("a socket that nobody answers on is in the way of the control socket and cannot be removed: "
                        "{}: {}; remove it or set control.socket",
                        path.string(), reason(errno)));
    return bound() ? Result<void>{} : cannot_make(path, errno);
}

Result<void> give_to(const std::filesystem::path& path, const SocketOwner& owner)
{
    constexpr auto unchanged = static_cast<uid_t>(-1);
    static_assert(std::is_same_v<uid_t, gid_t>);
    if ((!owner.user && !owner.group) ||
        ::chown(path.c_str(), owner.user.value_or(unchanged), owner.group.value_or(unchanged)) == 0)
        return {};
    const int error = errno;
    ::unlink(path.c_str());
    return failed(
        fmt::format("cannot give the control socket {} to its user and group: {}; start as root, or as a member of "
                    "the group (`control.group`)",
                    path.string(), reason(error)));
}

}  // namespace

/// One client: reads a line, waits for the reply, writes it, is done. The lifetime timer covers all of it.
class ControlSocket::Connection final : public io::Watcher, public std::enable_shared_from_this<Connection>
{
 public:
    Connection(ControlSocket& owner, io::FileDescriptor socket)
        : owner_(owner), socket_(std::move(socket)), lifetime_(*this)
    {
    }
    ~Connection() override { finish(); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    bool start()
    {
        io::Scheduler& scheduler = owner_.loop_.scheduler();
        lifetime_.arm(scheduler, scheduler.now() + connection_lifetime);
        return owner_.loop_.sockets().watch(socket_.number(), {.reading = true}, *this);
    }

    [[nodiscard]] bool finished() const { return !socket_.valid(); }

 private:
    class Lifetime final : public io::Timer
    {
     public:
        explicit Lifetime(Connection& connection) : connection_(connection) {}

     private:
        void expired() override { connection_.finish(); }
        Connection& connection_;
    };

    void ready(io::Readiness readiness) override
    {
        if (readiness.readable)
            read();
        else if (readiness.writable)
            write();
        else if (readiness.broken)
            finish();
    }

    void read()
    {
        std::array<char, max_request_octets + 1> buffer{};
        const ssize_t count = ::read(socket_.number(), buffer.data(), buffer.size());
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (count <= 0) {
            finish();
            return;
        }
        request_.append(buffer.data(), static_cast<std::size_t>(count));
        const std::size_t end = request_.find('\n');
        if (end == std::string::npos && request_.size() <= max_request_octets)
            return;
        // Nothing more is read: what follows the line, and whatever is too long, stays in the kernel until the end.
        owner_.loop_.sockets().change(socket_.number(), {}, *this);
        const std::string line = request_.substr(0, end);
        owner_.handler_(line, [weak = weak_from_this()](std::string document) {
            if (const auto connection = weak.lock())
                connection->send(std::move(document));
        });
    }

    void send(std::string document)
    {
        if (finished() || !reply_.empty())
            return;
        reply_ = std::move(document) + "\n";
        write();
    }

    void write()
    {
        while (written_ < reply_.size()) {
            const ssize_t count =
                ::send(socket_.number(), reply_.data() + written_, reply_.size() - written_, MSG_NOSIGNAL);
            if (count < 0 && errno == EINTR)
                continue;
            if (count < 0 && errno == EAGAIN) {
                owner_.loop_.sockets().change(socket_.number(), {.writing = true}, *this);
                return;
            }
            if (count < 0)
                break;
            written_ += static_cast<std::size_t>(count);
        }
        finish();
    }

    void finish()
    {
        if (finished())
            return;
        lifetime_.disarm();
        owner_.loop_.sockets().unwatch(socket_.number(), *this);
        const io::FileDescriptor closing = std::move(socket_);
        owner_.sweep_later();
    }

    ControlSocket& owner_;
    io::FileDescriptor socket_;
    Lifetime lifetime_;
    std::string request_;
    std::string reply_;
    std::size_t written_ = 0;
};

void ControlSocket::Sweeper::run()
{
    std::erase_if(owner_.connections_, [](const auto& connection) { return connection->finished(); });
}

Result<std::unique_ptr<ControlSocket>> ControlSocket::open(const std::filesystem::path& path, const SocketOwner& owner,
                                                           io::Loop& loop, Handler handler)
{
    io::FileDescriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!listener.valid())
        return failed(fmt::format("cannot make a Unix socket: {}", reason(errno)));
    if (const auto bound = bind_to(listener.number(), path); !bound)
        return std::unexpected(bound.error());
    if (const auto given = give_to(path, owner); !given)
        return std::unexpected(given.error());
    if (::listen(listener.number(), max_connections) != 0)
        return failed(fmt::format("cannot listen on the control socket {}: {}", path.string(), reason(errno)));
    std::unique_ptr<ControlSocket> made(new ControlSocket(path, std::move(listener), loop, std::move(handler)));
    auto listening = loop.listen(made->listener_.number(), *made);
    if (!listening)
        return failed(
            fmt::format("cannot listen on the control socket {}: {}", path.string(), listening.error().message));
    made->listening_ = std::move(*listening);
    return made;
}

ControlSocket::ControlSocket(std::filesystem::path path, io::FileDescriptor listener, io::Loop& loop, Handler handler)
    : path_(std::move(path)),
      listener_(std::move(listener)),
      loop_(loop),
      handler_(std::move(handler)),
      sweeper_(*this),
      pause_(*this)
{
}

ControlSocket::~ControlSocket()
{
    connections_.clear();
    ::unlink(path_.c_str());
}

void ControlSocket::ready(io::Readiness)
{
    while (true) {
        io::FileDescriptor socket(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!socket.valid() && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
            listening_.pause();
            pause_.arm(loop_.scheduler(), loop_.scheduler().now() + accept_pause);
        }
        if (!socket.valid())
            return;
        if (connections_.size() >= max_connections)
            continue;
        auto connection = std::make_shared<Connection>(*this, std::move(socket));
        if (connection->start())
            connections_.push_back(std::move(connection));
    }
}

void ControlSocket::Pause::expired()
{
    owner_.listening_.resume();
}

void ControlSocket::sweep_later()
{
    loop_.scheduler().post(sweeper_);
}

}  // namespace rw::control
