// SPDX-License-Identifier: EUPL-1.2
// A signed file that was opened: what it says, its name (SHA-256 of the exact octets that were signed) and whose
// signatures are right. Made from an envelope by open(); the evaluator believes `signers`, so nothing else makes one
// outside tests. Times here are whole seconds since 1970-01-01 UTC.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "zones/envelope.h"

namespace rw::zones::continuity
{

/// Seconds since 1970-01-01 UTC.
using Seconds = std::int64_t;

inline constexpr Seconds minute = 60;
inline constexpr Seconds hour = 60 * minute;
inline constexpr Seconds day = 24 * hour;
/// 9999-12-31: the last day that a person can read in four digits.
inline constexpr Seconds last_second = 253'402'300'799;
/// 2^53 - 1: what JSON carries exactly.
inline constexpr std::int64_t largest_number = (std::int64_t{1} << 53) - 1;

template <class T>
struct Signed {
    T content{};
    Digest hash{};
    std::vector<Digest> signers;  ///< public keys whose signature was verified
};

/// Opens `envelope`, whose payload `content` was read from. Signatures are tried against `candidates`.
template <class T>
[[nodiscard]] Signed<T> open(const Envelope& envelope, T content, std::span<const Digest> candidates)
{
    return {.content = std::move(content),
            .hash = sha256(envelope.payload),
            .signers = verified_signers(envelope, candidates)};
}

/// "2026-11-30 18:05:00 UTC".
[[nodiscard]] std::string time_words(Seconds at);
/// "14 days", "4 hours", "90 minutes", "61 seconds": the largest unit that leaves no rest.
[[nodiscard]] std::string span_words(Seconds length);
/// "a, b and c"; empty for none.
[[nodiscard]] std::string list_words(const std::vector<std::string>& items);
/// The first 16 hex digits of a hash, in fours: what people compare by voice.
[[nodiscard]] std::string short_hash(const Digest& hash);

}  // namespace rw::zones::continuity
