// SPDX-License-Identifier: EUPL-1.2
// Reading queries of clients.
#include "resolver/frontend/client_query.h"

#include "resolver/dns/edns_option.h"

namespace rw::frontend
{

namespace
{

/// What stands in messages for other purposes or in type bitmaps only (OPT, TSIG, NXNAME) is no question (RFC 9824
/// §3.5, RFC 6895 §3.1), and no QTYPE is left besides ANY and transfers: MAILA and MAILB asked for types that are no
/// more.
std::optional<Failure> judge_type(dns::RRType type)
{
    if (type == dns::RRType::axfr || type == dns::RRType::ixfr)
        return Failure::unsupported_transfer;
    if (dns::is_meta(type) && type != dns::RRType::any)
        return Failure::invalid_type;
    return std::nullopt;
}

std::optional<Failure> judge(const ClientQuery& query, const dns::MessageView& message)
{
    if (query.opcode != dns::Opcode::query)
        return Failure::unsupported_opcode;
    if (!query.has_question)
        return Failure::malformed_query;
    if (message.edns() && message.edns()->version != 0)
        return Failure::unsupported_edns_version;
    // A query carries no answers (RFC 1035 §4.1.1); cookies, TSIG and OPT stand in the additional section.
    if (message.header().counts[1] != 0 || message.header().counts[2] != 0)
        return Failure::malformed_query;
    if (dns::is_reserved(query.question.type) || dns::is_reserved(query.question.rrclass))
        return Failure::malformed_query;
    if (query.question.rrclass != dns::RRClass::in && query.question.rrclass != dns::RRClass::ch)
        return Failure::unsupported_class;
    return judge_type(query.question.type);
}

void read_edns(ClientQuery& query, const dns::Edns& edns)
{
    query.edns = true;
    query.dnssec_ok = edns.dnssec_ok;
    query.udp_size = edns.udp_size;
    dns::for_each_option(edns.options, [&](std::uint16_t code, Octets) {
        query.nsid_wanted |= code == dns::edns_option::nsid;
        query.keepalive_wanted |= code == dns::edns_option::keepalive;
    });
}

}  // namespace

std::expected<ReadQuery, Dropped> read_query(Octets message, const Client& client)
{
    if (message.size() < dns::header_octets)
        return std::unexpected(Dropped::too_short);
    const std::uint16_t flags = load_u16(&message[2]);
    if ((flags & dns::Header::qr) != 0)
        return std::unexpected(Dropped::response);
    ReadQuery read;
    ClientQuery& query = read.query;
    query.client = client;
    query.id = load_u16(message.data());
    query.opcode = static_cast<dns::Opcode>(flags >> 11 & 0xf);
    query.recursion_desired = (flags & dns::Header::rd) != 0;
    query.checking_disabled = (flags & dns::Header::cd) != 0;
    query.authentic_wanted = (flags & dns::Header::ad) != 0;
    const auto view = dns::MessageView::parse(message);
    if (!view) {
        read.failure = query.opcode == dns::Opcode::query ? Failure::malformed_query : Failure::unsupported_opcode;
        return read;
    }
    if (view->has_question()) {
        query.has_question = true;
        query.question = view->question();
    }
    if (view->edns())
        read_edns(query, *view->edns());
    read.failure = judge(query, *view);
    return read;
}

}  // namespace rw::frontend
