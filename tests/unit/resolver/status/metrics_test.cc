// SPDX-License-Identifier: EUPL-1.2
// The exposition: names, labels, histograms.
#include "resolver/status/metrics.h"

#include <doctest/doctest.h>

#include "tests/unit/expect_text.h"

using namespace rw;
using namespace rw::status;
using rw::test::expect_text;

TEST_CASE("every metric that outside tools rely on is there with its labels")
{
    MetricsView view;
    view.version = "1.2.3";
    view.client_queries = {{{"udp", "hit"}, 7}};
    view.root_queries = {{{"k", "resolution", "sent"}, 3}};
    view.upstream_queries = {{{"sent-udp"}, 11}};
    view.validation = {{{"secure"}, 5}};
    view.continuity_state = {{{"normal"}, 1}};
    view.cache_bytes = 4096;
    const std::string text = write_metrics(view);
    expect_text(text, R"(rootward_client_queries_total{proto="udp",result="hit"} 7)");
    expect_text(text, R"(rootward_root_queries_total{identity="k",purpose="resolution",outcome="sent"} 3)");
    expect_text(text, R"(rootward_upstream_queries_total{outcome="sent-udp"} 11)");
    expect_text(text, R"(rootward_validation_total{status="secure"} 5)");
    expect_text(text, R"(rootward_continuity_state{state="normal"} 1)");
    expect_text(text, "# TYPE rootward_client_queries_total counter");
    expect_text(text, "rootward_cache_bytes 4096");
    expect_text(text, R"(rootward_build_info{version="1.2.3"} 1)");
}

TEST_CASE("latency is a histogram with cumulative buckets, by hit and miss")
{
    LatencyHistogram hits;
    hits.add(std::chrono::microseconds{8}, 3);
    hits.add(std::chrono::microseconds{400});
    hits.add(std::chrono::seconds{9});
    MetricsView view;
    view.client_latency = {Latency{"hit"}, Latency{"miss"}};
    view.client_latency[0].add(hits);
    view.client_latency[0].add(hits);  // a second worker
    const std::string text = write_metrics(view);
    expect_text(text, "# TYPE rootward_client_latency_seconds histogram");
    expect_text(text, R"(rootward_client_latency_seconds_count{result="hit"} 10)");
    expect_text(text, R"(rootward_client_latency_seconds_bucket{result="hit",le="1e-05"} 6)");
    expect_text(text, R"(rootward_client_latency_seconds_bucket{result="hit",le="0.0005"} 8)");
    expect_text(text, R"(rootward_client_latency_seconds_bucket{result="hit",le="5"} 8)");
    expect_text(text, R"(rootward_client_latency_seconds_bucket{result="hit",le="+Inf"} 10)");
    expect_text(text, R"(rootward_client_latency_seconds_count{result="miss"} 0)");
}

TEST_CASE("a time equal to a bound belongs into its bucket")
{
    LatencyHistogram histogram;
    for (const Duration bound : LatencyHistogram::bounds)
        histogram.add(bound);
    for (std::size_t i = 0; i < LatencyHistogram::bounds.size(); ++i)
        CHECK(histogram.in_bucket(i) == 1);
    CHECK(histogram.in_bucket(LatencyHistogram::bounds.size()) == 0);
}
