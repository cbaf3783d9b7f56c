// SPDX-License-Identifier: EUPL-1.2
// Reading whole messages: sections, counts, owners, EDNS. Names inside messages are in name_reader_test.cc, RDATA in
// rdata_test.cc.
#include "resolver/dns/message_view.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/annotated.h"
#include "tests/unit/name.h"

using namespace rw::dns;
using rw::OctetBuffer;
using rw::Octets;
using rw::Rcode;
using rw::test::annotated;

using rw::test::name;

namespace
{

OctetBuffer referral()
{
    return annotated(R"(
        2b67 8000  0001 0000 0002 0002       ; id, QR; one question, two records of authority, two additional
        'www' 'example' 'test' 00 0001 0001  ; www.example.test. A IN: labels at 12, 16, 24
        c018 0002 0001 0002a300 0007         ; test. NS, the owner a pointer to 24
          'ns1s' c018                        ; ns1s.test. at 46
        c018 0002 0001 0002a300 0007
          'ns2s' c018                        ; ns2s.test. at 65
        c02e 0001 0001 0002a300 0004         ; ns1s.test. A, at 72
          c0000235
        00 0029 04d0 00008000 0000           ; OPT: 1232 octets, DO
    )");
}

/// A response without question whose additional section is `records`.
OctetBuffer additional(std::string_view count, std::string_view records)
{
    return annotated("0001 8000 0000 0000 0000" + std::string(count) + " " + std::string(records));
}

ParseError error_of(const OctetBuffer& message)
{
    const auto view = MessageView::parse(message);
    REQUIRE_FALSE(view);
    return view.error();
}

}  // namespace

TEST_CASE("a referral is read section by section")
{
    const OctetBuffer message = referral();
    const auto view = MessageView::parse(message);
    REQUIRE(view);
    CHECK(view->header().id == 0x2b67);
    CHECK(view->header().has(Header::qr));
    CHECK_FALSE(view->header().has(Header::aa));
    CHECK(view->question() == Question{name("www.example.test"), RRType::a, RRClass::in});
    CHECK(view->records(Section::answer).empty());
    std::vector<std::string> servers;
    for (const RrView& record : view->records(Section::authority)) {
        CHECK(view->owner(record) == name("test"));
        CHECK(view->owner_is(record, name("TEST")));
        CHECK_FALSE(view->owner_is(record, name("example.test")));
        CHECK(record.type == RRType::ns);
        CHECK(record.ttl == 172800);
        servers.push_back(view->name_in_rdata(record, 0).value().to_string());
    }
    CHECK(servers == std::vector<std::string>{"ns1s.test.", "ns2s.test."});
    const auto glue = view->records(Section::additional).begin();
    CHECK(view->owner(*glue) == name("ns1s.test"));
    CHECK(rw::equal(view->raw_rdata(*glue), annotated("c0000235")));
}

TEST_CASE("the question section can be given back as it came")
{
    OctetBuffer message = referral();
    message[13] = 'W';  // the client's case
    const auto view = MessageView::parse(message);
    REQUIRE(view);
    CHECK(rw::equal(view->question_octets(), annotated("03 \"Www\" 'example' 'test' 00 0001 0001")));
    CHECK(view->question().name.to_string() == "Www.example.test.");
}

TEST_CASE("no message that was cut off anywhere is accepted")
{
    const OctetBuffer whole = referral();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(MessageView::parse(Octets(whole).first(size)));
    }
    CHECK(MessageView::parse(whole));
}

TEST_CASE("octets behind the last record are ignored")
{
    OctetBuffer message = referral();
    rw::append(message, annotated("deadbeef"));
    CHECK(MessageView::parse(message));
}

TEST_CASE("a message is at least a header and at most 65,535 octets")
{
    CHECK(error_of(annotated("2b67 8000 0000 0000 0000 00")) == ParseError::bad_size);
    CHECK(MessageView::parse(annotated("2b67 8000 0000 0000 0000 0000")));
    OctetBuffer large = annotated("2b67 8000 0000 0000 0000 0000");
    large.resize(65535);
    CHECK(MessageView::parse(large));
    large.resize(65536);
    CHECK(error_of(large) == ParseError::bad_size);
}

TEST_CASE("a message without a question has none")
{
    const OctetBuffer message = annotated("2b67 8000 0000 0000 0000 0000");
    const auto view = MessageView::parse(message);
    REQUIRE(view);
    CHECK_FALSE(view->has_question());
    CHECK(view->question_octets().empty());
}

TEST_CASE("two questions are refused: nobody agrees on what they mean")
{
    CHECK(error_of(annotated("2b67 0000 0002 0000 0000 0000 00 0001 0001 00 0001 0001")) == ParseError::question_count);
}

TEST_CASE("a question that is cut off behind its name is refused")
{
    CHECK(error_of(annotated("2b67 0000 0001 0000 0000 0000 'a' 00 0001 00")) == ParseError::record_past_end);
}

TEST_CASE("counts that promise more records than there are make the message unreadable")
{
    for (const std::size_t counter : {7U, 9U, 11U}) {
        OctetBuffer message = referral();
        ++message[counter];
        CAPTURE(counter);
        CHECK_FALSE(MessageView::parse(message));
    }
    OctetBuffer message = referral();
    message[6] = message[8] = message[10] = 0xff;  // 65,280 records each: refused after the last octet, not after them
    CHECK_FALSE(MessageView::parse(message));
}

TEST_CASE("counts that promise fewer records hide the rest")
{
    OctetBuffer message = referral();
    message[11] = 1;  // the glue, no OPT
    const auto view = MessageView::parse(message);
    REQUIRE(view);
    CHECK(view->records(Section::additional).size() == 1);
    CHECK_FALSE(view->edns());
}

TEST_CASE("counts that move a record to another section move it")
{
    OctetBuffer message = referral();
    message[7] = 1;  // the first NS record is an answer now
    message[9] = 1;
    const auto view = MessageView::parse(message);
    REQUIRE(view);
    CHECK(view->records(Section::answer).size() == 1);
    CHECK(view->name_in_rdata(*view->records(Section::answer).begin(), 0) == name("ns1s.test"));
    CHECK(view->name_in_rdata(*view->records(Section::authority).begin(), 0) == name("ns2s.test"));
}

TEST_CASE("RDATA that ends behind the message is refused")
{
    CHECK(error_of(additional("0001", "'a' 00 0001 0001 00000000 0005 c0000201")) == ParseError::record_past_end);
    CHECK(error_of(additional("0001", "'a' 00 0001 0001 00000000 ffff c0000201")) == ParseError::record_past_end);
}

TEST_CASE("an owner that is no name makes the message unreadable")
{
    const std::string_view rest = " 0001 0001 00000000 0004 c0000201";
    for (const char* owner : {"c00c",        // to itself
                              "c0ff",        // forwards
                              "c000",        // into the header
                              "'a' c00c",    // to its own label, which ends in the same pointer
                              "8001 00",     // label type 10
                              "4161 00"}) {  // label type 01
        CAPTURE(owner);
        CHECK(error_of(additional("0001", std::string(owner) + std::string(rest))) == ParseError::bad_name);
    }
}

TEST_CASE("a TTL with the top bit set counts as zero")
{
    const OctetBuffer message = additional("0002",
                                           "'a' 00 0001 0001 80000000 0004 c0000201"
                                           "'a' 00 0001 0001 7fffffff 0004 c0000201");
    const auto view = MessageView::parse(message);
    REQUIRE(view);
    auto record = view->records(Section::additional).begin();
    CHECK(record->ttl == 0);  // RFC 2181 §8
    ++record;
    CHECK(record->ttl == 0x7fffffff);
    ++record;
    CHECK(record == view->records(Section::additional).end());
}

TEST_CASE("header bits are read where RFC 1035 §4.1.1 and RFC 4035 §3 put them")
{
    const std::vector<std::pair<std::uint16_t, int>> bits{{Header::qr, 15}, {Header::aa, 10}, {Header::tc, 9},
                                                          {Header::rd, 8},  {Header::ra, 7},  {Header::ad, 5},
                                                          {Header::cd, 4}};
    for (const auto& [flag, shift] : bits)
        CHECK(flag == 1U << shift);
    CHECK(Header{.flags = 0x2800}.opcode() == Opcode::update);
    CHECK(Header{.flags = 0x8183}.rcode_low() == 3);
}

TEST_CASE("an OPT record gives size, version, DO and the upper bits of the RCODE")
{
    const OctetBuffer message = additional("0001", "00 0029 1000 01008000 0000");
    const auto view = MessageView::parse(message);
    REQUIRE(view);
    REQUIRE(view->edns());
    CHECK(view->edns()->udp_size == 4096);
    CHECK(view->edns()->version == 0);
    CHECK(view->edns()->dnssec_ok);
    CHECK(view->rcode() == Rcode::badvers);
}

TEST_CASE("a message without OPT has the RCODE of its header")
{
    const OctetBuffer message = annotated("0001 8005 0000 0000 0000 0000");
    CHECK(MessageView::parse(message)->rcode() == Rcode::refused);
}

TEST_CASE("an OPT size below 512 counts as 512")
{
    const OctetBuffer message = additional("0001", "00 0029 0100 00000000 0000");
    CHECK(MessageView::parse(message)->edns()->udp_size == 512);  // RFC 6891 §6.2.3
}

TEST_CASE("two OPT records are refused")
{
    CHECK(error_of(additional("0002", "00 0029 1000 00000000 0000 00 0029 1000 00000000 0000")) ==
          ParseError::misplaced_opt);
}

TEST_CASE("an OPT record with an owner is refused")
{
    CHECK(error_of(additional("0001", "'a' 00 0029 1000 00000000 0000")) == ParseError::misplaced_opt);
}

TEST_CASE("an OPT record outside the additional section is refused")
{
    CHECK(error_of(annotated("0001 8000 0000 0001 0000 0000 00 0029 1000 00000000 0000")) == ParseError::misplaced_opt);
    CHECK(error_of(annotated("0001 8000 0000 0000 0001 0000 00 0029 1000 00000000 0000")) == ParseError::misplaced_opt);
}

TEST_CASE("options are visited in order, unknown ones included")
{
    const OctetBuffer message = additional("0001", R"(00 0029 1000 00000000 0014
        000a 0008 0102030405060708  ; COOKIE
        fde9 0000                   ; a code for local use, empty
        0003 0000                   ; NSID
    )");
    const auto view = MessageView::parse(message);
    REQUIRE(view);
    std::vector<std::pair<unsigned, std::size_t>> seen;
    CHECK(for_each_option(view->edns()->options,
                          [&](std::uint16_t code, Octets value) { seen.emplace_back(code, value.size()); }));
    CHECK(seen == std::vector<std::pair<unsigned, std::size_t>>{{10, 8}, {65001, 0}, {3, 0}});
}

TEST_CASE("option lists that do not add up are refused")
{
    for (const char* options : {"0001 00", "0003 000a 00", "0004 000a 0001", "0005 000a 0000 00"}) {
        CAPTURE(options);
        CHECK(error_of(additional("0001", "00 0029 1000 00000000 " + std::string(options))) == ParseError::bad_option);
    }
}

TEST_CASE("options of an EDNS version that we do not know are not looked at")
{
    const OctetBuffer message = additional("0001", "00 0029 1000 00010000 0001 ff");
    const auto view = MessageView::parse(message);
    REQUIRE(view);  // so that BADVERS can be answered (RFC 6891 §6.1.3)
    CHECK(view->edns()->version == 1);
}
