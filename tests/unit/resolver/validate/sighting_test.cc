// SPDX-License-Identifier: EUPL-1.2
// What one DNSKEY RRset of a trust point shows.
#include "resolver/validate/sighting.h"

#include <doctest/doctest.h>

#include "tests/unit/resolver/dnssec/oracle.h"

using namespace rw;
using namespace rw::validate;
using dnssec::test::name;
using dnssec::test::Signer;

namespace
{

std::expected<Sighting, std::string> seen(const dns::RRset& keys, const Signer& anchored)
{
    dnssec::RRsetVerifier verifier({});
    dnssec::Work work;
    const std::vector<dnssec::TrustAnchor> anchors{{name("."), dns::RRType::dnskey, anchored.dnskey()}};
    return sight(keys, anchors, verifier, dnssec::test::at(good_time), work);
}

}  // namespace

TEST_CASE("entry points are seen, zone signing keys are not, and what no anchor signs shows nothing")
{
    const Signer trusted(LDNS_SIGN_ECDSAP256SHA256, 0, ".");
    const Signer fresh(LDNS_SIGN_ECDSAP256SHA256, 0, ".");
    const Signer zone(LDNS_SIGN_ECDSAP256SHA256, 0, ".", 256);
    const auto sighting = seen(trusted.sign_keys({&trusted, &fresh, &zone}), trusted);
    REQUIRE(sighting);
    REQUIRE(sighting->keys.size() == 2);
    for (const Sighting::Key& key : sighting->keys)
        CHECK(key.anchored == (key.rdata == trusted.dnskey()));
    CHECK(sighting->revoked.empty());
    CHECK(sighting->signed_for == std::chrono::seconds{50'000'000});
    CHECK_FALSE(seen(fresh.sign_keys({&trusted, &fresh, &zone}), trusted));
}

TEST_CASE("a revocation counts only with the signature of the key that it revokes")
{
    const Signer trusted(LDNS_SIGN_ECDSAP256SHA256, 0, ".");
    Signer leaving(LDNS_SIGN_ECDSAP256SHA256, 0, ".");
    const OctetBuffer before = leaving.dnskey();
    leaving.revoke();
    dns::RRset keys = trusted.sign_keys({&trusted, &leaving});
    const auto unsigned_by_it = seen(keys, trusted);
    REQUIRE(unsigned_by_it);
    CHECK(unsigned_by_it->revoked.empty());
    CHECK(unsigned_by_it->keys.size() == 1);
    for (const Octets rdata : leaving.sign_keys({&trusted, &leaving}).signatures)
        keys.signatures.add(rdata);
    const auto sighting = seen(keys, trusted);
    REQUIRE(sighting);
    REQUIRE(sighting->revoked.size() == 1);
    CHECK(sighting->revoked.front() == before);
}

TEST_CASE("a revoked key validates nothing, even when an anchor names it")
{
    Signer gone(LDNS_SIGN_ECDSAP256SHA256, 0, ".");
    gone.revoke();
    CHECK_FALSE(seen(gone.sign_keys({&gone}), gone));
}
