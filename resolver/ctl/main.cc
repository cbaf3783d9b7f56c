// SPDX-License-Identifier: EUPL-1.2
// rootwardctl: everything an operator or an auditor types. The commands are one file each; this only hands over the
// command line.
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "resolver/ctl/commands.h"

int main(int argc, char** argv)
{
    try {
        const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
        return static_cast<int>(rw::ctl::run_command_line(arguments, std::cout, std::cerr));
    } catch (const std::exception& error) {
        std::cerr << "rootwardctl: " << error.what() << '\n';
        return static_cast<int>(rw::ctl::ExitStatus::usage);
    }
}
