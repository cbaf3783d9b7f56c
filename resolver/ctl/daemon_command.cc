// SPDX-License-Identifier: EUPL-1.2
// From the verb table to subcommands, and the way of one request.
#include "resolver/ctl/daemon_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <fstream>
#include <memory>
#include <string_view>

#include "resolver/control/verbs.h"
#include "resolver/ctl/client.h"
#include "resolver/ctl/commands.h"
#include "resolver/ctl/explain_svg.h"
#include "resolver/ctl/table.h"

namespace rw::ctl
{

namespace
{

struct View {
    std::string_view words;
    Shown (*show)(const OrderedJson& reply);
};

constexpr std::array views{
    View{"status", show_status},
    View{"root", show_root},
    View{"lookup", show_lookup},
    View{"explain", show_explain},
    View{"servers", show_servers},
    View{"inflight", show_inflight},
    View{"failures", show_failures},
    View{"cache flush", show_cache_flush},
    View{"cache stats", show_cache_stats},
    View{"reload", show_reload},
    View{"log", show_log},
};

Shown show(const control::Verb& verb, const OrderedJson& reply)
{
    for (const View& view : views) {
        if (view.words == verb.words)
            return view.show(reply);
    }
    return {reply.dump(2) + "\n", ExitStatus::good};
}

ExitStatus complain(const Invocation& invocation, std::string_view message, ExitStatus status)
{
    invocation.err << "rootwardctl: " << message << '\n';
    return status;
}

/// Writes the picture of `reply` to `path`; false and a complaint when that fails.
bool save_picture(const Invocation& invocation, const OrderedJson& reply, const std::string& path)
{
    std::ofstream file(path, std::ios::binary);
    file << draw_chain(reply);
    file.close();
    if (file)
        return true;
    invocation.err << "rootwardctl: cannot write " << path << "; is the folder there and writable?\n";
    return false;
}

ExitStatus run(const Invocation& invocation, const control::Verb& verb, const std::vector<std::string>& arguments,
               const std::string& picture)
{
    const auto socket = socket_path(invocation);
    if (!socket)
        return complain(invocation, socket.error().message, ExitStatus::usage);
    const auto text = ask(*socket, control::request_line(verb, arguments));
    if (!text)
        return complain(invocation, text.error().message, ExitStatus::unreachable);
    const OrderedJson reply = OrderedJson::parse(*text, nullptr, false);
    if (!reply.is_object() || !reply.contains("schema"))
        return complain(invocation, "the reply is not a document of rootward; is it the right socket?",
                        ExitStatus::unreachable);
    if (const OrderedJson& error = part_of(reply, "error"); error.is_object()) {
        const bool usage = word_at(error, "kind") == "usage";
        return complain(invocation, word_at(error, "message"), usage ? ExitStatus::usage : ExitStatus::bad);
    }
    const Shown shown = show(verb, reply);
    invocation.out << (invocation.json ? *text + "\n" : shown.text);
    if (!picture.empty() && !save_picture(invocation, reply, picture))
        return ExitStatus::usage;
    return shown.status;
}

/// The subcommand for `words`, with its parents ("cache" for "cache flush") made on the way.
CLI::App* subcommand(CLI::App& app, std::string_view words, std::string_view doc)
{
    const std::size_t blank = words.find(' ');
    if (blank == std::string_view::npos)
        return app.add_subcommand(std::string(words), std::string(doc));
    const std::string first(words.substr(0, blank));
    const auto existing = app.get_subcommands([&first](CLI::App* other) { return other->get_name() == first; });
    CLI::App* parent =
        existing.empty() ? app.add_subcommand(first, fmt::format("Commands about the {}.", first)) : existing.front();
    parent->require_subcommand(1);
    return subcommand(*parent, words.substr(blank + 1), doc);
}

}  // namespace

void add_daemon_commands(CLI::App& app, Invocation& invocation)
{
    for (const control::Verb& verb : control::verbs()) {
        CLI::App* command = subcommand(app, verb.words, verb.doc);
        command->footer(fmt::format("Example: rootwardctl {}", verb.example));
        auto values = std::make_shared<std::vector<std::string>>(verb.arguments.size());
        for (std::size_t i = 0; i < verb.arguments.size(); ++i) {
            command->add_option(std::string(verb.arguments[i].name), (*values)[i], std::string(verb.arguments[i].doc))
                ->required()
                ->type_name("");
        }
        auto picture = std::make_shared<std::string>();
        if (verb.words == "explain")
            command->add_option("--svg", *picture, "Also draw the chain of trust into this file.")->type_name("FILE");
        command->callback([&invocation, &verb, values, picture] {
            invocation.run = [&invocation, &verb, values, picture] { return run(invocation, verb, *values, *picture); };
        });
    }
}

}  // namespace rw::ctl
