// SPDX-License-Identifier: EUPL-1.2
// rootward-witness: cosigns the checkpoints of audit logs over HTTP (C2SP tlog-witness), on loopback unless told
// otherwise; TLS and rate limits are the reverse proxy's. All decisions are in zones/audit/witness; this file is
// argument reading, libmicrohttpd and signals. One thread answers one request after the other, as the protocol wants.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <iterator>
#include <memory>

#include "resolver/base/address.h"
#include "resolver/base/clock.h"
#include "zones/audit/witness.h"

namespace
{

using namespace rw;
using namespace rw::zones;

constexpr unsigned connection_limit = 64;      // one institution is one connection a commit
constexpr unsigned connection_timeout_s = 10;  // slow senders hold nothing for longer

struct Arguments {
    std::string state = "witness";
    std::string key = "witness.key";
    std::vector<std::string> logs;
    std::string listen = "127.0.0.1:8054";
    std::string init;
    std::string introduce;
    bool once = false;
};

struct Upload {
    std::string body;
    bool too_large = false;
};

enum MHD_Result send(MHD_Connection* connection, const audit::WitnessReply& reply)
{
    MHD_Response* response =
        MHD_create_response_from_buffer(reply.body.size(), const_cast<char*>(reply.body.data()), MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply.content_type.c_str());
    const enum MHD_Result queued = MHD_queue_response(connection, static_cast<unsigned>(reply.status), response);
    MHD_destroy_response(response);
    return queued;
}

enum MHD_Result handle(void* context, MHD_Connection* connection, const char* url, const char* method, const char*,
                       const char* data, std::size_t* size, void** request)
{
    if (*request == nullptr) {
        *request = std::make_unique<Upload>().release();  // freed in finished()
        return MHD_YES;
    }
    auto& upload = *static_cast<Upload*>(*request);
    if (*size > 0) {
        upload.too_large = upload.too_large || upload.body.size() + *size > audit::witness_request_limit;
        if (!upload.too_large)
            upload.body.append(data, *size);
        *size = 0;
        return MHD_YES;
    }
    if (std::string_view(url) != "/add-checkpoint")
        return send(connection, {.status = 404, .body = "not found\n"});
    if (std::string_view(method) != "POST")
        return send(connection, {.status = 405, .body = "POST it\n"});
    if (upload.too_large)
        return send(connection, {.status = 413, .body = "too large\n"});
    auto& desk = *static_cast<audit::WitnessDesk*>(context);
    const auto now = static_cast<std::uint64_t>(SystemClock().wall_seconds().time_since_epoch().count());
    return send(connection, desk.add_checkpoint(upload.body, now));
}

void finished(void*, MHD_Connection*, void** request, enum MHD_RequestTerminationCode)
{
    const std::unique_ptr<Upload> owned(static_cast<Upload*>(*request));
    *request = nullptr;
}

int refuse(const std::string& message)
{
    std::cerr << "rootward-witness: " << printable(message) << '\n';
    return 2;
}

Result<std::vector<audit::VerifierKey>> read_logs(const std::vector<std::string>& items)
{
    std::vector<audit::VerifierKey> all;
    for (const std::string& item : items) {
        Result<std::vector<audit::VerifierKey>> keys = audit::read_vkeys(item);
        if (!keys) {
            const Result<OctetBuffer> octets = read_named_file(item);
            if (!octets)
                return failed(fmt::format("--log {}: neither a vkey nor a file of them ({})", printable(item),
                                          octets.error().message));
            keys = audit::read_vkeys(text_of(*octets));
        }
        if (!keys)
            return std::unexpected(keys.error());
        all.insert(all.end(), keys->begin(), keys->end());
    }
    return all;
}

/// The file system as the witness sees it: its state folder, and the folder its key is in.
struct Disk {
    explicit Disk(const Arguments& arguments)
        : state(arguments.state),
          beside_key(folder_of(arguments.key)),
          place{.state = state, .folder = arguments.state, .beside_key = beside_key, .key_path = arguments.key}
    {
    }
    PosixFiles state;
    PosixFiles beside_key;
    audit::WitnessPlace place;
};

/// Memory first, then the key: a key without memory would cosign anything.
int make_witness(const Arguments& arguments)
{
    Disk disk(arguments);
    if (disk.beside_key.exists(arguments.key))
        return refuse(arguments.key + " is there already");
    Result<audit::SigningKey> key = audit::SigningKey::generate(arguments.init, audit::KeyType::witness);
    const Result<std::vector<audit::VerifierKey>> logs = read_logs(arguments.logs);
    if (!key || !logs)
        return refuse(key ? logs.error().message : key.error().message);
    if (Result<void> done = audit::WitnessDesk::init(disk.place, key->verifier()); !done)
        return refuse(done.error().message);
    const std::string vkey = key->verifier().text();
    std::vector<audit::SigningKey> keys;
    keys.push_back(std::move(*key));
    if (Result<void> done = audit::write_key_file(disk.beside_key, arguments.key, keys); !done)
        return refuse(done.error().message);
    if (Result<audit::WitnessDesk> desk = audit::WitnessDesk::open(disk.place, std::move(keys.front()), *logs); !desk)
        return refuse(desk.error().message);
    std::cout << vkey << '\n';
    return 0;
}

int introduce(const Arguments& arguments, const audit::VerifierKey& key)
{
    Disk disk(arguments);
    const Result<std::vector<audit::VerifierKey>> logs = read_logs({arguments.introduce});
    if (!logs)
        return refuse(logs.error().message);
    for (const audit::VerifierKey& log : *logs) {
        if (Result<void> done = audit::WitnessDesk::introduce(disk.place, key, log.name); !done)
            return refuse(done.error().message);
    }
    return 0;
}

int answer_once(audit::WitnessDesk& desk)
{
    std::string body(audit::witness_request_limit + 1, '\0');
    std::cin.read(body.data(), static_cast<std::streamsize>(body.size()));
    body.resize(static_cast<std::size_t>(std::cin.gcount()));
    const auto now = static_cast<std::uint64_t>(SystemClock().wall_seconds().time_since_epoch().count());
    const audit::WitnessReply reply = desk.add_checkpoint(body, now);
    std::cout << reply.body;
    if (reply.status != 200)
        std::cerr << "status " << reply.status << '\n';
    return reply.status == 200 ? 0 : 1;
}

int serve(audit::WitnessDesk& desk, const std::string& listen)
{
    const std::size_t colon = listen.rfind(':');
    const std::optional<IpAddress> address = IpAddress::parse(listen.substr(0, colon));
    const auto port = colon == std::string::npos ? std::nullopt : decimal(listen.substr(colon + 1));
    if (!address || !port || *port > 65535)
        return refuse("--listen is ADDRESS:PORT");
    sockaddr_storage where{};
    static_cast<void>(Endpoint{*address, static_cast<std::uint16_t>(*port)}.to_sockaddr(where));
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    const unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | (address->is_v4() ? 0U : unsigned{MHD_USE_IPv6});
    MHD_Daemon* daemon = MHD_start_daemon(flags, static_cast<std::uint16_t>(*port), nullptr, nullptr, handle, &desk,
                                          MHD_OPTION_SOCK_ADDR, &where, MHD_OPTION_CONNECTION_LIMIT, connection_limit,
                                          MHD_OPTION_CONNECTION_TIMEOUT, connection_timeout_s,
                                          MHD_OPTION_NOTIFY_COMPLETED, finished, nullptr, MHD_OPTION_END);
    if (daemon == nullptr)
        return refuse(fmt::format("cannot listen on {}", listen));
    const MHD_DaemonInfo* info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    std::cout << "listening on port " << (info != nullptr ? info->port : *port) << '\n' << std::flush;
    int signal = 0;
    sigwait(&ends, &signal);
    MHD_stop_daemon(daemon);
    return 0;
}

int run(const Arguments& arguments)
{
    if (!arguments.init.empty())
        return make_witness(arguments);
    Result<std::vector<audit::SigningKey>> keys = audit::read_key_file(arguments.key);
    if (!keys)
        return refuse(keys.error().message);
    if (keys->front().verifier().type != audit::KeyType::witness)
        return refuse("this is a log's key; --init NAME makes a witness's");
    if (!arguments.introduce.empty())
        return introduce(arguments, keys->front().verifier());
    const Result<std::vector<audit::VerifierKey>> logs = read_logs(arguments.logs);
    if (!logs)
        return refuse(logs.error().message);
    Disk disk(arguments);
    Result<audit::WitnessDesk> desk = audit::WitnessDesk::open(disk.place, std::move(keys->front()), *logs);
    if (!desk)
        return refuse(desk.error().message);
    return arguments.once ? answer_once(*desk) : serve(*desk, arguments.listen);
}

int with_arguments(int argc, char** argv)
{
    Arguments arguments;
    CLI::App app("Cosigns the checkpoints of audit logs that only grow.", "rootward-witness");
    app.set_version_flag("--version", std::string("rootward-witness ") + ROOTWARD_VERSION);
    app.add_option("--state", arguments.state, "Folder for the last checkpoint of each log; --init makes it.")
        ->capture_default_str();
    app.add_option("--key", arguments.key, "The witness's private key file.")->capture_default_str();
    app.add_option("--log", arguments.logs, "vkey of a log to serve, or a file of them. Give each.");
    app.add_option("--listen", arguments.listen, "Address and port.")->capture_default_str();
    app.add_option("--init", arguments.init, "Make key and state folder under this name, print the vkey, and end.")
        ->type_name("NAME");
    app.add_option("--introduce", arguments.introduce, "First sight of one more log, never cosigned before; and end.")
        ->type_name("VKEY");
    app.add_flag("--once", arguments.once, "Answer one request from standard input; exit 1 when it is refused.");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    return run(arguments);
}

}  // namespace

int main(int argc, char** argv)
{
    try {
        const int status = with_arguments(argc, argv);
        if (std::cout.flush())
            return status;
        std::cerr << "rootward-witness: cannot write the output\n";
        return status != 0 ? status : 4;
    } catch (const std::exception& error) {
        std::fputs("rootward-witness: ", stderr);
        std::fputs(error.what(), stderr);
        std::fputs("\n", stderr);
        return 2;
    }
}
