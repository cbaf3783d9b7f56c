// SPDX-License-Identifier: EUPL-1.2
#include "resolver/cache/composer.h"

#include <doctest/doctest.h>

#include <memory>

#include "samples.h"

using namespace rw;
using namespace rw::cache;
using namespace rw::cache::samples;
using Lines = std::vector<std::string>;

namespace
{

struct Built {
    explicit Built(const Answer& answer, std::uint32_t ttl = 300, Seconds expires = 1300)
        : octets(encode_entry(answer, ttl).value()), view(octets, expires)
    {
    }
    OctetBuffer octets;
    EntryView view;
};

}  // namespace

TEST_CASE("an answer is composed with the question's case, patched TTL and compressed owners")
{
    const dns::RRset sets[] = {rrset("www.example.com", dns::RRType::a, 300, {{192, 0, 2, 1}, {192, 0, 2, 2}})};
    const Built built(answer("www.example.com", dns::RRType::a, EntryKind::positive, sets));
    CHECK(built.octets.size() == 8 + 2 * 16);
    Reply reply("WwW.eXample.COM");
    const auto composer = std::make_unique<Composer>();
    composer->begin(reply.writer, {.now = 1100});
    composer->add(built.view, dns::header_octets);
    composer->finish();
    CHECK(lines(reply.view(), dns::Section::answer) == Lines{"WwW.eXample.COM. A 200 4", "WwW.eXample.COM. A 200 4"});
    CHECK(lines(reply.view(), dns::Section::authority).empty());
    CHECK_FALSE(composer->truncated());
    CHECK_FALSE(composer->authentic());
    CHECK(composer->rcode() == Rcode::noerror);
}

TEST_CASE("signatures are sent only to those who ask for them")
{
    const dns::RRset sets[] = {signed_by(a_set("www.example.com"), "example.com")};
    Answer made = answer("www.example.com", dns::RRType::a, EntryKind::positive, sets);
    made.facts.security = Security::secure;
    const Built built(made);
    const auto composer = std::make_unique<Composer>();
    for (const bool dnssec_ok : {false, true}) {
        Reply reply("www.example.com");
        composer->begin(reply.writer, {.now = 1000, .dnssec_ok = dnssec_ok});
        composer->add(built.view, dns::header_octets);
        composer->finish();
        const Lines found = lines(reply.view(), dns::Section::answer);
        CHECK(found.size() == (dnssec_ok ? 2 : 1));
        CHECK(found.front() == "www.example.com. A 300 4");
        CHECK((!dnssec_ok || found.back() == "www.example.com. RRSIG 300 95"));
        CHECK(composer->authentic());
    }
}

TEST_CASE("names in RDATA are compressed against the name and expand to what they were")
{
    OctetBuffer mx{0, 10};
    append(mx, wire("Mail.Example.com"));
    OctetBuffer far{0, 20};
    append(far, wire("mx.example.net"));
    const dns::RRset sets[] = {rrset("example.com", dns::RRType::mx, 300, {mx, far})};
    const Built built(answer("example.com", dns::RRType::mx, EntryKind::positive, sets));
    CHECK(built.view.pointer_count() == 1);
    Reply reply("example.com", dns::RRType::mx);
    const auto composer = std::make_unique<Composer>();
    composer->begin(reply.writer, {.now = 1000});
    composer->add(built.view, dns::header_octets);
    composer->finish();
    const dns::MessageView view = reply.view();
    std::vector<OctetBuffer> found;
    for (const dns::RrView& record : view.records(dns::Section::answer)) {
        found.emplace_back();
        REQUIRE(view.append_rdata(record, found.back()));
    }
    REQUIRE(found.size() == 2);
    OctetBuffer folded{0, 10};  // the suffix takes the case of the question
    append(folded, wire("Mail.example.com"));
    CHECK(found[0] == folded);
    CHECK(found[1] == far);
}

TEST_CASE("a chain of eleven aliases is composed link by link, each pointing at the target before it")
{
    const auto composer = std::make_unique<Composer>();
    Reply reply("L0.Example.COM");
    composer->begin(reply.writer, {.now = 1000, .dnssec_ok = true});
    std::size_t base = dns::header_octets;
    Lines expected;
    for (int i = 0; i < 11; ++i) {
        const std::string owner = "l" + std::to_string(i) + ".example.com";
        const std::string target = "l" + std::to_string(i + 1) + ".example.com";
        const dns::RRset sets[] = {signed_by(alias_set(owner, target), "example.com")};
        const Built built(answer(owner, dns::RRType::a, EntryKind::alias, sets));
        CHECK(built.view.target() == name(target));
        composer->add(built.view, base);
        base = composer->next_base();
        expected.push_back((i == 0 ? "L0.Example.COM" : owner) + ". CNAME 300 " + std::to_string(target.size() + 2));
        expected.push_back((i == 0 ? "L0.Example.COM" : owner) + ". RRSIG 300 95");
    }
    const dns::RRset sets[] = {a_set("l11.example.com")};
    composer->add(Built(answer("l11.example.com", dns::RRType::a, EntryKind::positive, sets)).view, base);
    composer->finish();
    expected.emplace_back("l11.example.com. A 300 4");
    CHECK(lines(reply.view(), dns::Section::answer) == expected);
}

TEST_CASE("an alias made from a DNAME carries both, and its target can be pointed at")
{
    const dns::RRset sets[] = {
        signed_by(rrset("example.com", dns::RRType::dname, 300, {wire("example.net")}), "example.com"),
        alias_set("www.example.com", "www.example.net")};
    Answer made = answer("www.example.com", dns::RRType::a, EntryKind::alias, sets);
    made.facts.dname = true;
    const Built built(made);
    CHECK(built.view.target() == name("www.example.net"));
    CHECK(built.view.facts().dname);
    const auto composer = std::make_unique<Composer>();
    Reply reply("www.example.com");
    composer->begin(reply.writer, {.now = 1000, .dnssec_ok = true});
    composer->add(built.view, dns::header_octets);
    const dns::RRset final_sets[] = {a_set("www.example.net")};
    composer->add(Built(answer("www.example.net", dns::RRType::a, EntryKind::positive, final_sets)).view,
                  composer->next_base());
    composer->finish();
    CHECK(lines(reply.view(), dns::Section::answer) == Lines{"example.com. DNAME 300 13",
                                                             "www.example.com. CNAME 300 17",
                                                             "example.com. RRSIG 300 95", "www.example.net. A 300 4"});
}

TEST_CASE("a denial goes to the authority section, with its proof only when asked for")
{
    const dns::RRset records[] = {signed_by(soa_set("example.com", 900), "example.com")};
    const dns::RRset proof[] = {signed_by(nsec3_set("0p9mhaveqvm6t7vbl5lop2u3t2rp3tom", "example.com"), "example.com"),
                                signed_by(nsec3_set("2t7b4g4vsa5smi47k61mv5bv1a22bojr", "example.com"), "example.com")};
    Answer made = answer("nx.Example.com", dns::RRType::a, EntryKind::nxdomain, records, proof);
    made.facts.security = Security::secure;
    const Built built(made);
    const auto composer = std::make_unique<Composer>();
    Reply plain("nx.example.com");
    composer->begin(plain.writer, {.now = 1000});
    composer->add(built.view, dns::header_octets);
    composer->finish();
    CHECK(composer->rcode() == Rcode::nxdomain);
    CHECK(composer->authentic());
    CHECK(lines(plain.view(), dns::Section::answer).empty());
    CHECK(lines(plain.view(), dns::Section::authority) == Lines{"example.com. SOA 300 61"});

    Reply full("nx.example.com");
    composer->begin(full.writer, {.now = 1000, .dnssec_ok = true});
    composer->add(built.view, dns::header_octets);
    composer->finish();
    CHECK(lines(full.view(), dns::Section::authority) ==
          Lines{"example.com. SOA 300 61", "example.com. RRSIG 300 95",
                "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.com. NSEC3 300 29",
                "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.com. RRSIG 300 95",
                "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.com. NSEC3 300 29",
                "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.com. RRSIG 300 95"});
}

TEST_CASE("proofs of wildcard links wait for the answers behind them")
{
    const dns::RRset records[] = {signed_by(alias_set("x.w.example.com", "t.example.net"), "example.com")};
    const dns::RRset proof[] = {signed_by(nsec3_set("0p9mhaveqvm6t7vbl5lop2u3t2rp3tom", "example.com"), "example.com")};
    Answer wildcard = answer("x.w.example.com", dns::RRType::a, EntryKind::alias, records, proof);
    wildcard.facts.wildcard = true;
    const dns::RRset denial[] = {soa_set("example.net")};
    const auto composer = std::make_unique<Composer>();
    Reply reply("x.w.example.com");
    composer->begin(reply.writer, {.now = 1000, .dnssec_ok = true});
    composer->add(Built(wildcard).view, dns::header_octets);
    composer->add(Built(answer("t.example.net", dns::RRType::a, EntryKind::nodata, denial)).view,
                  composer->next_base());
    composer->finish();
    CHECK(lines(reply.view(), dns::Section::answer) ==
          Lines{"x.w.example.com. CNAME 300 15", "x.w.example.com. RRSIG 300 95"});
    CHECK(lines(reply.view(), dns::Section::authority) ==
          Lines{"0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.com. NSEC3 300 29",
                "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.com. RRSIG 300 95", "example.net. SOA 300 61"});
}

TEST_CASE("a denial for an ancestor serves a name below it")
{
    const dns::RRset records[] = {soa_set("example.com")};
    const Built built(answer("gone.example.com", dns::RRType::a, EntryKind::nxdomain, records));
    const auto composer = std::make_unique<Composer>();
    Reply reply("a.b.GONE.example.com");
    const dns::Name question = name("a.b.GONE.example.com");
    composer->begin(reply.writer, {.now = 1000});
    composer->add(built.view, dns::header_octets + question.offset_of_ancestor(3));
    composer->finish();
    CHECK(lines(reply.view(), dns::Section::authority) == Lines{"example.com. SOA 300 61"});
}

TEST_CASE("what does not fit is left out as a whole and reported")
{
    std::vector<OctetBuffer> many;
    many.reserve(60);
    for (std::uint8_t i = 0; i < 60; ++i)
        many.push_back({192, 0, 2, i});
    const dns::RRset alias[] = {alias_set("www.example.com", "many.example.com")};
    const dns::RRset sets[] = {rrset("many.example.com", dns::RRType::a, 300, many)};
    const auto composer = std::make_unique<Composer>();
    Reply reply("www.example.com", dns::RRType::a, 512);
    composer->begin(reply.writer, {.now = 1000});
    composer->add(Built(answer("www.example.com", dns::RRType::a, EntryKind::alias, alias)).view, dns::header_octets);
    CHECK_FALSE(composer->truncated());
    composer->add(Built(answer("many.example.com", dns::RRType::a, EntryKind::positive, sets)).view,
                  composer->next_base());
    CHECK(composer->truncated());
    composer->finish();
    CHECK(lines(reply.view(), dns::Section::answer) == Lines{"www.example.com. CNAME 300 18"});
}

TEST_CASE("what has expired gets the stale TTL, and 0 when there is none")
{
    const dns::RRset sets[] = {a_set("www.example.com")};
    const Built built(answer("www.example.com", dns::RRType::a, EntryKind::positive, sets), 300, 1000);
    const auto composer = std::make_unique<Composer>();
    for (const std::uint32_t stale : {0U, 30U}) {
        Reply reply("www.example.com");
        composer->begin(reply.writer, {.now = 2000, .stale_ttl = stale});
        composer->add(built.view, dns::header_octets);
        composer->finish();
        CHECK(lines(reply.view(), dns::Section::answer) == Lines{"www.example.com. A " + std::to_string(stale) + " 4"});
    }
}

TEST_CASE("AD is for chains that are secure from end to end")
{
    const dns::RRset alias[] = {alias_set("www.example.com", "t.example.com")};
    const dns::RRset sets[] = {a_set("t.example.com")};
    Answer first = answer("www.example.com", dns::RRType::a, EntryKind::alias, alias);
    Answer second = answer("t.example.com", dns::RRType::a, EntryKind::positive, sets);
    const auto composer = std::make_unique<Composer>();
    const auto authentic = [&](Security a, Security b, bool opt_out) {
        first.facts.security = a;
        second.facts.security = b;
        second.facts.opt_out = opt_out;
        Reply reply("www.example.com");
        composer->begin(reply.writer, {.now = 1000});
        composer->add(Built(first).view, dns::header_octets);
        composer->add(Built(second).view, composer->next_base());
        composer->finish();
        return composer->authentic();
    };
    CHECK(authentic(Security::secure, Security::secure, false));
    CHECK_FALSE(authentic(Security::secure, Security::insecure, false));
    CHECK_FALSE(authentic(Security::insecure, Security::secure, false));
    CHECK_FALSE(authentic(Security::secure, Security::secure, true));
    CHECK_FALSE(composer->bogus());
    CHECK_FALSE(authentic(Security::bogus, Security::secure, false));
    CHECK(composer->bogus());
}

TEST_CASE("an entry for the root's own records has no pointers")
{
    const dns::RRset sets[] = {
        rrset(".", dns::RRType::ns, 518400, {wire("i.root-servers.net"), wire("k.root-servers.net")})};
    const Built built(answer(".", dns::RRType::ns, EntryKind::positive, sets));
    const auto composer = std::make_unique<Composer>();
    Reply reply(".", dns::RRType::ns);
    composer->begin(reply.writer, {.now = 1000});
    composer->add(built.view, dns::header_octets);
    composer->finish();
    CHECK(lines(reply.view(), dns::Section::answer) == Lines{". NS 300 20", ". NS 300 20"});
}

TEST_CASE("an entry turns back into the RRsets it was made from")
{
    OctetBuffer mx{0, 10};
    append(mx, wire("mail.example.com"));
    const dns::RRset sets[] = {signed_by(rrset("example.com", dns::RRType::mx, 300, {mx}), "example.com")};
    const dns::RRset proof[] = {signed_by(nsec3_set("0p9mhaveqvm6t7vbl5lop2u3t2rp3tom", "example.com"), "example.com")};
    const Built built(answer("example.com", dns::RRType::mx, EntryKind::positive, sets, proof));
    const EntryView::Owned owned = built.view.to_rrsets(name("example.com"), 1200);
    REQUIRE(owned.records.size() == 1);
    CHECK(owned.records[0].owner == name("example.com"));
    CHECK(owned.records[0].type == dns::RRType::mx);
    CHECK(owned.records[0].ttl == 100);
    CHECK(owned.records[0].rdatas == sets[0].rdatas);
    CHECK(owned.records[0].signatures == sets[0].signatures);
    REQUIRE(owned.proof.size() == 1);
    CHECK(owned.proof[0].owner == proof[0].owner);
    CHECK(owned.proof[0].rdatas == proof[0].rdatas);
    CHECK(owned.proof[0].signatures == proof[0].signatures);
}

TEST_CASE("signatures that nobody verified go to those who ask for signatures, and stay marked in the cache")
{
    dns::RRset set = signed_by(a_set("www.example.com"), "example.com");
    set.unchecked = signed_by(a_set("www.example.com"), "com").signatures;
    dns::RRset nsec = signed_by(nsec3_set("0p9mhaveqvm6t7vbl5lop2u3t2rp3tom", "example.com"), "example.com");
    dns::RRset other = signed_by(nsec3_set("1p9mhaveqvm6t7vbl5lop2u3t2rp3tom", "example.com"), "example.com");
    nsec.unchecked = signed_by(nsec, "com").signatures;
    const dns::RRset sets[] = {set};
    const dns::RRset proof[] = {nsec, other};
    const Built built(answer("www.example.com", dns::RRType::a, EntryKind::positive, sets, proof));
    const auto composer = std::make_unique<Composer>();
    for (const bool dnssec_ok : {false, true}) {
        Reply reply("www.example.com");
        composer->begin(reply.writer, {.now = 1000, .dnssec_ok = dnssec_ok});
        composer->add(built.view, dns::header_octets);
        composer->finish();
        CHECK(lines(reply.view(), dns::Section::answer).size() == (dnssec_ok ? 3 : 1));
        CHECK(lines(reply.view(), dns::Section::authority).size() == (dnssec_ok ? 6 : 0));
    }
    const EntryView::Owned owned = built.view.to_rrsets(name("www.example.com"), 1000);
    REQUIRE(owned.records.size() == 1);
    CHECK(owned.records[0].signatures == set.signatures);
    CHECK(owned.records[0].unchecked == set.unchecked);
    REQUIRE(owned.proof.size() == 2);
    CHECK(owned.proof[0].signatures == nsec.signatures);
    CHECK(owned.proof[0].unchecked == nsec.unchecked);
    CHECK(owned.proof[1].signatures == other.signatures);
    CHECK(owned.proof[1].unchecked.empty());
}

TEST_CASE("an answer larger than a message is refused")
{
    std::vector<OctetBuffer> many;
    many.reserve(260);
    for (int i = 0; i < 260; ++i)
        many.emplace_back(250, static_cast<std::uint8_t>(i));
    const dns::RRset sets[] = {rrset("example.com", dns::RRType::txt, 300, many)};
    CHECK_FALSE(encode_entry(answer("example.com", dns::RRType::txt, EntryKind::positive, sets), 300));
}
