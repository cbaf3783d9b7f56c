// SPDX-License-Identifier: EUPL-1.2
// RDATA taken out of messages: names expanded where the type has names, the shape checked, unknown types left alone.
#include <doctest/doctest.h>

#include <string>

#include "resolver/dns/message_view.h"
#include "resolver/dns/rrset.h"
#include "tests/unit/annotated.h"

using namespace rw::dns;
using rw::OctetBuffer;
using rw::test::annotated;

namespace
{

/// A response to "example. A" with one answer of `type` (hex) and `rdata` (annotated), its length computed. RDATA
/// starts at offset 37; "example." can be pointed to with c00c.
OctetBuffer answer(std::string_view type, std::string_view rdata)
{
    OctetBuffer message =
        annotated("0001 8400 0001 0001 0000 0000 'example' 00 0001 0001 c00c " + std::string(type) + " 0001 00000e10");
    const OctetBuffer octets = annotated(rdata);
    rw::append_u16(message, static_cast<std::uint16_t>(octets.size()));
    rw::append(message, octets);
    return message;
}

/// RDATA of the answer with names expanded; nothing when it has not the shape of its type.
std::optional<OctetBuffer> expanded(std::string_view type, std::string_view rdata)
{
    const OctetBuffer message = answer(type, rdata);
    const auto view = MessageView::parse(message);
    REQUIRE(view);
    OctetBuffer out = annotated("\"before\"");
    const bool whole = view->append_rdata(*view->records(Section::answer).begin(), out);
    CHECK(rw::text_of(out).starts_with("before"));
    if (!whole) {
        CHECK(out.size() == 6);  // nothing half-written
        return std::nullopt;
    }
    return OctetBuffer(out.begin() + 6, out.end());
}

}  // namespace

TEST_CASE("addresses have the size of their family")
{
    CHECK(expanded("0001", "c0000201") == annotated("c0000201"));
    CHECK_FALSE(expanded("0001", "c00002"));
    CHECK_FALSE(expanded("0001", "c000020100"));
    CHECK_FALSE(expanded("0001", ""));
    const std::string address = "20010db8 00000000 00000000 00000001";
    CHECK(expanded("001c", address) == annotated(address));
    CHECK_FALSE(expanded("001c", "c0000201"));
}

TEST_CASE("a name alone is expanded")
{
    for (const char* type : {"0002", "0005", "000c", "0027"})  // NS, CNAME, PTR, DNAME
        CHECK(expanded(type, "'ns' c00c") == annotated("'ns' 'example' 00"));
    CHECK(expanded("0002", "00") == annotated("00"));
}

TEST_CASE("a name that ends before or behind RDATA does not fit")
{
    CHECK_FALSE(expanded("0002", "'ns' c00c 00"));
    CHECK_FALSE(expanded("0002", "'ns'"));
    CHECK_FALSE(expanded("0002", ""));
}

TEST_CASE("a name that continues in the next record does not fit")
{
    OctetBuffer message = answer("0002", "'ns'");
    message[7] = 2;
    rw::append(message, annotated("00 0001 0001 00000e10 0004 c0000201"));  // its owner would end the name
    const auto view = MessageView::parse(message);
    REQUIRE(view);
    OctetBuffer out;
    CHECK_FALSE(view->append_rdata(*view->records(Section::answer).begin(), out));
    CHECK_FALSE(view->name_in_rdata(*view->records(Section::answer).begin(), 0));
}

TEST_CASE("both names of SOA are expanded and the timers kept")
{
    const std::string timers = "00000001 00000708 00000384 00093a80 00015180";
    CHECK(expanded("0006", "'ns' c00c 'admin' c00c" + timers) ==
          annotated("'ns' 'example' 00 'admin' 'example' 00" + timers));
    CHECK_FALSE(expanded("0006", "'ns' c00c 'admin' c00c 00000001"));
    CHECK_FALSE(expanded("0006", "'ns' c00c"));
}

TEST_CASE("names behind fixed fields are expanded, compressed against the rules or not")
{
    CHECK(expanded("000f", "000a 'mx' c00c") == annotated("000a 'mx' 'example' 00"));
    CHECK(expanded("0021", "0001 0002 0035 'srv' c00c") == annotated("0001 0002 0035 'srv' 'example' 00"));
    CHECK(expanded("0023", "0001 0002 'u' 'E2U+sip' 00 c00c") == annotated("0001 0002 'u' 'E2U+sip' 00 'example' 00"));
    CHECK(expanded("0011", "'admin' c00c c00c") == annotated("'admin' 'example' 00 'example' 00"));
    CHECK_FALSE(expanded("000f", "00"));
    CHECK_FALSE(expanded("0023", "0001 0002 'u' ff \"E2U\" 00 c00c"));  // a character-string past the end
}

TEST_CASE("the signer's name of RRSIG is expanded")
{
    const std::string fixed = "0001 0d 01 00000e10 67000000 66000000 1234";
    CHECK(expanded("002e", fixed + "'Example' 00 \"signature\"") == annotated(fixed + "'Example' 00 \"signature\""));
    CHECK(expanded("002e", fixed + "c00c \"signature\"") == annotated(fixed + "'example' 00 \"signature\""));
    CHECK_FALSE(expanded("002e", "0001 0d 01 00000e10 67000000"));
}

TEST_CASE("NSEC's next name is expanded and the bitmap kept")
{
    CHECK(expanded("002f", "'a' c00c 0002 4001") == annotated("'a' 'example' 00 0002 4001"));
}

TEST_CASE("the salt of NSEC3 must lie inside RDATA")
{
    CHECK(expanded("0032", "01 00 0000 02 abcd 02 0102 0001 40"));
    CHECK_FALSE(expanded("0032", "01 00 0000 ff abcd"));
    CHECK_FALSE(expanded("0033", "01 00 0000 02 abcd 00"));  // NSEC3PARAM ends with the salt
}

TEST_CASE("DS and DNSKEY must have their fixed fields")
{
    CHECK(expanded("002b", "1234 0d 02 \"digest\""));
    CHECK_FALSE(expanded("002b", "1234 0d"));
    CHECK(expanded("0030", "0101 03 0d \"key\""));
    CHECK_FALSE(expanded("0030", "0101 03"));
}

TEST_CASE("RDATA of unknown types is left alone, also where it looks like a pointer")
{
    CHECK(expanded("02db", "c00c ff") == annotated("c00c ff"));  // TYPE731, RFC 3597 §4
    CHECK(expanded("02db", "") == OctetBuffer{});
}

TEST_CASE("a pointer out of RDATA obeys the same rules")
{
    CHECK_FALSE(expanded("0002", "c025"));  // to itself
    CHECK_FALSE(expanded("0002", "c0ff"));  // forwards
    CHECK_FALSE(expanded("0002", "c000"));  // into the header
}

TEST_CASE("a name is found at its place inside RDATA only")
{
    const OctetBuffer message = answer("000f", "000a 'mx' c00c");
    const auto view = MessageView::parse(message);
    REQUIRE(view);
    const RrView record = *view->records(Section::answer).begin();
    CHECK(view->name_in_rdata(record, 2) == Name::parse("mx.example"));
    CHECK_FALSE(view->name_in_rdata(record, record.rdata_size));
    CHECK_FALSE(view->name_in_rdata(record, 60000));
}

TEST_CASE("an RDATA list keeps order, finds and compares")
{
    RdataList list;
    CHECK(list.empty());
    list.add(annotated("c0000201"));
    list.add(annotated(""));
    list.add(annotated("c0000202"));
    CHECK(list.size() == 3);
    CHECK(rw::equal(list.front(), annotated("c0000201")));
    CHECK(list.contains(annotated("c0000202")));
    CHECK(list.contains(annotated("")));
    CHECK_FALSE(list.contains(annotated("c00002")));
    std::size_t octets = 0;
    for (const rw::Octets rdata : list)
        octets += rdata.size();
    CHECK(octets == 8);
    RdataList other;
    CHECK_FALSE(list == other);
}

TEST_CASE("a name at the front of uncompressed RDATA is the root when malformed")
{
    CHECK(rw::dns::name_at(annotated("'ns' 'example' 00"), 0) == Name::parse("ns.example"));
    CHECK(rw::dns::name_at(annotated("000a 'mx' 00"), 2) == Name::parse("mx"));
    CHECK(rw::dns::name_at(annotated("'ns'"), 0).is_root());
    CHECK(rw::dns::name_at(annotated("'ns' c00c"), 0).is_root());
    CHECK(rw::dns::name_at(annotated("'ns' 00"), 9).is_root());
}
