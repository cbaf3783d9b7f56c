// SPDX-License-Identifier: EUPL-1.2
// What the status server shows, as plain values: sums over the workers, taken when somebody asks. The service fills it;
// metrics.cc writes it down.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/base/counter.h"

namespace rw::status
{

/// One time series: the values of its labels, in the order of the metric's label names, and its value.
struct Sample {
    std::vector<std::string> labels;
    double value = 0;
};

struct Latency {
    std::string result;  ///< "hit", "miss"
    std::array<std::uint64_t, LatencyHistogram::bucket_count> buckets{};
    double seconds = 0;  ///< all together

    void add(const LatencyHistogram& histogram);
};

struct MetricsView {
    std::string version;
    double uptime_seconds = 0;
    std::vector<Sample> client_queries;   ///< proto, result
    std::vector<Sample> client_failures;  ///< reason
    std::vector<Latency> client_latency;
    std::vector<Sample> root_queries;      ///< identity, purpose, outcome
    std::vector<Sample> upstream_queries;  ///< outcome
    std::vector<Sample> validation;        ///< status
    std::vector<Sample> cache_operations;  ///< operation
    double cache_bytes = 0;
    double cache_index_bytes = 0;
    double cache_capacity_bytes = 0;
    double cache_entries = 0;
    double tcp_connections = 0;
    double questions_in_flight = 0;
    std::vector<Sample> continuity_state;  ///< state; 1 for the one in force
    std::vector<Sample> reloads;           ///< result
};

/// Whether it works, and whether it should be asked.
struct Readiness {
    bool ready = false;
    std::vector<std::string> reasons;  ///< why not
};

}  // namespace rw::status
