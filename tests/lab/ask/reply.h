// SPDX-License-Identifier: EUPL-1.2
// Builds queries and reads replies into what the comparison looks at: rcode, flags, extended errors, and the answer
// section in one canonical presentation (lower-case names, no TTLs, sorted, signatures apart). ldns does the reading.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <vector>

namespace rw::lab
{

struct Reply {
    std::string rcode;  // NOERROR ...; TIMEOUT, MALFORMED or UNREACHABLE when there is no reply to read
    bool tc = false;
    bool ad = false;
    bool aa = false;
    bool ra = false;
    bool over_tcp = false;    // asked again over TCP after TC
    bool has_soa = false;     // in the authority section
    unsigned signatures = 0;  // RRSIGs in the answer section
    std::int64_t microseconds = 0;
    std::vector<unsigned> ede;  // extended error codes (RFC 8914)
    std::vector<std::string> answer;

    // NOERROR, NODATA, NXDOMAIN, SERVFAIL ... : NODATA is NOERROR whose answer holds no record of the type asked.
    [[nodiscard]] std::string outcome(const std::string& type) const;
};

struct QueryOptions {
    bool dnssec_ok = true;
    bool checking_disabled = false;
    unsigned edns_size = 1232;
};

std::expected<std::vector<std::uint8_t>, std::string> build_query(const std::string& name, const std::string& type,
                                                                  const QueryOptions& options);
Reply read_reply(std::span<const std::uint8_t> message);

}  // namespace rw::lab
