// SPDX-License-Identifier: EUPL-1.2
// Proofs with NSEC: what each set of records shows and what it must not.
#include "resolver/dnssec/nsec.h"

#include <doctest/doctest.h>

#include "tests/unit/resolver/dnssec/oracle.h"

using namespace rw;
using namespace rw::dnssec;
using namespace rw::dnssec::test;
using dns::RRType;

namespace
{

/// RRsets live as long as the proof, whose records are views of them.
struct Records {
    std::vector<dns::RRset> sets;
    NsecProof proof;

    explicit Records(const std::vector<std::string>& records, const char* zone = "example.") : proof(name(zone))
    {
        for (const std::string& record : records)
            sets.push_back(rrset({record}));
        for (const dns::RRset& set : sets) {
            CAPTURE(set.to_string());
            REQUIRE(proof.add(set) == DenialProblem::none);
        }
    }
    bool name_error(const char* text) const
    {
        return proof.prove_name_error(name(text)).outcome == DenialOutcome::proven;
    }
    bool no_data(const char* text, RRType type) const
    {
        return proof.prove_no_data(name(text), type).outcome == DenialOutcome::proven;
    }
    bool wildcard_answer(const char* text, std::size_t labels) const
    {
        return proof.prove_wildcard_answer(name(text), labels).outcome == DenialOutcome::proven;
    }
    DsDenial no_ds(const char* text) const { return proof.prove_no_ds(name(text)); }
};

DenialProblem add(const char* zone, const std::string& record)
{
    NsecProof proof(name(zone));
    return proof.add(rrset({record}));
}

// The zone of RFC 4035 appendix A, in the parts that matter, with a delegation and a DNAME more.
const std::string apex = "example. NSEC a.example. NS SOA MX RRSIG NSEC DNSKEY";
const std::string a = "a.example. NSEC ai.example. NS DS RRSIG NSEC";
const std::string ai = "ai.example. NSEC b.example. A HINFO AAAA RRSIG NSEC";
const std::string b = "b.example. NSEC d.example. NS RRSIG NSEC";
const std::string d = "d.example. NSEC x.ent.example. DNAME RRSIG NSEC";
const std::string ent = "x.ent.example. NSEC ns1.example. A RRSIG NSEC";
const std::string ns1 = "ns1.example. NSEC ns2.example. A RRSIG NSEC";
const std::string ns2 = "ns2.example. NSEC *.w.example. A RRSIG NSEC";
const std::string w = "*.w.example. NSEC x.w.example. MX RRSIG NSEC";
const std::string xw = "x.w.example. NSEC x.y.w.example. MX RRSIG NSEC";
const std::string xyw = "x.y.w.example. NSEC xx.example. MX RRSIG NSEC";
const std::string xx = "xx.example. NSEC example. A HINFO AAAA RRSIG NSEC";

}  // namespace

TEST_CASE("NXDOMAIN needs the name and the wildcard denied (RFC 4035 B.2)")
{
    CHECK(Records({b, apex}).name_error("bb.example."));  // b covers bb; apex covers *.example
    CHECK_FALSE(Records({b}).name_error("bb.example."));
    CHECK_FALSE(Records({apex}).name_error("bb.example."));
    CHECK(Records({xx, apex}).name_error("zz.example."));  // behind the last name
    CHECK(Records({xx, apex}).name_error("a.b.c.zz.example."));
    CHECK_FALSE(Records({ns1, apex}).name_error("ns1.example."));
    CHECK_FALSE(Records({xx, apex}).name_error("zz.test."));
    const Denial denial = Records({xyw, w}).proof.prove_name_error(name("b.w.example."));
    CHECK(denial.outcome == DenialOutcome::unproven);  // not covered: the wildcard answers
}

TEST_CASE("NXDOMAIN is not shown for an empty non-terminal or where a wildcard exists")
{
    CHECK_FALSE(Records({d, apex}).name_error("ent.example."));
    CHECK(Records({d, ent, apex}).name_error("a.ent.example."));
    // A name under w that does not exist is answered by *.w, so nothing may deny it.
    CHECK_FALSE(Records({xyw, w, apex, xx, ns2}).name_error("z.w.example."));
    // y.w is an empty non-terminal without a wildcard of its own.
    CHECK(Records({xw, xyw}).name_error("z.y.w.example."));
}

TEST_CASE("a zone of one name denies everything else")
{
    const std::string only = "example. NSEC example. NS SOA RRSIG NSEC DNSKEY";
    CHECK(Records({only}).name_error("a.example."));
    CHECK(Records({only}).no_data("example.", RRType::a));
    CHECK_FALSE(Records({only}).name_error("example."));
}

TEST_CASE("NODATA: the type and CNAME are absent from the bit map (RFC 4035 B.3, RFC 6840 4.3)")
{
    CHECK(Records({ns1}).no_data("ns1.example.", RRType::mx));
    CHECK(Records({ns1}).no_data("NS1.example.", RRType::ds));
    CHECK_FALSE(Records({ns1}).no_data("ns1.example.", RRType::a));
    CHECK_FALSE(Records({ns1}).no_data("ns2.example.", RRType::mx));
    CHECK_FALSE(Records({"c.example. NSEC d.example. CNAME RRSIG NSEC"}).no_data("c.example.", RRType::a));
    CHECK(Records({"e.example. NSEC f.example. RRSIG NSEC"}).no_data("e.example.", RRType::any));
    CHECK_FALSE(Records({ns1}).no_data("ns1.example.", RRType::any));
}

TEST_CASE("NODATA for an empty non-terminal: the next name is below it")
{
    CHECK(Records({d}).no_data("ent.example.", RRType::a));
    CHECK_FALSE(Records({d}).no_data("e.example.", RRType::a));
    CHECK(Records({xw}).no_data("y.w.example.", RRType::mx));
}

TEST_CASE("NODATA at a wildcard: the name is denied and the wildcard lacks the type (RFC 4035 B.7)")
{
    const Denial denial = Records({xyw, w}).proof.prove_no_data(name("a.z.w.example."), RRType::aaaa);
    CHECK(denial.outcome == DenialOutcome::proven);
    CHECK(denial.wildcard);
    CHECK(denial.closest_encloser == name("w.example."));
    CHECK_FALSE(Records({xyw, w}).no_data("a.z.w.example.", RRType::mx));
    CHECK_FALSE(Records({xyw}).no_data("a.z.w.example.", RRType::aaaa));
    CHECK_FALSE(Records({w}).no_data("a.z.w.example.", RRType::aaaa));
}

TEST_CASE("RFC 6840 4.1: a parent's NSEC at a zone cut denies DS and nothing else")
{
    CHECK(Records({b}).no_data("b.example.", RRType::ds));
    CHECK_FALSE(Records({b}).no_data("b.example.", RRType::a));
    CHECK_FALSE(Records({b}).no_data("b.example.", RRType::soa));
    CHECK_FALSE(Records({b, apex}).name_error("mc.b.example."));  // below the cut
    CHECK_FALSE(Records({a, apex}).name_error("x.a.example."));
    CHECK_FALSE(Records({b}).no_data("x.b.example.", RRType::ds));
}

TEST_CASE("RFC 6840 4.4: a child's NSEC at its apex does not deny DS, save for the root")
{
    CHECK_FALSE(Records({apex}).no_data("example.", RRType::ds));
    CHECK(Records({"."
                   " NSEC aaa. NS SOA RRSIG NSEC DNSKEY"},
                  ".")
              .no_data(".", RRType::ds));
    CHECK(Records({apex}).no_ds("example.") == DsDenial::unproven);
}

TEST_CASE("nothing below a DNAME is denied")
{
    CHECK_FALSE(Records({d, apex}).name_error("x.d.example."));
    CHECK(Records({d, apex}).name_error("e.example."));
}

TEST_CASE("wildcard answers: no closer match than the wildcard's encloser (RFC 4035 B.6)")
{
    CHECK(Records({xyw}).wildcard_answer("a.z.w.example.", 2));
    CHECK_FALSE(Records({xyw}).wildcard_answer("a.z.w.example.", 1));
    CHECK_FALSE(Records({xyw}).wildcard_answer("a.z.w.example.", 3));
    CHECK_FALSE(Records({xyw}).wildcard_answer("x.y.w.example.", 2));
    // *.w does not stand for names under y.w, which exists.
    CHECK_FALSE(Records({xyw}).wildcard_answer("z.y.w.example.", 2));
    CHECK_FALSE(Records({xw}).wildcard_answer("y.w.example.", 2));
}

TEST_CASE("delegations without DS: insecure with NS, no zone cut without")
{
    CHECK(Records({b}).no_ds("b.example.") == DsDenial::insecure_delegation);
    CHECK(Records({a}).no_ds("a.example.") == DsDenial::unproven);
    CHECK(Records({ns1}).no_ds("ns1.example.") == DsDenial::no_delegation);
    CHECK(Records({d}).no_ds("ent.example.") == DsDenial::no_delegation);
    CHECK(Records({ns1}).no_ds("ns11.example.") == DsDenial::no_delegation);
    CHECK(Records({ns1}).no_ds("xx.example.") == DsDenial::unproven);
    CHECK(Records({b}).no_ds("c.b.example.") == DsDenial::unproven);
    CHECK(Records({b}).no_ds("b.test.") == DsDenial::unproven);
}

TEST_CASE("CVE-2026-13321 and kin: an NSEC whose next name or owner is outside the zone is refused")
{
    CHECK(add("example.", "a.example. NSEC b.test. A RRSIG NSEC") == DenialProblem::next_outside_zone);
    CHECK(add("a.example.", "a.example. NSEC z.example. A RRSIG NSEC") == DenialProblem::next_outside_zone);
    CHECK(add("a.example.", "a.example. NSEC . A RRSIG NSEC") == DenialProblem::next_outside_zone);
    CHECK(add("example.", "a.test. NSEC b.example. A RRSIG NSEC") == DenialProblem::owner_outside_zone);
    CHECK(add("example.", "b.example. NSEC a.example. A RRSIG NSEC") == DenialProblem::next_before_owner);
    CHECK(add("example.", "b.example. NSEC b.example. A RRSIG NSEC") == DenialProblem::next_before_owner);
    CHECK(add("example.", "b.example. NSEC EXAMPLE. A RRSIG NSEC") == DenialProblem::none);
}

TEST_CASE("padded answers: the records of one proof are bounded")
{
    NsecProof proof(name("example."));
    const dns::RRset set = rrset({ns1});
    for (std::size_t i = 0; i < max_denial_records; ++i)
        CHECK(proof.add(set) == DenialProblem::none);
    CHECK(proof.add(set) == DenialProblem::too_many_records);
    CHECK(proof.size() == max_denial_records);
}

TEST_CASE("malformed NSEC and type bit maps are refused")
{
    const dns::Name owner = name("a.example.");
    const OctetBuffer good = rdata(a);
    REQUIRE(Nsec::parse(owner, good));
    CHECK(Nsec::parse(owner, good)->types.contains(RRType::ds));
    CHECK_FALSE(Nsec::parse(owner, good)->types.contains(RRType::a));
    CHECK_FALSE(Nsec::parse(owner, Octets(good).first(5)));
    CHECK_FALSE(Nsec::parse(owner, Octets(good).first(good.size() - 1)));
    CHECK_FALSE(Nsec::parse(owner, {}));

    const auto parses = [](const OctetBuffer& octets) { return TypeBitmap::parse(octets).has_value(); };
    CHECK(parses({}));
    CHECK(parses({0, 1, 0x40, 1, 1, 0x40}));
    CHECK_FALSE(parses({0, 0}));
    CHECK_FALSE(parses({0}));
    CHECK_FALSE(parses({1, 1, 0x40, 0, 1, 0x40}));
    CHECK_FALSE(parses({0, 1, 0x40, 0, 1, 0x40}));
    OctetBuffer long_window{0, 33};
    long_window.resize(35, 1);
    CHECK_FALSE(parses(long_window));
    const OctetBuffer caa{1, 1, 0x40};
    CHECK(TypeBitmap::parse(caa)->contains(RRType::caa));
    CHECK_FALSE(TypeBitmap::parse(caa)->contains(RRType::a));
    CHECK_FALSE(TypeBitmap::parse(caa)->contains(RRType{258}));
}

namespace
{

/// Says of which RRsets it was asked.
struct Notary final : Voucher {
    bool vouch(std::size_t number) override
    {
        asked.push_back(number);
        return number != refused;
    }
    std::vector<std::size_t> asked;
    std::size_t refused = SIZE_MAX;
};

}  // namespace

TEST_CASE("only records that a proof leans on are verified, and those that turn out wrong prove nothing")
{
    const std::vector<dns::RRset> sets{rrset({xyw}), rrset({b}), rrset({ns1}), rrset({apex})};
    for (const bool wrong : {false, true}) {
        Notary notary;
        if (wrong)
            notary.refused = 3;
        NsecProof proof(name("example."));
        for (std::size_t i = 0; i < sets.size(); ++i)
            REQUIRE(proof.claim(sets[i], notary, i) == DenialProblem::none);
        CHECK((proof.prove_name_error(name("bb.example.")).outcome == DenialOutcome::proven) != wrong);
        CHECK(notary.asked == std::vector<std::size_t>{1, 3});
    }
}
