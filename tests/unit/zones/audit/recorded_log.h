// SPDX-License-Identifier: EUPL-1.2
// A small log in simulated files, for the tests that verify, attack, prove and watch it.
#pragma once

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/zones/signed_zone.h"
#include "tests/unit/zones/simulated_files.h"
#include "zones/audit/recorder.h"
#include "zones/audit/verify_log.h"
#include "zones/audit/witness.h"

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

/// An honest holder of `key`, whose memory is FOLDER.key.head.
inline Result<Signer> signer_for(Files& files, const std::string& folder, const SigningKey& key)
{
    return Signer::open(files, folder + ".key", [&] { return list_of(key); });
}

inline Result<LogWriter> open_log(Files& files, const std::string& folder, const SigningKey& key)
{
    return LogWriter::open(files, folder, *signer_for(files, folder, key));
}

inline Result<LogWriter> create_log(Files& files, const std::string& folder, const SigningKey& key)
{
    return LogWriter::create(files, folder, *signer_for(files, folder, key));
}

/// Appends zones to the log in `folder` of `files`, making it first when it is not there.
inline std::vector<Recorded> record(Files& files, const std::string& folder, const SigningKey& key,
                                    const std::vector<std::string>& zones)
{
    static const FixedClock clock;
    Result<LogWriter> log =
        files.exists(folder + "/commit") ? open_log(files, folder, key) : create_log(files, folder, key);
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

inline WitnessPlace desk_place(Files& files, const std::string& folder)
{
    return {.state = files, .folder = folder, .beside_key = files, .key_path = folder + ".key"};
}

inline Result<WitnessDesk> open_desk(Files& files, const std::string& folder, const SigningKey& key,
                                     const std::vector<VerifierKey>& logs)
{
    return WitnessDesk::open(desk_place(files, folder), copy_of(key), logs);
}

/// A witness that has cosigned nothing yet and sees `logs` for the first time.
inline WitnessDesk new_desk(Files& files, const std::string& folder, const SigningKey& key,
                            const std::vector<VerifierKey>& logs)
{
    REQUIRE(WitnessDesk::init(desk_place(files, folder), key.verifier()));
    return std::move(*open_desk(files, folder, key, logs));
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
