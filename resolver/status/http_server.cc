// SPDX-License-Identifier: EUPL-1.2
// HTTP by libmicrohttpd.
#include "resolver/status/http_server.h"

#include <fmt/format.h>
#include <microhttpd.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace rw::status
{

namespace
{

MHD_Result send(MHD_Connection* connection, const Page& page)
{
    MHD_Response* response =
        MHD_create_response_from_buffer(page.body.size(), const_cast<char*>(page.body.data()), MHD_RESPMEM_MUST_COPY);
    if (response == nullptr)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, page.type.c_str());
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    const MHD_Result queued = MHD_queue_response(connection, page.code, response);
    MHD_destroy_response(response);
    return queued;
}

MHD_Result answer(void* server, MHD_Connection* connection, const char* path, const char* method, const char*,
                  const char*, std::size_t* size, void** request)
{
    const std::string_view wanted(method);
    if (wanted != MHD_HTTP_METHOD_GET && wanted != MHD_HTTP_METHOD_HEAD)
        return send(connection, {.code = MHD_HTTP_METHOD_NOT_ALLOWED, .body = "only GET and HEAD\n"});
    // The first call comes before a body, which nobody should send: it is read and thrown away.
    if (*request == nullptr) {
        *request = server;
        return MHD_YES;
    }
    if (*size > 0) {
        *size = 0;
        return MHD_YES;
    }
    return send(connection, static_cast<const HttpServer*>(server)->page(path));
}

std::string_view advice(int error)
{
    switch (error) {
        case EADDRINUSE:
            return "another program has this port; stop it or set status.listen";
        case EACCES:
            return "ports below 1024 need CAP_NET_BIND_SERVICE; set status.listen to a higher one";
        default:
            return "check status.listen";
    }
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::open(const Endpoint& address, Pages pages)
{
    std::unique_ptr<HttpServer> server(new HttpServer(std::move(pages)));
    sockaddr_storage where{};
    static_cast<void>(address.to_sockaddr(where));
    const unsigned flags =
        unsigned{MHD_USE_POLL_INTERNAL_THREAD} | (address.address.is_v4() ? 0U : unsigned{MHD_USE_IPv6});
    errno = 0;
    server->daemon_ = MHD_start_daemon(flags, address.port, nullptr, nullptr, answer, server.get(),
                                       MHD_OPTION_SOCK_ADDR, &where, MHD_OPTION_CONNECTION_LIMIT, max_http_connections,
                                       MHD_OPTION_PER_IP_CONNECTION_LIMIT, max_http_connections_per_address,
                                       MHD_OPTION_CONNECTION_TIMEOUT, static_cast<unsigned>(http_patience.count()),
                                       MHD_OPTION_CONNECTION_MEMORY_LIMIT, http_request_memory, MHD_OPTION_END);
    if (server->daemon_ == nullptr)
        return failed(fmt::format("cannot serve metrics and health on {}: {}; {}", address.to_string(),
                                  std::strerror(errno), advice(errno)));
    return server;
}

HttpServer::~HttpServer()
{
    if (daemon_ != nullptr)
        MHD_stop_daemon(daemon_);
}

std::uint16_t HttpServer::port() const
{
    const MHD_DaemonInfo* info = MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_BIND_PORT);
    return info != nullptr ? info->port : std::uint16_t{0};
}

}  // namespace rw::status
