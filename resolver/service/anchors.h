// SPDX-License-Identifier: EUPL-1.2
// Trust anchors and rules of validation as the settings have them, in the form the validator works with.
#pragma once

#include "config/settings.h"
#include "resolver/base/result.h"
#include "resolver/validate/validator.h"

namespace rw::service
{

/// Reads the anchors the settings name: records, files, or the shipped ones with their validity windows.
/// Negative anchors come with them, and what else turns validation off below a name.
[[nodiscard]] Result<validate::AnchorSet> configured_anchors(const config::Settings& settings);

[[nodiscard]] validate::ValidatorRules validator_rules(const config::DnssecSettings& settings);

}  // namespace rw::service
