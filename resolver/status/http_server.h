// SPDX-License-Identifier: EUPL-1.2
// A small HTTP server on libmicrohttpd for whoever watches the daemon: a thread of its own, GET only, few connections,
// short patience. It knows no page: a function gives them, called on the server's thread; it must only read what is
// made for that (counters, snapshots). Not for the Internet: plain text, no login.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "resolver/base/address.h"
#include "resolver/base/result.h"

struct MHD_Daemon;

namespace rw::status
{

struct Page {
    unsigned code = 200;
    std::string type = "text/plain; charset=utf-8";
    std::string body;
};

/// Connections at once, and from one address: a few monitors; more are closed at once, so that whoever reaches the port
/// cannot use up the daemon's descriptors.
inline constexpr unsigned max_http_connections = 32;
inline constexpr unsigned max_http_connections_per_address = 8;
/// A connection that is silent for so long is closed.
inline constexpr std::chrono::seconds http_patience{5};
/// Octets of memory for one connection's request.
inline constexpr std::size_t http_request_memory = std::size_t{16} * 1024;

class HttpServer
{
 public:
    using Pages = std::function<Page(std::string_view path)>;

    /// The error says which address and what to do.
    static Result<std::unique_ptr<HttpServer>> open(const Endpoint& address, Pages pages);
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;
    /// Waits for pages that are being made.
    ~HttpServer();

    /// The port it listens on: that of the address, or the one the system chose for port 0.
    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] Page page(std::string_view path) const { return pages_(path); }

 private:
    explicit HttpServer(Pages pages) : pages_(std::move(pages)) {}

    Pages pages_;
    MHD_Daemon* daemon_ = nullptr;
};

}  // namespace rw::status
