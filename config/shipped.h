// SPDX-License-Identifier: EUPL-1.2
// The data files of config/ as they were at build time, so that a binary on its own finds them. CMake writes shipped.cc
// from the files, which stay the one source.
#pragma once

#include <string_view>

namespace rw::config::shipped
{

extern const std::string_view root_hints;       ///< config/root.hints
extern const std::string_view root_identities;  ///< config/root-identities.yaml
extern const std::string_view trust_anchors;    ///< config/trust-anchors.yaml
extern const std::string_view severity;         ///< config/severity.yaml
extern const std::string_view expectations;     ///< config/expectations.yaml
extern const std::string_view tlds;             ///< config/top-level-domains

}  // namespace rw::config::shipped
