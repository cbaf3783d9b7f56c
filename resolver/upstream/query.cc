// SPDX-License-Identifier: EUPL-1.2
// Queries to name servers and the matching of responses.
#include "resolver/upstream/query.h"

#include <algorithm>

#include "resolver/dns/edns_option.h"
#include "resolver/dns/message_writer.h"

namespace rw::upstream
{

namespace
{

constexpr std::size_t question_fixed_octets = 4;  // type and class
constexpr std::size_t first_record_count = 6;     // where ANCOUNT stands

/// Whether the question of `message` is the one that was sent; `ours` when it is.
Match match_question(const QueryForm& form, const dns::MessageView& message, Match ours)
{
    const dns::Question question = message.question();
    if (question != form.question)
        return Match::wrong_question;
    return question.name.identical(form.question.name) ? ours : Match::wrong_case;
}

}  // namespace

Octets write_query(const QueryForm& form, std::uint16_t id, Room<std::uint8_t, max_query_octets>& buffer)
{
    using dns::Header;
    dns::MessageWriter writer(buffer);
    writer.set_header(id, static_cast<std::uint16_t>((form.recursion_desired ? Header::rd : 0) |
                                                     (form.checking_disabled ? Header::cd : 0)));
    writer.add_question(form.question);
    if (form.edns) {
        writer.begin_edns(form.udp_size, 0, form.dnssec_ok);
        if (form.nsid)
            writer.add_option(dns::edns_option::nsid, {});
    }
    return writer.finish();
}

void randomise_case(dns::Name& name, Random& random)
{
    std::uint64_t bits = 0;
    unsigned left = 0;
    for (std::uint8_t& octet : name.octets_for_case()) {
        const std::uint8_t small = dns::lower(octet);
        if (small < 'a' || small > 'z')
            continue;
        if (left == 0) {
            bits = random.u64();
            left = 64;
        }
        octet = (bits & 1) != 0 ? static_cast<std::uint8_t>(small - 32) : small;
        bits >>= 1;
        --left;
    }
}

void forget_case(std::span<std::uint8_t> message)
{
    for (std::size_t at = dns::header_octets; at < message.size() && message[at] != 0;) {
        const std::size_t end = std::min<std::size_t>(at + 1U + message[at], message.size());
        while (++at < end)
            message[at] = dns::lower(message[at]);
    }
}

OctetBuffer without_records(Octets message)
{
    const auto end = dns::NameReader::check(message, dns::header_octets);
    if (load_u16(&message[4]) != 1 || !end || message.size() - *end < question_fixed_octets)
        return {};
    OctetBuffer alone(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(*end + question_fixed_octets));
    std::fill(alone.begin() + first_record_count, alone.begin() + dns::header_octets, std::uint8_t{0});
    return alone;
}

namespace
{

/// Judges a message whose id is ours and that cannot be parsed as a whole. TC counts before the records do, because
/// nothing of a truncated response is used (RFC 2181 §9).
Match match_broken(const QueryForm& form, Octets message)
{
    if ((load_u16(&message[2]) & dns::Header::tc) == 0)
        return Match::malformed;
    const OctetBuffer alone = without_records(message);
    const auto view = dns::MessageView::parse(alone);
    return view ? match_question(form, *view, Match::cut_short) : Match::malformed;
}

}  // namespace

std::optional<Rcode> bare_error(Octets message)
{
    if (message.size() < dns::header_octets || load_u16(&message[4]) != 0)
        return std::nullopt;
    const auto rcode = static_cast<Rcode>(load_u16(&message[2]) & 0xf);
    switch (rcode) {
        case Rcode::formerr:
        case Rcode::servfail:
        case Rcode::notimp:
        case Rcode::refused:
            return rcode;
        default:
            return std::nullopt;
    }
}

Match match(const QueryForm& form, std::uint16_t id, Octets message)
{
    constexpr std::uint16_t opcode = 0x7800;
    if (message.size() < dns::header_octets || (load_u16(&message[2]) & (dns::Header::qr | opcode)) != dns::Header::qr)
        return Match::not_a_response;
    if (load_u16(message.data()) != id)
        return Match::wrong_id;
    const auto view = dns::MessageView::parse(message);
    if (!view)
        return match_broken(form, message);
    if (!view->has_question())
        return bare_error(message) ? Match::bare_error : Match::wrong_question;
    return match_question(form, *view, Match::response);
}

}  // namespace rw::upstream
