// SPDX-License-Identifier: EUPL-1.2
// Reading root hints.
#include "resolver/root/hints.h"

#include <fmt/format.h>

#include <algorithm>

namespace rw::root
{

namespace
{

constexpr std::size_t max_addresses = 64;  // 13 identities have 26; a larger file is not a hints file

std::vector<std::string_view> words_of(std::string_view line)
{
    std::vector<std::string_view> words;
    line = line.substr(0, line.find(';'));
    while (true) {
        const auto start = line.find_first_not_of(" \t\r");
        if (start == std::string_view::npos)
            return words;
        const auto end = line.find_first_of(" \t\r", start);
        words.push_back(line.substr(start, end - start));
        if (end == std::string_view::npos)
            return words;
        line.remove_prefix(end);
    }
}

/// The address record in `words`; nothing for NS records. The error is the reason.
Result<std::optional<HintedAddress>> read_line(const std::vector<std::string_view>& words)
{
    const std::string_view type = words.size() < 3 ? std::string_view{} : words[words.size() - 2];
    if (type == "NS")
        return std::nullopt;
    if (type != "A" && type != "AAAA")
        return failed("only NS, A and AAAA records belong into root hints");
    const auto name = dns::Name::parse(words.front());
    const auto address = IpAddress::parse(words.back());
    if (!name || !address || address->is_v4() != (type == "A"))
        return failed(fmt::format("not a name and an address of type {}", type));
    return HintedAddress{*name, *address};
}

}  // namespace

Result<std::vector<HintedAddress>> read_hints(std::string_view text)
{
    std::vector<HintedAddress> hints;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        const auto words = words_of(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (words.empty())
            continue;
        const auto hint = read_line(words);
        if (!hint)
            return failed(fmt::format("root hints, line {}: {}", number, hint.error().message));
        if (*hint)
            hints.push_back(**hint);
        if (hints.size() > max_addresses)
            return failed(fmt::format("root hints, line {}: more than {} addresses", number, max_addresses));
    }
    if (hints.empty())
        return failed("root hints: no address record found; give a file in the format of named.root");
    return hints;
}

}  // namespace rw::root
