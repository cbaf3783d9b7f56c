// SPDX-License-Identifier: EUPL-1.2
// A stub resolver for commands: one question to one resolver, UDP first, again when nothing comes, TCP when the reply
// is truncated. Blocking, with deadlines. Knows no daemon: it asks any resolver.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "resolver/base/address.h"
#include "resolver/base/failure.h"
#include "resolver/base/random.h"
#include "resolver/base/result.h"
#include "resolver/dns/message_view.h"

namespace rw::ctl
{

/// UDP tries, and how long each waits: a resolver that answers at all does so within 5 s.
inline constexpr unsigned udp_tries = 3;
inline constexpr std::chrono::milliseconds udp_patience{2500};
inline constexpr std::chrono::milliseconds tcp_patience{6000};

/// What matters of a reply.
struct DnsReply {
    Rcode rcode = Rcode::noerror;
    bool authentic = false;            ///< AD
    std::vector<std::string> answers;  ///< "owner type rdata", lower-case owners, sorted, without RRSIGs

    bool operator==(const DnsReply&) const = default;
};

/// Asks with RD and AD set, so that the resolver tells whether it validated. The error says what went wrong.
[[nodiscard]] Result<DnsReply> ask_resolver(const Endpoint& resolver, const dns::Question& question, Random& random);

/// `message` as DnsReply; nothing when it is no response to `question` with this id.
[[nodiscard]] std::optional<DnsReply> read_reply(Octets message, const dns::Question& question, std::uint16_t id);

}  // namespace rw::ctl
