// SPDX-License-Identifier: EUPL-1.2
// What an operator can see of a running daemon, as plain values: filled by the daemon, written as JSON by json.cc,
// shown by rootwardctl. No view holds a reference into a worker's state, so that it can cross threads.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/print.h"
#include "config/problem.h"
#include "resolver/base/address.h"
#include "resolver/base/clock.h"
#include "resolver/base/failure.h"
#include "resolver/dns/name.h"
#include "resolver/dns/rrset.h"
#include "resolver/dns/rrtype.h"

namespace rw::control
{

struct ContinuityView {
    std::string state = "normal";
    std::optional<std::string> statement;
    std::optional<WallSeconds> since;
    std::optional<WallSeconds> until;
};

struct StatusView {
    std::string version;
    std::chrono::seconds uptime{};
    std::string root_in_use = "iana";
    std::optional<std::uint32_t> mirror_serial;
    ContinuityView continuity;
    std::string validation = "off";  ///< "on", "off", or why it does not work
    std::uint32_t workers = 0;
    std::vector<std::string> listening;  ///< "127.0.0.1:53 dns"
    bool primed = false;
    std::uint32_t tcp_connections = 0;   ///< of clients, over all workers
    std::optional<std::string> metrics;  ///< where metrics and health are to be served
};

/// One address of a root server identity.
struct RootAddressView {
    IpAddress address;
    std::string state;  ///< "good", "unmeasured", "failing", "stale", "tampered", "unconfirmed", "off"
    std::optional<Duration> srtt;
    std::optional<std::uint32_t> serial = std::nullopt;
    bool serial_validated = false;
    std::optional<std::string> nsid = std::nullopt;  ///< what the instance calls itself; not authenticated
};

/// Datagrams and TCP queries to one identity for one purpose.
struct RootQueriesView {
    std::string purpose;  ///< "resolution", "priming", "monitor", "transfer"
    std::uint64_t sent = 0;
    std::uint64_t answered = 0;
    std::uint64_t timeout = 0;
};

/// One identity against RSSAC047v2; nothing: too few samples.
struct RootHealthView {
    std::uint32_t samples = 0;
    std::optional<double> availability;           ///< share, threshold 0.96
    std::optional<Duration> latency;              ///< median over UDP, threshold 250 ms
    std::optional<double> correctness;            ///< share, threshold 1
    std::optional<Duration> publication_latency;  ///< median, threshold 65 min
};

struct RootIdentityView {
    char letter = 'a';
    std::string operator_name;
    std::string jurisdiction;                ///< of the operator, ISO 3166-1
    std::vector<RootAddressView> addresses;  ///< the one in use first
    std::string tier;                        ///< "preferred", "other"
    std::optional<std::uint32_t> serial;
    bool serial_validated = false;
    std::optional<std::string> nsid;  ///< what the instance calls itself; not authenticated
    RootHealthView health;
    std::vector<RootQueriesView> queries;
};

/// Something about the root servers that an operator should know.
struct RootEventView {
    WallSeconds at{};
    std::string name;      ///< "stale", "caught-up", "path-tampering", "split-view", ...
    std::string severity;  ///< "notice", "high", "critical"
    std::optional<char> identity;
    std::optional<IpAddress> address;
    std::string text;
};

/// The budget for queries to the root.
struct RootBudgetView {
    std::uint32_t per_second = 0;
    std::uint32_t burst = 0;
    std::uint64_t refused = 0;  ///< questions that got neither a query nor a place in the queue
};

/// Resolution queries to the root in one span of time.
struct ShareView {
    std::uint64_t sent_preferred = 0;
    std::uint64_t sent_total = 0;
    std::uint64_t answered_preferred = 0;
    std::uint64_t answered_total = 0;
    // queries that were not sent to preferred identities, by reason
    std::uint64_t other_timeout = 0;
    std::uint64_t other_stale = 0;
    std::uint64_t other_mode = 0;
};

struct RootStateView {
    std::string mode;  ///< root.mode
    std::vector<RootIdentityView> identities;
    ShareView last_hour;
    ShareView last_day;
    ShareView since_start;
    std::optional<std::uint32_t> reference_serial;  ///< the newest one whose SOA signature was right
    RootBudgetView budget;
    std::vector<RootEventView> events;  ///< newest first
};

struct LookupRequest {
    dns::Name name;
    dns::RRType type = dns::RRType::a;
};

/// One exchange with a server on the way to an answer.
struct HopView {
    dns::Name zone;
    dns::Name question;
    dns::RRType type = dns::RRType::none;
    Endpoint server;
    std::optional<char> identity;  ///< letter, when the server is a root server identity
    std::string transport;         ///< "udp", "tcp"
    std::optional<Duration> time;  ///< nothing when no answer came
    std::string outcome;           ///< "referral", "answer", "timeout", ...
};

struct ExtendedErrorView {
    std::uint16_t code = 0;
    std::string text;
};

struct LookupView {
    dns::Name name;
    dns::RRType type = dns::RRType::a;
    Rcode rcode = Rcode::noerror;
    std::string security;  ///< "secure", "insecure", "bogus", "indeterminate" (RFC 4035 §4.3)
    std::vector<ExtendedErrorView> errors;
    bool cached = false;
    Duration time{};
    std::vector<dns::RRset> answer;
    std::vector<dns::RRset> authority;
    std::vector<HopView> hops;
};

struct CacheView {
    std::uint64_t capacity_octets = 0;
    std::uint64_t used_octets = 0;
    std::uint64_t index_octets = 0;
    std::uint64_t entries = 0;
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::uint64_t inserted = 0;
    std::uint64_t evicted = 0;
    std::uint64_t expired = 0;
    std::uint64_t refused = 0;
};

/// What is known about one address of a name server.
struct ServerView {
    std::optional<dns::Name> name;  ///< none when the operator configured an address
    Endpoint address;
    std::optional<Duration> srtt;
    std::uint32_t timeouts_in_row = 0;
    bool edns = true;
    bool keeps_case = true;
    bool lame = false;
};

struct ZoneServersView {
    dns::Name zone;      ///< the closest enclosing one whose servers are known
    std::string source;  ///< "stub-zone", "forward-zone", "delegation" (of its parent, cached) or "root"
    std::vector<ServerView> servers;
    std::vector<dns::Name> without_address;
};

struct InflightView {
    dns::Name name;
    dns::RRType type = dns::RRType::none;
    std::string stage;  ///< what it waits for
    Duration age{};
    std::uint32_t waiters = 0;
};

/// A question that failed lately.
struct FailedView {
    dns::Name name;
    dns::RRType type = dns::RRType::none;
    std::string reason;                ///< name of the failure
    std::string text;                  ///< what clients are told
    std::optional<std::uint16_t> ede;  ///< INFO-CODE of RFC 8914
    std::string detail;                ///< what exactly went wrong; may be empty
    Duration ago{};
    std::uint64_t count = 0;
};

struct ReloadView {
    std::string file;
    std::vector<config::Problem> problems;  ///< not empty: nothing was changed
    std::vector<config::Change> changes;
};

}  // namespace rw::control
