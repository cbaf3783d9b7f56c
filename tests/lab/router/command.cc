// SPDX-License-Identifier: EUPL-1.2
// Implements command.h: one table of words, one function a word.
#include "tests/lab/router/command.h"

#include <fmt/format.h>

#include <charconv>
#include <functional>
#include <sstream>
#include <vector>

namespace rw::lab
{
namespace
{

using Words = std::vector<std::string>;
using Outcome = std::expected<std::string, std::string>;

std::optional<double> read_number(std::string_view text, std::string_view& unit)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || value < 0) {
        return std::nullopt;
    }
    unit = text.substr(static_cast<std::size_t>(end - text.data()));
    return value;
}

std::expected<std::chrono::nanoseconds, std::string> read_duration(const std::string& text)
{
    std::string_view unit;
    const auto value = read_number(text, unit);
    const double scale = unit == "us" ? 1e3 : unit == "ms" ? 1e6 : unit == "s" ? 1e9 : 0;
    if (!value || scale == 0 || *value * scale > 60e9) {
        return std::unexpected("not a duration up to 60s: " + text + " (write 500us, 20ms or 1.5s)");
    }
    return std::chrono::nanoseconds(static_cast<std::int64_t>(*value * scale));
}

using PathList = std::expected<std::vector<Path*>, std::string>;

// `all` stands for every path there is; an address or a prefix makes its own path.
PathList targets(Forwarder& forwarder, const std::string& name)
{
    std::vector<Path*> found;
    if (name == "all") {
        for (Path& path : forwarder.paths().all()) {
            found.push_back(&path);
        }
    } else if (Path* path = forwarder.paths().find(name)) {
        found.push_back(path);
    } else {
        return std::unexpected("no path is called " + name + " (`paths` lists them; an address or prefix will do)");
    }
    return found;
}

Outcome for_each(Forwarder& forwarder, const std::string& name, const std::function<void(Path&)>& change)
{
    const auto found = targets(forwarder, name);
    if (!found) {
        return std::unexpected(found.error());
    }
    for (Path* path : *found) {
        change(*path);
    }
    return "";
}

Outcome path(Forwarder& forwarder, const Words& words)
{
    std::vector<Prefix> prefixes;
    for (std::size_t at = 2; at < words.size(); ++at) {
        const auto prefix = Prefix::parse(words[at]);
        if (!prefix) {
            return std::unexpected("not an address or prefix: " + words[at]);
        }
        prefixes.push_back(*prefix);
    }
    forwarder.paths().add(words[1], prefixes);
    return "";
}

Outcome delay(Forwarder& forwarder, const Words& words)
{
    const auto duration = read_duration(words[2]);
    if (!duration) {
        return std::unexpected(duration.error());
    }
    return for_each(forwarder, words[1], [&](Path& target) { target.conditions.delay = *duration; });
}

Outcome jitter(Forwarder& forwarder, const Words& words)
{
    const auto duration = read_duration(words[2]);
    if (!duration) {
        return std::unexpected(duration.error());
    }
    return for_each(forwarder, words[1], [&](Path& target) { target.conditions.jitter = *duration; });
}

Outcome loss(Forwarder& forwarder, const Words& words)
{
    std::string_view unit;
    const auto percent = read_number(words[2], unit);
    if (!percent || *percent > 100 || !(unit.empty() || unit == "%")) {
        return std::unexpected("not a percentage: " + words[2]);
    }
    return for_each(forwarder, words[1], [&](Path& target) { target.conditions.loss = *percent / 100; });
}

Outcome cut(Forwarder& forwarder, const Words& words)
{
    return for_each(forwarder, words[1], [](Path& target) { target.conditions.cut = true; });
}

Outcome restore(Forwarder& forwarder, const Words& words)
{
    return for_each(forwarder, words[1], [&](Path& target) {
        target.conditions.cut = false;
        target.conditions.loss = 0;
        forwarder.paths().clear_redirects(target);
    });
}

Outcome redirect(Forwarder& forwarder, const Words& words)
{
    Path* target = forwarder.paths().find(words[1]);
    if (target == nullptr) {
        return std::unexpected("no path is called " + words[1]);
    }
    for (std::size_t at = 2; at < words.size(); ++at) {
        const auto address = Address::parse(words[at]);
        if (!address) {
            return std::unexpected("not an address: " + words[at]);
        }
        if (const auto done = forwarder.paths().redirect(*target, *address); !done) {
            return std::unexpected(done.error());
        }
    }
    return "";
}

Outcome log(Forwarder& forwarder, const Words& words)
{
    if (words[1] == "off") {
        forwarder.log().close();
        return "";
    }
    const auto opened = forwarder.log().open(words[1]);
    return opened ? Outcome("") : std::unexpected(opened.error());
}

std::string counts_line(const Path& of, const Counts& counts, int family)
{
    return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", of.name, family, counts.sent, counts.delivered,
                       counts.udp_queries, counts.priming, counts.tcp_opens, counts.tcp_queries, counts.replies,
                       counts.lost, counts.cut);
}

Outcome counts(Forwarder& forwarder, const Words& words)
{
    if (words.size() > 1 && words[1] == "reset") {
        for (Path& each : forwarder.paths().all()) {
            each.v4 = {};
            each.v6 = {};
        }
        return "";
    }
    std::string text =
        "#path\tfamily\tsent\tdelivered\tudp_queries\tpriming\ttcp_opens\ttcp_queries\treplies\tlost\tcut\n";
    for (const Path& each : forwarder.paths().all()) {
        text += counts_line(each, each.v4, 4);
        text += counts_line(each, each.v6, 6);
    }
    return text;
}

Outcome paths(Forwarder& forwarder, const Words&)
{
    std::string text = "#path\tdelay_ms\tjitter_ms\tloss_percent\tstate\tredirect\n";
    for (const Path& each : forwarder.paths().all()) {
        const Conditions& now = each.conditions;
        text += fmt::format("{}\t{}\t{}\t{}\t{}\t{} {}\n", each.name, static_cast<double>(now.delay.count()) / 1e6,
                            static_cast<double>(now.jitter.count()) / 1e6, now.loss * 100, now.cut ? "cut" : "up",
                            each.redirect_v4 ? each.redirect_v4->text() : "-",
                            each.redirect_v6 ? each.redirect_v6->text() : "-");
    }
    return text;
}

Outcome help(Forwarder&, const Words&);

struct Verb {
    std::string_view word;
    std::size_t least_words;  // with the verb itself
    std::string_view usage;
    Outcome (*run)(Forwarder&, const Words&);
};

constexpr Verb kVerbs[] = {
    {"path", 3, "path NAME PREFIX...            name a set of servers", path},
    {"delay", 3, "delay TARGET 150ms             round-trip time of a path (half each way)", delay},
    {"jitter", 3, "jitter TARGET 20ms             a round trip takes delay +- jitter", jitter},
    {"loss", 3, "loss TARGET 5                  percent of round trips lost", loss},
    {"cut", 2, "cut TARGET                     drop everything, both ways", cut},
    {"restore", 2, "restore TARGET                 end cut, loss and redirection", restore},
    {"redirect", 3, "redirect TARGET ADDRESS...     let another server answer (one address a family)", redirect},
    {"counts", 1, "counts [reset]                 packets and queries by path and family", counts},
    {"paths", 1, "paths                          every path and its conditions", paths},
    {"log", 2, "log FILE|off                   one line for each query", log},
    {"help", 1, "help                           this list; TARGET is a path, an address, a prefix or `all`", help},
};

Outcome help(Forwarder&, const Words&)
{
    std::string text;
    for (const Verb& verb : kVerbs) {
        text += fmt::format("{}\n", verb.usage);
    }
    return text;
}

}  // namespace

std::string run_command(Forwarder& forwarder, std::string_view line)
{
    std::istringstream input{std::string(line.substr(0, line.find('#')))};
    Words words;
    for (std::string word; input >> word;) {
        words.push_back(word);
    }
    if (words.empty()) {
        return "ok\n";
    }
    for (const Verb& verb : kVerbs) {
        if (verb.word != words[0]) {
            continue;
        }
        if (words.size() < verb.least_words) {
            return fmt::format("error: usage: {}\n", verb.usage);
        }
        const Outcome outcome = verb.run(forwarder, words);
        return outcome ? *outcome + "ok\n" : "error: " + outcome.error() + "\n";
    }
    return "error: no such command: " + words[0] + " (try help)\n";
}

}  // namespace rw::lab
