// SPDX-License-Identifier: EUPL-1.2
// What a resolution came to: the links of the answer in owned form, or why there is none. Shared read-only by all who
// waited for the same question.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "resolver/base/failure.h"
#include "resolver/cache/answer_cache.h"
#include "resolver/dns/rrset.h"

namespace rw::iterate
{

/// One link of an answer: an alias, or the RRset or denial at the end.
struct Link {
    dns::Name name;
    dns::RRType type = dns::RRType::none;
    cache::EntryFacts facts;  ///< its rank says what the response that it is from was asked, and by whose authority
    std::vector<dns::RRset> records;
    std::vector<dns::RRset> proof;
    std::uint32_t ttl = 0;
    dns::Name prover{};  ///< zone whose keys `proof` was verified with, when it was
    /// The wildcard whose signed RRset this is, given for another name, when the validator found so.
    std::optional<dns::Name> expanded_from{};

    [[nodiscard]] cache::Answer answer() const { return {name, type, facts, records, proof}; }
};

/// Where an answer came from, for statistics.
enum class Source : std::uint8_t {
    servers,    ///< somebody was asked
    knowledge,  ///< what was cached, or follows from it (RFC 8020, RFC 8198)
    local,      ///< the operator's own data
};

struct Outcome {
    std::vector<Link> links;
    std::optional<Failure> failure;
    std::string detail;  ///< what exactly failed, for logs and `explain`; may be empty
    /// The stub or forward zone that does not validate, when that is why.
    std::optional<dns::Name> configured_zone{};
    Source source = Source::servers;
};

}  // namespace rw::iterate
