// SPDX-License-Identifier: EUPL-1.2
// Composed replies as another implementation reads them: every pointer must lead to the name that was meant.
#include <doctest/doctest.h>

#include <cstdlib>
#include <memory>

#include "samples.h"

// Last: it defines macros that the standard library does not survive.
#include <ldns/ldns.h>

using namespace rw;
using namespace rw::cache;
using namespace rw::cache::samples;
using dns::RRType;

namespace
{

std::vector<std::string> texts(const ldns_rr_list* list)
{
    std::vector<std::string> all;
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(list); ++i) {
        const std::unique_ptr<char, decltype(&std::free)> text(ldns_rr2str(ldns_rr_list_rr(list, i)), &std::free);
        std::string line(text.get());
        for (char& c : line)
            c = c == '\t' || c == '\n' ? ' ' : c;
        while (line.ends_with(' '))
            line.pop_back();
        all.push_back(line);
    }
    return all;
}

using Packet = std::unique_ptr<ldns_pkt, decltype(&ldns_pkt_free)>;

/// The reply to a question for the first link, as ldns reads it.
Packet compose(std::string_view question, const std::vector<Answer>& links)
{
    const auto composer = std::make_unique<Composer>();
    Reply reply(question, links.front().type);
    composer->begin(reply.writer, {.now = 1000});
    std::size_t base = dns::header_octets;
    for (const Answer& link : links) {
        const OctetBuffer octets = encode_entry(link, 300).value();
        composer->add(EntryView(octets, 1250), base);
        base = composer->next_base();
    }
    composer->finish();
    const Octets message = reply.writer.finish();
    ldns_pkt* packet = nullptr;
    REQUIRE(ldns_wire2pkt(&packet, message.data(), message.size()) == LDNS_STATUS_OK);
    return {packet, &ldns_pkt_free};
}

}  // namespace

TEST_CASE("another implementation reads a chain of DNAME, CNAME and MX as it was meant")
{
    const dns::RRset dname[] = {rrset("old.example", RRType::dname, 300, {wire("new.example.org")}),
                                alias_set("a.b.old.example", "a.b.new.example.org")};
    const dns::RRset alias[] = {alias_set("a.b.new.example.org", "Mail.new.example.org")};
    OctetBuffer mx{0, 10};
    append(mx, wire("mx1.new.example.org"));
    OctetBuffer far{0, 20};
    append(far, wire("backup.example.net"));
    const dns::RRset mail[] = {rrset("mail.new.example.org", RRType::mx, 300, {mx, far})};
    const Packet packet =
        compose("A.b.old.example", {answer("a.b.old.example", RRType::mx, EntryKind::alias, dname),
                                    answer("a.b.new.example.org", RRType::mx, EntryKind::alias, alias),
                                    answer("mail.new.example.org", RRType::mx, EntryKind::positive, mail)});
    CHECK(texts(ldns_pkt_answer(packet.get())) ==
          std::vector<std::string>{"old.example. 250 IN DNAME new.example.org.",
                                   "A.b.old.example. 250 IN CNAME a.b.new.example.org.",
                                   "a.b.new.example.org. 250 IN CNAME Mail.new.example.org.",
                                   "Mail.new.example.org. 250 IN MX 10 mx1.new.example.org.",
                                   "Mail.new.example.org. 250 IN MX 20 backup.example.net."});
}

TEST_CASE("another implementation reads the SOA behind an alias as it was meant")
{
    const dns::RRset alias[] = {alias_set("www.example.com", "t.sub.example.org")};
    const dns::RRset soa[] = {soa_set("example.org")};
    const Packet packet = compose("www.example.com", {answer("www.example.com", RRType::a, EntryKind::alias, alias),
                                                      answer("t.sub.example.org", RRType::a, EntryKind::nodata, soa)});
    CHECK(texts(ldns_pkt_authority(packet.get())) ==
          std::vector<std::string>{"example.org. 250 IN SOA ns1.example.org. hostmaster.example.org. 1 7200 3600 "
                                   "1209600 900"});
}
