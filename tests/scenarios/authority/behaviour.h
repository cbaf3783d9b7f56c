// SPDX-License-Identifier: EUPL-1.2
// How a simulated server departs from what a good one does: rules that pick queries and say what becomes of them. The
// first rule that fits a query decides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "resolver/base/clock.h"
#include "tests/scenarios/message/message.h"

namespace rw::scenarios
{

/// Which queries a rule is for; what is not set does not matter.
struct Picks {
    std::optional<dns::Name> name;
    std::optional<dns::Name> below;  ///< at or below
    std::optional<dns::RRType> type;
    std::optional<bool> stream;
    std::optional<bool> edns;
    std::uint32_t first = 1;           ///< of the queries that fit otherwise: the first that counts
    std::uint32_t last = 0xffff'ffff;  ///< and the last

    [[nodiscard]] bool counts() const { return first != 1 || last != 0xffff'ffff; }
    bool operator==(const Picks&) const = default;
};

/// Records of a message in presentation format; "$NAME" stands for the name asked, "$TYPE" for the type.
struct SectionTexts {
    std::string answer;
    std::string authority;
    std::string additional;
    bool operator==(const SectionTexts&) const = default;
};

/// A reply written out, in place of what the zone says.
struct WrittenReply {
    std::uint16_t rcode = 0;
    std::uint16_t flags = 0;  ///< QR and RD come by themselves
    SectionTexts sections;
    bool operator==(const WrittenReply&) const = default;
};

enum class EdnsManner : std::uint8_t {
    proper,
    ignored,  ///< answers without OPT
    formerr,  ///< FORMERR without OPT to queries with OPT
    badvers,  ///< BADVERS to queries with OPT
    dropped   ///< queries with OPT are lost
};

enum class StreamManner : std::uint8_t {
    proper,
    refuse,
    ignore,
    close,
    half,
    drip,
    once,  ///< one answer, then the connection ends
    mute   ///< this query and all that follow on the connection are lost
};

/// Forged datagrams that arrive before the real answer.
struct Forgery {
    std::uint32_t count = 0;
    bool right_id = false;
    bool lower_case = false;  ///< of the question's name
    SectionTexts sections;
    bool operator==(const Forgery&) const = default;
};

struct Rule {
    Picks picks;
    std::uint32_t seen = 0;  ///< queries that fitted

    bool drop = false;
    bool unreachable = false;
    bool lame = false;  ///< REFUSED for what it does not serve is part of the scenario
    Duration delay{};
    Duration jitter{};
    std::optional<std::uint16_t> rcode;  ///< with empty sections
    std::optional<WrittenReply> reply;
    std::optional<OctetBuffer> octets;  ///< sent as they are, behind the id of the query
    bool no_aa = false;
    bool truncate = false;
    bool wrong_id = false;
    bool not_a_response = false;
    bool lower_case = false;
    bool no_question = false;
    std::optional<dns::Name> wrong_question;
    SectionTexts junk;        ///< added to the reply
    SectionTexts junk_first;  ///< put in front of what the section holds
    bool spoil = false;       ///< one bit of each signature is wrong
    EdnsManner edns = EdnsManner::proper;
    StreamManner stream = StreamManner::proper;
    Duration drip_every{};
    Forgery forged;
    std::uint32_t copies = 1;
    bool operator==(const Rule&) const = default;
};

/// Whether `rules` in the place of `present` change anything. Rules that count queries begin anew.
[[nodiscard]] inline bool has_effect(std::vector<Rule> present, const std::vector<Rule>& rules)
{
    for (Rule& rule : present) {
        if (!rule.picks.counts())
            rule.seen = 0;
    }
    return present != rules;
}

}  // namespace rw::scenarios
