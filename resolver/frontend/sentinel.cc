// SPDX-License-Identifier: EUPL-1.2
// Reading sentinel names.
#include "resolver/frontend/sentinel.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace rw::frontend
{

namespace
{

constexpr std::string_view is_prefix = "root-key-sentinel-is-ta-";
constexpr std::string_view not_prefix = "root-key-sentinel-not-ta-";
constexpr std::size_t digits = 5;

bool starts_with(std::string_view label, std::string_view prefix)
{
    return label.size() == prefix.size() + digits &&
           std::ranges::equal(label.substr(0, prefix.size()), prefix, [](char a, char b) {
               return dns::lower(static_cast<std::uint8_t>(a)) == static_cast<std::uint8_t>(b);
           });
}

}  // namespace

std::optional<SentinelQuestion> read_sentinel(const dns::Question& question)
{
    const std::string_view label = text_of(question.name.first_label());
    const bool is = starts_with(label, is_prefix);
    if ((!is && !starts_with(label, not_prefix)) ||
        (question.type != dns::RRType::a && question.type != dns::RRType::aaaa))
        return std::nullopt;
    const std::string_view number = label.substr(label.size() - digits);
    std::uint16_t tag = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), tag);
    if (error != std::errc{} || end != number.data() + number.size())
        return std::nullopt;
    return SentinelQuestion{is, tag};
}

}  // namespace rw::frontend
