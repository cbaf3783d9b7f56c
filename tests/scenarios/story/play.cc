// SPDX-License-Identifier: EUPL-1.2
// One run of a scenario of ours, and what every scenario is held to: an answer within 5 s, at most 32 upstream queries
// for a client query, and no query to a server that has nothing to do with it.
#include "tests/scenarios/story/play.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "config/load.h"
#include "resolver/service/explain.h"
#include "tests/scenarios/message/presentation.h"
#include "tests/scenarios/story/story.h"

namespace rw::scenarios::story
{

namespace
{

using Failure = std::optional<std::string>;

constexpr std::size_t query_budget = 32;                 // upstream queries for one client query (NXNSAttack, CAMP)
constexpr Duration patience = std::chrono::seconds(12);  // long enough to see how late a late answer is

constexpr std::string_view base_settings = R"(
workers: 1
access: [{prefix: 0.0.0.0/0, action: allow}, {prefix: "::/0", action: allow}]
root: {priming: false, monitor: {enabled: false}}
cache: {size: 16MiB}
dnssec: {rfc5011: false, key-tag-signal: false}
mirror: {mode: off}
feed: {listen: off}
status: {listen: off}
control: {socket: off}
)";

void overlay(YAML::Node base, const YAML::Node& over)
{
    for (const auto& entry : over) {
        const std::string key = entry.first.Scalar();
        if (entry.second.IsMap() && base[key].IsDefined() && base[key].IsMap())
            overlay(base[key], entry.second);
        else
            base[key] = entry.second;
    }
}

class Elsewhere final : public Host
{
 public:
    void arrived(const Arrival& arrival) override { note(arrival.server); }
    [[nodiscard]] Acceptance accepts_stream(const Endpoint& server) override
    {
        note(server);
        return Acceptance::ignore;
    }
    [[nodiscard]] const std::vector<std::string>& asked() const { return asked_; }

 private:
    void note(const Endpoint& server)
    {
        asked_.push_back(fmt::format("{} was asked, where no server is", server.to_string()));
    }
    std::vector<std::string> asked_;
};

class Run
{
 public:
    Run(Story story, const PlayOptions& options)
        : story_(std::move(story)),
          resolver_(story_.start, options.seed),
          universe_(resolver_.random(), story_.start),
          explain_(options.explain)
    {
    }

    Verdict verdict()
    {
        Verdict verdict{.name = story_.file.string(), .failure = {}};
        const Instant start = resolver_.world().now();
        verdict.failure = explain_ ? explain() : play();
        verdict.trace = trace_of(resolver_.network(), start);
        verdict.slowest = slowest_;
        verdict.upstream_queries = sent_so_far();
        verdict.needs_validation = needs_validation_;
        resolver_.stop();
        return verdict;
    }

 private:
    Failure play()
    {
        if (auto failure = prepare())
            return failure;
        for (const Step& step : story_.steps)
            if (auto failure = std::visit([this](const auto& what) { return play(what); }, step.what))
                return fmt::format("line {}: {}", step.line, *failure);
        if (auto unanswered = universe_.unanswered(); !unanswered.empty())
            return "a server was asked what it does not serve: " + unanswered.front();
        if (!story_.elsewhere && !elsewhere_.asked().empty())
            return elsewhere_.asked().front();
        return std::nullopt;
    }

    Failure prepare();
    /// What every story starts with, and `over` it.
    Result<config::Settings> settings(const YAML::Node& over);
    Failure play(const AskStep& step);
    Failure play(const AdvanceStep& step)
    {
        if (step.wall_only)
            resolver_.world().clock().shift_wall(std::chrono::duration_cast<std::chrono::seconds>(step.by));
        else
            resolver_.world().run_for(step.by);
        return std::nullopt;
    }
    Failure play(const ChangeStep& step);
    Failure play(const ReloadStep& step);
    Failure change_zone(const dns::Name& origin, const YAML::Node& fields);
    /// A step that does nothing would let the next one show what it does not.
    static Failure without_effect(const std::string& what)
    {
        return fmt::format("the change of {} has no effect: all is as it was before", what);
    }
    void ask(const Query& query, std::uint32_t number, std::vector<OutcomePtr>& outcomes);
    Failure judge(const Query& query, const std::vector<OutcomePtr>& outcomes);
    Failure explain();
    Failure explain(const AskStep& step);
    [[nodiscard]] std::size_t sent_so_far() const
    {
        return static_cast<std::size_t>(
            std::ranges::count_if(resolver_.network().record(), [](const Sent& sent) { return !sent.from_server; }));
    }

    Story story_;
    mutable SimulatedResolver resolver_;
    Universe universe_;
    Elsewhere elsewhere_;
    Instant began_ = resolver_.world().now();
    std::optional<HintsFile> hints_;
    Duration slowest_{};
    bool needs_validation_ = false;
    bool asked_before_ = false;
    bool explain_;
};

Result<config::Settings> Run::settings(const YAML::Node& over)
{
    YAML::Node all = YAML::Load(std::string(base_settings));
    all["root"]["hints"] = hints_->path().string();
    YAML::Node anchors(YAML::NodeType::Sequence);
    for (const Record& anchor : universe_.trust_anchors(story_.zones)) {
        anchors.push_back(to_text(anchor));
        needs_validation_ = true;
    }
    all["dnssec"]["trust-anchors"] = anchors;
    if (over.IsMap())
        overlay(all, over);
    std::ostringstream text;
    text << all;
    auto loaded = config::load_text(text.str(), ".");
    if (!loaded)
        return failed("settings: " + loaded.error().front().message);
    return std::move(*loaded);
}

Failure Run::prepare()
{
    if (auto built = universe_.build(story_.zones); !built)
        return built.error().message;
    for (const auto& [address, rules] : story_.rules)
        universe_.server_at(address).set_rules(rules);
    SimulatedNetwork& network = resolver_.network();
    universe_.connect(network);
    network.put_elsewhere(elsewhere_);
    network.set_default_path(story_.path);
    for (const auto& [address, path] : story_.paths)
        network.set_path(address, path);
    network.set_family(Family::ipv4, story_.ipv4);
    network.set_family(Family::ipv6, story_.ipv6);
    hints_.emplace(story_.hints ? *story_.hints : Universe::hints(story_.zones.at(dns::Name())));
    auto loaded = settings(story_.settings);
    if (!loaded)
        return loaded.error().message;
    if (auto started = resolver_.start(*loaded, story_.background); !started)
        return "the resolver does not start: " + started.error().message;
    return std::nullopt;
}

Failure Run::play(const ChangeStep& step)
{
    for (const auto& [origin, fields] : step.zones)
        if (auto failure = change_zone(origin, fields))
            return failure;
    for (const auto& [address, rules] : step.rules) {
        AuthoritativeServer& server = universe_.server_at(address);
        if (!has_effect(server.rules(), rules))
            return without_effect(address.to_string());
        server.set_rules(rules);
    }
    SimulatedNetwork& network = resolver_.network();
    universe_.connect(network);
    if (step.path) {
        const Path path = read_path(*step.path, network.default_path());
        if (path == network.default_path())
            return without_effect("path");
        network.set_default_path(path);
    }
    for (const auto& [family, state] : {std::pair(Family::ipv4, step.ipv4), std::pair(Family::ipv6, step.ipv6)}) {
        if (state && *state == network.family(family))
            return without_effect(family == Family::ipv4 ? "ipv4" : "ipv6");
        if (state)
            network.set_family(family, *state);
    }
    return std::nullopt;
}

Failure Run::play(const ReloadStep& step)
{
    auto loaded = settings(step.settings);
    if (!loaded)
        return "reload: " + loaded.error().message;
    if (*loaded == resolver_.settings())
        return without_effect("the settings");
    if (auto done = resolver_.reload(std::move(*loaded)); !done)
        return "reload: " + done.error().message;
    return std::nullopt;
}

Failure Run::change_zone(const dns::Name& origin, const YAML::Node& fields)
{
    // The zones' owners have the right time whatever the resolver's clock says.
    const WallSeconds now =
        story_.start + std::chrono::duration_cast<std::chrono::seconds>(resolver_.world().now() - began_);
    ZonePlan& plan = story_.zones[origin];
    plan.origin = origin;
    plan.signed_at = now;
    read_zone(fields, plan);
    const Published before = universe_.published();
    if (auto built = universe_.build(story_.zones); !built)
        return built.error().message;
    if (!universe_.differs(before, now))
        return without_effect("zone " + origin.to_string());
    return std::nullopt;
}

std::string numbered(std::string text, std::uint32_t number)
{
    for (std::size_t at = text.find('$'); at != std::string::npos; at = text.find('$'))
        text.replace(at, 1, std::to_string(number));
    return text;
}

void Run::ask(const Query& query, std::uint32_t number, std::vector<OutcomePtr>& outcomes)
{
    Message message;
    message.id = resolver_.random().u16();
    message.flags = query.flags;
    message.opcode = query.opcode;
    message.question = dns::Question{.name = dns::Name::parse(numbered(query.name, number)).value_or(dns::Name()),
                                     .type = query.type,
                                     .rrclass = query.rrclass};
    message.edns = query.edns;
    const OctetBuffer wire = query.octets ? *query.octets : encode(message);
    const frontend::Client client{
        .from = {query.from, static_cast<std::uint16_t>(20000 + resolver_.random().below(40000))},
        .transport = query.transport};
    outcomes[number] = resolver_.ask(wire, client);
}

Failure Run::judge(const Query& query, const std::vector<OutcomePtr>& outcomes)
{
    std::uint64_t answered = 0;
    std::uint32_t failures = 0;
    Failure first;
    for (std::uint32_t number = 0; number < outcomes.size(); ++number) {
        const Outcome& outcome = *outcomes[number];
        std::optional<Message> reply;
        if (outcome.answered) {
            auto read = decode(outcome.octets);
            if (!read)
                return "the reply: " + read.error().message;
            reply = std::move(*read);
            slowest_ = std::max(slowest_, outcome.took());
            ++answered;
        } else if (query.answered) {
            continue;
        }
        Failure failure = mismatch(query, number, reply ? &*reply : nullptr, outcome.octets.size(), outcome.took());
        if (failure && !outcome.answered && !outcome.dropped && query.expected.reply)
            failure = fmt::format("no reply came within {}", milliseconds_text(patience));
        if (failure && ++failures > query.tolerated && !first)
            first = fmt::format("{} {}: {}{}", numbered(query.name, number), dns::type_name(query.type), *failure,
                                reply ? "\n  the whole reply:\n" + to_text(*reply, "    ") : "");
    }
    if (!first && query.answered && !query.answered->allows(answered))
        return fmt::format("{}: expected {} answers, got {}", query.name, query.answered->to_string(), answered);
    return first;
}

/// The most replies within 10 ms, those given at once left out: what DNSBomb makes of a resolver.
std::size_t largest_burst(const std::vector<std::vector<OutcomePtr>>& outcomes)
{
    std::vector<Instant> times;
    for (const auto& mine : outcomes)
        for (const OutcomePtr& each : mine)
            if (each && each->answered && each->took() > Duration::zero())
                times.push_back(*each->answered);
    std::ranges::sort(times);
    std::size_t largest = 0;
    for (std::size_t first = 0, last = 0; last < times.size(); ++last) {
        while (times[last] - times[first] > std::chrono::milliseconds(10))
            ++first;
        largest = std::max(largest, last - first + 1);
    }
    return largest;
}

Failure Run::play(const AskStep& step)
{
    World& world = resolver_.world();
    // What the resolver asks when it starts belongs to the first step.
    const std::size_t before = asked_before_ ? resolver_.network().record().size() : 0;
    const std::size_t sent_before = asked_before_ ? sent_so_far() : 0;
    asked_before_ = true;
    const std::size_t connections_before = resolver_.network().connections();
    std::vector<std::vector<OutcomePtr>> outcomes;
    outcomes.reserve(step.queries.size());
    std::size_t client_queries = 0;
    for (const Query& query : step.queries) {
        auto& mine = outcomes.emplace_back(query.copies);
        client_queries += query.copies;
        for (std::uint32_t number = 0; number < query.copies; ++number)
            world.plan(query.after + query.every * static_cast<std::int64_t>(number),
                       [this, &query, number, &mine] { ask(query, number, mine); });
    }
    Failure reloaded;
    if (step.reload)
        world.plan(step.reload_after, [this, &step, &reloaded] { reloaded = play(*step.reload); });
    const auto all_over = [&outcomes] {
        return std::ranges::all_of(outcomes, [](const auto& mine) {
            return std::ranges::all_of(mine, [](const OutcomePtr& each) { return each && each->over(); });
        });
    };
    Duration longest{};
    for (const Query& query : step.queries)
        longest = std::max(longest, query.after + query.every * static_cast<std::int64_t>(query.copies));
    world.run_until(all_over, world.now() + longest + patience);
    world.run_for(step.settle);
    if (reloaded)
        return reloaded;
    for (std::size_t i = 0; i < step.queries.size(); ++i)
        if (auto failure = judge(step.queries[i], outcomes[i]))
            return failure;
    if (auto failure = mismatch(step.sent, resolver_.network().record(), before))
        return failure;
    const std::size_t connections = resolver_.network().connections() - connections_before;
    if (step.connections && !step.connections->allows(connections))
        return fmt::format("connections: expected {}, got {}", step.connections->to_string(), connections);
    const std::size_t burst = largest_burst(outcomes);
    if (step.burst && !step.burst->allows(burst))
        return fmt::format("replies within 10 ms: expected {}, got {}", step.burst->to_string(), burst);
    const std::size_t sent = sent_so_far() - sent_before;
    if (step.within_budget && sent > query_budget * client_queries)
        return fmt::format("budget: {} upstream queries for {} client queries", sent, client_queries);
    return std::nullopt;
}

Failure Run::explain()
{
    if (auto failure = prepare())
        return failure;
    for (const Step& step : story_.steps) {
        const auto* ask = std::get_if<AskStep>(&step.what);
        auto failure =
            ask != nullptr ? explain(*ask) : std::visit([this](const auto& what) { return play(what); }, step.what);
        if (failure)
            return fmt::format("line {}: {}", step.line, *failure);
    }
    resolver_.world().run_for(patience);  // attempts that were not needed end after what asked for them
    return std::nullopt;
}

Failure Run::explain(const AskStep& step)
{
    World& world = resolver_.world();
    std::vector<std::vector<OutcomePtr>> outcomes;
    outcomes.reserve(step.queries.size());
    std::size_t wanted = 0;
    std::size_t explained = 0;
    for (const Query& query : step.queries) {
        auto& mine = outcomes.emplace_back(1);
        const auto name = dns::Name::parse(numbered(query.name, 0));
        if (!name || query.octets)
            continue;
        ask(query, 0, mine);
        ++wanted;
        const control::LookupRequest request{*name, query.type};
        world.scheduler().update_now();
        resolver_.engine().explain(
            {*name, query.type, dns::RRClass::in}, [&explained, request](const service::Engine::Resolved& resolved) {
                const auto view = service::explain_view(request, resolved.outcome, resolved.trace);
                explained += control::to_json(view).empty() ? 0 : 1;
            });
    }
    const auto all_over = [&] { return explained == wanted; };
    if (!world.run_until(all_over, world.now() + patience))
        return fmt::format("{} of {} questions were explained within {}", explained, wanted,
                           milliseconds_text(patience));
    world.run_for(step.settle);
    return std::nullopt;
}

}  // namespace

std::vector<Verdict> play(const std::filesystem::path& file, const PlayOptions& options)
{
    auto story = read(file);
    if (!story)
        return {{.name = file.string(), .failure = story.error().message}};
    return {Run(std::move(*story), options).verdict()};
}

}  // namespace rw::scenarios::story
