// SPDX-License-Identifier: EUPL-1.2
// `audit watch`: follows many institutions' logs and alarms.
#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "resolver/ctl/audit.h"
#include "resolver/ctl/fetch.h"
#include "zones/audit/watch.h"

namespace rw::ctl
{

using namespace zones;

namespace
{

struct WatchArguments {
    std::string state;
    std::vector<std::string> sources;
    TrustOptions trust;
    std::vector<std::string> accepted;
    unsigned silence_minutes = 24 * 60;
    unsigned every_seconds = 0;
    /// 10 minutes of a round for one source. Attack: a server that drips each of its answers, so that the alarms about all
    /// the others wait.
    unsigned patience_seconds = 600;
};

/// A source that may take so long of a round and no longer.
class PatientSource final : public audit::LogSource
{
 public:
    PatientSource(std::unique_ptr<audit::LogSource> source, std::chrono::seconds patience)
        : source_(std::move(source)), patience_(patience)
    {
    }
    void begin_round() { began_ = clock_.monotonic(); }
    Result<OctetBuffer> fetch(const std::string& path) override
    {
        if (clock_.monotonic() - began_ > patience_)
            return failed(fmt::format("{} took more than {} seconds of this round", name(), patience_.count()));
        return source_->fetch(path);
    }
    std::string name() const override { return source_->name(); }

 private:
    std::unique_ptr<audit::LogSource> source_;
    std::chrono::seconds patience_;
    SystemClock clock_;
    Instant began_;
};

Json json_of(const audit::WatchRound& round)
{
    Json json{{"schema", 1},
              {"logs", Json::array()},
              {"not_shown", round.not_shown},
              {"unseen", round.unseen},
              {"alarms", Json::array()},
              {"events", Json::array()}};
    for (const audit::FollowedLog& log : round.logs)
        json["logs"].push_back({{"origin", log.origin},
                                {"size", log.size},
                                {"new_leaves", log.fresh},
                                {"newest", log.newest},
                                {"grew_at", log.grew_at},
                                {"first_sight", log.first_sight}});
    for (const audit::Alarm& alarm : round.alarms)
        json["alarms"].push_back(
            {{"kind", audit::alarm_name(alarm.kind)}, {"origin", alarm.origin}, {"text", alarm.text}});
    for (const audit::WatchedEvent& event : round.events) {
        Json leaf = event.leaf;
        leaf["seen"] = Json::array();
        for (const audit::Sighting& sighting : event.seen)
            leaf["seen"].push_back({{"origin", sighting.origin}, {"index", sighting.index}});
        json["events"].push_back(std::move(leaf));
    }
    return json;
}

std::string places_of(const audit::WatchedEvent& event)
{
    std::string text;
    for (const audit::Sighting& sighting : event.seen)
        text += fmt::format("{}{} leaf {}", text.empty() ? "" : ", ", printable(sighting.origin), sighting.index);
    return text;
}

std::string page_of(const audit::WatchRound& round, WallSeconds now)
{
    std::string page;
    for (const audit::Alarm& alarm : round.alarms)
        page += fmt::format("ALARM {:<12} {}: {}\n", audit::alarm_name(alarm.kind), printable(alarm.origin),
                            printable(alarm.text));
    for (const audit::WatchedEvent& event : round.events)
        page +=
            fmt::format("{}  {:<8}  {}\n                      {}{}\n", integer_member(event.leaf, "serial"),
                        printable(text_member(event.leaf, "severity")), printable(text_member(event.leaf, "summary")),
                        event.seen.size() > 1 ? fmt::format("{} records: ", event.seen.size()) : "", places_of(event));
    for (const audit::FollowedLog& log : round.logs)
        page += fmt::format("log {}: {} leaves, {} new{}, grew {} minutes ago\n", printable(log.origin), log.size,
                            log.fresh, log.first_sight ? " (first sight)" : "",
                            (now.time_since_epoch().count() - log.grew_at) / 60);
    for (const std::string& origin : round.unseen)
        page += fmt::format("log {}: no source shows it\n", printable(origin));
    page += fmt::format("{} log(s) only grew, {} alarm(s)\n", round.logs.size(), round.alarms.size());
    if (round.not_shown > 0)
        page += fmt::format("{} more facts are proved and not shown; \"audit export\" lists them\n", round.not_shown);
    return page;
}

Result<std::vector<audit::VerifierKey>> read_accepted(const WatchArguments& arguments)
{
    if (arguments.accepted.empty())
        return std::vector<audit::VerifierKey>();
    return TrustOptions{.keys = arguments.accepted, .policy = {}}.read_keys();
}

ExitStatus watch(const WatchArguments& arguments, Invocation& invocation)
{
    const Result<std::vector<audit::VerifierKey>> keys = arguments.trust.read_keys();
    const Result<std::optional<audit::Policy>> policy = read_policy(arguments.trust.policy);
    if (!keys || !policy)
        return refuse(invocation, keys ? policy.error().message : keys.error().message);
    const Result<std::vector<audit::VerifierKey>> accepted = read_accepted(arguments);
    if (!accepted)
        return refuse(invocation, accepted.error().message);
    PosixFiles state(arguments.state);
    std::vector<std::unique_ptr<PosixFiles>> folders;
    std::vector<std::unique_ptr<PatientSource>> sources;
    std::vector<audit::LogSource*> borrowed;
    for (const std::string& place : arguments.sources) {
        folders.push_back(std::make_unique<PosixFiles>(place));
        sources.push_back(std::make_unique<PatientSource>(open_source(*folders.back(), place),
                                                          std::chrono::seconds(arguments.patience_seconds)));
        borrowed.push_back(sources.back().get());
    }
    Result<audit::Watcher> watcher = audit::Watcher::open(state, arguments.state,
                                                          {.keys = *keys,
                                                           .policy = policy->has_value() ? &**policy : nullptr,
                                                           .silence = std::chrono::minutes(arguments.silence_minutes),
                                                           .accepted = *accepted});
    if (!watcher)
        return refuse(invocation, watcher.error().message);
    for (;;) {
        const WallSeconds now = SystemClock().wall_seconds();
        for (const std::unique_ptr<PatientSource>& source : sources)
            source->begin_round();
        const Result<audit::WatchRound> round = watcher->look(borrowed, now);
        if (!round)
            return refuse(invocation, round.error().message);
        invocation.out << (invocation.json ? canonical_json(json_of(*round)) + "\n" : page_of(*round, now))
                       << std::flush;
        if (arguments.every_seconds == 0)
            return round->alarms.empty() ? ExitStatus::good : ExitStatus::bad;
        std::this_thread::sleep_for(std::chrono::seconds(arguments.every_seconds));
    }
}

}  // namespace

void add_audit_watch(CLI::App& group, Invocation& invocation)
{
    CLI::App* command = group.add_subcommand("watch", "Follow many logs: prove that each only grew; exit 1 on alarms.");
    const auto arguments = std::make_shared<WatchArguments>();
    command->add_option("SOURCES", arguments->sources, "Folders or URLs of logs.")->required();
    command->add_option("--state", arguments->state, "Where the last checkpoints are remembered.")
        ->type_name("DIR")
        ->required();
    arguments->trust.add_to(*command);
    command
        ->add_option("--accept", arguments->accepted,
                     "A key that speaks for its log from now on, which the log did not introduce itself.")
        ->type_name("VKEY|FILE");
    command->add_option("--silence", arguments->silence_minutes, "Alarm when a log has nothing new for so long.")
        ->type_name("MINUTES")
        ->capture_default_str();
    command
        ->add_option("--patience", arguments->patience_seconds,
                     "What one source may take of a round, beside one answer.")
        ->type_name("SECONDS")
        ->capture_default_str();
    command->add_option("--every", arguments->every_seconds, "Look again and again instead of once.")
        ->type_name("SECONDS");
    command->callback([arguments, &invocation] {
        invocation.run = [arguments, &invocation] { return watch(*arguments, invocation); };
    });
}

}  // namespace rw::ctl
