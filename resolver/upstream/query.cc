// SPDX-License-Identifier: EUPL-1.2
// Queries to name servers and the matching of responses.
#include "resolver/upstream/query.h"

#include "resolver/dns/message_writer.h"

namespace rw::upstream
{

namespace
{

constexpr std::uint16_t nsid_option = 3;

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
            writer.add_option(nsid_option, {});
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

Match match(const QueryForm& form, std::uint16_t id, Octets message)
{
    if (message.size() < dns::header_octets || (load_u16(&message[2]) & dns::Header::qr) == 0)
        return Match::not_a_response;
    if (load_u16(message.data()) != id)
        return Match::wrong_id;
    const auto view = dns::MessageView::parse(message);
    if (!view)
        return Match::malformed;
    if (!view->has_question())
        return view->header().rcode_low() != 0 ? Match::response : Match::wrong_question;
    const dns::Question question = view->question();
    if (question != form.question)
        return Match::wrong_question;
    return question.name.identical(form.question.name) ? Match::response : Match::wrong_case;
}

}  // namespace rw::upstream
