// SPDX-License-Identifier: EUPL-1.2
// Options that `delta` and `audit ingest` share: other severity tables than the shipped ones.
#pragma once

#include <string>

#include "zones/severity.h"

namespace CLI
{
class App;
}

namespace rw::ctl
{

struct SeverityFiles {
    std::string severity;
    std::string expectations;

    void add_options(CLI::App& command);
    [[nodiscard]] Result<zones::Severities> read() const;
};

}  // namespace rw::ctl
