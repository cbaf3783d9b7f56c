// SPDX-License-Identifier: EUPL-1.2
// Writes replies: header, question as the client wrote it, the composed links, EDNS with an extended error where there
// is one, truncation. The only place that knows what a client may see.
#pragma once

#include <span>
#include <string_view>

#include "resolver/cache/composer.h"
#include "resolver/dns/message_writer.h"
#include "resolver/frontend/client_query.h"

namespace rw::frontend
{

inline constexpr std::size_t max_reply_octets = 65535;

/// What of the settings shows in replies.
struct ReplyRules {
    std::uint16_t udp_size = 1232;    ///< largest UDP reply, whatever the client offers (RFC 9715)
    std::string_view nsid;            ///< empty: not given
    std::uint16_t tcp_keepalive = 0;  ///< in units of 100 ms (RFC 7828); 0: not given
};

/// An extended error beside an answer (RFC 8914).
struct ExtendedError {
    std::uint16_t code = 0;
    std::string_view text;
};

class ReplyWriter
{
 public:
    /// `out` must hold max_reply_octets and outlive the writer, like the query and the rules.
    ReplyWriter(const ClientQuery& query, const ReplyRules& rules, std::span<std::uint8_t> out);

    /// For cache::Composer.
    [[nodiscard]] dns::MessageWriter& message() { return writer_; }

    /// The reply made from what was composed into message(), and `remark` when the client should know more.
    /// `authoritative`: it begins with data of a zone that is kept here (AA, RFC 1035 §4.1.1).
    Octets finish(const cache::Composer& composed, const ExtendedError& remark = {}, bool authoritative = false);
    /// A reply that says that the query failed; `cached` when that was found out earlier (RFC 9520, EDE 13). `text`
    /// instead of what the failure table says.
    Octets finish(Failure failure, bool cached = false, std::string_view text = {});
    /// A reply with this RCODE and what was written into message(), without AD.
    Octets finish(Rcode rcode, bool authoritative = false);
    /// An empty reply that sends the client to TCP.
    Octets truncate();

 private:
    [[nodiscard]] static std::size_t limit_of(const ClientQuery& query, const ReplyRules& rules);
    Octets close(Rcode rcode, std::uint16_t extra_flags, const ExtendedError& error, bool cached = false);
    void add_extended_error(const ExtendedError& error);

    const ClientQuery& query_;
    const ReplyRules& rules_;
    dns::MessageWriter writer_;
    bool too_many_iterations_ = false;
};

}  // namespace rw::frontend
