// SPDX-License-Identifier: EUPL-1.2
// Scalars of a scenario file.
#include "tests/scenarios/story/fields.h"

#include <charconv>
#include <sstream>

#include "tests/scenarios/message/message.h"
#include "tests/scenarios/message/presentation.h"

namespace rw::scenarios::story
{

Fields::Fields(const YAML::Node& node) : node_(node)
{
    if (!node.IsMap())
        throw BadStory(node, "expected a mapping");
}

void Fields::take(const std::string& key, const std::function<void(const YAML::Node&)>& use)
{
    taken_.insert(key);
    if (has(key))
        use(node_[key]);
}

void Fields::done() const
{
    for (const auto& entry : node_)
        if (!taken_.contains(entry.first.as<std::string>()))
            throw BadStory(entry.first, "unknown key '" + entry.first.as<std::string>() + "'");
}

std::string text_in(const YAML::Node& node)
{
    if (!node.IsScalar())
        throw BadStory(node, "expected one value");
    return node.Scalar();
}

OctetBuffer octets_in(const YAML::Node& node)
{
    OctetBuffer octets;
    std::istringstream words(text_in(node));
    for (std::string word; words >> word;)
        for (std::size_t i = 0; i + 1 < word.size(); i += 2)
            octets.push_back(static_cast<std::uint8_t>(std::stoi(word.substr(i, 2), nullptr, 16)));
    return octets;
}

bool truth_in(const YAML::Node& node)
{
    return word_in<bool>(node, {{"true", true}, {"false", false}, {"yes", true}, {"no", false}});
}

std::uint32_t number_in(const YAML::Node& node)
{
    const std::string text = text_in(node);
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        throw BadStory(node, "'" + text + "' is not a number");
    return value;
}

double share_in(const YAML::Node& node)
{
    const double share = node.as<double>();
    if (share < 0 || share > 1)
        throw BadStory(node, "a share lies between 0 and 1");
    return share;
}

Duration duration_in(const YAML::Node& node)
{
    static const std::map<std::string, Duration> units{{"ms", std::chrono::milliseconds(1)},
                                                       {"s", std::chrono::seconds(1)},
                                                       {"m", std::chrono::minutes(1)},
                                                       {"h", std::chrono::hours(1)},
                                                       {"d", std::chrono::days(1)}};
    const std::string text = text_in(node);
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const auto unit = units.find(end);
    if (error != std::errc{} || (unit == units.end() && text != "0"))
        throw BadStory(node, "'" + text + "' is not a duration such as 300ms or 2d");
    return count == 0 ? Duration::zero() : unit->second * count;
}

dns::Name name_in(const YAML::Node& node)
{
    const auto name = dns::Name::parse(text_in(node));
    if (!name)
        throw BadStory(node, "'" + text_in(node) + "' is not a domain name");
    return *name;
}

dns::RRType type_in(const YAML::Node& node)
{
    const auto type = dns::parse_type(text_in(node));
    if (!type)
        throw BadStory(node, "'" + text_in(node) + "' is not an RR type");
    return *type;
}

IpAddress address_in(const YAML::Node& node)
{
    const auto address = IpAddress::parse(text_in(node));
    if (!address)
        throw BadStory(node, "'" + text_in(node) + "' is not an address");
    return *address;
}

std::vector<IpAddress> addresses_in(const YAML::Node& node)
{
    std::vector<IpAddress> addresses;
    if (node.IsScalar())
        addresses.push_back(address_in(node));
    else
        for (const YAML::Node& each : node)
            addresses.push_back(address_in(each));
    return addresses;
}

std::uint16_t rcode_in(const YAML::Node& node)
{
    const auto rcode = parse_rcode(text_in(node));
    if (!rcode)
        throw BadStory(node, "'" + text_in(node) + "' is not an RCODE");
    return *rcode;
}

std::uint16_t flags_in(const YAML::Node& node)
{
    const auto one = [](const YAML::Node& word) {
        const std::uint16_t flag = flag_of(text_in(word));
        if (flag == 0)
            throw BadStory(word, "unknown flag");
        return flag;
    };
    if (!node.IsSequence())
        return one(node);
    std::uint16_t flags = 0;
    for (const YAML::Node& each : node)
        flags |= one(each);
    return flags;
}

}  // namespace rw::scenarios::story
