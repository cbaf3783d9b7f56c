// SPDX-License-Identifier: EUPL-1.2
// Loader, validator and the check of named files put together; findings get their lines here.
#include "config/load.h"

#include <fmt/format.h>

#include "config/anchor_file.h"
#include "config/file.h"
#include "config/findings.h"
#include "config/loader.h"
#include "config/schema.h"

namespace rw::config
{

namespace
{

constexpr std::size_t hints_limit = 1U << 20U;  // octets; the file of 13 identities has 3,300

/// The position of `path`, or of the nearest enclosing setting that stands in the document.
Position place_of(const Places& places, std::string_view path)
{
    while (!path.empty()) {
        if (const auto found = places.find(path); found != places.end())
            return found->second;
        const std::size_t cut = path.find_last_of(".[");
        path = path.substr(0, cut == std::string_view::npos ? 0 : cut);
    }
    return {1, 1};
}

/// Files that must be there before the daemon can start with these settings.
void check_files(Findings& findings, const Settings& settings)
{
    if (settings.root.hints) {
        if (const auto hints = read_file(*settings.root.hints, hints_limit); !hints)
            findings.add("root.hints", hints.error().message);
    }
    if (!settings.dnssec.trust_anchors)
        return;
    for (std::size_t i = 0; i < settings.dnssec.trust_anchors->size(); ++i) {
        const auto* path = std::get_if<std::filesystem::path>(&(*settings.dnssec.trust_anchors)[i]);
        if (path == nullptr)
            continue;
        if (const auto anchors = load_anchor_file(*path); !anchors)
            findings.add(fmt::format("dnssec.trust-anchors[{}]", i), anchors.error().message);
    }
}

}  // namespace

Loaded load_text(std::string_view text, const std::filesystem::path& base)
{
    Settings settings;
    Problems problems;
    Places places;
    load_into(settings, text, Origin{base}, problems, places);

    Findings files;
    check_files(files, settings);
    std::vector<Finding> findings = validate(settings);
    for (Finding& finding : files.take())
        findings.push_back(std::move(finding));
    for (const Finding& finding : findings) {
        const Position at = place_of(places, finding.path);
        // A value that could not be read kept its default; what follows from that would only mislead.
        if (!problems.any_at(at))
            problems.add(at, fmt::format("{}: {}", finding.path, finding.message));
    }
    if (!problems.empty())
        return std::unexpected(problems.take());
    return settings;
}

std::vector<Problem> located(const std::filesystem::path& file, std::vector<Finding> findings)
{
    Settings settings;
    Problems ignored;
    Places places;
    if (const auto text = read_file(file, limits::document_octets); text && !findings.empty())
        load_into(settings, *text, Origin{file.parent_path()}, ignored, places);
    Problems problems;
    for (const Finding& finding : findings) {
        const Position at = finding.path.empty() ? Position{} : place_of(places, finding.path);
        problems.add(at, finding.path.empty() ? finding.message : fmt::format("{}: {}", finding.path, finding.message));
    }
    return problems.take();
}

Loaded load_file(const std::filesystem::path& path)
{
    const auto text = read_file(path, limits::document_octets);
    if (!text)
        return std::unexpected(std::vector<Problem>{{0, 0, text.error().message}});
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::absolute(path, error);
    if (error)
        return std::unexpected(std::vector<Problem>{{0, 0, "cannot find the working directory: " + error.message()}});
    return load_text(*text, absolute.parent_path());
}

}  // namespace rw::config
