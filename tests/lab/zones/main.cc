// SPDX-License-Identifier: EUPL-1.2
// lab_zones: makes every zone of the lab into a directory and says so in zones.tsv, plan.tsv and names.tsv. Does
// nothing when the directory already holds the wanted world with signatures that stay good long enough. Safe to run
// several times at once: one makes, the others wait. Called by the lab front.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include "tests/lab/odd/behaviour.h"
#include "tests/lab/zones/leaves.h"
#include "tests/lab/zones/root.h"
#include "tests/lab/zones/tlds.h"

namespace rw::lab
{
namespace
{

// Raise this when what is made changes: caches of other formats are made anew.
constexpr int kFormat = 1;
// A made world is used for four days; its shortest signatures (the root's) live 21 days.
constexpr std::time_t kFresh = std::time_t{4} * 86400;

struct Options {
    std::string directory;
    std::string root_zone;
    std::string identities;
    std::uint64_t seed = 1;
    unsigned leaves = 3000;
    unsigned threads = 2;
};

int fail(const std::string& what)
{
    std::cerr << "lab_zones: " << what << '\n';
    return 2;
}

std::string stamp_of(const Options& options, std::string_view builder)
{
    return fmt::format("format {} seed {} leaves {} root {} maker {}", kFormat, options.seed, options.leaves,
                       options.root_zone, builder);
}

bool is_fresh(const std::string& directory, const std::string& stamp)
{
    std::ifstream input(directory + "/stamp");
    std::string line;
    std::time_t made = 0;
    return std::getline(input, line) && line == stamp && input >> made && made + kFresh > std::time(nullptr);
}

void make_directories(const std::string& directory)
{
    std::filesystem::create_directories(directory + "/root");
    for (const Group& each : kGroups) {
        std::filesystem::create_directories(fmt::format("{}/{}", directory, each.name));
    }
    for (const Group& each : kAlternates) {
        std::filesystem::create_directories(fmt::format("{}/{}", directory, each.name));
    }
}

Output all_leaves(const Settings& settings, unsigned threads)
{
    std::vector<Output> outputs(threads);
    {
        std::vector<std::jthread> workers;
        workers.reserve(threads);
        for (unsigned at = 0; at < threads; ++at) {
            workers.emplace_back([&, at] {
                Maker maker(settings, outputs[at]);
                make_leaves(maker, at, threads);
            });
        }
    }
    Output all;
    for (Output& each : outputs) {
        all.append(std::move(each));
    }
    return all;
}

using ByParent = std::map<std::string, Lines>;

ByParent gather(Output& output)
{
    ByParent by_parent;
    for (auto& [parent, lines] : output.delegations) {
        std::ranges::move(lines, std::back_inserter(by_parent[parent]));
    }
    output.delegations.clear();
    return by_parent;
}

void write_tables(const Settings& settings, const Output& output)
{
    Lines served;
    for (const ServedZone& each : output.served) {
        served.push_back(fmt::format("{}\t{}\t{}", each.group, each.zone, each.file));
    }
    write_lines(settings.directory + "/zones.tsv", served);
    Lines names;
    for (const NameLine& each : output.names) {
        names.push_back(
            fmt::format("{}\t{}\t{}\t{}\t{}", each.name, each.type, word(each.expect), each.kind, each.outcome));
    }
    write_lines(settings.directory + "/names.tsv", names);
    Lines odd;
    for (std::size_t at = 0; at < kBehaviours.size(); ++at) {
        for (const unsigned number : {2 * static_cast<unsigned>(at) + 1, 2 * static_cast<unsigned>(at) + 2}) {
            odd.push_back(fmt::format("server {} {}", group("odd").v4(number), kBehaviours[at].name));
            odd.push_back(fmt::format("server {} {}", group("odd").v6(number), kBehaviours[at].name));
        }
    }
    for (const std::string& record : output.odd_records) {
        odd.push_back("record " + record);
    }
    write_lines(settings.directory + "/odd.tsv", odd);
    Lines plan;
    const auto add = [&](const Group& each, bool alternate) {
        plan.push_back(fmt::format("{}\t{}\t{}\t198.18.{}\t2001:2:0:{:x}::\t{}", each.name, each.software,
                                   alternate ? "alternate" : "main", each.net, each.net, each.count));
    };
    for (const Group& each : kGroups) {
        add(each, false);
    }
    for (const Group& each : kAlternates) {
        add(each, true);
    }
    write_lines(settings.directory + "/plan.tsv", plan);
}

std::expected<void, std::string> make_world(const Options& options, const std::string& directory)
{
    const auto identities = read_identities(options.identities);
    if (!identities) {
        return std::unexpected(identities.error());
    }
    const Settings settings{
        .directory = directory, .seed = options.seed, .leaves = options.leaves, .now = std::time(nullptr)};
    make_directories(directory);
    const auto shape = options.root_zone.empty() ? invented_shape(settings) : shape_of(options.root_zone, settings);
    if (!shape) {
        return std::unexpected(shape.error());
    }
    Output output = all_leaves(settings, options.threads);
    Maker maker(settings, output);
    ByParent children = gather(output);
    for (const Identity& identity : *identities) {
        children["net."].push_back(fmt::format("root-servers.net. 172800 IN NS {}.root-servers.net.", identity.letter));
        children["net."].push_back(fmt::format("{}.root-servers.net. 172800 IN A {}", identity.letter, identity.v4));
        children["net."].push_back(fmt::format("{}.root-servers.net. 172800 IN AAAA {}", identity.letter, identity.v6));
    }
    unsigned number = 0;
    for (const Tld& tld : shape->tlds) {
        make_tld(maker, tld, number++, children[tld.name]);
    }
    children = gather(output);
    make_root(maker, *shape, *identities, children["."], output);
    if (!output.error.empty()) {
        return std::unexpected(output.error);
    }
    write_tables(settings, output);
    return {};
}

// Makes beside and renames, so that a reader never sees half a world.
int run(const Options& options, std::string_view builder)
{
    const std::string stamp = stamp_of(options, builder);
    if (is_fresh(options.directory, stamp)) {
        return 0;  // without the lock: the folder may belong to another user
    }
    const std::filesystem::path target(options.directory);
    std::filesystem::create_directories(target.parent_path());
    const int lock = ::open((options.directory + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock < 0 || ::flock(lock, LOCK_EX) != 0) {
        return fail("cannot lock " + options.directory + ".lock");
    }
    if (is_fresh(options.directory, stamp)) {
        return 0;
    }
    const std::string fresh = fmt::format("{}.new", options.directory);
    std::filesystem::remove_all(fresh);
    if (const auto made = make_world(options, fresh); !made) {
        return fail(made.error());
    }
    write_lines(fresh + "/stamp", {stamp, fmt::format("{}", std::time(nullptr))});
    // A lab that runs on the old world keeps its open files; its servers have read their zones already.
    std::filesystem::remove_all(options.directory);
    std::filesystem::rename(fresh, options.directory);
    return 0;
}

// A hash of the program itself stands for its version: a new program makes a new world, a mere relink does not.
std::string own_version()
{
    std::ifstream self("/proc/self/exe", std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(self)), std::istreambuf_iterator<char>());
    return fmt::format("{:x}", std::hash<std::string>{}(content));
}

}  // namespace
}  // namespace rw::lab

namespace
{

int with_arguments(int argc, char** argv)
{
    rw::lab::Options options;
    CLI::App app{"Makes the zones of the lab"};
    app.add_option("--directory", options.directory, "where the zones go")->required();
    app.add_option("--identities", options.identities, "identities.tsv")->required();
    app.add_option("--root-zone", options.root_zone, "a real root zone to take the TLDs from");
    app.add_option("--seed", options.seed, "of everything that is chosen");
    app.add_option("--leaves", options.leaves, "how many leaf zones");
    app.add_option("--threads", options.threads, "how many zones are made at once");
    CLI11_PARSE(app, argc, argv);
    return rw::lab::run(options, rw::lab::own_version());
}

}  // namespace

int main(int argc, char** argv)
{
    try {
        return with_arguments(argc, argv);
    } catch (const std::exception& error) {
        std::fputs("lab_zones: ", stderr);
        std::fputs(error.what(), stderr);
        std::fputs("\n", stderr);
        return 2;
    }
}
