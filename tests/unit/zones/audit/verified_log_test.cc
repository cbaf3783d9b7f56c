// SPDX-License-Identifier: EUPL-1.2
// Nobody sees an entry that is not proved under a signed head.
#include "zones/audit/verified_log.h"

#include <doctest/doctest.h>

#include "tests/unit/zones/audit/recorded_log.h"

namespace rw::zones::audit
{

TEST_CASE("entries are handed out only once they are proved under a head that a trusted key signed")
{
    SimulatedFiles files;
    const SigningKey a = log_key("a.example");
    record(files, "a", a, {three_zones()[0], three_zones()[1]});
    FolderSource source(files, "a");
    const std::vector<VerifierKey> keys{a.verifier()};
    const auto read = [&](const std::vector<VerifierKey>& trusted) {
        std::size_t seen = 0;
        Result<VerifiedLog> log = VerifiedLog::open(source, trusted, nullptr);
        const Result<void> done = log ? log->leaves(0, log->head().size,
                                                    [&](std::uint64_t, const Json&) -> Result<void> {
                                                        ++seen;
                                                        return {};
                                                    })
                                      : std::unexpected(log.error());
        return done ? static_cast<int>(seen) : -static_cast<int>(seen) - 1;
    };
    CHECK(read(keys) == 4);
    CHECK(read({log_key("a.example").verifier()}) == -1);
    CHECK(read({}) == -1);
    const std::string bundle = "a/tile/entries/000.p/4";
    const OctetBuffer good = *files.read(bundle);
    for (std::size_t i = 2; i < good.size(); i += 7) {
        OctetBuffer bad = good;
        bad[i] ^= 1;
        REQUIRE(files.write(bundle, bad, 0644));
        CHECK(read(keys) == -1);
    }
}

TEST_CASE("a log of several full bundles is proved bundle by bundle, from any leaf on")
{
    SimulatedFiles files;
    const SigningKey a = log_key("a.example");
    Result<LogWriter> writer = create_log(files, "a", a);
    REQUIRE(writer);
    for (std::uint64_t i = 0; i < 1000; ++i)
        REQUIRE(writer->add(stamp(stop_leaf("x"), i, WallSeconds{})));
    REQUIRE(writer->commit());
    REQUIRE(writer->publish());
    FolderSource source(files, "a");
    Result<VerifiedLog> log = VerifiedLog::open(source, {a.verifier()}, nullptr);
    REQUIRE(log);
    for (const std::uint64_t begin : {0U, 1U, 255U, 256U, 700U, 999U, 1000U}) {
        std::uint64_t next = begin;
        CHECK(log->entries(begin, 1000, [&](std::uint64_t index, Octets) -> Result<void> {
            CHECK(index == next++);
            return {};
        }));
        CHECK(next == 1000);
    }
    CHECK_FALSE(log->entries(0, 1001, [](std::uint64_t, Octets) -> Result<void> { return {}; }));
    OctetBuffer bad = *files.read("a/tile/entries/001");
    bad[100] ^= 1;
    REQUIRE(files.write("a/tile/entries/001", bad, 0644));
    std::uint64_t seen = 0;
    CHECK_FALSE(log->entries(0, 1000, [&](std::uint64_t, Octets) -> Result<void> {
        ++seen;
        return {};
    }));
    CHECK(seen == 256);
}

}  // namespace rw::zones::audit
