// SPDX-License-Identifier: EUPL-1.2
// Failed resolutions, so that a broken zone is not asked again by every client query (RFC 9520). Each failure in a row
// doubles the wait: 5 s, 10 s, up to 5 minutes. The iterator writes it, the front end and the iterator ask it. That all
// servers of a zone have failed is a failure of its own kind, of no question.
#pragma once

#include <cstdint>
#include <optional>

#include "resolver/base/failure.h"
#include "resolver/cache/store.h"

namespace rw::cache
{

struct FoundFailure {
    Failure failure = Failure::cached_failure;  ///< the first cause
    std::uint8_t in_a_row = 0;
    Seconds until = 0;                           ///< try again then
    std::optional<dns::Name> configured_zone{};  ///< the stub or forward zone that did not validate, when it was that
};

class FailureCache
{
 public:
    /// `store` must outlive the cache.
    explicit FailureCache(Store& store) : store_(store) {}

    /// The failure that (name, type) must not be tried again for yet.
    [[nodiscard]] std::optional<FoundFailure> find(const dns::Name& name, dns::RRType type, Seconds now,
                                                   const RootView& root, Scratch& scratch) const;

    /// Notes a failure, if its row of the failure table says that it may be remembered. Gives the wait in seconds: 0
    /// when it is not remembered.
    std::uint32_t note(const dns::Name& name, dns::RRType type, Failure failure, const Origin& origin, Seconds now,
                       Scratch& scratch, const std::optional<dns::Name>& configured_zone = std::nullopt);

    /// The same for every question to the servers of `zone`.
    [[nodiscard]] std::optional<FoundFailure> find_dead(const dns::Name& zone, Seconds now, const RootView& root,
                                                        Scratch& scratch) const;
    std::uint32_t note_dead(const dns::Name& zone, Failure failure, const Origin& origin, Seconds now,
                            Scratch& scratch);

    /// The name resolved: the next failure starts at the first wait again. Cheap when nothing was noted.
    void forget(const dns::Name& name, dns::RRType type, Seconds now, Scratch& scratch);

    static constexpr std::uint32_t first_wait = 5;  ///< seconds; RFC 9520 §3.2: at least 1
    static constexpr std::uint32_t max_wait = 300;  ///< seconds; RFC 9520 §3.2: at most 5 minutes

 private:
    std::optional<FoundFailure> find(const Key& key, const dns::Name& name, Seconds now, const RootView& root,
                                     Scratch& scratch) const;
    std::uint32_t note(const Key& key, Failure failure, const Origin& origin, Seconds now, Scratch& scratch,
                       const std::optional<dns::Name>& configured_zone);

    Store& store_;
};

}  // namespace rw::cache
