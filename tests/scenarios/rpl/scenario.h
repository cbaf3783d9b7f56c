// SPDX-License-Identifier: EUPL-1.2
// A scenario in the field's `.rpl` format (testbound's, as CZ.NIC's Deckard reads it): header, scripted servers and
// steps. What is not known is refused with file and line, so that no scenario passes because it was half understood.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "resolver/base/address.h"
#include "tests/scenarios/message/message.h"

namespace rw::scenarios::rpl
{

/// What of two messages is compared.
struct Match {
    bool opcode = false;
    bool qtype = false;
    bool qname = false;
    bool qcase = false;  ///< name with its case
    bool subdomain = false;
    bool flags = false;
    bool rcode = false;
    bool answer = false;
    bool authority = false;
    bool additional = false;
    bool ttl = false;
    bool edns = false;
    bool nsid = false;
    bool tcp = false;
    bool udp = false;
    bool answertypes = false;   ///< types in the answer section without RRSIG
    bool answerrrsigs = false;  ///< types in the answer section with what RRSIGs cover
};

struct Adjust {
    bool copy_id = false;
    bool copy_query = false;
    bool raw_id = false;
    bool do_not_answer = false;
};

struct Entry {
    std::size_t line = 0;
    Match match;
    Adjust adjust;
    bool mandatory = false;
    Message message;
    std::optional<OctetBuffer> raw;
};

struct Range {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::vector<IpAddress> addresses;
    std::vector<Entry> entries;
};

enum class StepKind : std::uint8_t { query, check_answer, time_passes, reply, check_out_query };

struct Step {
    std::uint32_t number = 0;
    std::size_t line = 0;
    StepKind kind = StepKind::query;
    std::chrono::seconds elapse{};
    std::optional<Entry> entry;
};

struct HeaderLine {
    std::size_t line = 0;
    std::string key;
    std::string value;
};

struct Scenario {
    std::filesystem::path file;
    std::string title;
    std::vector<HeaderLine> header;
    std::vector<Range> ranges;
    std::vector<Step> steps;
};

[[nodiscard]] Result<Scenario> read(const std::filesystem::path& file);
[[nodiscard]] Result<Scenario> parse(const std::filesystem::path& file, std::string_view content);

/// Why `got` does not match `entry`; nothing when it does. `stream`: `got` came over TCP.
[[nodiscard]] std::optional<std::string> mismatch(const Entry& entry, const Message& got, bool stream);

/// The entry as a reply to `query`.
[[nodiscard]] Message adjusted(const Entry& entry, const Message& query);

}  // namespace rw::scenarios::rpl
