// SPDX-License-Identifier: EUPL-1.2
// The strict reader is a SAX handler: nlohmann's own DOM parser silently keeps one of two duplicate keys, which lets
// two readers of one signed text see two different facts.
#include "zones/canonical_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace rw::zones
{

namespace
{

constexpr std::int64_t largest_integer = (std::int64_t{1} << 53) - 1;  // RFC 8785 §3.2.2.3: exact in IEEE 754 doubles

class StrictBuilder
{
 public:
    Json take() { return std::move(root_); }
    [[nodiscard]] const std::string& problem() const { return problem_; }

    bool null() { return add(nullptr) != nullptr; }
    bool boolean(bool value) { return add(value) != nullptr; }
    bool number_integer(Json::number_integer_t value)
    {
        return in_range(value >= -largest_integer && value <= largest_integer) && add(value) != nullptr;
    }
    bool number_unsigned(Json::number_unsigned_t value)
    {
        // Stored signed, so that one integer has one representation in memory too.
        return in_range(value <= static_cast<std::uint64_t>(largest_integer)) &&
               add(static_cast<std::int64_t>(value)) != nullptr;
    }
    bool number_float(Json::number_float_t, const std::string& text)
    {
        return refuse(fmt::format("number {} is not an integer", text));
    }
    bool string(std::string& value) { return add(std::move(value)) != nullptr; }
    bool binary(Json::binary_t&) { return refuse("binary value"); }
    bool start_object(std::size_t) { return open(Json::object()); }
    bool start_array(std::size_t) { return open(Json::array()); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string& name)
    {
        if (std::ranges::any_of(name, [](char c) { return c < 0x20 || c == 0x7f; }))
            return refuse("a key has a character outside printable ASCII");
        if (stack_.back()->contains(name))
            return refuse(fmt::format("duplicate key \"{}\"", name));
        key_ = name;
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&)
    {
        return refuse(fmt::format("not JSON at octet {}", position));
    }

 private:
    Json* add(Json value)
    {
        if (stack_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        Json& parent = *stack_.back();
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return &parent.back();
        }
        return &(parent[key_] = std::move(value));
    }
    bool open(Json value)
    {
        if (stack_.size() == json_depth_limit)
            return refuse(fmt::format("nested deeper than {} levels", json_depth_limit));
        stack_.push_back(add(std::move(value)));
        return true;
    }
    bool close()
    {
        stack_.pop_back();
        return true;
    }
    bool in_range(bool good) { return good || refuse("integer beyond 2^53 - 1"); }
    bool refuse(std::string why)
    {
        problem_ = std::move(why);
        return false;
    }

    Json root_;
    std::vector<Json*> stack_;
    std::string key_;
    std::string problem_;
};

}  // namespace

std::string canonical_json(const Json& value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Json> read_strict_json(std::string_view text)
{
    StrictBuilder builder;
    if (!Json::sax_parse(text.begin(), text.end(), &builder))
        return failed("JSON refused: " + builder.problem());
    return builder.take();
}

Result<Json> read_canonical_json(std::string_view text)
{
    Result<Json> value = read_strict_json(text);
    if (value && canonical_json(*value) != text)
        return failed("JSON refused: not in canonical form (RFC 8785)");
    return value;
}

std::string text_member(const Json& object, const char* key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t integer_member(const Json& object, const char* key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

}  // namespace rw::zones
