// SPDX-License-Identifier: EUPL-1.2
// The resolver under test with its simulated world around it, and the clients that ask it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "resolver/base/random.h"
#include "resolver/dnssec/trust_anchor.h"
#include "resolver/service/changeover.h"
#include "resolver/service/engine.h"
#include "tests/scenarios/simulator/network.h"
#include "tests/scenarios/simulator/world.h"

namespace rw::scenarios
{

/// What became of one query.
struct Outcome {
    Instant asked;
    std::optional<Instant> answered;
    bool dropped = false;  ///< the resolver gave the query up without a reply
    OctetBuffer octets;

    [[nodiscard]] bool over() const { return answered || dropped; }
    [[nodiscard]] Duration took() const { return answered.value_or(asked) - asked; }
};

using OutcomePtr = std::shared_ptr<Outcome>;

class SimulatedResolver
{
 public:
    SimulatedResolver(WallSeconds start, std::uint64_t seed);
    SimulatedResolver(const SimulatedResolver&) = delete;
    SimulatedResolver& operator=(const SimulatedResolver&) = delete;
    ~SimulatedResolver();

    [[nodiscard]] World& world() { return world_; }
    [[nodiscard]] SimulatedNetwork& network() { return network_; }
    [[nodiscard]] Random& random() { return random_; }

    /// Starts the resolver; `background` lets it prime and probe. The error is the resolver's own.
    Result<void> start(const config::Settings& settings, bool background);
    /// The same, in the background, as a package that ships the anchors `shipped` and follows them (RFC 5011), with its
    /// state in the settings' folder. The settings name no anchors.
    Result<void> start_following(const config::Settings& settings, std::vector<dnssec::TrustAnchor> shipped);
    [[nodiscard]] const config::Settings& settings() const { return settings_; }
    /// The running resolver goes on with other settings; those that only a restart changes stay.
    Result<void> reload(config::Settings settings);
    /// Ends the resolver and starts another one with an empty cache.
    void stop();

    [[nodiscard]] service::Engine& engine() { return *engine_; }
    OutcomePtr ask(Octets query, const frontend::Client& client);

 private:
    Result<void> start(Result<std::shared_ptr<service::Shared>> shared, bool background);

    SeededRandom random_;
    SeededRandom network_random_;
    World world_;
    SimulatedNetwork network_;
    std::shared_ptr<service::Shared> shared_;
    std::unique_ptr<service::Engine> engine_;
    std::shared_ptr<service::Changeover> changeover_;
    config::Settings settings_;  ///< as they were given last
};

/// A hints file for root servers in a place of its own; removed with the object.
class HintsFile
{
 public:
    explicit HintsFile(const std::string& content);
    HintsFile(const HintsFile&) = delete;
    HintsFile& operator=(const HintsFile&) = delete;
    ~HintsFile();
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

}  // namespace rw::scenarios
