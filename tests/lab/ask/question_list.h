// SPDX-License-Identifier: EUPL-1.2
// The list of names to ask, as the zone maker wrote it (names.tsv), with the expectation of each.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace rw::lab
{

struct Question {
    std::string name;
    std::string type;
    std::string expect;  // secure, insecure, bogus, broken, varies; empty when the file has two columns only
    std::string kind;
    std::string outcome;  // NOERROR, NODATA, NXDOMAIN, SERVFAIL
};

struct Selection {
    std::string kind;    // only this kind, when not empty
    std::string expect;  // only this expectation; `sound` is secure and insecure
    std::size_t skip = 0;
    std::size_t limit = SIZE_MAX;
    std::uint64_t shuffle = 0;  // seed; 0 keeps the order
};

std::expected<std::vector<Question>, std::string> read_questions(const std::string& file, const Selection& selection);

}  // namespace rw::lab
