// SPDX-License-Identifier: EUPL-1.2
// The root's keys: what is authentic, what is forged, and when nothing can be said.
#include "resolver/root/root_keys.h"

#include <doctest/doctest.h>

#include "tests/unit/resolver/dnssec/oracle.h"

namespace rw::root
{

namespace
{

using dnssec::test::Signer;

constexpr WallSeconds wall{std::chrono::seconds{1'650'000'000}};
const std::vector<std::string> soa{". 86400 IN SOA a.root-servers.net. nstld.verisign-grs.com. 2022041501 1 1 1 1"};

struct KeysTest {
    KeysTest() { trust(root); }
    void trust(const Signer& signer)
    {
        validate::AnchorSet set;
        set.anchors.push_back(
            {dns::Name{}, dns::RRType::dnskey, signer.dnskey(), WallSeconds::min(), WallSeconds::max()});
        anchors.replace(std::move(set));
    }

    Signer root{LDNS_SIGN_ECDSAP256SHA256, 0, "."};
    Signer stranger{LDNS_SIGN_ECDSAP256SHA256, 0, "."};
    validate::AnchorStore anchors;
    config::DnssecSettings settings;
    RootKeys keys{anchors, settings};
    Instant now{};
};

}  // namespace

TEST_CASE("keys that an anchor vouches for are taken, and what they signed is authentic")
{
    KeysTest test;
    CHECK(test.keys.judge(test.root.sign(soa), test.now, wall).authenticity == Authenticity::unknown);
    CHECK_FALSE(test.keys.ready(test.now));
    const auto taken = test.keys.take(test.root.sign_keys({&test.root}), test.now, wall);
    CHECK(taken.authenticity == Authenticity::authentic);
    CHECK(test.keys.ready(test.now));
    const auto verdict = test.keys.judge(test.root.sign(soa), test.now, wall);
    CHECK(verdict.authenticity == Authenticity::authentic);
    CHECK(verdict.signed_at == WallSeconds{std::chrono::seconds{1'600'000'000}});
}

TEST_CASE("a stranger's keys are not taken, and what they signed, or nobody, is forged")
{
    KeysTest test;
    CHECK(test.keys.take(test.stranger.sign_keys({&test.stranger}), test.now, wall).authenticity ==
          Authenticity::forged);
    CHECK_FALSE(test.keys.ready(test.now));
    test.keys.take(test.root.sign_keys({&test.root}), test.now, wall);
    CHECK(test.keys.judge(test.stranger.sign(soa), test.now, wall).authenticity == Authenticity::forged);
    dns::RRset bare = test.root.sign(soa);
    bare.signatures = {};
    CHECK(test.keys.judge(bare, test.now, wall).authenticity == Authenticity::forged);
    // A key of the stranger's in the set does not help: the set is not signed by the anchor's.
    CHECK(test.keys.take(test.stranger.sign_keys({&test.root, &test.stranger}), test.now, wall).authenticity ==
          Authenticity::forged);
    CHECK(test.keys.judge(test.stranger.sign(soa), test.now, wall).authenticity == Authenticity::forged);
}

TEST_CASE("signatures out of their time are forged")
{
    KeysTest test;
    test.keys.take(test.root.sign_keys({&test.root}), test.now, wall);
    test.root.set_times(1'500'000'000, 1'510'000'000);
    CHECK(test.keys.judge(test.root.sign(soa), test.now, wall).authenticity == Authenticity::forged);
}

TEST_CASE("without an anchor, or with validation off, nothing is judged")
{
    KeysTest test;
    test.settings.enabled = false;
    CHECK_FALSE(test.keys.applies(wall));
    CHECK(test.keys.take(test.stranger.sign_keys({&test.stranger}), test.now, wall).authenticity ==
          Authenticity::unknown);
    test.settings.enabled = true;
    CHECK(test.keys.applies(wall));
    test.anchors.replace({});
    CHECK_FALSE(test.keys.applies(wall));
    validate::AnchorSet negative;
    negative.anchors.push_back(
        {dns::Name{}, dns::RRType::dnskey, test.root.dnskey(), WallSeconds::min(), WallSeconds::max()});
    negative.negative.push_back({dns::Name{}, WallSeconds::max()});
    test.anchors.replace(std::move(negative));
    CHECK_FALSE(test.keys.applies(wall));
}

TEST_CASE("old keys, and keys that older anchors vouched for, judge nobody")
{
    KeysTest test;
    test.keys.take(test.root.sign_keys({&test.root}), test.now, wall);
    CHECK(test.keys.ready(test.now + 47h));
    CHECK_FALSE(test.keys.ready(test.now + 49h));
    test.trust(test.stranger);
    CHECK_FALSE(test.keys.ready(test.now));
    CHECK(test.keys.judge(test.stranger.sign(soa), test.now, wall).authenticity == Authenticity::unknown);
}

}  // namespace rw::root
