// SPDX-License-Identifier: EUPL-1.2
// Asks one resolver a list of questions with bounded parallelism and rate, over UDP (again over TCP on TC) or TCP. One
// thread, one poll loop, a socket for each question under way so that a late reply can never be taken for another's.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "tests/lab/ask/question_list.h"
#include "tests/lab/ask/reply.h"

namespace rw::lab
{

struct Server {
    std::string text;
    sockaddr_storage address{};
    socklen_t length = 0;

    // `127.0.0.1`, `127.0.0.1@5353`, `::1@53`
    static std::expected<Server, std::string> parse(const std::string& text);
};

struct AskOptions {
    std::vector<Server> from;  // our own addresses, in turn; none: what the system takes
    unsigned parallel = 64;
    double rate = 0;  // queries a second; 0 is as fast as answers come
    bool tcp = false;
    unsigned tries = 2;
    std::chrono::milliseconds timeout{6000};  // of one try
    QueryOptions query;
};

using OnReply = std::function<void(std::size_t question, const Reply& reply)>;

void ask_all(const Server& server, const std::vector<Question>& questions, const AskOptions& options,
             const OnReply& on_reply);

}  // namespace rw::lab
