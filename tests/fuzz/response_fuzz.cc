// SPDX-License-Identifier: EUPL-1.2
// Whether a message is the response to a query of ours: no field that its sender chooses leaves out the check of id,
// question and case. The first octet says how the question that was asked differs from the message's; the rest is the
// message.
#include "resolver/upstream/query.h"
#include "tests/fuzz/harness.h"

using rw::OctetBuffer;
using rw::Octets;
using rw::dns::MessageView;
using rw::fuzz::must;
using rw::upstream::Match;

namespace
{

enum class Asked : std::uint8_t { the_same, other_case, other_type, other_name };

rw::upstream::QueryForm form_for(Octets message, Asked asked)
{
    rw::upstream::QueryForm form;
    const OctetBuffer alone =
        message.size() >= rw::dns::header_octets ? rw::upstream::without_records(message) : OctetBuffer{};
    const auto view = MessageView::parse(alone);
    if (view && view->has_question())
        form.question = view->question();
    if (asked == Asked::other_case) {
        for (std::uint8_t& octet : form.question.name.octets_for_case()) {
            const std::uint8_t small = rw::dns::lower(octet);
            if (small >= 'a' && small <= 'z')
                octet = octet == small ? static_cast<std::uint8_t>(small - 32) : small;
        }
    }
    if (asked == Asked::other_type)
        form.question.type =
            rw::dns::RRType{static_cast<std::uint16_t>(static_cast<unsigned>(form.question.type) ^ 1U)};
    if (asked == Asked::other_name)
        form.question.name =
            form.question.name.is_root() ? *rw::dns::Name::parse("other.") : form.question.name.parent();
    return form;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    if (size < 3)
        return 0;
    const auto asked = static_cast<Asked>(input[0] % 4);
    const Octets message(input + 1, size - 1);
    const rw::upstream::QueryForm form = form_for(message, asked);
    const std::uint16_t id = rw::load_u16(message.data());
    const Match match = rw::upstream::match(form, id, message);
    must(rw::upstream::match(form, static_cast<std::uint16_t>(id + 1), message) == Match::wrong_id ||
             match == Match::not_a_response,
         "another id is another query's");
    if (match == Match::response || match == Match::cut_short) {
        const OctetBuffer alone = rw::upstream::without_records(message);
        const auto view = MessageView::parse(alone);
        must(view && view->has_question() && view->question() == form.question &&
                 view->question().name.identical(form.question.name),
             "a response repeats the question in its case");
    }
    const auto error = rw::upstream::bare_error(message);
    if (match == Match::bare_error) {
        must(error.has_value(), "an error without a question is one of four");
        must(rw::load_u16(&message[4]) == 0, "and has no question");
    }
    return 0;
}
