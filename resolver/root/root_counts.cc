// SPDX-License-Identifier: EUPL-1.2
// Counting of root queries.
#include "resolver/root/root_counts.h"

#include <algorithm>

namespace rw::root
{

namespace
{

std::size_t index_of(std::optional<config::IdentityLetter> letter)
{
    return letter ? static_cast<std::size_t>(letter->letter - 'a') : letter_count;
}

}  // namespace

std::string_view name_of(Purpose purpose)
{
    switch (purpose) {
        case Purpose::priming:
            return "priming";
        case Purpose::monitor:
            return "monitor";
        case Purpose::transfer:
            return "transfer";
        case Purpose::resolution:
            break;
    }
    return "resolution";
}

std::string_view name_of(RootEvent event)
{
    switch (event) {
        case RootEvent::answered:
            return "answered";
        case RootEvent::timed_out:
            return "timeout";
        case RootEvent::sent:
            break;
    }
    return "sent";
}

Share& Share::operator+=(const Share& more)
{
    sent_preferred += more.sent_preferred;
    sent_total += more.sent_total;
    answered_preferred += more.answered_preferred;
    answered_total += more.answered_total;
    other_timeout += more.other_timeout;
    other_stale += more.other_stale;
    other_mode += more.other_mode;
    return *this;
}

RootCounts::RootCounts(const Clock& clock, const config::RootSettings& settings)
    : clock_(clock), preferred_(settings.prefer), minutes_(minutes_kept)
{
}

void RootCounts::follow(const config::RootSettings& settings)
{
    const std::scoped_lock lock(mutex_);
    preferred_ = settings.prefer;
}

bool RootCounts::is_preferred(std::optional<config::IdentityLetter> letter) const
{
    return letter && std::ranges::count(preferred_, *letter) > 0;
}

std::int64_t RootCounts::minute_now() const
{
    return std::chrono::floor<std::chrono::minutes>(clock_.monotonic().time_since_epoch()).count();
}

Share RootCounts::share_of(std::optional<config::IdentityLetter> letter, RootEvent event, OtherReason reason) const
{
    const bool preferred = is_preferred(letter);
    Share share;
    if (event == RootEvent::sent) {
        share.sent_total = 1;
        share.sent_preferred = preferred ? 1 : 0;
        share.other_timeout = !preferred && reason == OtherReason::timeout ? 1 : 0;
        share.other_stale = !preferred && reason == OtherReason::stale ? 1 : 0;
        share.other_mode = !preferred && reason == OtherReason::mode ? 1 : 0;
    } else if (event == RootEvent::answered) {
        share.answered_total = 1;
        share.answered_preferred = preferred ? 1 : 0;
    }
    return share;
}

void RootCounts::note(std::optional<config::IdentityLetter> letter, Purpose purpose, RootEvent event,
                      OtherReason reason)
{
    const std::scoped_lock lock(mutex_);
    ++counters_[index_of(letter)][static_cast<std::size_t>(purpose)][static_cast<std::size_t>(event)];
    if (purpose != Purpose::resolution)
        return;
    const std::int64_t number = minute_now();
    Minute& minute = minutes_[static_cast<std::size_t>(number) % minutes_kept];
    if (minute.number != number)
        minute = {number, {}};
    const Share share = share_of(letter, event, reason);
    minute.share += share;
    since_start_ += share;
}

std::vector<RootCounts::Count> RootCounts::all() const
{
    std::vector<Count> counts;
    const std::scoped_lock lock(mutex_);
    for (std::size_t letter = 0; letter <= letter_count; ++letter) {
        const auto name = letter < letter_count ? std::optional(static_cast<char>('a' + letter)) : std::nullopt;
        for (std::size_t purpose = 0; purpose < purpose_count; ++purpose) {
            for (std::size_t event = 0; event < root_event_count; ++event)
                counts.push_back({name, static_cast<Purpose>(purpose), static_cast<RootEvent>(event),
                                  counters_[letter][purpose][event]});
        }
    }
    return counts;
}

std::uint64_t RootCounts::count(std::optional<config::IdentityLetter> letter, Purpose purpose, RootEvent event) const
{
    const std::scoped_lock lock(mutex_);
    return counters_[index_of(letter)][static_cast<std::size_t>(purpose)][static_cast<std::size_t>(event)];
}

Share RootCounts::share_of_last(std::chrono::minutes span) const
{
    const std::scoped_lock lock(mutex_);
    const std::int64_t oldest = minute_now() - span.count();
    Share sum;
    for (const Minute& minute : minutes_) {
        if (minute.number >= 0 && minute.number > oldest)
            sum += minute.share;
    }
    return sum;
}

Share RootCounts::share_since_start() const
{
    const std::scoped_lock lock(mutex_);
    return since_start_;
}

}  // namespace rw::root
