// SPDX-License-Identifier: EUPL-1.2
// The simulated Internet of a scenario: from short declarations of zones to servers that hang together. SOA, NS and the
// addresses of name servers are added where a zone lacks them; the parent gets the delegation, glue and DS.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "tests/scenarios/authority/server.h"
#include "tests/scenarios/authority/signer.h"
#include "tests/scenarios/simulator/network.h"

namespace rw::scenarios::story
{

enum class Glue : std::uint8_t {
    in_domain,  ///< addresses of servers at or below the delegated name
    none,
    all  ///< sibling and out-of-domain addresses as well
};

enum class SignatureState : std::uint8_t { sound, expired, not_yet_valid, corrupt, absent };
enum class DsState : std::uint8_t { sound, wrong, shortened, absent };

/// Records that the zone's key signs in a way in which no signer would.
struct HostileSet {
    std::string records;
    SignatureClaim claim;

    bool operator==(const HostileSet&) const = default;
};

struct ZonePlan {
    dns::Name origin;
    std::vector<std::pair<dns::Name, std::vector<IpAddress>>> servers;
    std::vector<IpAddress> also_at;                   ///< serve the zone without being its name servers
    std::optional<std::vector<IpAddress>> served_at;  ///< only these serve it, whatever the name servers' addresses
    std::string records;
    Glue glue = Glue::in_domain;
    bool delegated = true;
    std::optional<std::string> delegation;  ///< what the parent says in place of NS and glue
    std::uint32_t ttl = 3600;
    std::uint32_t delegation_ttl = 3600;
    std::optional<std::uint32_t> ds_ttl;  ///< as usual without
    std::uint32_t negative_ttl = 300;
    std::optional<Denial> signed_with;
    SigningManner manner;
    SigningAlgorithms algorithms = default_algorithms();  ///< of the keys; the first is that of the DS
    std::vector<HostileSet> also_signed;                  ///< put in after signing, with signatures of their own
    SignatureState signatures = SignatureState::sound;
    std::optional<WallSeconds> signed_at;  ///< when the zone was signed; absent: when the world began
    DsState ds = DsState::sound;
    std::uint32_t keys = 1;  ///< another number is another pair of keys
};

using ZonePlans = std::map<dns::Name, ZonePlan>;
using RulesByAddress = std::map<IpAddress, std::vector<Rule>>;

/// One zone as one server has it, before it is signed.
struct PublishedZone {
    Records records;
    std::optional<Denial> signed_with;
    SigningManner manner;
    std::vector<HostileSet> also_signed;
    SignatureState signatures = SignatureState::sound;
    WallSeconds expiration;  ///< of the signatures
    std::uint32_t keys = 1;
    SigningAlgorithms algorithms;
};
using Published = std::map<std::pair<IpAddress, dns::Name>, PublishedZone>;

class Universe
{
 public:
    Universe(Random& random, WallSeconds now) : random_(random), now_(now) {}

    /// Builds the zones, or builds them anew after `plans` changed. A server that is no longer named as one of a zone
    /// keeps the zone as it was, as forgotten secondaries do, unless the plan says where it is served.
    Result<void> build(const ZonePlans& plans);
    /// Whether anyone who asks can tell what the last build() made, at `now`, from what `before` shows.
    [[nodiscard]] bool differs(const Published& before, WallSeconds now) const;
    [[nodiscard]] const Published& published() const { return published_; }
    /// Puts every server on the network.
    void connect(SimulatedNetwork& network);
    AuthoritativeServer& server_at(const IpAddress& address);
    /// The root's servers as a hints file.
    [[nodiscard]] static std::string hints(const ZonePlan& root);
    /// DS of the topmost signed zone; empty when no zone is signed.
    [[nodiscard]] std::vector<Record> trust_anchors(const ZonePlans& plans) const;
    [[nodiscard]] std::vector<std::string> unanswered() const;

 private:
    using Contents = std::map<dns::Name, Records>;
    /// Origin, number and algorithms of the keys.
    using SignerKey = std::tuple<dns::Name, std::uint32_t, SigningAlgorithms>;

    static const ZonePlan* deepest(const ZonePlans& plans, const dns::Name& name, bool strictly_above);
    Result<void> add_own(const ZonePlan& plan, Records& records) const;
    static void add_addresses(const ZonePlans& plans, const ZonePlan& plan, Contents& contents);
    Result<void> add_delegation(const ZonePlans& plans, const ZonePlan& plan, Contents& contents);
    Result<Records> signed_records(const ZonePlan& plan, const Records& records);
    Result<void> add_hostile(const ZonePlan& plan, Records& records);
    ZoneSigner& signer_of(const ZonePlan& plan);
    [[nodiscard]] SigningTimes times_of(const ZonePlan& plan) const;
    [[nodiscard]] PublishedZone shown(const ZonePlan& plan, const Records& records) const;
    void assign(const ZonePlan& plan, const std::shared_ptr<const Zone>& zone, const PublishedZone& shown);

    Random& random_;
    WallSeconds now_;
    std::map<IpAddress, std::unique_ptr<AuthoritativeServer>> servers_;
    Published published_;
    std::map<SignerKey, ZoneSigner> signers_;
};

}  // namespace rw::scenarios::story
