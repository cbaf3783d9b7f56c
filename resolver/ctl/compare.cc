// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl compare`: asks this daemon and another resolver the same names and shows every difference in RCODE,
// answer and AD: the shadow run before one takes the other's place. A difference is asked again once before it counts:
// answers of many names change from one moment to the next.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <memory>
#include <sstream>
#include <thread>

#include "config/file.h"
#include "config/load.h"
#include "config/values.h"
#include "resolver/ctl/commands.h"
#include "resolver/ctl/dns_client.h"
#include "resolver/ctl/table.h"

namespace rw::ctl
{

namespace
{

constexpr std::size_t max_names_octets = std::size_t{256} << 20;  // ten million names
constexpr unsigned jobs_default = 8;                              // questions at a time: gentle on both resolvers
constexpr unsigned jobs_limit = 64;
constexpr std::size_t differences_limit = 10'000;  // shown in full; more are counted

struct CompareArguments {
    std::string with;
    std::string at;
    std::string names;
    unsigned jobs = jobs_default;
};

struct Compared {
    dns::Question question;
    Result<DnsReply> ours = DnsReply{};
    Result<DnsReply> theirs = DnsReply{};

    [[nodiscard]] std::vector<std::string> kinds() const
    {
        if (!ours || !theirs)
            return !ours && !theirs ? std::vector<std::string>{} : std::vector<std::string>{"reply"};
        std::vector<std::string> found;
        if (ours->rcode != theirs->rcode)
            found.emplace_back("rcode");
        if (ours->answers != theirs->answers)
            found.emplace_back("answer");
        if (ours->authentic != theirs->authentic)
            found.emplace_back("ad");
        return found;
    }
};

/// "NAME" or "NAME TYPE" a line; "#" starts a comment.
Result<std::vector<dns::Question>> read_questions(const std::string& path)
{
    const auto text = config::read_file(path, max_names_octets);
    if (!text)
        return std::unexpected(text.error());
    std::vector<dns::Question> questions;
    std::istringstream lines(*text);
    std::string line;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
        std::istringstream words(line.substr(0, line.find('#')));
        std::string name;
        std::string type = "A";
        if (!(words >> name))
            continue;
        words >> type;
        const auto parsed = dns::Name::parse(name);
        const auto parsed_type = dns::parse_type(type);
        if (!parsed || !parsed_type)
            return failed(
                fmt::format("{}:{}: expected NAME or NAME TYPE, such as 'www.example.org AAAA'", path, number));
        questions.push_back({*parsed, *parsed_type, dns::RRClass::in});
    }
    if (questions.empty())
        return failed(fmt::format("{} names nothing to ask", path));
    return questions;
}

Result<Endpoint> read_resolver(const std::string& text)
{
    config::ServerAddress address;
    const auto read = config::read_value(text, {}, address);
    if (!read)
        return failed(fmt::format("{}: {}", text, read.error().message));
    return Endpoint{address.address, address.port.value_or(53)};
}

/// --at, else what the file of -c listens on, else the default.
Result<Endpoint> our_resolver(const CompareArguments& arguments, const Invocation& invocation)
{
    if (!arguments.at.empty())
        return read_resolver(arguments.at);
    config::Loaded settings = config::Settings{};
    if (invocation.config)
        settings = config::load_file(*invocation.config);
    if (!settings)
        return failed(config::to_string(invocation.config->string(), settings.error().front()));
    Endpoint ours{settings->listen.front().address, settings->listen.front().port};
    if (ours.address.is_unspecified())
        ours.address = *IpAddress::parse(ours.address.is_v4() ? "127.0.0.1" : "::1");
    return ours;
}

Compared compare_one(const dns::Question& question, const Endpoint& ours, const Endpoint& theirs, Random& random)
{
    Compared compared{question};
    for (int time = 0; time < 2; ++time) {
        compared.ours = ask_resolver(ours, question, random);
        compared.theirs = ask_resolver(theirs, question, random);
        if (compared.kinds().empty())
            break;
    }
    return compared;
}

std::vector<Compared> compare_all(const std::vector<dns::Question>& questions, const Endpoint& ours,
                                  const Endpoint& theirs, unsigned jobs)
{
    std::vector<Compared> compared(questions.size());
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> threads;
    threads.reserve(jobs);
    for (unsigned i = 0; i < jobs; ++i) {
        threads.emplace_back([&] {
            SecureRandom random;
            for (std::size_t at = next++; at < questions.size(); at = next++)
                compared[at] = compare_one(questions[at], ours, theirs, random);
        });
    }
    threads.clear();  // waits for each
    return compared;
}

OrderedJson side_of(const Result<DnsReply>& reply)
{
    if (!reply)
        return {{"error", reply.error().message}};
    return {{"rcode", rcode_name(reply->rcode)}, {"ad", reply->authentic}, {"answer", reply->answers}};
}

std::string line_of(const OrderedJson& side)
{
    if (side.contains("error"))
        return printable(side["error"].get<std::string>());
    return printable(fmt::format("{}{} {}", side["rcode"].get<std::string>(), side["ad"].get<bool>() ? " ad" : "",
                                 fmt::join(side["answer"].get<std::vector<std::string>>(), "; ")));
}

OrderedJson report_of(const std::vector<Compared>& all, const Endpoint& ours, const Endpoint& theirs)
{
    OrderedJson differences = OrderedJson::array();
    OrderedJson counts{{"rcode", 0}, {"answer", 0}, {"ad", 0}, {"reply", 0}};
    std::size_t different = 0;
    std::size_t silent = 0;
    for (const Compared& one : all) {
        const auto kinds = one.kinds();
        silent += !one.ours && !one.theirs ? 1 : 0;
        if (kinds.empty())
            continue;
        ++different;
        for (const std::string& kind : kinds)
            counts[kind] = counts[kind].get<std::size_t>() + 1;
        if (differences.size() < differences_limit)
            differences.push_back({{"name", one.question.name.to_string()},
                                   {"type", dns::type_name(one.question.type)},
                                   {"kinds", kinds},
                                   {"ours", side_of(one.ours)},
                                   {"theirs", side_of(one.theirs)}});
    }
    return {{"schema", "rootward/compare/1"},
            {"ours", ours.to_string()},
            {"theirs", theirs.to_string()},
            {"asked", all.size()},
            {"same", all.size() - different},
            {"silent", silent},
            {"different", different},
            {"kinds", std::move(counts)},
            {"differences", std::move(differences)}};
}

std::string text_of_report(const OrderedJson& report)
{
    std::string text;
    for (const OrderedJson& row : report["differences"]) {
        text +=
            fmt::format("{} {} ({})\n  ours    {}\n  theirs  {}\n", printable(row["name"].get<std::string>()),
                        row["type"].get<std::string>(), fmt::join(row["kinds"].get<std::vector<std::string>>(), ", "),
                        line_of(row["ours"]), line_of(row["theirs"]));
    }
    const OrderedJson& kinds = report["kinds"];
    text += fmt::format("{} asked at {} and {}: {} the same, {} different\n", count_of(report, "asked"),
                        word_at(report, "ours"), word_at(report, "theirs"), count_of(report, "same"),
                        count_of(report, "different"));
    if (count_of(report, "different") > 0)
        text += fmt::format("  rcode {}, answer {}, ad {}, only one replied {}\n", count_of(kinds, "rcode"),
                            count_of(kinds, "answer"), count_of(kinds, "ad"), count_of(kinds, "reply"));
    if (count_of(report, "silent") > 0)
        text += fmt::format("  {} got no reply from either\n", count_of(report, "silent"));
    return text;
}

ExitStatus compare(const CompareArguments& arguments, Invocation& invocation)
{
    const auto usage = [&](const std::string& message) {
        invocation.err << "rootwardctl: " << message << '\n';
        return ExitStatus::usage;
    };
    const auto theirs = read_resolver(arguments.with);
    if (!theirs)
        return usage(theirs.error().message);
    const auto ours = our_resolver(arguments, invocation);
    if (!ours)
        return usage(ours.error().message);
    const auto questions = read_questions(arguments.names);
    if (!questions)
        return usage(questions.error().message);
    const auto compared = compare_all(*questions, *ours, *theirs, arguments.jobs);
    const OrderedJson report = report_of(compared, *ours, *theirs);
    invocation.out << (invocation.json ? report.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n"
                                       : text_of_report(report));
    for (const auto& [side, address] : {std::pair(&Compared::ours, *ours), std::pair(&Compared::theirs, *theirs)}) {
        if (std::ranges::any_of(compared, [side](const Compared& one) { return (one.*side).has_value(); }))
            continue;
        invocation.err << "rootwardctl: " << address.to_string()
                       << " did not reply once; does it run, and may you ask?\n";
        return ExitStatus::unreachable;
    }
    return count_of(report, "different") == 0 ? ExitStatus::good : ExitStatus::bad;
}

}  // namespace

void add_compare(CLI::App& app, Invocation& invocation)
{
    CLI::App* command =
        app.add_subcommand("compare", "Ask this daemon and another resolver the same names; exit 1 when they differ.");
    command->footer(
        "Each line of FILE is NAME or NAME TYPE. Compared are RCODE, the records of the answer, and AD.\n"
        "Example: rootwardctl compare --with 192.0.2.53 --names names.txt");
    const auto arguments = std::make_shared<CompareArguments>();
    command->add_option("--with", arguments->with, "The other resolver: ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT.")
        ->required()
        ->type_name("ADDRESS");
    command->add_option("--names", arguments->names, "What to ask.")->required()->type_name("FILE");
    command->add_option("--at", arguments->at, "Where this daemon answers (default: what -c listens on).")
        ->type_name("ADDRESS");
    command->add_option("--jobs", arguments->jobs, "Questions at a time.")
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(1U, jobs_limit));
    command->callback([arguments, &invocation] {
        invocation.run = [arguments, &invocation] { return compare(*arguments, invocation); };
    });
}

}  // namespace rw::ctl
