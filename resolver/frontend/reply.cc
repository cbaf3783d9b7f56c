// SPDX-License-Identifier: EUPL-1.2
// Writing replies.
#include "resolver/frontend/reply.h"

#include <algorithm>

#include "resolver/base/room.h"
#include "resolver/dns/edns_option.h"

namespace rw::frontend
{

namespace
{

using dns::Header;

constexpr std::size_t ede_text_limit = 120;
constexpr std::uint16_t ede_iterations = 27;
constexpr std::size_t opt_octets = 11;

ExtendedError cached_error()
{
    const FailureFact& row = fact(Failure::cached_failure);
    return {row.ede.value_or(0), row.text};
}

}  // namespace

std::size_t ReplyWriter::limit_of(const ClientQuery& query, const ReplyRules& rules)
{
    if (query.client.transport == Transport::tcp)
        return max_reply_octets;
    return query.edns ? std::min(query.udp_size, rules.udp_size) : std::size_t{512};
}

ReplyWriter::ReplyWriter(const ClientQuery& query, const ReplyRules& rules, std::span<std::uint8_t> out)
    : query_(query), rules_(rules), writer_(out.first(std::min(out.size(), limit_of(query, rules))))
{
    writer_.set_header(query.id, 0);
    if (query.has_question)
        writer_.add_question(query.question);
    writer_.reserve(query.edns ? opt_octets : 0);
}

Octets ReplyWriter::finish(const cache::Composer& composed, const ExtendedError& remark, bool authoritative)
{
    // AD for those who can read it (RFC 6840 §5.8), and never with CD, where nothing need have been checked.
    const bool authentic =
        composed.authentic() && (query_.dnssec_ok || query_.authentic_wanted) && !query_.checking_disabled;
    const auto flags = static_cast<std::uint16_t>(
        (authentic ? Header::ad : 0) | (composed.truncated() ? Header::tc : 0) | (authoritative ? Header::aa : 0));
    too_many_iterations_ = composed.too_many_iterations();
    return close(composed.rcode(), flags, remark);
}

Octets ReplyWriter::finish(Failure failure, bool cached, std::string_view text)
{
    const FailureFact& row = fact(failure);
    const ExtendedError error{row.ede.value_or(0), text.empty() ? row.text : text};
    return close(row.rcode, 0, row.ede ? error : ExtendedError{}, cached);
}

Octets ReplyWriter::finish(Rcode rcode, bool authoritative)
{
    return close(rcode, authoritative ? Header::aa : std::uint16_t{0}, {});
}

Octets ReplyWriter::truncate()
{
    return close(Rcode::noerror, Header::tc, {});
}

void ReplyWriter::add_extended_error(const ExtendedError& error)
{
    Room<std::uint8_t, 2 + ede_text_limit> option;
    store_u16(option.data(), error.code);
    const Octets text = octets_of(error.text.substr(0, ede_text_limit));
    std::ranges::copy(text, option.begin() + 2);
    writer_.add_option(dns::edns_option::extended_error, Octets(option).first(2 + text.size()));
}

Octets ReplyWriter::close(Rcode rcode, std::uint16_t extra_flags, const ExtendedError& error, bool cached)
{
    const auto code = static_cast<std::uint16_t>(rcode);
    const auto opcode = static_cast<std::uint16_t>(static_cast<unsigned>(query_.opcode) << 11);
    const auto flags = static_cast<std::uint16_t>(Header::qr | Header::ra | opcode | extra_flags |
                                                  (query_.recursion_desired ? Header::rd : 0) |
                                                  (query_.checking_disabled ? Header::cd : 0) | (code & 0xfU));
    writer_.set_flags(flags);
    writer_.release();
    if (!query_.edns)
        return writer_.finish();
    writer_.begin_edns(rules_.udp_size, static_cast<std::uint8_t>(code >> 4), query_.dnssec_ok);
    if (!error.text.empty())
        add_extended_error(error);
    if (cached)
        add_extended_error(cached_error());
    if (too_many_iterations_)
        add_extended_error({ede_iterations, "NSEC3 with more than 50 iterations is treated as insecure"});
    if (query_.nsid_wanted && !rules_.nsid.empty())
        writer_.add_option(dns::edns_option::nsid, octets_of(rules_.nsid));
    if (query_.keepalive_wanted && query_.client.transport == Transport::tcp && rules_.tcp_keepalive != 0) {
        Room<std::uint8_t, 2> timeout;
        store_u16(timeout.data(), rules_.tcp_keepalive);
        writer_.add_option(dns::edns_option::keepalive, timeout);
    }
    return writer_.finish();
}

}  // namespace rw::frontend
