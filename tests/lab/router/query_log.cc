// SPDX-License-Identifier: EUPL-1.2
// Implements query_log.h.
#include "tests/lab/router/query_log.h"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>

namespace rw::lab
{

std::expected<void, std::string> QueryLog::open(const std::string& file)
{
    file_.reset(std::fopen(file.c_str(), "ae"));
    if (!file_) {
        return std::unexpected("cannot open " + file + ": " + std::strerror(errno));
    }
    return {};
}

void QueryLog::close()
{
    file_.reset();
}

void QueryLog::add(std::string_view path, const PacketHeaders& headers, const Question& question,
                   std::string_view outcome)
{
    if (!file_) {
        return;
    }
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const std::string line =
        fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", std::chrono::nanoseconds(now).count(), path,
                    headers.destination.text(), headers.transport == Transport::tcp ? "tcp" : "udp", question.name,
                    question.type, outcome, headers.source_port);
    std::fwrite(line.data(), 1, line.size(), file_.get());
    dirty_ = true;
}

void QueryLog::flush()
{
    if (dirty_ && file_) {
        std::fflush(file_.get());
    }
    dirty_ = false;
}

}  // namespace rw::lab
