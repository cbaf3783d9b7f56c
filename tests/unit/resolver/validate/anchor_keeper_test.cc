// SPDX-License-Identifier: EUPL-1.2
// The state of the root's keys on a disk that loses power, files and bits.
#include "resolver/validate/anchor_keeper.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "resolver/dnssec/ds.h"
#include "tests/unit/resolver/dnssec/oracle.h"
#include "tests/unit/zones/simulated_files.h"

using namespace rw;
using namespace rw::validate;
using std::chrono::days;
using std::chrono::seconds;

namespace
{

const std::string folder = "state";
constexpr WallSeconds start{seconds{1'790'000'000}};

struct Keys {
    dnssec::test::Signer old_signer{LDNS_SIGN_ECDSAP256SHA256, 0, "."};
    dnssec::test::Signer new_signer{LDNS_SIGN_ECDSAP256SHA256, 0, "."};
    OctetBuffer old_key = old_signer.dnskey();
    OctetBuffer new_key = new_signer.dnskey();

    /// The anchors of the package: both keys, as DS.
    [[nodiscard]] std::vector<dnssec::TrustAnchor> shipped() const
    {
        std::vector<dnssec::TrustAnchor> anchors;
        dnssec::Digester digester;
        for (const OctetBuffer& key : {old_key, new_key}) {
            OctetBuffer rdata;
            append_u16(rdata, dnssec::key_tag(key));
            append_u8(rdata, key[3]);
            append_u8(rdata, 2);
            append(rdata, dnssec::ds_digest(dns::Name{}, key, 2, digester)->view());
            anchors.push_back({dns::Name{}, dns::RRType::ds, rdata});
        }
        return anchors;
    }
    [[nodiscard]] Sighting both() const { return {{{old_key, true}, {new_key, true}}, {}, days{2}, days{10}}; }
    [[nodiscard]] Sighting revocation() const { return {{{new_key, true}}, {old_key}, days{2}, days{10}}; }

    /// Whether `keeper` trusts `key`, in DS or DNSKEY form.
    static bool trusted(const AnchorKeeper& keeper, const OctetBuffer& key)
    {
        return std::ranges::any_of(keeper.anchors(), [&](const dnssec::TrustAnchor& anchor) {
            return anchor.key_tag() == dnssec::key_tag(key);
        });
    }
};

void make_state_folder(zones::Files& files)
{
    REQUIRE(files.make_folder(folder));
    REQUIRE(files.sync_folder("."));
}

/// A keeper at its first start.
struct Started {
    Keys keys;
    zones::SimulatedFiles files;
    AnchorKeeper keeper{files, folder, keys.shipped()};

    Started()
    {
        make_state_folder(files);
        CHECK(keeper.load().empty());
    }
};

void flip_one_bit(zones::Files& files, const std::string& path, std::size_t at)
{
    OctetBuffer octets = files.read(path).value();
    octets.at(at) ^= 1;
    REQUIRE(files.write(path, octets, 0644));
}

}  // namespace

TEST_CASE("what was learnt is read back, with the latest proven time")
{
    Started started;
    auto& [keys, files, keeper] = started;
    REQUIRE(keeper.observe(keys.both(), start, start - days{1}));
    REQUIRE(keeper.observe(keys.revocation(), start + days{1}, start));
    AnchorKeeper again(files, folder, keys.shipped());
    CHECK(again.load().empty());
    CHECK(again.rollover().keys() == keeper.rollover().keys());
    CHECK(again.proven() == start);
    CHECK_FALSE(Keys::trusted(again, keys.old_key));
    CHECK(Keys::trusted(again, keys.new_key));
}

TEST_CASE("before any key was ever revoked a restart warns of nothing, and each lost file is noticed")
{
    Started started;
    auto& [keys, files, keeper] = started;
    REQUIRE(keeper.observe(keys.both(), start, start));
    CHECK(AnchorKeeper(files, folder, keys.shipped()).load().empty());
    for (const char* file : {"/root-keys", "/revoked-keys"}) {
        const OctetBuffer content = files.read(folder + file).value();
        REQUIRE(files.remove(folder + file));
        AnchorKeeper again(files, folder, keys.shipped());
        const auto warnings = again.load();
        REQUIRE(warnings.size() == 1);
        CHECK(warnings.front().starts_with(folder + file + " is lost"));
        REQUIRE(again.observe(keys.both(), start + days{1}, start));
        CHECK(AnchorKeeper(files, folder, keys.shipped()).load().empty());
        REQUIRE(files.write(folder + file, content, 0644));
    }
}

TEST_CASE("a revoked key is not trusted when the state is lost, and the operator is told")
{
    Started started;
    auto& [keys, files, keeper] = started;
    REQUIRE(keeper.observe(keys.revocation(), start, start));
    REQUIRE(files.remove(folder + "/root-keys"));
    AnchorKeeper again(files, folder, keys.shipped());
    const auto warnings = again.load();
    REQUIRE(warnings.size() == 1);
    CHECK(warnings.front().find("is lost") != std::string::npos);
    CHECK_FALSE(Keys::trusted(again, keys.old_key));
    CHECK(Keys::trusted(again, keys.new_key));
}

TEST_CASE("either file keeps a key revoked, and any flipped bit of the state is noticed")
{
    Started started;
    auto& [keys, files, keeper] = started;
    REQUIRE(keeper.observe(keys.revocation(), start, start));
    const OctetBuffer state = files.read(folder + "/root-keys").value();
    const OctetBuffer revoked = files.read(folder + "/revoked-keys").value();
    for (std::size_t at = 0; at < state.size(); ++at) {
        REQUIRE(files.write(folder + "/root-keys", state, 0644));
        flip_one_bit(files, folder + "/root-keys", at);
        AnchorKeeper again(files, folder, keys.shipped());
        CHECK(again.load().size() == 1);
        CHECK_FALSE(Keys::trusted(again, keys.old_key));
    }
    REQUIRE(files.write(folder + "/root-keys", state, 0644));
    REQUIRE(files.remove(folder + "/revoked-keys"));
    AnchorKeeper without(files, folder, keys.shipped());
    CHECK(without.load().size() == 1);
    CHECK_FALSE(Keys::trusted(without, keys.old_key));
    REQUIRE(without.observe(keys.both(), start + days{1}, start));
    CHECK(files.read(folder + "/revoked-keys").value() == revoked);  // written anew
}

TEST_CASE("power may fail at any moment: the state is the one before or the one after, and revocation goes first")
{
    Keys keys;
    for (std::uint64_t operations = 0; operations < 12; ++operations) {
        for (std::uint64_t seed = 0; seed < 8; ++seed) {
            zones::SimulatedFiles files;
            make_state_folder(files);
            AnchorKeeper keeper(files, folder, keys.shipped());
            CHECK(keeper.load().empty());
            REQUIRE(keeper.observe(keys.both(), start, start));
            files.restart();
            files.crash_after(operations);
            const bool written = keeper.observe(keys.revocation(), start + days{1}, start).has_value();
            files.lose_power_partly(seed);
            files.restart();
            AnchorKeeper again(files, folder, keys.shipped());
            const auto warnings = again.load();
            INFO("after " << operations << " operations, seed " << seed);
            CHECK(warnings.size() <= 1);
            if (written)
                CHECK_FALSE(Keys::trusted(again, keys.old_key));
            CHECK(Keys::trusted(again, keys.new_key));
            const auto& all = again.rollover().keys();
            const bool after =
                std::ranges::any_of(all, [](const TrackedKey& key) { return key.state == KeyState::revoked; });
            if (after)
                CHECK(again.rollover().was_revoked(keys.old_key));
            CHECK(all.size() == 2);
        }
    }
}

TEST_CASE("a full disk does not keep a revoked key trusted")
{
    Keys keys;
    zones::SimulatedFiles files;
    AnchorKeeper keeper(files, folder, keys.shipped());
    CHECK(keeper.load().empty());
    files.crash_after(0);
    const auto done = keeper.observe(keys.revocation(), start, start);
    CHECK_FALSE(done);
    CHECK_FALSE(Keys::trusted(keeper, keys.old_key));
}
