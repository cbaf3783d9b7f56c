// SPDX-License-Identifier: EUPL-1.2
// Checks of settings as values, wherever they come from: ranges from the schema, then one check() a section for what
// fields must hold together. A finding names the setting by its path; the loader turns that into line and column.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"

namespace rw::config
{

struct Finding {
    std::string path;  ///< such as "cache.size" or "listen[1].port"
    std::string message;
    bool operator==(const Finding&) const = default;
};

/// Collects findings below a current path.
class Findings
{
 public:
    void enter(std::string path) { path_ = std::move(path); }
    [[nodiscard]] const std::string& path() const { return path_; }
    /// About the setting `name` of the current section; an empty name means the section itself.
    void add(std::string_view name, std::string message);
    [[nodiscard]] std::vector<Finding> take() { return std::move(findings_); }

 private:
    std::string path_;
    std::vector<Finding> findings_;
};

/// `name` below `path`.
[[nodiscard]] std::string below(std::string_view path, std::string_view name);

void check(Findings& findings, const ListenSettings& s);
void check(Findings& findings, const OutgoingSettings& s);
void check(Findings& findings, const RootSettings& s);
void check(Findings& findings, const CacheSettings& s);
void check(Findings& findings, const DnssecSettings& s);
void check(Findings& findings, const StubZoneSettings& s);
void check(Findings& findings, const ForwardZoneSettings& s);
void check(Findings& findings, const LocalZoneSettings& s);
void check(Findings& findings, const EdnsSettings& s);
void check(Findings& findings, const ServerSettings& s);
void check(Findings& findings, const Dns64Settings& s);
void check(Findings& findings, const PolicySettings& s);
void check(Findings& findings, const RewriteSettings& s);
void check(Findings& findings, const ControlSettings& s);
void check(Findings& findings, const StatusSettings& s);
void check(Findings& findings, const Settings& s);
/// What all zones, rules and servers together must hold; part of the check of Settings.
void check_zones(Findings& findings, const Settings& s);

/// All findings about `settings`.
[[nodiscard]] std::vector<Finding> validate(const Settings& settings);

}  // namespace rw::config
