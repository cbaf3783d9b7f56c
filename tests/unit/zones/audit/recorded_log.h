// SPDX-License-Identifier: EUPL-1.2
// A small log in simulated files, for the tests that verify, attack, prove and watch it.
#pragma once

#include <doctest/doctest.h>

#include "tests/unit/zones/signed_zone.h"
#include "tests/unit/zones/simulated_files.h"
#include "zones/audit/recorder.h"
#include "zones/audit/verify_log.h"

namespace rw::zones::audit
{

class FixedClock final : public Clock
{
 public:
    [[nodiscard]] Instant monotonic() const override { return Instant{}; }
    [[nodiscard]] std::chrono::sys_time<std::chrono::microseconds> wall() const override
    {
        return std::chrono::sys_time<std::chrono::microseconds>(std::chrono::seconds(now));
    }
    std::int64_t now = 1704067200;
};

inline SigningKey copy_of(const SigningKey& key)
{
    return SigningKey::read(key.private_text()).value();
}

inline std::vector<SigningKey> list_of(const SigningKey& key)
{
    std::vector<SigningKey> keys;
    keys.push_back(copy_of(key));
    return keys;
}

inline SigningKey log_key(const std::string& origin = "bank.example/log")
{
    return SigningKey::generate(origin, KeyType::log).value();
}

/// Appends zones to the log in `folder` of `files`, making it first when it is not there.
inline std::vector<Recorded> record(Files& files, const std::string& folder, const SigningKey& key,
                                    const std::vector<std::string>& zones)
{
    static const FixedClock clock;
    Result<LogWriter> log = files.exists(folder + "/commit") ? LogWriter::open(files, folder, list_of(key))
                                                             : LogWriter::create(files, folder, list_of(key));
    REQUIRE_MESSAGE(log, (log ? "" : log.error().message));
    Result<Recorder> recorder = Recorder::open(
        files, std::move(*log), {.anchor = &shipped_anchor(), .severities = &Severities::shipped(), .clock = &clock});
    REQUIRE(recorder);
    std::vector<Recorded> all;
    for (const std::string& zone : zones) {
        Result<Recorded> one = recorder->record(zone, "test");
        REQUIRE_MESSAGE(one, (one ? "" : one.error().message));
        all.push_back(std::move(*one));
    }
    return all;
}

inline std::vector<std::string> three_zones()
{
    return {small_root(2024010100), small_root(2024010101, "fr.\t172800\tIN\tNS\td.nic.fr.\n"), small_root(2024010200)};
}

inline LogReport verify(Files& files, const std::string& folder, const SigningKey& key)
{
    return verify_log_folder(files, folder, {.keys = {key.verifier()}, .since = {}});
}

}  // namespace rw::zones::audit
