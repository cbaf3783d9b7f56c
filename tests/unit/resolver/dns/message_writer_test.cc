// SPDX-License-Identifier: EUPL-1.2
// Writing messages: what fits is whole, what does not leaves no trace.
#include "resolver/dns/message_writer.h"

#include <doctest/doctest.h>

#include <array>
#include <vector>

#include "tests/unit/annotated.h"

using namespace rw::dns;
using rw::OctetBuffer;
using rw::Octets;
using rw::octets_of;
using rw::test::annotated;

namespace
{

const Question question{Name::parse("example").value(), RRType::a, RRClass::in};
const OctetBuffer ipv4 = annotated("c0000201");

void add_address(MessageWriter& writer)
{
    writer.add_record(Section::answer, question.name, RRType::a, RRClass::in, 3600, ipv4);
}

}  // namespace

TEST_CASE("a response is written octet for octet")
{
    std::array<std::uint8_t, 512> buffer{};
    MessageWriter writer(buffer);
    writer.set_header(0x2b67, Header::qr | Header::aa);
    writer.add_question(question);
    add_address(writer);
    writer.begin_edns(1232, 0, true);
    writer.add_option(15, annotated("0016"));
    const OctetBuffer expected = annotated(R"(
        2b67 8400 0001 0001 0000 0001
        'example' 00 0001 0001
        'example' 00 0001 0001 00000e10 0004 c0000201
        00 0029 04d0 00008000 0006  000f 0002 0016
    )");
    CHECK(rw::equal(writer.finish(), expected));
    CHECK_FALSE(writer.overflowed());
}

TEST_CASE("what is written can be read")
{
    std::array<std::uint8_t, 512> buffer{};
    MessageWriter writer(buffer);
    writer.set_header(7, Header::qr);
    writer.add_question(question);
    writer.add_record(Section::authority, Name{}, RRType::ns, RRClass::in, 1, annotated("'ns' 00"));
    writer.begin_edns(4096, 1, false, 0);
    const auto view = MessageView::parse(writer.finish());
    REQUIRE(view);
    CHECK(view->question() == question);
    CHECK(view->records(Section::authority).size() == 1);
    CHECK(view->rcode() == rw::Rcode::badvers);
    CHECK(view->edns()->udp_size == 4096);
    CHECK_FALSE(view->edns()->dnssec_ok);
}

TEST_CASE("flags can be changed after the records")
{
    std::array<std::uint8_t, 64> buffer{};
    MessageWriter writer(buffer);
    writer.set_header(7, Header::qr);
    writer.add_question(question);
    writer.set_flags(writer.flags() | Header::tc);
    CHECK(writer.flags() == (Header::qr | Header::tc));
    CHECK(MessageView::parse(writer.finish())->header().has(Header::tc));
}

TEST_CASE("a record that does not fit leaves the message as it was")
{
    // Header 12, question 13, record 23 octets: room for one record and all but one octet of the second.
    std::vector<std::uint8_t> buffer(12 + 13 + 23 + 22);
    MessageWriter writer(buffer);
    writer.set_header(7, Header::qr);
    writer.add_question(question);
    add_address(writer);
    CHECK_FALSE(writer.overflowed());
    const std::size_t before = writer.size();
    add_address(writer);
    CHECK(writer.overflowed());
    CHECK(writer.size() == before);
    CHECK(MessageView::parse(writer.finish())->records(Section::answer).size() == 1);
}

TEST_CASE("a record that fits to the last octet is written")
{
    std::vector<std::uint8_t> buffer(12 + 13 + 23);
    MessageWriter writer(buffer);
    writer.add_question(question);
    add_address(writer);
    CHECK_FALSE(writer.overflowed());
    CHECK(writer.finish().size() == buffer.size());
}

TEST_CASE("a question that does not fit is left out")
{
    std::vector<std::uint8_t> buffer(12 + 12);
    MessageWriter writer(buffer);
    writer.add_question(question);
    CHECK(writer.overflowed());
    CHECK_FALSE(MessageView::parse(writer.finish())->has_question());
}

TEST_CASE("what is reserved stays free for the OPT record")
{
    std::vector<std::uint8_t> buffer(12 + 13 + 23 + 11);
    MessageWriter writer(buffer);
    writer.reserve(11);
    writer.add_question(question);
    add_address(writer);
    add_address(writer);
    CHECK(writer.overflowed());
    writer.release();
    writer.begin_edns(1232, 0, false);
    const auto view = MessageView::parse(writer.finish());
    REQUIRE(view);
    CHECK(view->edns());
    CHECK(view->octets().size() == buffer.size());
}

TEST_CASE("a reservation larger than the buffer lets nothing in")
{
    std::vector<std::uint8_t> buffer(64);
    MessageWriter writer(buffer);
    writer.reserve(1000);
    add_address(writer);
    CHECK(writer.overflowed());
    CHECK(writer.size() == header_octets);
}

TEST_CASE("rewinding gives up records, counts and the overflow")
{
    std::vector<std::uint8_t> buffer(12 + 13 + 23);
    MessageWriter writer(buffer);
    writer.add_question(question);
    const auto mark = writer.mark();
    add_address(writer);
    add_address(writer);
    REQUIRE(writer.overflowed());
    writer.rewind(mark);
    CHECK_FALSE(writer.overflowed());
    const auto view = MessageView::parse(writer.finish());
    REQUIRE(view);
    CHECK(view->has_question());
    CHECK(view->records(Section::answer).empty());
}

TEST_CASE("after rewinding over the OPT record options have no place to go")
{
    std::vector<std::uint8_t> buffer(128);
    MessageWriter writer(buffer);
    writer.add_question(question);
    const auto mark = writer.mark();
    writer.begin_edns(1232, 0, false);
    writer.rewind(mark);
    add_address(writer);
    const OctetBuffer before(buffer);
    writer.add_option(3, annotated("00"));
    CHECK(buffer == before);
    CHECK(MessageView::parse(writer.finish())->records(Section::answer).size() == 1);
}

TEST_CASE("options without an OPT record are not written")
{
    std::vector<std::uint8_t> buffer(128);
    MessageWriter writer(buffer);
    writer.add_option(3, annotated("00"));
    CHECK(writer.size() == header_octets);
}

TEST_CASE("an option that does not fit leaves the others")
{
    std::vector<std::uint8_t> buffer(12 + 11 + 6);
    MessageWriter writer(buffer);
    writer.begin_edns(1232, 0, false);
    writer.add_option(15, annotated("0016"));
    writer.add_option(15, annotated("0017"));
    CHECK(writer.overflowed());
    const auto view = MessageView::parse(writer.finish());
    REQUIRE(view);
    CHECK(rw::equal(view->edns()->options, annotated("000f 0002 0016")));
}

TEST_CASE("encoded records are taken as they are and counted")
{
    std::vector<std::uint8_t> buffer(128);
    MessageWriter writer(buffer);
    writer.add_question(question);
    writer.add_encoded(Section::answer,
                       annotated("c00c 0001 0001 00000e10 0004 c0000201 c00c 0001 0001 00000e10 0004 c0000202"), 2);
    const auto view = MessageView::parse(writer.finish());
    REQUIRE(view);
    CHECK(view->records(Section::answer).size() == 2);
    for (const RrView& record : view->records(Section::answer))
        CHECK(view->owner_is(record, question.name));
}

TEST_CASE("no message grows beyond 65,535 octets and no RDATA length wraps")
{
    std::vector<std::uint8_t> buffer(200000);
    MessageWriter writer(buffer);
    const OctetBuffer large(65536, 'x');
    writer.add_record(Section::answer, Name{}, RRType::txt, RRClass::in, 1, large);
    CHECK(writer.overflowed());
    const OctetBuffer fits(65535 - 12 - 11, 'x');
    writer.add_record(Section::answer, Name{}, RRType::txt, RRClass::in, 1, fits);
    CHECK(writer.finish().size() == 65535);
    writer.add_record(Section::answer, Name{}, RRType::txt, RRClass::in, 1, Octets{});
    CHECK(writer.finish().size() == 65535);
    CHECK(MessageView::parse(writer.finish()));
}
