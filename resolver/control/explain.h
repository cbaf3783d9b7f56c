// SPDX-License-Identifier: EUPL-1.2
// Why an answer is secure, insecure or bogus, as plain values: each step of its chain of trust, from which server it
// came, and one sentence. Filled by the daemon for `explain`, written as JSON here, shown and drawn by rootwardctl.
#pragma once

#include "resolver/control/json.h"
#include "resolver/control/views.h"

namespace rw::control
{

/// One RRset, or one proof that there is none.
struct ExplainStep {
    std::string kind;  ///< "anchor", "ds", "dnskey", "rrset", "denial"
    dns::Name name;
    dns::RRType type = dns::RRType::none;
    dns::Name zone;                        ///< whose keys were used
    std::optional<std::uint16_t> key_tag;  ///< of the signature that was looked at
    std::string algorithm;                 ///< its mnemonic
    std::string security;                  ///< "secure", "insecure", "bogus", "indeterminate"
    std::string sentence;                  ///< what is wrong, or what was proven; may be empty
    std::optional<Endpoint> server;        ///< who gave it
    std::optional<char> identity;          ///< letter, when that is a root server identity
};

struct ExplainView {
    dns::Name name;
    dns::RRType type = dns::RRType::a;
    Rcode rcode = Rcode::noerror;
    std::string security;
    std::string sentence;  ///< the first thing that is wrong, or why all is well
    std::vector<ExtendedErrorView> errors;
    Duration time{};
    std::vector<ExplainStep> steps;
    std::vector<HopView> hops;
};

[[nodiscard]] OrderedJson to_json(const ExplainView& view);

}  // namespace rw::control
