// SPDX-License-Identifier: EUPL-1.2
// The zone policy of a statement: reading, writing, and whether a source, an owner, a base is one.
#include "zones/continuity/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "resolver/base/address.h"
#include "resolver/dns/name.h"

namespace rw::zones::continuity
{

namespace
{

/// What makes up a delegation; the rest of a zone is its signers' business.
constexpr std::array<std::string_view, 4> listable_types{"NS", "DS", "A", "AAAA"};
/// RSASHA256 and ECDSA P-256: what continuity zones are signed with.
constexpr std::array<std::int64_t, 2> signing_algorithms{8, 13};

/// The host of "https://HOST[:PORT]/..." as it stands there, "[2001:db8::1]" with its brackets.
std::string_view host_of(std::string_view uri, std::string_view scheme)
{
    std::string_view rest = uri.substr(scheme.size());
    rest = rest.substr(0, rest.find('/'));
    if (rest.starts_with('['))
        return rest.substr(0, rest.find(']') + 1);
    return rest.substr(0, rest.find(':'));
}

bool is_literal(std::string_view host)
{
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    const auto address = IpAddress::parse(bracketed ? host.substr(1, host.size() - 2) : host);
    return address && address->is_v4() != bracketed;
}

Result<void> check_source(const Source& source)
{
    if (source.uri.starts_with("file:/"))
        return source.pin.empty() ? Result<void>{} : failed("a file has no pin");
    for (const std::string_view scheme : {"https://", "tls://"}) {
        if (!source.uri.starts_with(scheme))
            continue;
        if (!is_literal(host_of(source.uri, scheme)))
            return failed(
                fmt::format("source {} must name a literal address: no name resolves when it is needed", source.uri));
        if (!digest_from_base64(source.pin))
            return failed(fmt::format("source {} needs a pin: base64 SHA-256 of the server's public key", source.uri));
        return {};
    }
    return failed(fmt::format("source {} must be file:/..., https:// or tls://", source.uri));
}

Result<void> check_difference(const Difference& one)
{
    const std::optional<dns::Name> owner = dns::Name::parse(one.owner);
    if (!owner || owner->is_root() || owner->lowercase().to_string() != one.owner)
        return failed(
            fmt::format("difference at \"{}\": the owner must be absolute, lower case and not the root", one.owner));
    if (std::ranges::find(listable_types, one.type) == listable_types.end())
        return failed(
            fmt::format("difference at {}: {} cannot be listed, only NS, DS, A and AAAA", one.owner, one.type));
    if (one.rdata.empty() ? one.ttl != 0 : one.ttl < 1)
        return failed(fmt::format("difference at {} {}: a TTL is for what is there", one.owner, one.type));
    if (one.rdata.empty() && !one.old)
        return failed(fmt::format("difference at {} {}: removes what the base does not have", one.owner, one.type));
    return {};
}

Difference read_difference(Fields& fields)
{
    Difference one;
    one.owner = fields.text("owner", {.most = 255});
    one.type = fields.text("type", {.most = 8});
    one.ttl = fields.integer("ttl", 0, 0x7fffffff);
    one.old = fields.hash_or_none("old");
    one.rdata = fields.texts("new", 0, 64, {.most = 400});
    fields.finish();
    return one;
}

Json difference_json(const Difference& one)
{
    return Json{{"owner", one.owner},
                {"type", one.type},
                {"ttl", one.ttl},
                {"old", one.old ? hex_lower(*one.old) : ""},
                {"new", one.rdata}};
}

bool is_digest_text(std::string_view text)
{
    const std::optional<OctetBuffer> octets = from_hex(text);
    return octets && octets->size() == 48 && hex_upper(*octets) == text;
}

}  // namespace

ZonePolicy read_policy(Fields& fields)
{
    ZonePolicy policy;
    for (Fields& one : fields.objects("sources", 1, 16)) {
        policy.sources.push_back({.uri = one.text("uri", {.most = 400}), .pin = one.text("pin", {.least = 0})});
        one.finish();
    }
    policy.anchor = fields.text("anchor", {.most = 160});
    policy.least_serial = fields.integer("least-serial", 0, UINT32_MAX);
    policy.zonemd = fields.flag("zonemd");
    policy.algorithms = fields.integers("algorithms", 1, signing_algorithms.size());
    Fields base = fields.object("base");
    policy.base.serial = base.integer("serial", 0, UINT32_MAX);
    policy.base.zonemd = base.text("zonemd", {.most = 96});
    base.finish();
    for (Fields& one : fields.objects("differences", 0, difference_limit))
        policy.differences.push_back(read_difference(one));
    policy.share = fields.integer("changed-tlds-per-mille", 0, 1'000);
    fields.finish();
    return policy;
}

Json policy_json(const ZonePolicy& policy)
{
    Json sources = Json::array();
    for (const Source& source : policy.sources)
        sources.push_back(Json{{"uri", source.uri}, {"pin", source.pin}});
    Json differences = Json::array();
    for (const Difference& one : policy.differences)
        differences.push_back(difference_json(one));
    return Json{{"sources", sources},
                {"anchor", policy.anchor},
                {"least-serial", policy.least_serial},
                {"zonemd", policy.zonemd},
                {"algorithms", policy.algorithms},
                {"base", {{"serial", policy.base.serial}, {"zonemd", policy.base.zonemd}}},
                {"differences", differences},
                {"changed-tlds-per-mille", policy.share}};
}

Result<void> check_policy(const ZonePolicy& policy)
{
    for (const Source& source : policy.sources) {
        if (Result<void> done = check_source(source); !done)
            return done;
    }
    if (Result<void> done = check_anchor(policy.anchor); !done)
        return done;
    if (!policy.zonemd)
        return failed("zonemd must be true: nothing else covers delegations and glue");
    for (const std::int64_t number : policy.algorithms) {
        if (std::ranges::find(signing_algorithms, number) == signing_algorithms.end())
            return failed("algorithms are 8 (RSASHA256) and 13 (ECDSA P-256)");
    }
    if (!is_digest_text(policy.base.zonemd))
        return failed("base.zonemd must be a SHA-384 digest: 96 upper-case hex digits");
    std::set<std::pair<std::string, std::string>> listed;
    for (const Difference& one : policy.differences) {
        if (Result<void> done = check_difference(one); !done)
            return done;
        if (!listed.emplace(one.owner, one.type).second)
            return failed(fmt::format("difference at {} {} is listed twice", one.owner, one.type));
    }
    return {};
}

}  // namespace rw::zones::continuity
