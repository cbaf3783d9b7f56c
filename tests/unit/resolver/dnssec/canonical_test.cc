// SPDX-License-Identifier: EUPL-1.2
// Canonical form and order.
#include "resolver/dnssec/canonical.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/resolver/dnssec/oracle.h"

using namespace rw;
using namespace rw::dnssec;
using namespace rw::dnssec::test;
using dns::RRType;

namespace
{

OctetBuffer canonical(const std::string& record)
{
    const Rr rr = parse_rr(record);
    const auto type = dns::RRType{static_cast<std::uint16_t>(ldns_rr_get_type(rr.get()))};
    OctetBuffer out;
    CHECK(append_canonical_rdata(type, rdata_of(rr.get()), out));
    return out;
}

}  // namespace

TEST_CASE("canonical order of names as in RFC 4034 6.1")
{
    const std::vector<std::string> ordered{"example.",         "a.example.",      "yljkjljk.a.example.",
                                           "Z.a.example.",     "zABC.a.EXAMPLE.", "z.example.",
                                           "\\001.z.example.", "*.z.example.",    "\\200.z.example."};
    for (std::size_t i = 0; i + 1 < ordered.size(); ++i)
        CHECK(name(ordered[i]) < name(ordered[i + 1]));
}

TEST_CASE("names in RDATA are lower-cased where RFC 4034 6.2 says so and nowhere else")
{
    CHECK(canonical("a. MX 10 Mail.Example.") == canonical("a. MX 10 mail.example."));
    CHECK(canonical("a. SRV 1 2 3 T.Example.") == canonical("a. SRV 1 2 3 t.example."));
    CHECK(canonical("a. RP A.Example. B.Example.") == canonical("a. RP a.example. b.example."));
    CHECK(canonical("a. NSEC B.Example. A") != canonical("a. NSEC b.example. A"));  // RFC 6840 5.1
    CHECK(canonical("a. TXT \"ABC\"") != canonical("a. TXT \"abc\""));
    CHECK(canonical("a. NAPTR 1 2 \"U\" \"S\" \"R\" Repl.") == canonical("a. NAPTR 1 2 \"U\" \"S\" \"R\" repl."));
    CHECK(canonical("a. NAPTR 1 2 \"U\" \"S\" \"R\" repl.") != canonical("a. NAPTR 1 2 \"u\" \"S\" \"R\" repl."));
}

TEST_CASE("RDATA that does not have the layout of its type is refused and leaves nothing behind")
{
    OctetBuffer out{7};
    CHECK_FALSE(append_canonical_rdata(RRType::a, OctetBuffer{1, 2, 3}, out));
    CHECK_FALSE(append_canonical_rdata(RRType::a, OctetBuffer{1, 2, 3, 4, 5}, out));
    CHECK_FALSE(append_canonical_rdata(RRType::mx, OctetBuffer{0, 1, 1, 'a'}, out));
    CHECK_FALSE(append_canonical_rdata(RRType::mx, OctetBuffer{0, 1, 0xc0, 0}, out));
    CHECK_FALSE(append_canonical_rdata(RRType::ns, OctetBuffer{1, 'a', 0xc0, 0}, out));
    CHECK_FALSE(append_canonical_rdata(RRType::naptr, OctetBuffer{0, 1, 0, 1, 5, 'a'}, out));
    CHECK_FALSE(append_canonical_rdata(RRType::soa, OctetBuffer{0, 0, 1}, out));
    CHECK(out == OctetBuffer{7});
    CHECK(append_canonical_rdata(RRType::ns, OctetBuffer{2, 'A', 0xc8, 0}, out));  // an octet that looks like a pointer
    CHECK(out == OctetBuffer{7, 2, 'a', 0xc8, 0});
}

TEST_CASE("records are ordered as octet strings, shorter first, twins once")
{
    dns::RRset set;
    set.owner = name("A.example.");
    set.type = RRType{65280};
    for (const OctetBuffer& octets :
         {OctetBuffer{2}, OctetBuffer{1, 0}, OctetBuffer{0xff}, OctetBuffer{1}, OctetBuffer{}, OctetBuffer{1, 0}})
        set.rdatas.add(octets);
    CanonicalRRset canonical_set;
    REQUIRE(canonical_set.assign(set));
    REQUIRE(canonical_set.size() == 5);
    CHECK(canonical_set.rdata(0).empty());
    CHECK(canonical_set.rdata(1).size() == 1);
    CHECK(canonical_set.rdata(2).size() == 2);
    CHECK(canonical_set.rdata(3)[0] == 2);
    CHECK(canonical_set.rdata(4)[0] == 0xff);
}

TEST_CASE("signed data is what RFC 4034 3.1.8.1 says, to the octet")
{
    const OctetBuffer signature = rdata("A.B.Example. RRSIG A 13 1 3600 20300101000000 20000101000000 1 Example. AAAA");
    const auto rrsig = Rrsig::parse(signature);
    REQUIRE(rrsig);
    CanonicalRRset canonical_set;
    REQUIRE(canonical_set.assign(rrset({"A.B.Example. 60 A 192.0.2.2", "A.B.Example. 60 A 192.0.2.1"})));
    OctetBuffer expected(signature.begin(), signature.begin() + 18);
    append(expected, name("example.").wire());
    for (const std::uint8_t last : {std::uint8_t{1}, std::uint8_t{2}}) {
        append(expected, name("*.example.").wire());
        append(expected, OctetBuffer{0, 1, 0, 1, 0, 0, 0x0e, 0x10, 0, 4, 192, 0, 2, last});
    }
    OctetBuffer out;
    canonical_set.append_signed_data(*rrsig, out);
    CHECK(out == expected);
    CHECK(canonical_set.signed_octets(*rrsig) == expected.size());
}
