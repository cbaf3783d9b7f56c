// SPDX-License-Identifier: EUPL-1.2
// Queries to servers, and which messages count as their responses.
#include "resolver/upstream/query.h"

#include <doctest/doctest.h>

#include <set>

#include "resolver/base/room.h"
#include "tests/unit/resolver/iterate/response.h"

using rw::OctetBuffer;
using rw::Octets;
using rw::dns::Header;
using rw::dns::Question;
using rw::dns::RRType;
using rw::test::name;
using rw::upstream::Match;
using rw::upstream::QueryForm;

namespace
{

constexpr std::uint16_t id = 1;  // what Response gives

QueryForm form()
{
    QueryForm form;
    form.question = {name("wWw.exAmple.com."), RRType::a, rw::dns::RRClass::in};
    return form;
}

OctetBuffer response(const Question& question, std::uint16_t flags = Header::qr)
{
    rw::Room<std::uint8_t, 512> buffer;
    rw::dns::MessageWriter writer(buffer);
    writer.set_header(id, flags);
    writer.add_question(question);
    const Octets whole = writer.finish();
    return {whole.begin(), whole.end()};
}

}  // namespace

TEST_CASE("a query carries id, question, EDNS with our size and the DO bit")
{
    rw::Room<std::uint8_t, rw::upstream::max_query_octets> buffer;
    const auto view = rw::dns::MessageView::parse(write_query(form(), 0x1234, buffer));
    REQUIRE(view);
    CHECK(view->header().id == 0x1234);
    CHECK(view->question().name.identical(form().question.name));
    REQUIRE(view->edns());
    CHECK(view->edns()->udp_size == 1232);
    CHECK(view->edns()->dnssec_ok);
    CHECK_FALSE(view->header().has(Header::rd));
}

TEST_CASE("only a response with our id and our question in our case is ours")
{
    const QueryForm sent = form();
    CHECK(match(sent, id, response(sent.question)) == Match::response);
    CHECK(match(sent, id + 1, response(sent.question)) == Match::wrong_id);
    CHECK(match(sent, id, response(sent.question, 0)) == Match::not_a_response);
    Question other = sent.question;
    other.name = name("www.example.com.");
    CHECK(match(sent, id, response(other)) == Match::wrong_case);
    other.name = name("www.example.net.");
    CHECK(match(sent, id, response(other)) == Match::wrong_question);
    other = sent.question;
    other.type = RRType::aaaa;
    CHECK(match(sent, id, response(other)) == Match::wrong_question);
    other = sent.question;
    other.rrclass = rw::dns::RRClass::ch;
    CHECK(match(sent, id, response(other)) == Match::wrong_question);
}

TEST_CASE("a response to another kind of operation is not ours")
{
    const QueryForm sent = form();
    for (const unsigned opcode : {1U, 2U, 4U, 5U, 15U}) {
        CAPTURE(opcode);
        CHECK(match(sent, id, response(sent.question, static_cast<std::uint16_t>(Header::qr | opcode << 11))) ==
              Match::not_a_response);
    }
}

TEST_CASE("SECURITY without a question only four errors are taken, and nothing but the error")
{
    const QueryForm sent = form();
    const rw::dns::Name asked = name("www.example.com.");
    for (unsigned rcode = 0; rcode < 16; ++rcode) {
        for (const unsigned flags : {0U, unsigned{Header::aa}, unsigned{Header::tc}, unsigned{Header::ra}}) {
            CAPTURE(rcode);
            CAPTURE(flags);
            OctetBuffer octets(rw::dns::header_octets);
            rw::store_u16(octets.data(), id);
            rw::store_u16(&octets[2], static_cast<std::uint16_t>(Header::qr | flags | rcode));
            octets[7] = 1;  // an answer: www.example.com. A 203.0.113.66
            octets.insert(octets.end(), asked.wire().begin(), asked.wire().end());
            octets.insert(octets.end(), {0, 1, 0, 1, 0, 0, 14, 16, 0, 4, 203, 0, 113, 66});
            const bool known = rcode == 1 || rcode == 2 || rcode == 4 || rcode == 5;
            CHECK(match(sent, id, octets) == (known ? Match::bare_error : Match::wrong_question));
            const auto error = rw::upstream::bare_error(octets);
            CHECK(error.has_value() == known);
            if (error)
                CHECK(static_cast<unsigned>(*error) == rcode);
        }
    }
    CHECK_FALSE(rw::upstream::bare_error(response(sent.question)));
}

TEST_CASE("scraps are no response, and our own id on a broken message is malformed")
{
    const QueryForm sent = form();
    const OctetBuffer whole = response(sent.question);
    CHECK(match(sent, id, Octets(whole).first(5)) == Match::not_a_response);
    OctetBuffer cut = whole;
    cut[7] = 9;  // nine answers that are not there
    CHECK(match(sent, id, cut) == Match::malformed);
}

TEST_CASE("a truncated response whose counts promise more than it holds is ours, and its beginning can be read")
{
    const QueryForm sent = form();
    OctetBuffer cut = response(sent.question, Header::qr | Header::tc);
    cut[7] = 9;  // nine answers that are not there: djbdns
    CHECK(match(sent, id, cut) == Match::cut_short);
    cut.insert(cut.end(), {0xc0, 0x0c, 0, 1, 0, 1, 0, 0});  // a record that ends in its TTL
    CHECK(match(sent, id, cut) == Match::cut_short);
    const OctetBuffer rest = rw::upstream::without_records(cut);
    const auto view = rw::dns::MessageView::parse(rest);
    REQUIRE(view);
    CHECK(view->question() == sent.question);
    CHECK(view->header().has(Header::tc));
    CHECK(view->header().counts == std::array<std::uint16_t, 4>{1, 0, 0, 0});
}

TEST_CASE("a truncated response is ours only with our id and our question in our case")
{
    const QueryForm sent = form();
    const auto cut = [](const Question& question) {
        OctetBuffer octets = response(question, Header::qr | Header::tc);
        octets[7] = 9;
        return octets;
    };
    CHECK(match(sent, id + 1, cut(sent.question)) == Match::wrong_id);
    Question other = sent.question;
    other.name = name("www.example.com.");
    CHECK(match(sent, id, cut(other)) == Match::wrong_case);
    other.name = name("www.example.net.");
    CHECK(match(sent, id, cut(other)) == Match::wrong_question);
    OctetBuffer bare = cut(sent.question);
    bare.resize(rw::dns::header_octets);
    CHECK(match(sent, id, bare) == Match::malformed);
    bare[5] = 0;  // no question at all
    CHECK(match(sent, id, bare) == Match::malformed);
}

TEST_CASE("the case of letters is changed at random, nothing else is")
{
    rw::SeededRandom random(7);
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) {
        auto mixed = name("some.letters-and-0123.example.");
        rw::upstream::randomise_case(mixed, random);
        CHECK(mixed == name("some.letters-and-0123.example."));
        seen.insert(mixed.to_string());
    }
    CHECK(seen.size() > 190);
}

TEST_CASE("the case that a query was given stays out of names that point at the question")
{
    rw::Room<std::uint8_t, 512> buffer;
    rw::dns::MessageWriter writer(buffer);
    writer.set_header(id, Header::qr);
    writer.add_question(form().question);
    const Octets whole = writer.finish();
    OctetBuffer message(whole.begin(), whole.end());
    rw::upstream::forget_case(message);
    const auto view = rw::dns::MessageView::parse(message);
    REQUIRE(view);
    CHECK(view->question().name.identical(name("www.example.com.")));
    CHECK(view->question().type == RRType::a);
    // A name without end does no harm.
    OctetBuffer endless(rw::dns::header_octets, 0);
    endless.insert(endless.end(), {63, 'A', 'B'});
    rw::upstream::forget_case(endless);
    CHECK(endless.back() == 'b');
}
