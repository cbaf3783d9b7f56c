// SPDX-License-Identifier: EUPL-1.2
// rootwardctl: everything an operator or an auditor types. The commands are one file each; this hands over the command
// line and answers for the output: a report that a full disk cut short must not look like a report.
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "resolver/ctl/commands.h"

namespace
{

/// Nobody is told when it was the reader who went away (`rootwardctl root | head`).
rw::ctl::ExitStatus not_written(int error)
{
    if (error != EPIPE)
        std::cerr << "rootwardctl: cannot write the output: " << std::strerror(error != 0 ? error : EIO) << '\n';
    return rw::ctl::ExitStatus::not_written;
}

rw::ctl::ExitStatus run(const std::vector<std::string>& arguments)
{
    std::signal(SIGPIPE, SIG_IGN);
    // Whichever command writes: the first failure ends it.
    std::cout.exceptions(std::ios::badbit | std::ios::failbit);
    try {
        errno = 0;
        const rw::ctl::ExitStatus status = rw::ctl::run_command_line(arguments, std::cout, std::cerr);
        errno = 0;
        std::cout.flush();
        return status;
    } catch (const std::ios_base::failure&) {
        const int error = errno;
        std::cout.exceptions(std::ios::goodbit);  // what is left in the buffer is lost, without another complaint
        return not_written(error);
    }
}

}  // namespace

int main(int argc, char** argv)
{
    try {
        return static_cast<int>(run({argv + (argc > 0 ? 1 : 0), argv + argc}));
    } catch (const std::exception& error) {
        std::cerr << "rootwardctl: " << error.what() << '\n';
        return static_cast<int>(rw::ctl::ExitStatus::usage);
    }
}
