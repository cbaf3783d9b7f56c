// SPDX-License-Identifier: EUPL-1.2
// lab_ask: asks one or more resolvers every name of a list, writes each reply as a line of JSON, and says by kind how
// many came out as expected. Several resolvers are asked at the same time, each at its own pace. Judging differences
// between resolvers is left to the reader of the JSON lines.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/lab/ask/asker.h"
#include "tests/lab/ask/question_list.h"

namespace rw::lab
{
namespace
{

struct Options {
    std::vector<std::string> servers;
    std::vector<std::string> from;
    std::string names;
    std::string output;
    Selection selection;
    AskOptions ask;
    bool no_dnssec = false;
    unsigned timeout_ms = 6000;
    unsigned show = 5;
    double least = 0;
    bool kinds = true;
};

nlohmann::json as_json(const Question& question, const std::string& server, const Reply& reply)
{
    return {{"name", question.name},
            {"type", question.type},
            {"expect", question.expect},
            {"kind", question.kind},
            {"outcome", question.outcome},
            {"server", server},
            {"rcode", reply.rcode},
            {"ad", reply.ad},
            {"aa", reply.aa},
            {"ra", reply.ra},
            {"tc", reply.tc || reply.over_tcp},
            {"soa", reply.has_soa},
            {"signatures", reply.signatures},
            {"us", reply.microseconds},
            {"ede", reply.ede},
            {"answer", reply.answer},
            {"got", reply.outcome(question.type)}};
}

// `checks_ad`: the resolver validates, so secure names must carry AD and the insecure ones must not.
bool as_expected(const Question& question, const Reply& reply, bool checks_ad)
{
    if (question.expect == "varies") {
        return true;
    }
    if (reply.outcome(question.type) != question.outcome) {
        return false;
    }
    if (!checks_ad || question.expect == "bogus" || question.expect == "broken") {
        return true;
    }
    return reply.ad == (question.expect == "secure");
}

struct Tally {
    std::size_t asked = 0;
    std::size_t good = 0;
    std::int64_t microseconds = 0;
};

class Report
{
 public:
    Report(const Options& options, const std::vector<Question>& questions) : options_(options), questions_(questions)
    {
        if (!options.output.empty()) {
            output_.open(options.output);
        }
    }

    void add(const std::string& server, std::size_t number, const Reply& reply)
    {
        const Question& question = questions_[number];
        const std::scoped_lock lock(mutex_);
        if (output_.is_open()) {
            output_ << as_json(question, server, reply).dump() << '\n';
        }
        const bool good = as_expected(question, reply, !options_.no_dnssec);
        for (const std::string& row : {question.expect + "\t" + question.kind, question.expect + "\tall"}) {
            Tally& tally = tallies_[{server, row}];
            ++tally.asked;
            tally.good += good ? 1 : 0;
            tally.microseconds += reply.microseconds;
        }
        if (!good && shown_[{server, question.kind}]++ < options_.show) {
            fmt::print(stderr, "{}: {} {} ({} {}): expected {}, got {}{} ede {} after {} ms\n", server, question.name,
                       question.type, question.expect, question.kind, question.outcome, reply.outcome(question.type),
                       reply.ad ? " AD" : "", fmt::join(reply.ede, ","), reply.microseconds / 1000);
        }
    }

    // The share of sound names that came out as expected, over all servers.
    double print() const
    {
        fmt::print("{:<24}{:<10}{:<24}{:>8}{:>10}{:>9}{:>10}\n", "server", "expect", "kind", "asked", "expected",
                   "share", "mean ms");
        std::size_t asked = 0;
        std::size_t good = 0;
        for (const auto& [key, tally] : tallies_) {
            const auto tab = key.second.find('\t');
            const std::string expect = key.second.substr(0, tab);
            const std::string kind = key.second.substr(tab + 1);
            if (kind == "all" && (expect == "secure" || expect == "insecure")) {
                asked += tally.asked;
                good += tally.good;
            }
            if (kind == "all" || options_.kinds) {
                const auto total = static_cast<double>(tally.asked);
                fmt::print("{:<24}{:<10}{:<24}{:>8}{:>10}{:>8.2f}%{:>10.1f}\n", key.first, expect, kind, tally.asked,
                           tally.good, 100.0 * static_cast<double>(tally.good) / total,
                           static_cast<double>(tally.microseconds) / 1000.0 / total);
            }
        }
        const double share = asked == 0 ? 100.0 : 100.0 * static_cast<double>(good) / static_cast<double>(asked);
        fmt::print("sound names as expected: {} of {} ({:.3f} %)\n", good, asked, share);
        return share;
    }

 private:
    const Options& options_;
    const std::vector<Question>& questions_;
    std::mutex mutex_;
    std::ofstream output_;
    std::map<std::pair<std::string, std::string>, Tally> tallies_;
    std::map<std::pair<std::string, std::string>, unsigned> shown_;
};

int fail(const std::string& what)
{
    std::cerr << "lab_ask: " << what << '\n';
    return 2;
}

int run(Options& options)
{
    options.ask.timeout = std::chrono::milliseconds(options.timeout_ms);
    options.ask.query.dnssec_ok = !options.no_dnssec;
    const auto questions = read_questions(options.names, options.selection);
    if (!questions) {
        return fail(questions.error());
    }
    std::vector<Server> servers;
    servers.reserve(options.servers.size());
    for (const std::string& text : options.servers) {
        const auto server = Server::parse(text);
        if (!server) {
            return fail(server.error());
        }
        servers.push_back(*server);
    }
    for (const std::string& text : options.from) {
        const auto own = Server::parse(text + "@0");
        if (!own) {
            return fail(own.error());
        }
        options.ask.from.push_back(*own);
    }
    Report report(options, *questions);
    {
        std::vector<std::jthread> threads;
        threads.reserve(servers.size());
        for (const Server& server : servers) {
            threads.emplace_back([&] {
                ask_all(server, *questions, options.ask,
                        [&](std::size_t number, const Reply& reply) { report.add(server.text, number, reply); });
            });
        }
    }
    return report.print() >= options.least ? 0 : 1;
}

}  // namespace
}  // namespace rw::lab

namespace
{

int with_arguments(int argc, char** argv)
{
    rw::lab::Options options;
    CLI::App app{"Asks resolvers a list of names and compares with what is expected"};
    app.add_option("--server", options.servers, "ADDRESS[@PORT]; may be repeated")->required();
    app.add_option("--from", options.from, "own ADDRESS; may be repeated: they ask in turn");
    app.add_option("--names", options.names, "names.tsv, or NAME TYPE a line")->required();
    app.add_option("--output", options.output, "a line of JSON for each reply");
    app.add_option("--kind", options.selection.kind, "only names of this kind");
    app.add_option("--expect", options.selection.expect, "only secure, insecure, sound, bogus, broken or varies");
    app.add_option("--skip", options.selection.skip, "leave out the first ones");
    app.add_option("--limit", options.selection.limit, "ask no more than so many");
    app.add_option("--shuffle", options.selection.shuffle, "seed of a random order");
    app.add_option("--parallel", options.ask.parallel, "questions under way at once, for each server");
    app.add_option("--rate", options.ask.rate, "questions a second, for each server");
    app.add_option("--tries", options.ask.tries, "of each question");
    app.add_option("--timeout-ms", options.timeout_ms, "of one try");
    app.add_flag("--tcp", options.ask.tcp, "ask over TCP");
    app.add_flag("--cd", options.ask.query.checking_disabled, "set CD");
    app.add_flag("--no-dnssec", options.no_dnssec, "no DO, and do not judge AD");
    app.add_option("--show", options.show, "surprises to print for each kind");
    app.add_option("--least", options.least, "exit 1 when less than this percentage of sound names is as expected");
    app.add_flag("--kinds,!--no-kinds", options.kinds, "a line for each kind");
    CLI11_PARSE(app, argc, argv);
    return rw::lab::run(options);
}

}  // namespace

int main(int argc, char** argv)
{
    try {
        return with_arguments(argc, argv);
    } catch (const std::exception& error) {
        std::fputs("lab_ask: ", stderr);
        std::fputs(error.what(), stderr);
        std::fputs("\n", stderr);
        return 2;
    }
}
