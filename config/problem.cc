// SPDX-License-Identifier: EUPL-1.2
// Problems and the wording they share.
#include "config/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace rw::config
{

namespace
{

constexpr std::size_t problem_limit = 100;    // messages; nobody reads more, and a hostile file could cause 10^5
constexpr std::size_t shown_limit = 60;       // octets of a value in a message
constexpr std::size_t longest_compared = 40;  // octets; a longer unknown key is not a slip of the fingers

/// Levenshtein distance, a swap of neighbours counting as one.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i)
        cost[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j)
        cost[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    }
    return cost[a.size()][b.size()];
}

}  // namespace

std::string to_string(std::string_view file, const Problem& problem)
{
    if (problem.line == 0)
        return fmt::format("{}: {}", file, problem.message);
    return fmt::format("{}:{}:{}: {}", file, problem.line, problem.column, problem.message);
}

void Problems::add(Position at, std::string message)
{
    if (problems_.size() >= problem_limit)
        ++left_out_;
    else
        problems_.push_back({at.line, at.column, std::move(message)});
}

bool Problems::any_at(Position at) const
{
    return std::ranges::any_of(problems_,
                               [at](const Problem& p) { return p.line == at.line && p.column == at.column; });
}

std::vector<Problem> Problems::take()
{
    std::ranges::sort(problems_, {}, [](const Problem& p) { return std::tie(p.line, p.column, p.message); });
    if (left_out_ > 0)
        problems_.push_back({0, 0, fmt::format("and {} more problems", left_out_)});
    left_out_ = 0;
    return std::exchange(problems_, {});
}

std::string in_quotes(std::string_view text)
{
    std::string shown;
    for (const char c : text.substr(0, shown_limit))
        shown += c >= ' ' && c <= '~' ? c : '?';
    return text.size() > shown_limit ? fmt::format("'{}...'", shown) : fmt::format("'{}'", shown);
}

std::string_view nearest(std::string_view name, const std::vector<std::string_view>& candidates)
{
    if (name.size() > longest_compared)
        return {};
    std::string_view best;
    // One slip in three characters, at least one: "prot" may mean "port", "x" means nothing.
    std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t d = distance(name, candidate);
        if (d < best_distance) {
            best_distance = d;
            best = candidate;
        }
    }
    return best;
}

}  // namespace rw::config
