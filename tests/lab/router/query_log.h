// SPDX-License-Identifier: EUPL-1.2
// An optional log of the DNS queries that crossed the router, one line each, for tests that must say who was asked
// what. Fields, tab-separated: nanoseconds since the epoch, path, server address, udp|tcp, QNAME, QTYPE number,
// delivered|lost|cut, source port.
#pragma once

#include <cstdint>
#include <cstdio>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "tests/lab/router/packet.h"

namespace rw::lab
{

class QueryLog
{
 public:
    std::expected<void, std::string> open(const std::string& file);
    void close();
    [[nodiscard]] bool is_open() const { return file_ != nullptr; }
    void add(std::string_view path, const PacketHeaders& headers, const Question& question, std::string_view outcome);
    // Called whenever the router is about to wait, so that a reader sees everything that happened.
    void flush();

 private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::unique_ptr<std::FILE, Close> file_;
    bool dirty_ = false;
};

}  // namespace rw::lab
