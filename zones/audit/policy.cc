// SPDX-License-Identifier: EUPL-1.2
// The line format of C2SP tlog-policy. Names refer backwards only, so groups cannot form a circle.
#include "zones/audit/policy.h"

#include <fmt/format.h>

#include <algorithm>

namespace rw::zones::audit
{

namespace
{

std::vector<std::string_view> words_of(std::string_view line)
{
    std::vector<std::string_view> words;
    while (!line.empty()) {
        const std::size_t begin = line.find_first_not_of(" \t");
        if (begin == std::string_view::npos)
            break;
        line.remove_prefix(begin);
        const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
    return words;
}

}  // namespace

Result<Policy> Policy::read(std::string_view text)
{
    Policy policy;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::vector<std::string_view> words = words_of(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (words.empty() || words.front().starts_with('#'))
            continue;
        if (Result<void> done = policy.read_line(words); !done)
            return failed(fmt::format("policy line {}: {}", number, done.error().message));
    }
    if (policy.quorum_.empty())
        return failed("the policy has no quorum line (\"quorum none\" asks for no witness)");
    return policy;
}

Result<void> Policy::read_line(const std::vector<std::string_view>& words)
{
    if (logs_.size() > policy_line_limit || witnesses_.size() > policy_line_limit ||
        groups_.size() > policy_line_limit || words.size() > policy_line_limit)
        return failed(fmt::format("more than {} logs, witnesses, groups or members", policy_line_limit));
    if (words[0] == "log")
        return add_log(words);
    if (words[0] == "witness")
        return add_witness(words);
    if (words[0] == "group")
        return add_group(words);
    if (words[0] == "quorum")
        return set_quorum(words);
    return failed(fmt::format("\"{}\" is none of log, witness, group, quorum", words[0]));
}

Result<void> Policy::add_log(const std::vector<std::string_view>& words)
{
    if (words.size() < 2 || words.size() > 3)
        return failed("a log is: log VKEY [URL]");
    Result<VerifierKey> key = read_vkey(words[1]);
    if (!key)
        return std::unexpected(key.error());
    if (key->type != KeyType::log)
        return failed("this vkey is a witness's, not a log's");
    if (std::ranges::any_of(logs_, [&](const KnownLog& log) { return log.key.key == key->key; }))
        return failed("this log key was given before");
    if (std::ranges::any_of(witnesses_, [&](const Witness& w) { return w.key.key == key->key; }))
        return failed("this key is a witness's too: a log cannot be its own witness");
    logs_.push_back({.key = std::move(*key), .url = std::string(words.size() == 3 ? words[2] : "")});
    return {};
}

Result<void> Policy::add_witness(const std::vector<std::string_view>& words)
{
    if (words.size() < 3 || words.size() > 4)
        return failed("a witness is: witness NAME VKEY [URL]");
    Result<VerifierKey> key = read_vkey(words[2]);
    if (!key)
        return std::unexpected(key.error());
    if (key->type != KeyType::witness)
        return failed("this vkey is a log's, not a witness's");
    // One key under two names would count twice towards the quorum.
    if (std::ranges::any_of(witnesses_, [&](const Witness& w) { return w.key.key == key->key; }))
        return failed("this witness key was given before");
    if (std::ranges::any_of(logs_, [&](const KnownLog& log) { return log.key.key == key->key; }))
        return failed("this key is a log's too: a log cannot be its own witness");
    if (is_defined(std::string(words[1])) || words[1] == none)
        return failed(fmt::format("the name {} is taken", words[1]));
    witnesses_.push_back(
        {.name = std::string(words[1]), .key = std::move(*key), .url = std::string(words.size() == 4 ? words[3] : "")});
    return {};
}

Result<void> Policy::add_group(const std::vector<std::string_view>& words)
{
    if (words.size() < 4)
        return failed("a group is: group NAME all|any|K MEMBER...");
    const std::string name(words[1]);
    if (is_defined(name) || name == none)
        return failed(fmt::format("the name {} is taken", name));
    Group group;
    const std::size_t members = words.size() - 3;
    if (words[2] == "all")
        group.threshold = members;
    else if (words[2] != "any")
        group.threshold = static_cast<std::size_t>(decimal(words[2]).value_or(0));
    if (group.threshold < 1 || group.threshold > members)
        return failed(fmt::format("\"{}\" of {} members is no threshold", words[2], members));
    for (std::size_t i = 3; i < words.size(); ++i) {
        std::string member(words[i]);
        if (!is_defined(member))
            return failed(fmt::format("{} is not defined above", member));
        if (std::exchange(used_[member], true))
            return failed(fmt::format("{} is a member twice", member));
        group.members.push_back(std::move(member));
    }
    groups_.emplace(name, std::move(group));
    return {};
}

Result<void> Policy::set_quorum(const std::vector<std::string_view>& words)
{
    if (words.size() != 2 || !quorum_.empty())
        return failed("there is exactly one line: quorum NAME");
    if (words[1] != none && !is_defined(std::string(words[1])))
        return failed(fmt::format("{} is not defined above", words[1]));
    quorum_ = words[1];
    return {};
}

bool Policy::is_defined(const std::string& name) const
{
    return groups_.contains(name) || std::ranges::any_of(witnesses_, [&](const Witness& w) { return w.name == name; });
}

std::vector<VerifierKey> Policy::keys() const
{
    std::vector<VerifierKey> keys;
    keys.reserve(logs_.size() + witnesses_.size());
    for (const KnownLog& log : logs_)
        keys.push_back(log.key);
    for (const Witness& witness : witnesses_)
        keys.push_back(witness.key);
    return keys;
}

bool Policy::fulfilled_by(const std::vector<VerifierKey>& signers) const
{
    return quorum_ == none || holds(quorum_, signers);
}

bool Policy::holds(const std::string& name, const std::vector<VerifierKey>& signers) const
{
    const auto group = groups_.find(name);
    if (group == groups_.end()) {
        const auto witness = std::ranges::find(witnesses_, name, &Witness::name);
        return witness != witnesses_.end() && std::ranges::find(signers, witness->key) != signers.end();
    }
    const auto have =
        std::ranges::count_if(group->second.members, [&](const std::string& member) { return holds(member, signers); });
    return static_cast<std::size_t>(have) >= group->second.threshold;
}

}  // namespace rw::zones::audit
