// SPDX-License-Identifier: EUPL-1.2
// The store: every version back bit for bit, chains that end, and a seal that no changed octet survives.
#include "zones/store.h"

#include <doctest/doctest.h>

#include "tests/unit/zones/simulated_files.h"

namespace rw::zones
{

namespace
{

std::string version(unsigned number)
{
    std::string text;
    for (unsigned i = 0; i < 400; ++i)
        text += "tld" + std::to_string(i) + ".\t172800\tIN\tNS\tns" + std::to_string(i == number ? 999 : i) + ".nic.\n";
    return text;
}

}  // namespace

TEST_CASE("a hundred versions in a chain come back bit for bit, whole copies in between")
{
    SimulatedFiles files;
    REQUIRE(files.make_folder("log"));
    std::vector<Digest> digests;
    Store store(files, "log");
    for (unsigned i = 0; i < 100; ++i) {
        const Result<Digest> digest =
            store.put(version(i), digests.empty() ? std::nullopt : std::optional(digests.back()));
        REQUIRE(digest);
        CHECK(*digest == sha256(version(i)));
        digests.push_back(*digest);
    }
    std::size_t whole = 0;
    for (unsigned i = 0; i < 100; ++i) {
        Store fresh(files, "log");
        const Result<std::string> text = fresh.get(digests[i]);
        REQUIRE(text);
        CHECK(*text == version(i));
        const OctetBuffer file = *files.read("log/" + Store::relative_path(digests[i]));
        whole += file[8] == 0 ? 1 : 0;
        CHECK(file[8] <= store_chain_limit);
    }
    CHECK(whole == 4);
}

TEST_CASE("a version that is kept is kept once, and one without its base is kept whole")
{
    SimulatedFiles files;
    REQUIRE(files.make_folder("log"));
    Store store(files, "log");
    REQUIRE(store.put(version(1), sha256("never kept")));
    const std::uint64_t operations = files.operations();
    REQUIRE(store.put(version(1), std::nullopt));
    CHECK(files.operations() == operations);
    CHECK(store.get(sha256(version(1))));
    CHECK_FALSE(store.get(sha256("never kept")));
}

TEST_CASE("every changed octet and every cut of a stored file is found")
{
    SimulatedFiles files;
    REQUIRE(files.make_folder("log"));
    const Digest base = *Store(files, "log").put("short text\n", std::nullopt);
    const Digest digest = *Store(files, "log").put("short text, longer\n", base);
    for (const Digest& one : {base, digest}) {
        const std::string path = "log/" + Store::relative_path(one);
        const OctetBuffer good = *files.read(path);
        for (std::size_t i = 0; i < good.size(); ++i) {
            OctetBuffer bad = good;
            bad[i] ^= 0x10;
            REQUIRE(files.write(path, bad, 0644));
            REQUIRE_FALSE(Store(files, "log").get(one));
            REQUIRE(files.write(path, Octets(good).first(i), 0644));
            REQUIRE_FALSE(Store(files, "log").get(one));
        }
        REQUIRE(files.write(path, good, 0644));
        CHECK(Store(files, "log").get(one));
    }
}

TEST_CASE("a version is durable when put returns, and a crash before leaves nothing half kept")
{
    for (std::uint64_t stop = 0; stop < 12; ++stop) {
        SimulatedFiles files;
        REQUIRE(files.make_folder("log"));
        REQUIRE(files.sync_folder("."));
        const std::uint64_t before = files.operations();
        files.crash_after(before + stop);
        const Result<Digest> put = Store(files, "log").put("text\n", std::nullopt);
        files.lose_power_partly(stop);
        const Result<std::string> text = Store(files, "log").get(sha256("text\n"));
        if (put)
            REQUIRE(text);
        if (text)
            CHECK(*text == "text\n");
    }
}

TEST_CASE("only its own spelling of a path names a stored version")
{
    const Digest digest = sha256("x");
    CHECK(Store::digest_of_path(Store::relative_path(digest)) == digest);
    CHECK_FALSE(Store::digest_of_path("store/" + hex_lower(digest)));
    CHECK_FALSE(Store::digest_of_path("store/ab/" + hex_upper(digest)));
    CHECK_FALSE(Store::digest_of_path("checkpoint"));
}

}  // namespace rw::zones
