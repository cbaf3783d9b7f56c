// SPDX-License-Identifier: EUPL-1.2
// One question about the root's own records to one root server: UDP, then TCP when the answer was truncated. Counted by
// purpose. Used by priming and monitor, whose questions are few and may wait; live queries go through iterate/round.
#pragma once

#include <optional>

#include "config/settings.h"
#include "resolver/base/random.h"
#include "resolver/io/network.h"
#include "resolver/io/task.h"
#include "resolver/root/query_budget.h"
#include "resolver/root/root_board.h"
#include "resolver/root/root_counts.h"
#include "resolver/root/root_servers.h"
#include "resolver/upstream/server_stats.h"
#include "resolver/upstream/tcp_pool.h"

namespace rw::root
{

/// What the background work on the root uses; all borrowed, and outlives it.
struct RootContext {
    const config::Settings& settings;
    io::Scheduler& scheduler;
    io::Network& network;
    Random& random;
    upstream::TcpPool& tcp;
    upstream::ServerStats& stats;
    RootServers& servers;
    RootCounts& counts;
    QueryBudget& budget;
    RootBoard& board;
};

struct ApexQuestion {
    Endpoint server;
    std::optional<config::IdentityLetter> letter;
    dns::RRType type = dns::RRType::soa;
    Purpose purpose = Purpose::monitor;
    Duration patience{};
    bool dnssec_ok = true;
};

struct ApexReply {
    bool sent = false;      ///< false: the budget has no token, or the network is not there
    bool no_way = false;    ///< this host has no route or no socket
    bool answered = false;  ///< a message came that can be parsed
    bool tcp = false;
    Duration rtt{};  ///< of the exchange that brought it
    OctetBuffer message;
};

/// `context` must outlive the task.
io::Task<ApexReply> ask_apex(const RootContext& context, ApexQuestion question);

}  // namespace rw::root
