// SPDX-License-Identifier: EUPL-1.2
// Everything an operator can say, as plain structs: one a section, the defaults are the member initialisers. What a
// setting is called in YAML, its range and its documentation stand once, in schema*.h. The resolver reads these structs
// and nothing else; only config/ knows that they come from YAML.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/trust_anchor.h"
#include "config/units.h"
#include "resolver/base/address.h"
#include "resolver/base/log.h"

namespace rw::config
{

using std::chrono::milliseconds;
using std::chrono::seconds;

inline Prefix prefix_of(std::string_view text)
{
    return Prefix::parse(text).value_or(Prefix{});
}

/// The endpoint on IPv4 loopback.
inline Endpoint loopback(std::uint16_t port)
{
    return {IpAddress::v4(0x7f000001), port};
}

enum class Protocol : std::uint8_t { dns, dot, doh };

struct ListenSettings {
    IpAddress address = IpAddress::v4(0x7f000001);
    std::uint16_t port = 53;
    Protocol protocol = Protocol::dns;
    bool operator==(const ListenSettings&) const = default;
};

struct OutgoingSettings {
    bool ipv4 = true;
    bool ipv6 = true;
    std::uint16_t port = 53;
    std::vector<IpAddress> addresses;
    bool operator==(const OutgoingSettings&) const = default;
};

enum class AccessAction : std::uint8_t { allow, allow_snoop, refuse, drop };

struct AccessSettings {
    Prefix prefix;
    AccessAction action = AccessAction::refuse;
    std::uint32_t clients = 1;
    bool operator==(const AccessSettings&) const = default;
};

struct TcpSettings {
    std::uint32_t connections = 1024;
    std::uint32_t connections_per_client = 64;
    milliseconds idle_timeout = std::chrono::seconds{10};
    bool operator==(const TcpSettings&) const = default;
};

enum class RootMode : std::uint8_t { prefer, only, off };
enum class StalePolicy : std::uint8_t { demote, event };

struct QueryBudgetSettings {
    std::uint32_t per_second = 50;
    std::uint32_t burst = 500;
    bool operator==(const QueryBudgetSettings&) const = default;
};

struct MonitorSettings {
    bool enabled = true;
    seconds interval = std::chrono::minutes{15};
    bool operator==(const MonitorSettings&) const = default;
};

struct RootSettings {
    std::optional<std::filesystem::path> hints;
    std::vector<IdentityLetter> prefer{{'i'}, {'k'}};
    RootMode mode = RootMode::prefer;
    bool priming = true;
    StalePolicy stale_policy = StalePolicy::demote;
    QueryBudgetSettings query_budget;
    MonitorSettings monitor;
    bool operator==(const RootSettings&) const = default;
};

struct IterateSettings {
    bool harden_glue = true;
    bool accept_non_aa = true;
    bool operator==(const IterateSettings&) const = default;
};

enum class MinimisationMode : std::uint8_t { off, relaxed, strict };
enum class MinimisationType : std::uint8_t { a, ns };

struct MinimisationSettings {
    MinimisationMode mode = MinimisationMode::relaxed;
    MinimisationType type = MinimisationType::a;
    bool operator==(const MinimisationSettings&) const = default;
};

struct UpstreamSettings {
    std::vector<Prefix> do_not_query{prefix_of("127.0.0.0/8"), prefix_of("::1/128")};
    bool operator==(const UpstreamSettings&) const = default;
};

struct AnswerSettings {
    bool minimal = true;
    bool operator==(const AnswerSettings&) const = default;
};

enum class CacheClock : std::uint8_t { monotonic, wall };

struct ServeStaleSettings {
    bool enabled = false;
    milliseconds client_wait{1800};
    seconds max = std::chrono::days{3};
    bool operator==(const ServeStaleSettings&) const = default;
};

struct CacheSettings {
    ByteSize size = mebibytes(256);
    seconds min_ttl{0};
    seconds max_ttl = std::chrono::days{1};
    seconds max_negative_ttl = std::chrono::hours{1};
    CacheClock clock = CacheClock::monotonic;
    bool prefetch = false;
    ServeStaleSettings serve_stale;
    bool operator==(const CacheSettings&) const = default;
};

enum class Sha1Policy : std::uint8_t { insecure, validate };

struct DnssecSettings {
    bool enabled = true;
    std::optional<std::vector<TrustAnchorSource>> trust_anchors;  ///< absent: the shipped ones; empty: none
    std::vector<NegativeTrustAnchor> negative_trust_anchors;
    std::vector<ZoneName> insecure_zones;
    bool rfc5011 = true;
    bool key_tag_signal = true;
    bool sentinel = true;
    Sha1Policy sha1 = Sha1Policy::insecure;
    seconds signature_skew = std::chrono::hours{1};
    bool operator==(const DnssecSettings&) const = default;
};

struct StubZoneSettings {
    ZoneName name;
    std::vector<ServerAddress> servers;
    bool validate = true;
    bool operator==(const StubZoneSettings&) const = default;
};

struct ForwardZoneSettings {
    ZoneName name;
    std::vector<ServerAddress> servers;  ///< empty: resolved from the root, whatever zone around it is forwarded
    bool fallback = false;
    bool validate = true;
    bool operator==(const ForwardZoneSettings&) const = default;
};

enum class LocalZoneType : std::uint8_t { fixed, transparent, redirect, refuse };

struct LocalZoneSettings {
    ZoneName name;
    LocalZoneType type = LocalZoneType::transparent;
    std::vector<std::string> data;
    bool operator==(const LocalZoneSettings&) const = default;
};

struct EdnsSettings {
    std::uint16_t size = 1232;
    std::optional<std::string> nsid;
    bool operator==(const EdnsSettings&) const = default;
};

struct ServerSettings {
    std::optional<std::string> identity;
    std::optional<std::string> version;
    bool operator==(const ServerSettings&) const = default;
};

struct Dns64Settings {
    Prefix prefix = prefix_of("64:ff9b::/96");
    bool operator==(const Dns64Settings&) const = default;
};

enum class PolicyAction : std::uint8_t { deny, drop, truncate, pass, forward };

struct PolicySettings {
    NameSuffix suffix;
    PolicyAction action = PolicyAction::deny;
    std::vector<ServerAddress> servers;
    bool operator==(const PolicySettings&) const = default;
};

struct RewriteSettings {
    Prefix from;
    Prefix to;
    bool operator==(const RewriteSettings&) const = default;
};

enum class MirrorMode : std::uint8_t { off, audit, serve };

struct MirrorSettings {
    MirrorMode mode = MirrorMode::off;
    std::vector<std::string> sources;
    bool operator==(const MirrorSettings&) const = default;
};

struct AuditSettings {
    std::optional<std::filesystem::path> dir;
    std::optional<std::filesystem::path> key;
    std::vector<std::string> witnesses;
    bool operator==(const AuditSettings&) const = default;
};

struct ContinuitySettings {
    std::optional<std::filesystem::path> authority;
    std::optional<std::filesystem::path> operators;
    std::optional<std::filesystem::path> state_dir;
    bool operator==(const ContinuitySettings&) const = default;
};

struct FeedSettings {
    std::optional<Endpoint> listen;
    bool operator==(const FeedSettings&) const = default;
};

struct ControlSettings {
    std::optional<std::filesystem::path> socket = "/run/rootward/control.sock";
    std::optional<std::string> group;
    bool operator==(const ControlSettings&) const = default;
};

struct StatusSettings {
    std::optional<Endpoint> listen = loopback(9153);
    bool operator==(const StatusSettings&) const = default;
};

struct LogSettings {
    LogLevel level = LogLevel::info;
    bool operator==(const LogSettings&) const = default;
};

struct Settings {
    std::vector<ListenSettings> listen{{}};
    std::uint32_t workers = 2;
    OutgoingSettings outgoing;
    std::vector<AccessSettings> access{{.prefix = prefix_of("127.0.0.0/8"), .action = AccessAction::allow},
                                       {.prefix = prefix_of("::1/128"), .action = AccessAction::allow}};
    TcpSettings tcp;
    RootSettings root;
    IterateSettings iterate;
    MinimisationSettings qname_minimisation;
    bool case_randomisation = true;
    UpstreamSettings upstream;
    AnswerSettings answer;
    CacheSettings cache;
    DnssecSettings dnssec;
    std::vector<StubZoneSettings> stub_zones;
    std::vector<ForwardZoneSettings> forward_zones;
    std::vector<LocalZoneSettings> local_zones;
    bool special_use_zones = true;
    EdnsSettings edns;
    ServerSettings server;
    std::optional<Dns64Settings> dns64;
    std::vector<PolicySettings> policy;
    std::vector<RewriteSettings> rewrite_addresses;
    MirrorSettings mirror;
    AuditSettings audit;
    ContinuitySettings continuity;
    FeedSettings feed;
    ControlSettings control;
    StatusSettings status;
    LogSettings log;
    std::optional<std::string> user;
    std::filesystem::path state_dir = "/var/lib/rootward";
    bool operator==(const Settings&) const = default;
};

}  // namespace rw::config
