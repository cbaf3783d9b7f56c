// SPDX-License-Identifier: EUPL-1.2
// The conditions of the way to each server: a path is a named set of prefixes with delay, jitter, loss, cut-off,
// redirection and counts. The router asks for the path of every packet; the control socket changes it.
// Knows nothing of devices or time.
#pragma once

#include <chrono>
#include <deque>
#include <expected>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tests/lab/router/address.h"

namespace rw::lab
{

struct Conditions {
    std::chrono::nanoseconds delay{};   // of a round trip; half each way
    std::chrono::nanoseconds jitter{};  // a round trip takes delay +- jitter, uniform
    double loss = 0.0;                  // chance that a round trip is lost, either way
    bool cut = false;
};

struct Counts {
    std::uint64_t sent = 0;         // packets from the resolver side
    std::uint64_t delivered = 0;    // of these, handed to the server side
    std::uint64_t udp_queries = 0;  // DNS queries over UDP delivered (without the priming ones)
    std::uint64_t priming = 0;      // `. NS` queries delivered, UDP and TCP
    std::uint64_t tcp_opens = 0;    // TCP connection attempts (SYN to port 53) delivered
    std::uint64_t tcp_queries = 0;  // DNS queries over TCP delivered (without the priming ones)
    std::uint64_t replies = 0;      // packets handed back to the resolver side
    std::uint64_t lost = 0;         // dropped by chance, both directions
    std::uint64_t cut = 0;          // dropped because the path is cut, both directions
};

struct Path {
    explicit Path(std::string its_name) : name(std::move(its_name)) {}

    std::string name;
    std::vector<Prefix> prefixes;
    Conditions conditions;
    std::optional<Address> redirect_v4;
    std::optional<Address> redirect_v6;
    Counts v4;
    Counts v6;

    [[nodiscard]] Counts& counts(bool is_v4) { return is_v4 ? v4 : v6; }
    [[nodiscard]] const std::optional<Address>& redirect(bool is_v4) const { return is_v4 ? redirect_v4 : redirect_v6; }
};

class PathTable
{
 public:
    PathTable();

    // Adds prefixes to the named path, creating it when it is new.
    void add(const std::string& name, const std::vector<Prefix>& prefixes);
    // By name; an address or prefix as name makes a path of its own on first use.
    [[nodiscard]] Path* find(const std::string& name);
    // The path of a server address: longest prefix, else the path `default`.
    [[nodiscard]] Path& of(const Address& server);
    // The address that a server's reply must seem to come from: itself, unless some path is redirected to it.
    [[nodiscard]] const Address& undo_redirect(const Address& server) const;

    [[nodiscard]] std::expected<void, std::string> redirect(Path& path, const Address& target);
    void clear_redirects(Path& path);

    [[nodiscard]] std::deque<Path>& all() { return paths_; }

 private:
    // Memory bound of the look-up memo: 65,536 addresses; a scan of random addresses only empties it.
    static constexpr std::size_t kMemoLimit = 65536;

    std::deque<Path> paths_;  // a deque: paths are pointed at
    std::unordered_map<Address, Path*, AddressHash> memo_;
    std::unordered_map<Address, Address, AddressHash> redirected_;  // target -> what the resolver asked
};

}  // namespace rw::lab
