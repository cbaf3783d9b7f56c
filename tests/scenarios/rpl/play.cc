// SPDX-License-Identifier: EUPL-1.2
// The scripted servers and the steps of one run.
#include "tests/scenarios/rpl/play.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tests/scenarios/message/presentation.h"
#include "tests/scenarios/rpl/header.h"

namespace rw::scenarios::rpl
{

namespace
{

constexpr Duration client_patience = std::chrono::seconds{5};  // every client is answered within this

/// All servers of a scenario. Addresses the scenario does not name swallow what is sent to them.
class ScriptedServers final : public Host
{
 public:
    explicit ScriptedServers(Scenario& scenario) : scenario_(scenario) {}

    void at_step(std::uint32_t number) { step_ = number; }
    [[nodiscard]] const std::vector<std::string>& unanswered() const { return unanswered_; }
    [[nodiscard]] std::set<IpAddress> addresses() const;
    [[nodiscard]] std::optional<std::string> unused_mandatory() const;

    void arrived(const Arrival& arrival) override
    {
        const auto query = decode(arrival.message);
        if (!query)
            return;
        const Entry* entry = find(*query, arrival);
        if (entry == nullptr) {
            unanswered_.push_back(
                fmt::format("step {}: {} asked {}", step_, arrival.server.address.to_string(), summary(*query)));
            arrival.channel->reply(servfail(*query), {});
            return;
        }
        if (entry->adjust.do_not_answer)
            return;
        if (entry->raw) {
            OctetBuffer raw = *entry->raw;
            if (entry->adjust.raw_id && raw.size() >= 2)
                store_u16(raw.data(), query->id);
            arrival.channel->reply(std::move(raw), {});
            return;
        }
        arrival.channel->reply(encode(adjusted(*entry, *query)), {});
    }
    [[nodiscard]] Acceptance accepts_stream(const Endpoint&) override { return Acceptance::accept; }

 private:
    static OctetBuffer servfail(const Message& query)
    {
        Message reply;
        reply.id = query.id;
        reply.flags = dns::Header::qr | (query.flags & dns::Header::rd);
        reply.rcode = static_cast<std::uint16_t>(Rcode::servfail);
        reply.question = query.question;
        if (query.edns)
            reply.edns = EdnsRecord{.udp_size = 1232, .dnssec_ok = query.edns->dnssec_ok};
        return encode(reply);
    }

    const Entry* find(const Message& query, const Arrival& arrival)
    {
        const bool stream = arrival.channel->stream();
        for (Range& range : scenario_.ranges) {
            if (step_ < range.from || step_ > range.to ||
                (!range.addresses.empty() && std::ranges::count(range.addresses, arrival.server.address) == 0))
                continue;
            for (const Entry& entry : range.entries)
                if (!mismatch(entry, query, stream)) {
                    fired_.insert(&entry);
                    return &entry;
                }
            return nullptr;  // the first range that fits decides
        }
        for (const Step& step : scenario_.steps) {
            if (step.number < step_ || step.kind != StepKind::reply || fired_.contains(&*step.entry) ||
                mismatch(*step.entry, query, stream))
                continue;
            fired_.insert(&*step.entry);
            return &*step.entry;
        }
        return nullptr;
    }

    Scenario& scenario_;
    std::uint32_t step_ = 0;
    std::set<const Entry*> fired_;
    std::vector<std::string> unanswered_;
};

std::set<IpAddress> ScriptedServers::addresses() const
{
    std::set<IpAddress> all;
    for (const Range& range : scenario_.ranges)
        all.insert(range.addresses.begin(), range.addresses.end());
    // One-shot replies belong to no address: every address they speak of has a server.
    for (const Step& step : scenario_.steps)
        if (step.kind == StepKind::reply)
            for (const Records& section : step.entry->message.sections)
                for (const Record& record : section)
                    if (record.type == dns::RRType::a || record.type == dns::RRType::aaaa)
                        all.insert(IpAddress::from_octets(record.rdata));
    return all;
}

std::optional<std::string> ScriptedServers::unused_mandatory() const
{
    for (const Range& range : scenario_.ranges)
        for (const Entry& entry : range.entries)
            if (entry.mandatory && !fired_.contains(&entry))
                return fmt::format("the mandatory entry of line {} was never used", entry.line);
    return std::nullopt;
}

class Run
{
 public:
    Run(Scenario scenario, const Setup& setup, const PlayOptions& options)
        : scenario_(std::move(scenario)),
          options_(options),
          resolver_(setup.start, options.seed),
          servers_(scenario_),
          hints_(setup.hints),
          settings_(setup.settings)
    {
        for (const IpAddress& address : servers_.addresses())
            resolver_.network().put(address, servers_);
        if (!setup.hints.empty()) {
            settings_.root.hints = hints_.path();
            const auto root = first_address(setup.hints);
            if (root)
                resolver_.network().put(*root, servers_);
        }
        client_.from = {settings_.outgoing.ipv4 ? IpAddress::v4(0x7f7f0001) : *IpAddress::parse("fd00:dec::1"), 12345};
    }

    Verdict verdict(std::string name)
    {
        const Instant start = resolver_.world().now();
        Verdict verdict{.name = std::move(name), .failure = play(), .trace = {}};
        verdict.slowest = slowest_;
        verdict.upstream_queries = static_cast<std::size_t>(
            std::ranges::count_if(resolver_.network().record(), [](const Sent& sent) { return !sent.from_server; }));
        verdict.trace = trace_of(resolver_.network(), start);
        for (const std::string& each : servers_.unanswered())
            verdict.trace += "  no entry: " + each + "\n";
        resolver_.stop();
        return verdict;
    }

 private:
    using Failure = std::optional<std::string>;

    static std::optional<IpAddress> first_address(const std::string& hints)
    {
        const auto records = parse_records(hints, dns::Name(), 0);
        if (records)
            for (const Record& record : *records)
                if (record.type != dns::RRType::ns)
                    return IpAddress::from_octets(record.rdata);
        return std::nullopt;
    }

    Failure play()
    {
        if (auto started = resolver_.start(settings_, false); !started)
            return "the resolver does not start: " + started.error().message;
        for (const Step& step : scenario_.steps) {
            servers_.at_step(step.number);
            if (auto failure = play(step))
                return fmt::format("step {} (line {}): {}", step.number, step.line, *failure);
        }
        if (options_.strict && !servers_.unanswered().empty())
            return "no entry answers a query: " + servers_.unanswered().front();
        return servers_.unused_mandatory();
    }

    Failure play(const Step& step)
    {
        switch (step.kind) {
            case StepKind::query:
                return ask(*step.entry);
            case StepKind::check_answer:
                return check(*step.entry);
            case StepKind::time_passes:
                resolver_.world().clock().shift_wall(step.elapse);
                return std::nullopt;
            case StepKind::reply:
            case StepKind::check_out_query:
                return std::nullopt;  // replies stand ready from the start
        }
        return std::nullopt;
    }

    Failure ask(const Entry& entry)
    {
        answer_.reset();
        raw_answer_.clear();
        client_.transport = entry.match.tcp ? frontend::Transport::tcp : frontend::Transport::udp;
        if (entry.raw) {
            const OutcomePtr outcome = resolver_.ask(*entry.raw, client_);
            resolver_.world().run_until([&] { return outcome->over(); }, resolver_.world().now() + client_patience);
            raw_answer_ = outcome->octets;
            return std::nullopt;
        }
        Message query = entry.message;
        query.id = resolver_.random().u16();
        const OutcomePtr outcome = resolver_.ask(encode(query), client_);
        resolver_.world().run_until([&] { return outcome->over(); }, resolver_.world().now() + client_patience);
        if (!outcome->answered)
            return outcome->dropped ? Failure("the query was dropped") : Failure("no answer within 5 s");
        slowest_ = std::max(slowest_, outcome->took());
        raw_answer_ = outcome->octets;
        auto answer = decode(outcome->octets);
        if (!answer)
            return "the answer: " + answer.error().message;
        if (answer->id != query.id)
            return "the answer has another id than the query";
        answer_ = std::move(*answer);
        return std::nullopt;
    }

    [[nodiscard]] Failure check(const Entry& entry) const
    {
        if (entry.raw)
            return raw_answer_ == *entry.raw ? Failure() : Failure("the raw answer differs");
        if (!answer_)
            return "there is no answer to check";
        const auto difference = mismatch(entry, *answer_, client_.transport == frontend::Transport::tcp);
        if (!difference)
            return std::nullopt;
        return fmt::format("{}\n  the whole answer:\n{}", *difference, to_text(*answer_, "    "));
    }

    Scenario scenario_;
    PlayOptions options_;
    SimulatedResolver resolver_;
    ScriptedServers servers_;
    HintsFile hints_;
    config::Settings settings_;
    frontend::Client client_;
    std::optional<Message> answer_;
    OctetBuffer raw_answer_;
    Duration slowest_{};
};

}  // namespace

std::vector<Verdict> play(const std::filesystem::path& file, const PlayOptions& options)
{
    const auto scenario = read(file);
    if (!scenario)
        return {{.name = file.filename(), .failure = scenario.error().message, .trace = {}}};
    const auto setup = read_header(*scenario);
    if (!setup)
        return {{.name = file.filename(), .failure = setup.error().message, .trace = {}}};
    std::vector<Verdict> verdicts;
    const auto run = [&](bool minimise, const std::string& suffix) {
        Setup variant = *setup;
        variant.settings.qname_minimisation = {
            .mode = minimise ? config::MinimisationMode::relaxed : config::MinimisationMode::off,
            .type = config::MinimisationType::ns};
        Verdict verdict = Run(*scenario, variant, options).verdict(file.filename().string() + suffix);
        verdict.needs_validation = setup->validates;
        verdicts.push_back(std::move(verdict));
    };
    if (setup->minimisation != Minimisation::on)
        run(false, setup->minimisation == Minimisation::either ? " (names whole)" : "");
    if (setup->minimisation != Minimisation::off)
        run(true, setup->minimisation == Minimisation::either ? " (names minimised)" : "");
    return verdicts;
}

}  // namespace rw::scenarios::rpl
