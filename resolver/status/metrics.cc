// SPDX-License-Identifier: EUPL-1.2
// From the view to Prometheus' families; the library's serializer writes them.
#include "resolver/status/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <span>
#include <sstream>

namespace rw::status
{

namespace
{

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

/// A metric whose samples carry labels.
struct Labelled {
    std::string_view name;
    MetricType type;
    std::string_view help;
    std::vector<std::string_view> labels;
    std::vector<Sample> MetricsView::* samples;
};

/// A metric of one value.
struct Single {
    std::string_view name;
    std::string_view help;
    double MetricsView::* value;
};

const std::vector<Labelled>& labelled()
{
    static const std::vector<Labelled> table{
        {"rootward_client_queries_total",
         MetricType::Counter,
         "Queries of clients that are over, by what became of them.",
         {"proto", "result"},
         &MetricsView::client_queries},
        {"rootward_client_failures_total",
         MetricType::Counter,
         "Queries that got no answer, by reason (the names of the failure table).",
         {"reason"},
         &MetricsView::client_failures},
        {"rootward_root_queries_total",
         MetricType::Counter,
         "Datagrams to root server identities, counted when sent (outcome sent) and when answered or given up.",
         {"identity", "purpose", "outcome"},
         &MetricsView::root_queries},
        {"rootward_upstream_queries_total",
         MetricType::Counter,
         "Queries to name servers: sent by transport, and what became of them.",
         {"outcome"},
         &MetricsView::upstream_queries},
        {"rootward_validation_total",
         MetricType::Counter,
         "Links of answers that were validated, by security status (RFC 4035 section 4.3).",
         {"status"},
         &MetricsView::validation},
        {"rootward_cache_operations_total",
         MetricType::Counter,
         "What happened to cache entries.",
         {"operation"},
         &MetricsView::cache_operations},
        {"rootward_continuity_state",
         MetricType::Gauge,
         "1 for the state of continuity in force.",
         {"state"},
         &MetricsView::continuity_state},
        {"rootward_reloads_total",
         MetricType::Counter,
         "Configurations that were read again, by whether they were applied.",
         {"result"},
         &MetricsView::reloads},
    };
    return table;
}

const std::vector<Single>& singles()
{
    static const std::vector<Single> table{
        {"rootward_uptime_seconds", "Time since the start.", &MetricsView::uptime_seconds},
        {"rootward_cache_bytes", "Memory of the cache in use, overhead included.", &MetricsView::cache_bytes},
        {"rootward_cache_index_bytes", "Memory of the cache that its index takes, whatever is in it.",
         &MetricsView::cache_index_bytes},
        {"rootward_cache_capacity_bytes", "Memory that the cache may use.", &MetricsView::cache_capacity_bytes},
        {"rootward_cache_entries", "Entries in the cache.", &MetricsView::cache_entries},
        {"rootward_client_tcp_connections", "Open TCP connections of clients.", &MetricsView::tcp_connections},
        {"rootward_questions_in_flight", "Questions that are being resolved.", &MetricsView::questions_in_flight},
    };
    return table;
}

MetricFamily family_of(std::string_view name, std::string_view help, MetricType type)
{
    MetricFamily family;
    family.name = name;
    family.help = help;
    family.type = type;
    return family;
}

void set_value(ClientMetric& metric, MetricType type, double value)
{
    if (type == MetricType::Counter)
        metric.counter.value = value;
    else
        metric.gauge.value = value;
}

MetricFamily family_of(const Labelled& row, const MetricsView& view)
{
    MetricFamily family = family_of(row.name, row.help, row.type);
    for (const Sample& sample : view.*row.samples) {
        ClientMetric metric;
        for (std::size_t i = 0; i < row.labels.size() && i < sample.labels.size(); ++i)
            metric.label.push_back({std::string(row.labels[i]), sample.labels[i]});
        set_value(metric, row.type, sample.value);
        family.metric.push_back(std::move(metric));
    }
    return family;
}

MetricFamily latency_family(const std::vector<Latency>& latencies)
{
    MetricFamily family = family_of("rootward_client_latency_seconds",
                                    "Time from reading a client's query to sending its reply. Hits are measured by the "
                                    "batch they came in, an upper bound for each.",
                                    MetricType::Histogram);
    for (const Latency& latency : latencies) {
        ClientMetric metric;
        metric.label.push_back({"result", latency.result});
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < latency.buckets.size(); ++i) {
            sum += latency.buckets[i];
            const bool bounded = i < LatencyHistogram::bounds.size();
            const double bound = bounded ? std::chrono::duration<double>(LatencyHistogram::bounds[i]).count()
                                         : std::numeric_limits<double>::infinity();
            metric.histogram.bucket.push_back({sum, bound});
        }
        metric.histogram.sample_count = sum;
        metric.histogram.sample_sum = latency.seconds;
        family.metric.push_back(std::move(metric));
    }
    return family;
}

}  // namespace

void Latency::add(const LatencyHistogram& histogram)
{
    for (std::size_t i = 0; i < buckets.size(); ++i)
        buckets[i] += histogram.in_bucket(i);
    seconds += static_cast<double>(histogram.nanoseconds()) / 1e9;
}

std::string write_metrics(const MetricsView& view)
{
    std::vector<MetricFamily> families;
    MetricFamily build = family_of("rootward_build_info", "The version, as a label.", MetricType::Gauge);
    ClientMetric version;
    version.label.push_back({"version", view.version});
    version.gauge.value = 1;
    build.metric.push_back(std::move(version));
    families.push_back(std::move(build));
    for (const Labelled& row : labelled())
        families.push_back(family_of(row, view));
    families.push_back(latency_family(view.client_latency));
    for (const Single& row : singles()) {
        MetricFamily family = family_of(row.name, row.help, MetricType::Gauge);
        ClientMetric metric;
        metric.gauge.value = view.*row.value;
        family.metric.push_back(std::move(metric));
        families.push_back(std::move(family));
    }
    std::ostringstream out;
    prometheus::TextSerializer{}.Serialize(out, families);
    return std::move(out).str();
}

}  // namespace rw::status
