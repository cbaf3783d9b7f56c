// SPDX-License-Identifier: EUPL-1.2
// Clients whose replies land in an Outcome.
#include "tests/scenarios/simulator/resolver.h"

#include <unistd.h>

#include <array>
#include <fstream>
#include <utility>

#include "config/restart.h"
#include "resolver/service/shared.h"
#include "zones/files.h"

namespace rw::scenarios
{

namespace
{

class LaterReply final : public frontend::ReplyTo
{
 public:
    LaterReply(const World& world, OutcomePtr outcome) : world_(world), outcome_(std::move(outcome)) {}
    LaterReply(const LaterReply&) = delete;
    LaterReply& operator=(const LaterReply&) = delete;
    ~LaterReply() override { outcome_->dropped = !outcome_->answered; }

    void reply(Octets message) override
    {
        outcome_->answered = world_.now();
        outcome_->octets.assign(message.begin(), message.end());
    }

 private:
    const World& world_;
    OutcomePtr outcome_;
};

class SimulatedDoor final : public frontend::Door
{
 public:
    SimulatedDoor(const World& world, OutcomePtr outcome) : world_(world), outcome_(std::move(outcome)) {}
    std::unique_ptr<frontend::ReplyTo> defer() override
    {
        deferred_ = true;
        return std::make_unique<LaterReply>(world_, outcome_);
    }
    [[nodiscard]] bool deferred() const { return deferred_; }

 private:
    const World& world_;
    OutcomePtr outcome_;
    bool deferred_ = false;
};

}  // namespace

SimulatedResolver::SimulatedResolver(WallSeconds start, std::uint64_t seed)
    : random_(seed), network_random_(seed ^ 0x6e6574776f726bU), world_(start), network_(world_, network_random_)
{
}

SimulatedResolver::~SimulatedResolver()
{
    stop();
}

Result<void> SimulatedResolver::start(Result<std::shared_ptr<service::Shared>> shared, bool background)
{
    if (!shared)
        return std::unexpected(shared.error());
    shared_ = std::move(*shared);
    settings_ = shared_->configuration()->settings;
    changeover_ = std::make_shared<service::Changeover>(*shared_);
    engine_ = std::make_unique<service::Engine>(
        shared_, service::Environment{
                     .scheduler = world_.scheduler(), .network = network_, .random = random_, .inbox = world_.inbox()});
    if (background)
        engine_->start();
    return {};
}

Result<void> SimulatedResolver::start(const config::Settings& settings, bool background)
{
    return start(service::make_shared_state(settings, world_.clock(), random_), background);
}

Result<void> SimulatedResolver::start_following(const config::Settings& settings,
                                                std::vector<dnssec::TrustAnchor> shipped)
{
    return start(service::make_shared_state(settings, world_.clock(), random_, std::move(shipped)), true);
}

Result<void> SimulatedResolver::reload(config::Settings settings)
{
    settings_ = settings;
    const auto before = shared_->configuration();
    const auto next = service::make_configuration(config::keep_restart_only(before->settings, std::move(settings)));
    if (!next)
        return std::unexpected(next.error());
    changeover_->begin(*next);
    engine_->apply(**next);
    engine_->apply_root(*before, **next);
    changeover_->forget_changed();
    world_.plan(service::Changeover::aftermath, [open = std::weak_ptr(changeover_)] {
        if (const auto still = open.lock())
            still->end();
    });
    return {};
}

void SimulatedResolver::stop()
{
    changeover_.reset();
    engine_.reset();
    shared_.reset();
}

OutcomePtr SimulatedResolver::ask(Octets query, const frontend::Client& client)
{
    world_.scheduler().update_now();
    auto outcome = std::make_shared<Outcome>();
    outcome->asked = world_.now();
    SimulatedDoor door(world_, outcome);
    std::array<std::uint8_t, 65535> buffer{};
    const frontend::Served served = engine_->serve(query, client, door, buffer);
    if (!served.reply.empty()) {
        outcome->answered = world_.now();
        outcome->octets.assign(served.reply.begin(), served.reply.end());
    } else if (!door.deferred()) {
        outcome->dropped = true;
    }
    return outcome;
}

HintsFile::HintsFile(const std::string& content)
{
    std::string name = (std::filesystem::temp_directory_path() / "scenario-hints-XXXXXX").string();
    const int descriptor = mkstemp(name.data());
    if (descriptor >= 0)
        close(descriptor);
    path_ = name;
    std::ofstream(path_) << content;
}

HintsFile::~HintsFile()
{
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

}  // namespace rw::scenarios
