// SPDX-License-Identifier: EUPL-1.2
// The load generator's command line. Prints one JSON object; bench/run reads it.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iostream>
#include <map>

#include "bench/load/connections.h"
#include "bench/load/run.h"

namespace
{

using rw::load::Order;
using rw::load::Outcome;
using rw::load::Plan;

double seconds(std::chrono::nanoseconds value)
{
    return std::chrono::duration<double>(value).count();
}

std::chrono::nanoseconds nanoseconds(double given)
{
    return std::chrono::nanoseconds(static_cast<std::int64_t>(given * 1e9));
}

nlohmann::json report(const Outcome& outcome)
{
    const double took = seconds(outcome.took);
    const auto answered = static_cast<double>(outcome.answered);
    nlohmann::json rcodes = nlohmann::json::object();
    for (std::size_t i = 0; i < outcome.rcodes.size(); ++i) {
        if (outcome.rcodes[i] > 0)
            rcodes[std::to_string(i)] = outcome.rcodes[i];
    }
    return {{"sent", outcome.sent},
            {"answered", outcome.answered},
            {"lost", outcome.lost},
            {"strange", outcome.strange},
            {"rcodes", rcodes},
            {"seconds", took},
            {"per_second", took > 0 ? answered / took : 0},
            {"reply_octets", outcome.answered > 0 ? static_cast<double>(outcome.octets) / answered : 0},
            {"latency_us",
             {{"p50", seconds(outcome.latency.percentile(0.5)) * 1e6},
              {"p99", seconds(outcome.latency.percentile(0.99)) * 1e6},
              {"p99.9", seconds(outcome.latency.percentile(0.999)) * 1e6},
              {"max", seconds(outcome.latency.percentile(1)) * 1e6}}}};
}

int load(int argc, char** argv)
{
    CLI::App app(
        "Load for one resolver: batches over UDP, or a TCP connection per query; every reply matched. Prints JSON.");
    Plan plan;
    std::string address = "127.0.0.1";
    std::string names;
    std::uint16_t port = 53;
    double rate = 0;
    double duration = 5;
    double give_up = 10;
    bool dnssec_ok = false;
    bool connections = false;
    const std::map<std::string, Order> orders{
        {"once", Order::once}, {"uniform", Order::uniform}, {"zipf", Order::zipf}};
    app.add_option("--address", address, "the resolver's address");
    app.add_option("--port", port, "its port");
    app.add_option("--names", names, "lines of name<TAB>type")->required();
    app.add_option("--order", plan.order, "once, uniform or zipf")->transform(CLI::CheckedTransformer(orders));
    app.add_option("--seed", plan.seed, "of the order");
    app.add_option("--sockets", plan.sockets, "source ports")->check(CLI::Range(1, 256));
    app.add_option("--window", plan.window, "queries that wait at a time")->check(CLI::Range(1, 100000));
    app.add_option("--rate", rate, "queries a second, instead of a window");
    app.add_option("--seconds", duration, "length of the run, for uniform and zipf");
    app.add_option("--give-up", give_up, "seconds after which a query is lost");
    app.add_flag("--do", dnssec_ok, "ask for DNSSEC records");
    app.add_flag("--fresh-tcp", connections, "over TCP, each query on a connection of its own; without --rate");
    CLI11_PARSE(app, argc, argv);
    const auto server = rw::IpAddress::parse(address);
    if (!server) {
        std::cerr << "load: '" << address << "' is not an address\n";
        return 2;
    }
    plan.server = {*server, port};
    plan.duration = nanoseconds(duration);
    plan.give_up = nanoseconds(give_up);
    if (rate > 0)
        plan.rate = rate;
    const auto questions = rw::load::Questions::read(names, dnssec_ok);
    auto outcome = questions ? rw::Result<Outcome>() : std::unexpected(questions.error());
    if (questions)
        outcome = connections ? rw::load::run_over_connections(plan, *questions) : rw::load::run(plan, *questions);
    if (!outcome) {
        std::cerr << "load: " << outcome.error().message << '\n';
        return 2;
    }
    std::cout << report(*outcome).dump() << '\n';
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    try {
        return load(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "load: " << error.what() << '\n';
        return 2;
    }
}
