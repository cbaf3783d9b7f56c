// SPDX-License-Identifier: EUPL-1.2
// The views as JSON, in the shapes that outside tools rely on. Each document carries "schema"; fields may be added to a
// schema, but none is renamed or removed without a new number. Absent values are null.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "resolver/control/views.h"

namespace rw::control
{

/// Keeps the order of its keys, so that output reads like the documentation.
using OrderedJson = nlohmann::ordered_json;

[[nodiscard]] OrderedJson to_json(const StatusView& view);
[[nodiscard]] OrderedJson to_json(const RootStateView& view);
[[nodiscard]] OrderedJson to_json(const LookupView& view);
[[nodiscard]] OrderedJson to_json(const std::vector<ExtendedErrorView>& views);
[[nodiscard]] OrderedJson to_json(const std::vector<HopView>& views);
[[nodiscard]] OrderedJson milliseconds_of(const std::optional<Duration>& time);  ///< with three digits
[[nodiscard]] OrderedJson to_json(const CacheView& view);
[[nodiscard]] OrderedJson to_json(const ZoneServersView& view);
[[nodiscard]] OrderedJson to_json(const std::vector<InflightView>& view);
[[nodiscard]] OrderedJson to_json(const std::vector<FailedView>& view);
[[nodiscard]] OrderedJson to_json(const ReloadView& view);

/// JSON text on one line; octets that are not UTF-8 are replaced, because names and NSIDs come from the network.
[[nodiscard]] std::string write_json(const OrderedJson& json);

}  // namespace rw::control
