// SPDX-License-Identifier: EUPL-1.2
// Proofs with NSEC3. A small zone is hashed here and its chain is cut up in every way that matters.
#include "resolver/dnssec/nsec3.h"

#include <doctest/doctest.h>

#include <map>

#include "resolver/dnssec/encoding.h"
#include "tests/unit/resolver/dnssec/oracle.h"

using namespace rw;
using namespace rw::dnssec;
using namespace rw::dnssec::test;
using dns::RRType;

namespace
{

struct ZoneName {
    std::string owner;
    std::string types;
};

const std::vector<ZoneName> zone_names{
    {"example.", "NS SOA RRSIG DNSKEY NSEC3PARAM"},
    {"a.example.", "A RRSIG"},
    {"cut.example.", "NS"},
    {"signed.example.", "NS DS RRSIG"},
    {"dname.example.", "DNAME RRSIG"},
    {"ent.example.", ""},
    {"x.ent.example.", "A RRSIG"},
    {"w.example.", ""},
    {"*.w.example.", "MX RRSIG"},
    {"x.w.example.", "A RRSIG"},
};

/// The NSEC3 chain of `zone_names`; answers "which record matches or covers this name" as a signer would.
class Chain
{
 public:
    explicit Chain(bool opt_out = false, std::uint16_t iterations = 2, const std::string& salt = "AB")
    {
        const OctetBuffer salt_octets = *decode_hex(salt);
        for (const ZoneName& entry : zone_names)
            types_[hash_text(entry.owner, iterations, salt_octets)] = entry.types;
        for (auto at = types_.begin(); at != types_.end(); ++at) {
            const auto next = std::next(at) == types_.end() ? types_.begin() : std::next(at);
            const std::string text = at->first + ".example. 300 NSEC3 1 " + (opt_out ? "1 " : "0 ") +
                                     std::to_string(iterations) + " " + salt + " " + next->first + " " + at->second;
            records_[at->first] = rrset({text});
        }
        iterations_ = iterations;
        salt_ = salt_octets;
    }
    const dns::RRset& match(const std::string& text) const { return records_.at(hash(text)); }
    const dns::RRset& cover(const std::string& text) const
    {
        auto at = records_.upper_bound(hash(text));
        return at == records_.begin() ? records_.rbegin()->second : std::prev(at)->second;
    }
    std::string hash(const std::string& text) const { return hash_text(text, iterations_, salt_); }

 private:
    static std::string hash_text(const std::string& text, std::uint16_t iterations, const OctetBuffer& salt)
    {
        Digester digester;
        Work work = Work::unlimited();
        return encode_base32hex(*nsec3_hash(name(text), {iterations, salt}, digester, work));
    }
    std::map<std::string, std::string> types_;
    std::map<std::string, dns::RRset> records_;
    std::uint16_t iterations_ = 0;
    OctetBuffer salt_;
};

/// A salt under which the proof for nx.example. needs three different records.
std::string salt_with_three_records()
{
    for (std::uint8_t salt = 0;; ++salt) {
        const std::string text = encode_hex(OctetBuffer{salt});
        const Chain chain(false, 2, text);
        const auto* encloser = &chain.match("example.");
        const auto* next_closer = &chain.cover("nx.example.");
        const auto* wildcard = &chain.cover("*.example.");
        if (encloser != next_closer && encloser != wildcard && next_closer != wildcard)
            return text;
    }
}

struct Proof {
    Digester digester;
    Work work;
    Nsec3Proof proof;

    explicit Proof(const std::vector<const dns::RRset*>& sets, const WorkLimits& limits = {})
        : work(limits), proof(name("example."), digester, work)
    {
        for (const dns::RRset* set : sets)
            REQUIRE(proof.add(*set) == DenialProblem::none);
    }
    DenialOutcome name_error(const char* text) { return proof.prove_name_error(name(text)).outcome; }
    DenialOutcome no_data(const char* text, RRType type) { return proof.prove_no_data(name(text), type).outcome; }
    DenialOutcome wildcard_answer(const char* text, std::size_t labels)
    {
        return proof.prove_wildcard_answer(name(text), labels).outcome;
    }
    DsDenial no_ds(const char* text) { return proof.prove_no_ds(name(text)); }
};

}  // namespace

TEST_CASE("NXDOMAIN needs encloser, next closer name and wildcard (RFC 5155 8.4)")
{
    const Chain chain(false, 2, salt_with_three_records());
    const auto* encloser = &chain.match("example.");
    const auto* next_closer = &chain.cover("nx.example.");
    const auto* wildcard = &chain.cover("*.example.");
    CHECK(Proof({encloser, next_closer, wildcard}).name_error("nx.example.") == DenialOutcome::proven);
    CHECK(Proof({encloser, next_closer, wildcard}).name_error("a.b.nx.example.") == DenialOutcome::proven);
    CHECK(Proof({next_closer, wildcard}).name_error("nx.example.") == DenialOutcome::unproven);
    CHECK(Proof({encloser, wildcard}).name_error("nx.example.") == DenialOutcome::unproven);
    CHECK(Proof({encloser, next_closer}).name_error("nx.example.") == DenialOutcome::unproven);
    CHECK(Proof({encloser, next_closer, wildcard}).name_error("nx.test.") == DenialOutcome::unproven);
    CHECK(Proof({&chain.match("a.example."), &chain.cover("q.a.example."), &chain.cover("*.a.example.")})
              .proof.prove_name_error(name("p.q.a.example."))
              .closest_encloser == name("a.example."));
}

TEST_CASE("an existing name, a wildcard that applies and names below a cut or DNAME are not denied")
{
    const Chain chain;
    CHECK(Proof({&chain.match("example."), &chain.cover("*.example."), &chain.match("a.example.")})
              .name_error("a.example.") == DenialOutcome::unproven);
    CHECK(Proof({&chain.match("w.example."), &chain.cover("q.w.example."), &chain.match("*.w.example.")})
              .name_error("q.w.example.") == DenialOutcome::unproven);
    for (const std::string parent : {"cut.example.", "signed.example.", "dname.example."}) {
        const std::string below = "q." + parent;
        Proof proof({&chain.match(parent), &chain.cover(below), &chain.cover("*." + parent)});
        CHECK(proof.name_error(below.c_str()) == DenialOutcome::unproven);
        CHECK(proof.no_ds(below.c_str()) == DsDenial::unproven);
    }
}

TEST_CASE("NODATA with a matching record (RFC 5155 8.5), also for an empty non-terminal")
{
    const Chain chain;
    CHECK(Proof({&chain.match("a.example.")}).no_data("a.example.", RRType::aaaa) == DenialOutcome::proven);
    CHECK(Proof({&chain.match("a.example.")}).no_data("a.example.", RRType::a) == DenialOutcome::unproven);
    CHECK(Proof({&chain.match("ent.example.")}).no_data("ent.example.", RRType::a) == DenialOutcome::proven);
    CHECK(Proof({&chain.match("cut.example.")}).no_data("cut.example.", RRType::ds) == DenialOutcome::proven);
    CHECK(Proof({&chain.match("cut.example.")}).no_data("cut.example.", RRType::a) == DenialOutcome::unproven);
    CHECK(Proof({&chain.match("example.")}).no_data("example.", RRType::ds) == DenialOutcome::unproven);
}

TEST_CASE("NODATA at a wildcard (RFC 5155 8.7)")
{
    const Chain chain;
    Proof proof({&chain.match("w.example."), &chain.cover("q.w.example."), &chain.match("*.w.example.")});
    CHECK(proof.no_data("q.w.example.", RRType::a) == DenialOutcome::proven);
    CHECK(proof.proof.prove_no_data(name("p.q.w.example."), RRType::a).wildcard);
    CHECK(proof.no_data("q.w.example.", RRType::mx) == DenialOutcome::unproven);
    CHECK(Proof({&chain.match("w.example."), &chain.cover("q.w.example.")}).no_data("q.w.example.", RRType::a) ==
          DenialOutcome::unproven);
}

TEST_CASE("wildcard answers: the next closer name is covered (RFC 5155 8.8)")
{
    const Chain chain;
    CHECK(Proof({&chain.cover("q.w.example.")}).wildcard_answer("p.q.w.example.", 2) == DenialOutcome::proven);
    CHECK(Proof({&chain.match("x.w.example.")}).wildcard_answer("x.w.example.", 2) == DenialOutcome::unproven);
    CHECK(Proof({&chain.cover("q.w.example.")}).wildcard_answer("q.w.example.", 3) == DenialOutcome::unproven);
    CHECK(Proof({&chain.cover("q.w.example.")}).wildcard_answer("q.w.example.", 0) == DenialOutcome::unproven);
    const Chain opt_out(true);
    CHECK(Proof({&opt_out.cover("q.w.example.")}).wildcard_answer("q.w.example.", 2) == DenialOutcome::opt_out);
}

TEST_CASE("opt-out: what the span covers is insecure, without the flag it is denied (RFC 5155 8.6, 8.9, 9.2)")
{
    const Chain opt_out(true);
    Proof spanned({&opt_out.match("example."), &opt_out.cover("nx.example."), &opt_out.cover("*.example.")});
    CHECK(spanned.name_error("nx.example.") == DenialOutcome::opt_out);
    CHECK(spanned.no_data("nx.example.", RRType::ds) == DenialOutcome::opt_out);
    CHECK(spanned.no_ds("nx.example.") == DsDenial::insecure_delegation);

    const Chain plain;
    Proof closed({&plain.match("example."), &plain.cover("nx.example."), &plain.cover("*.example.")});
    CHECK(closed.no_data("nx.example.", RRType::ds) == DenialOutcome::unproven);
    CHECK(closed.no_ds("nx.example.") == DsDenial::no_delegation);

    CHECK(Proof({&plain.match("cut.example.")}).no_ds("cut.example.") == DsDenial::insecure_delegation);
    CHECK(Proof({&plain.match("signed.example.")}).no_ds("signed.example.") == DsDenial::unproven);
    CHECK(Proof({&plain.match("a.example.")}).no_ds("a.example.") == DsDenial::no_delegation);
    CHECK(Proof({&plain.match("example.")}).no_ds("example.") == DsDenial::unproven);
}

TEST_CASE("CVE-2026-10723 and kin: an NSEC3 owner that is no hash directly under the zone is refused")
{
    const Chain chain;
    const auto problem = [](const dns::RRset& set, const char* zone) {
        const auto record = Nsec3::parse(set.owner, set.rdatas.front(), name(zone));
        return record ? DenialProblem::none : record.error();
    };
    dns::RRset set = chain.match("a.example.");
    CHECK(problem(set, "example.") == DenialProblem::none);
    CHECK(problem(set, ".") == DenialProblem::owner_not_hash);
    CHECK(problem(set, "test.") == DenialProblem::owner_not_hash);
    const dns::Name good = set.owner;
    set.owner = name("deep.example.").prepend(good.first_label()).value();
    CHECK(problem(set, "example.") == DenialProblem::owner_not_hash);
    set.owner = name("short.example.");
    CHECK(problem(set, "example.") == DenialProblem::owner_not_hash);
    set.owner = name("wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww.example.");
    CHECK(problem(set, "example.") == DenialProblem::owner_not_hash);
}

TEST_CASE("NSEC3 with unknown algorithm, flags or hash length, or cut short, proves nothing")
{
    const Chain chain;
    const dns::RRset& set = chain.match("a.example.");
    const auto problem = [&](std::size_t at, std::uint8_t value) {
        OctetBuffer octets(set.rdatas.front().begin(), set.rdatas.front().end());
        octets.at(at) = value;
        const auto record = Nsec3::parse(set.owner, octets, name("example."));
        return record ? DenialProblem::none : record.error();
    };
    CHECK(problem(0, 2) == DenialProblem::unknown_hash_algorithm);
    CHECK(problem(1, 2) == DenialProblem::unknown_flags);
    CHECK(problem(1, 1) == DenialProblem::none);
    CHECK(problem(6, 19) == DenialProblem::malformed);
    CHECK(problem(4, 255) == DenialProblem::malformed);
    for (std::size_t size = 0; size < 27; ++size)
        CHECK_FALSE(Nsec3::parse(set.owner, set.rdatas.front().first(size), name("example.")));
}

TEST_CASE("records with other iterations or salt than the first are not mixed in (RFC 5155 8.2)")
{
    const Chain chain;
    const Chain other(false, 2, "CD");
    Digester digester;
    Work work;
    Nsec3Proof proof(name("example."), digester, work);
    CHECK(proof.add(chain.match("example.")) == DenialProblem::none);
    CHECK(proof.add(other.match("example.")) == DenialProblem::other_parameters);
}

TEST_CASE("more than 50 iterations are insecure and cost nothing (RFC 9276)")
{
    const Chain fifty(false, 50);
    Proof within({&fifty.match("a.example.")});
    CHECK(within.no_data("a.example.", RRType::aaaa) == DenialOutcome::proven);
    const Chain more(false, 51);
    Proof above({&more.match("a.example."), &more.match("example.")});
    CHECK(above.no_data("a.example.", RRType::aaaa) == DenialOutcome::too_many_iterations);
    CHECK(above.name_error("nx.example.") == DenialOutcome::too_many_iterations);
    CHECK(above.no_ds("cut.example.") == DsDenial::too_many_iterations);
    CHECK(above.work.nsec3_hashes() == 0);
}

TEST_CASE("CVE-2023-50868: the search for the encloser of a deep name ends at the budget")
{
    const Chain chain(false, 50, std::string(510, 'A'));
    Proof proof({&chain.cover("nx.example.")});
    std::string deep = "example.";
    for (int i = 0; i < 120; ++i)
        deep.insert(0, "a.");
    CHECK(proof.name_error(deep.c_str()) == DenialOutcome::work_exhausted);
    CHECK(proof.work.exhausted());
    CHECK(proof.work.spent().nsec3_compressions <= WorkLimits{}.nsec3_compressions);
    CHECK(proof.no_ds(deep.c_str()) != DsDenial::insecure_delegation);
}

TEST_CASE("a name is hashed once however many questions are asked of it")
{
    const Chain chain;
    Proof proof({&chain.match("example."), &chain.cover("nx.example."), &chain.cover("*.example.")});
    CHECK(proof.name_error("nx.example.") == DenialOutcome::proven);
    const std::uint32_t hashes = proof.work.nsec3_hashes();
    CHECK(hashes == 3);
    CHECK(proof.name_error("nx.example.") == DenialOutcome::proven);
    CHECK(proof.no_ds("nx.example.") == DsDenial::no_delegation);
    CHECK(proof.work.nsec3_hashes() == hashes);
}
