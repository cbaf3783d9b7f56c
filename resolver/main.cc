// SPDX-License-Identifier: EUPL-1.2
// The daemon's command line: reads the configuration and runs, or checks or prints it. Exit status 0 good, 2 usage or
// configuration.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

#include "config/load.h"
#include "config/print.h"
#include "resolver/base/log.h"
#include "resolver/service/checks.h"
#include "resolver/service/configuration.h"
#include "resolver/service/daemon.h"

namespace
{

constexpr int usage_error = 2;
constexpr int not_written = 4;

struct Arguments {
    std::string file;
    bool check = false;
    bool print = false;
    bool reference = false;
};

/// Also what only becomes clear when the settings are put to work: anchors, hints and local data. What can be worked
/// with and is hardly meant is said, and the configuration is good all the same.
int check(const Arguments& arguments, const rw::config::Settings& settings)
{
    for (rw::config::Problem& doubt : rw::config::located(arguments.file, rw::service::find_doubts(settings))) {
        doubt.message.insert(0, "warning: ");
        fmt::print(stderr, "{}\n", rw::config::to_string(arguments.file, doubt));
    }
    const auto made = rw::service::make_configuration(settings);
    if (!made) {
        fmt::print(stderr, "{}: {}\n", arguments.file, made.error().message);
        return usage_error;
    }
    fmt::print("{}: the configuration is good\n", arguments.file);
    return 0;
}

int with_settings(const Arguments& arguments)
{
    const auto settings = rw::service::load_configuration(arguments.file);
    if (!settings) {
        for (const auto& problem : settings.error())
            fmt::print(stderr, "{}\n", rw::config::to_string(arguments.file, problem));
        return usage_error;
    }
    if (arguments.print) {
        fmt::print("{}", rw::config::print_config(*settings));
        return 0;
    }
    if (arguments.check)
        return check(arguments, *settings);
    rw::set_log_level(settings->log.level);
    const auto ran = rw::service::run_daemon(*settings, arguments.file);
    if (!ran) {
        fmt::print(stderr, "rootward: {}\n", ran.error().message);
        return usage_error;
    }
    return 0;
}

int run(int argc, char** argv)
{
    Arguments arguments;
    CLI::App app{"Rootward, a DNS recursive resolver that prefers European root identities and guards the root"};
    app.add_option("-c,--config", arguments.file, "configuration file; relative paths in it start at its folder");
    app.add_flag("--check-config", arguments.check, "check the configuration and stop");
    app.add_flag("--print-config", arguments.print, "print the effective configuration and stop");
    app.add_flag("--print-reference", arguments.reference, "print the reference of all settings and stop");
    app.set_version_flag("--version", ROOTWARD_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : usage_error;
    }
    if (arguments.reference) {
        fmt::print("{}", rw::config::print_reference());
        return 0;
    }
    if (arguments.file.empty()) {
        fmt::print(stderr,
                   "rootward: give a configuration with -c FILE; `rootward --print-reference` lists settings\n");
        return usage_error;
    }
    return with_settings(arguments);
}

}  // namespace

int main(int argc, char** argv)
{
    try {
        const int status = run(argc, argv);
        // What was printed may be somebody's configuration: a full disk must not cut it short unseen.
        if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0)
            return status;
        std::fprintf(stderr, "rootward: cannot write the output: %s\n", std::strerror(errno));
        return status != 0 ? status : not_written;
    } catch (const std::exception& error) {
        std::fputs("rootward: ", stderr);
        std::fputs(error.what(), stderr);
        std::fputs("\n", stderr);
        return usage_error;
    }
}
