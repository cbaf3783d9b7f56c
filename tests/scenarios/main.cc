// SPDX-License-Identifier: EUPL-1.2
// `scenarios FILE-OR-FOLDER...` runs scenarios on the simulated network and prints what fails. `.rpl` files are the
// field's, `.yaml` files our own. Several threads may run scenarios at once; each has a world of its own.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <thread>

#include "tests/scenarios/report.h"
#include "tests/scenarios/rpl/play.h"
#include "tests/scenarios/story/play.h"

namespace
{

using namespace rw::scenarios;
namespace fs = std::filesystem;

struct Arguments {
    std::vector<fs::path> paths;
    bool foreign = false;
    bool verbose = false;
    bool strict = false;
    bool explain = false;
    bool without_validation = false;
    unsigned jobs = 1;
    std::uint64_t seed = 1;
    std::uint64_t seeds = 1;
};

/// What all runs of this process have given so far.
struct Tally {
    std::mutex mutex;
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t tolerated = 0;
    rw::Duration slowest{};
};

/// The scenarios of other resolvers lie beside the source tree, or where RW_SHARED says.
fs::path foreign_folder()
{
    const char* shared = std::getenv("RW_SHARED");
    return (shared != nullptr ? fs::path(shared) : fs::path(RW_SOURCE_DIR).parent_path() / "shared") / "scenarios";
}

std::vector<fs::path> files_in(const std::vector<fs::path>& paths)
{
    const auto is_scenario = [](const fs::path& path) {
        return path.extension() == ".rpl" || path.extension() == ".yaml";
    };
    std::vector<fs::path> files;
    for (const fs::path& path : paths) {
        if (!fs::is_directory(path)) {
            files.push_back(path);
            continue;
        }
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path))
            if (entry.is_regular_file() && is_scenario(entry.path()))
                files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

void report(const Verdict& verdict, const Arguments& arguments, Tally& tally)
{
    const std::scoped_lock lock(tally.mutex);
    tally.slowest = std::max(tally.slowest, verdict.slowest);
    const bool tolerated = verdict.failure && verdict.needs_validation && arguments.without_validation;
    if (!verdict.failure)
        ++tally.passed;
    else if (tolerated)
        ++tally.tolerated;
    else
        ++tally.failed;
    if (verdict.failure)
        fmt::print("{} {}\n    {}\n", tolerated ? "needs validation:" : "FAILED", verdict.name, *verdict.failure);
    else if (arguments.verbose)
        fmt::print("passed {} ({} upstream queries)\n", verdict.name, verdict.upstream_queries);
    if (arguments.verbose)
        fmt::print("{}", verdict.trace);
    std::fflush(stdout);
}

std::vector<Verdict> play(const fs::path& file, std::uint64_t seed, const Arguments& arguments)
{
    if (file.extension() == ".rpl")
        return rpl::play(file, {.seed = seed, .strict = arguments.strict});
    return story::play(file, {.seed = seed, .explain = arguments.explain});
}

void run_all(const std::vector<fs::path>& files, const Arguments& arguments, Tally& tally)
{
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (std::size_t i = next++; i < files.size(); i = next++) {
            for (std::uint64_t seed = arguments.seed; seed < arguments.seed + arguments.seeds; ++seed)
                for (Verdict& verdict : play(files[i], seed, arguments)) {
                    if (arguments.seeds > 1)
                        verdict.name += fmt::format(" (seed {})", seed);
                    report(verdict, arguments, tally);
                }
        }
    };
    std::vector<std::thread> threads;
    for (unsigned job = 1; job < arguments.jobs; ++job)
        threads.emplace_back(work);
    work();
    for (std::thread& thread : threads)
        thread.join();
}

}  // namespace

int main(int count, char** values)
{
    CLI::App app("Runs scenarios against the resolver on a simulated network");
    Arguments arguments;
    app.add_option("paths", arguments.paths, "scenario files, or folders of them");
    app.add_flag("--foreign", arguments.foreign, "run the scenarios of other resolvers, when they are there");
    app.add_flag("--verbose", arguments.verbose, "print every upstream query and reply");
    app.add_flag("--strict", arguments.strict, "an .rpl scenario fails on a query that no entry answers");
    app.add_flag("--explain", arguments.explain,
                 "have our own scenarios' questions explained instead of judging the answers");
    app.add_flag("--without-validation", arguments.without_validation,
                 "scenarios that need DNSSEC validation may fail");
    app.add_option("--jobs", arguments.jobs, "threads")->check(CLI::Range(1U, 64U));
    app.add_option("--seed", arguments.seed, "seed of everything random");
    app.add_option("--seeds", arguments.seeds, "so many runs of each scenario, with seeds in a row");
    CLI11_PARSE(app, count, values);

    if (arguments.foreign) {
        if (!fs::is_directory(foreign_folder())) {
            fmt::print("skipped: {} is not there\n", foreign_folder().string());
            return 0;
        }
        arguments.paths.push_back(foreign_folder());
    }
    const std::vector<fs::path> files = files_in(arguments.paths);
    if (files.empty()) {
        fmt::print(stderr, "no scenario found; name .rpl or .yaml files, or folders of them\n");
        return 2;
    }
    Tally tally;
    run_all(files, arguments, tally);
    fmt::print("{} passed, {} failed", tally.passed, tally.failed);
    if (tally.tolerated > 0)
        fmt::print(", {} need validation", tally.tolerated);
    fmt::print("; slowest answer {}\n", milliseconds_text(tally.slowest));
    return tally.failed == 0 ? 0 : 1;
}
