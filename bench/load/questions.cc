// SPDX-License-Identifier: EUPL-1.2
// Reading and encoding questions.
#include "bench/load/questions.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <numeric>
#include <random>
#include <string>

#include "resolver/base/room.h"
#include "resolver/dns/message_writer.h"

namespace rw::load
{

namespace
{

constexpr std::size_t draws = std::size_t{1} << 21;  // long enough that its repetition is no pattern to a cache
constexpr std::uint16_t udp_size = 1232;

std::vector<std::uint32_t> draw(std::size_t queries, std::uint64_t seed, bool zipf)
{
    std::vector<double> weights(queries);
    for (std::size_t i = 0; i < queries; ++i)
        weights[i] = zipf ? 1.0 / static_cast<double>(i + 1) : 1.0;
    std::partial_sum(weights.begin(), weights.end(), weights.begin());
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> chance(0, weights.back());
    std::vector<std::uint32_t> numbers(draws);
    for (std::uint32_t& number : numbers) {
        const auto at = std::ranges::lower_bound(weights, chance(random));
        number = static_cast<std::uint32_t>(std::min<std::ptrdiff_t>(at - weights.begin(), std::ssize(weights) - 1));
    }
    return numbers;
}

}  // namespace

Result<Questions> Questions::read(const std::filesystem::path& file, bool dnssec_ok)
{
    std::ifstream lines(file);
    if (!lines)
        return failed(fmt::format("cannot read {}", file.string()));
    Questions questions;
    std::string line;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
        const std::size_t tab = line.find('\t');
        const auto name = dns::Name::parse(line.substr(0, tab));
        const auto type = tab == std::string::npos
                              ? std::nullopt
                              : dns::parse_type(line.substr(tab + 1, line.find('\t', tab + 1) - tab - 1));
        if (!name || !type)
            return failed(fmt::format("{}:{}: not 'name<TAB>type': {}", file.string(), number, line));
        rw::Room<std::uint8_t, 512> buffer;
        dns::MessageWriter writer(buffer);
        writer.set_header(0, dns::Header::rd);
        writer.add_question({*name, *type, dns::RRClass::in});
        questions.question_ends_.push_back(static_cast<std::uint16_t>(writer.size()));
        writer.begin_edns(udp_size, 0, dnssec_ok);
        append(questions.octets_, writer.finish());
        questions.offsets_.push_back(questions.octets_.size());
    }
    if (questions.size() == 0)
        return failed(fmt::format("{} has no questions", file.string()));
    return questions;
}

bool Questions::is_answered_by(std::size_t number, Octets reply) const
{
    const std::size_t end = question_ends_[number];
    return reply.size() >= end && (reply[2] & 0x80) != 0 &&
           std::ranges::equal(reply.subspan(dns::header_octets, end - dns::header_octets),
                              query(number).subspan(dns::header_octets, end - dns::header_octets));
}

std::vector<std::uint32_t> sequence(Order order, std::size_t queries, std::uint64_t seed)
{
    if (order != Order::once)
        return draw(queries, seed, order == Order::zipf);
    std::vector<std::uint32_t> numbers(queries);
    std::iota(numbers.begin(), numbers.end(), 0U);
    return numbers;
}

}  // namespace rw::load
