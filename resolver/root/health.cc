// SPDX-License-Identifier: EUPL-1.2
// RSSAC047 figures of one identity.
#include "resolver/root/health.h"

#include <fmt/format.h>

#include <algorithm>

namespace rw::root
{

namespace
{

template <class T>
void keep(std::deque<T>& values, T value, std::size_t limit)
{
    values.push_back(std::move(value));
    if (values.size() > limit)
        values.pop_front();
}

Duration median(std::vector<Duration> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

double share(std::size_t part, std::size_t whole)
{
    return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void Health::note(const Sample& sample)
{
    keep(samples_, sample, max_health_samples);
}

void Health::note_publication(Duration behind)
{
    keep(publications_, behind, max_publication_samples);
}

IdentityHealth Health::figures() const
{
    IdentityHealth health;
    health.samples = static_cast<std::uint32_t>(samples_.size());
    std::size_t answered = 0;
    std::size_t judged = 0;
    std::size_t correct = 0;
    std::vector<Duration> times;
    for (const Sample& sample : samples_) {
        answered += sample.rtt ? 1 : 0;
        judged += sample.correct ? 1 : 0;
        correct += sample.correct.value_or(false) ? 1 : 0;
        if (sample.rtt && !sample.tcp)
            times.push_back(*sample.rtt);
    }
    if (samples_.size() >= min_health_samples)
        health.availability = share(answered, samples_.size());
    if (times.size() >= min_health_samples)
        health.latency = median(std::move(times));
    if (judged > 0)
        health.correctness = share(correct, judged);
    if (publications_.size() >= min_publication_samples)
        health.publication_latency = median({publications_.begin(), publications_.end()});
    return health;
}

std::vector<std::string> missed_thresholds(const IdentityHealth& health)
{
    std::vector<std::string> missed;
    if (health.availability && *health.availability < availability_threshold)
        missed.push_back(fmt::format("availability {:.1f} % (threshold 96 %)", *health.availability * 100));
    if (health.latency && *health.latency > latency_threshold)
        missed.push_back(fmt::format("median latency {} ms (threshold 250 ms)",
                                     std::chrono::ceil<std::chrono::milliseconds>(*health.latency).count()));
    if (health.correctness && *health.correctness < correctness_threshold)
        missed.push_back(fmt::format("correctness {:.1f} % (threshold 100 %)", *health.correctness * 100));
    if (health.publication_latency && *health.publication_latency > publication_latency_threshold)
        missed.push_back(fmt::format("publication latency {} min (threshold 65 min)",
                                     std::chrono::ceil<std::chrono::minutes>(*health.publication_latency).count()));
    return missed;
}

}  // namespace rw::root
