// SPDX-License-Identifier: EUPL-1.2
// Readers of the shipped data files. They use the loader of the settings: same positions, same messages.
#include <fmt/format.h>

#include <cstdlib>

#include "config/loader.h"
#include "config/root_anchors.h"
#include "config/root_identities.h"
#include "config/shipped.h"
#include "resolver/base/log.h"

namespace rw::config
{

struct IdentityFile {
    std::vector<RootIdentity> identities;
};

struct AnchorFile {
    std::vector<RootAnchor> anchors;
};

template <class V>
void describe(V& v, RootIdentity& s)
{
    v.field("letter", s.letter, {.doc = "", .required = true});
    v.field("name", s.name, {.doc = "", .required = true});
    v.field("operator", s.operator_name, {.doc = "", .required = true});
    v.field("jurisdiction", s.jurisdiction, {.doc = "", .required = true});
    v.field("ipv4", s.ipv4, {.doc = "", .required = true});
    v.field("ipv6", s.ipv6, {.doc = "", .required = true});
    v.field("as", s.autonomous_systems, {.doc = "", .required = true});
}

template <class V>
void describe(V& v, IdentityFile& s)
{
    v.items("identities", s.identities, {.doc = ""});
}

template <class V>
void describe(V& v, RootAnchor& s)
{
    v.field("name", s.name, {.doc = "", .required = true});
    v.field("record", s.record, {.doc = "", .required = true});
    v.field("valid-from", s.valid_from, {.doc = "", .required = true});
    v.field("valid-until", s.valid_until, {.doc = "", .absent = "open"});
}

template <class V>
void describe(V& v, AnchorFile& s)
{
    v.items("anchors", s.anchors, {.doc = ""});
}

namespace
{

template <class File>
Result<File> read(std::string_view name, std::string_view text)
{
    File file;
    Problems problems;
    Places places;
    load_into(file, text, Origin{}, problems, places);
    if (problems.empty())
        return file;
    std::string message;
    for (const Problem& problem : problems.take())
        message += (message.empty() ? "" : "\n") + to_string(name, problem);
    return failed(std::move(message));
}

/// The shipped files are part of the program: a mistake in them is a mistake in the build, and a test finds it first.
template <class T>
T must(Result<T> result)
{
    if (!result) {
        write_log(LogLevel::error, result.error().message);
        std::abort();
    }
    return std::move(*result);
}

}  // namespace

Result<std::vector<RootIdentity>> read_root_identities(std::string_view text)
{
    auto file = read<IdentityFile>("root-identities.yaml", text);
    if (!file)
        return std::unexpected(file.error());
    for (std::size_t i = 0; i < file->identities.size(); ++i) {
        const RootIdentity& identity = file->identities[i];
        if (identity.letter.letter != static_cast<char>('a' + i))
            return failed(fmt::format("root-identities.yaml: identity {} is not at its place; they go from a to m",
                                      identity.letter.letter));
        if (!identity.ipv4.is_v4() || identity.ipv6.is_v4() || identity.jurisdiction.size() != 2)
            return failed(
                fmt::format("root-identities.yaml: identity {} needs an IPv4 address, an IPv6 address and a "
                            "country code of two letters",
                            identity.letter.letter));
    }
    return std::move(file->identities);
}

const std::vector<RootIdentity>& root_identities()
{
    static const std::vector<RootIdentity> identities = must(read_root_identities(shipped::root_identities));
    return identities;
}

Result<std::vector<RootAnchor>> read_root_anchors(std::string_view text)
{
    auto file = read<AnchorFile>("trust-anchors.yaml", text);
    if (!file)
        return std::unexpected(file.error());
    for (const RootAnchor& anchor : file->anchors) {
        const auto* record = std::get_if<TrustAnchor>(&anchor.record);
        if (record == nullptr || record->owner.text != ".")
            return failed(fmt::format("trust-anchors.yaml: {} is not a DS or DNSKEY record of the root", anchor.name));
        if (anchor.valid_until && *anchor.valid_until <= anchor.valid_from)
            return failed(fmt::format("trust-anchors.yaml: the window of {} ends before it begins", anchor.name));
    }
    return std::move(file->anchors);
}

const std::vector<RootAnchor>& root_anchors()
{
    static const std::vector<RootAnchor> anchors = must(read_root_anchors(shipped::trust_anchors));
    return anchors;
}

}  // namespace rw::config
