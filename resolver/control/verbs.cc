// SPDX-License-Identifier: EUPL-1.2
// The verbs. Handlers translate texts into the service's types and its views into JSON; they decide nothing else.
#include "resolver/control/verbs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/names.h"
#include "config/problem.h"
#include "config/values.h"
#include "resolver/control/explain.h"
#include "resolver/control/json.h"

namespace rw::control
{

namespace
{

using Arguments = std::vector<std::string>;

/// The name that `text` spells; otherwise the error goes to `reply`.
std::optional<dns::Name> name_of(const std::string& text, const Reply& reply)
{
    auto name = dns::Name::parse(text);
    if (!name)
        reply(error_reply("usage", fmt::format("{} is not a domain name", config::in_quotes(text))));
    return name;
}

void status(Service& service, const Arguments&, const Reply& reply)
{
    reply(write_json(to_json(service.status())));
}

void root(Service& service, const Arguments&, const Reply& reply)
{
    reply(write_json(to_json(service.root())));
}

/// The name and type that the arguments spell; otherwise the error goes to `reply`.
std::optional<LookupRequest> question_of(const Arguments& arguments, const Reply& reply)
{
    const auto name = name_of(arguments[0], reply);
    if (!name)
        return std::nullopt;
    const auto type = dns::parse_type(arguments[1]);
    if (!type || dns::is_reserved(*type) || (dns::is_meta(*type) && *type != dns::RRType::any)) {
        reply(error_reply("usage", fmt::format("{} is not a type that can be looked up, such as A, AAAA, MX or TYPE65",
                                               config::in_quotes(arguments[1]))));
        return std::nullopt;
    }
    return LookupRequest{*name, *type};
}

void lookup(Service& service, const Arguments& arguments, const Reply& reply)
{
    if (const auto request = question_of(arguments, reply))
        service.lookup(*request, [reply](const LookupView& view) { reply(write_json(to_json(view))); });
}

void explain(Service& service, const Arguments& arguments, const Reply& reply)
{
    if (const auto request = question_of(arguments, reply))
        service.explain(*request, [reply](const ExplainView& view) { reply(write_json(to_json(view))); });
}

void servers(Service& service, const Arguments& arguments, const Reply& reply)
{
    if (const auto name = name_of(arguments[0], reply))
        reply(write_json(to_json(service.servers(*name))));
}

void inflight(Service& service, const Arguments&, const Reply& reply)
{
    reply(write_json(to_json(service.inflight(max_inflight_rows))));
}

void failures(Service& service, const Arguments&, const Reply& reply)
{
    reply(write_json(to_json(service.failures(max_failure_rows))));
}

void cache_flush(Service& service, const Arguments& arguments, const Reply& reply)
{
    const bool all = arguments[0] == "all";  // the name is written with its dot: "all."
    const auto name = all ? dns::Name() : name_of(arguments[0], reply);
    if (!name)
        return;
    const OrderedJson json{{"schema", "rootward/cache-flush/1"},
                           {"flushed", all ? "all" : name->to_string()},
                           {"entries", service.flush(*name)}};
    reply(write_json(json));
}

void cache_stats(Service& service, const Arguments&, const Reply& reply)
{
    reply(write_json(to_json(service.cache())));
}

void reload(Service& service, const Arguments&, const Reply& reply)
{
    service.reload([reply](const ReloadView& view) { reply(write_json(to_json(view))); });
}

void log_level(Service& service, const Arguments& arguments, const Reply& reply)
{
    LogLevel level{};
    if (const auto read = config::read_value(arguments[0], {}, level); !read) {
        reply(error_reply(
            "usage", fmt::format("{} is not a log level; {}", config::in_quotes(arguments[0]), read.error().message)));
        return;
    }
    service.set_log_level(level);
    reply(write_json(OrderedJson{{"schema", "rootward/log/1"}, {"level", config::write_value(level)}}));
}

constexpr std::array lookup_arguments{Argument{"NAME", "the name to look up"},
                                      Argument{"TYPE", "the type, such as A, AAAA, MX or TYPE65"}};
constexpr std::array servers_arguments{Argument{"NAME", "a name; the servers of its closest known zone are shown"}};
constexpr std::array flush_arguments{
    Argument{"NAME", "what lies at and below this name or zone, or `all` (write all. for the name)"}};
constexpr std::array log_arguments{Argument{"LEVEL", "trace, debug, info, warning, error or off"}};

constexpr std::array table{
    Verb{"status", {}, "Version, uptime, the root in use, continuity and validation.", "status", status},
    Verb{"root", {}, "The 13 root server identities and the share of queries that preferred ones get.", "root", root},
    Verb{"lookup", lookup_arguments, "Resolve a name like a client's query and show each hop.",
         "lookup www.example.org AAAA", lookup},
    Verb{"explain", lookup_arguments,
         "Resolve and validate a name from the root and say why it is secure, insecure or bogus.",
         "explain www.example.org AAAA", explain},
    Verb{"servers", servers_arguments, "What is known about the name servers for a name.", "servers example.org",
         servers},
    Verb{"inflight", {}, "Questions that are being resolved at the moment.", "inflight", inflight},
    Verb{"failures", {}, "Questions that failed lately, and why.", "failures", failures},
    Verb{"cache flush", flush_arguments, "Forget what is cached at and below a name.", "cache flush example.org",
         cache_flush},
    Verb{"cache stats", {}, "Size and use of the cache.", "cache stats", cache_stats},
    Verb{
        "reload", {}, "Read the configuration again; the cache is kept, a bad file changes nothing.", "reload", reload},
    Verb{"log", log_arguments, "Set how much is logged, until the next reload.", "log debug", log_level},
};

std::string unknown_verb(std::string_view words)
{
    std::vector<std::string_view> known(std::size(table));
    std::ranges::transform(table, known.begin(), &Verb::words);
    const std::string_view near = config::nearest(words, known);
    return near.empty() ? fmt::format("unknown verb {}", config::in_quotes(words))
                        : fmt::format("unknown verb {}; did you mean '{}'?", config::in_quotes(words), near);
}

std::optional<Arguments> arguments_of(const OrderedJson& request)
{
    Arguments arguments;
    const auto list = request.find("arguments");
    if (list == request.end())
        return arguments;
    if (!list->is_array())
        return std::nullopt;
    for (const OrderedJson& argument : *list) {
        if (!argument.is_string())
            return std::nullopt;
        arguments.push_back(argument.get<std::string>());
    }
    return arguments;
}

}  // namespace

std::span<const Verb> verbs()
{
    return table;
}

const Verb* find_verb(std::string_view words)
{
    const auto verb = std::ranges::find(table, words, &Verb::words);
    return verb == table.end() ? nullptr : &*verb;
}

void handle(std::string_view line, Service& service, const Reply& reply)
{
    if (line.size() > max_request_octets) {
        reply(error_reply("usage", fmt::format("the request is longer than {} octets", max_request_octets)));
        return;
    }
    const OrderedJson request = OrderedJson::parse(line, nullptr, false);
    const auto words = request.is_object() ? request.find("verb") : request.end();
    if (!request.is_object() || words == request.end() || !words->is_string()) {
        reply(error_reply("usage", R"(expected one line of JSON, such as {"verb": "status"})"));
        return;
    }
    const std::string wanted = words->get<std::string>();
    const Verb* verb = find_verb(wanted);
    if (verb == nullptr) {
        reply(error_reply("usage", unknown_verb(wanted)));
        return;
    }
    const auto arguments = arguments_of(request);
    if (!arguments || arguments->size() != verb->arguments.size()) {
        reply(error_reply("usage",
                          fmt::format("{} takes {} {}", verb->words, verb->arguments.size(),
                                      verb->arguments.size() == 1 ? "argument, a text" : "arguments, all texts")));
        return;
    }
    verb->handler(service, *arguments, reply);
}

std::string request_line(const Verb& verb, const std::vector<std::string>& arguments)
{
    return write_json(OrderedJson{{"verb", verb.words}, {"arguments", arguments}});
}

std::string error_reply(std::string_view kind, std::string_view message)
{
    return write_json(OrderedJson{{"schema", "rootward/error/1"}, {"error", {{"kind", kind}, {"message", message}}}});
}

}  // namespace rw::control
