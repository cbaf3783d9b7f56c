// SPDX-License-Identifier: EUPL-1.2
// The strict reader is a SAX handler: nlohmann's own DOM parser silently keeps one of two duplicate keys, which lets
// two readers of one signed text see two different facts.
#include "zones/canonical_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "zones/json_places.h"

namespace rw::zones
{

namespace
{

constexpr std::int64_t largest_integer = (std::int64_t{1} << 53) - 1;  // RFC 8785 §3.2.2.3: exact in IEEE 754 doubles

/// Octets of a text, and how many of them the parser has taken.
class CountedOctet
{
 public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    CountedOctet(const char* at, std::size_t* taken) : at_(at), taken_(taken) {}
    reference operator*() const { return *at_; }
    CountedOctet& operator++()
    {
        ++at_;
        ++*taken_;
        return *this;
    }
    CountedOctet operator++(int)
    {
        CountedOctet before = *this;
        ++*this;
        return before;
    }
    bool operator==(const CountedOctet& other) const { return at_ == other.at_; }

 private:
    const char* at_;
    std::size_t* taken_;
};

class StrictBuilder
{
 public:
    /// Records places in `places` unless it is null.
    StrictBuilder(std::string_view text, std::map<std::string, PlacedJson::Place>* places)
        : text_(text), places_(places)
    {
    }

    Result<Json> read()
    {
        const CountedOctet begin(text_.data(), &taken_);
        const CountedOctet end(text_.data() + text_.size(), &taken_);
        if (!Json::sax_parse(begin, end, this))
            return failed(fmt::format("JSON refused: {}: {}", line_and_column(text_, token_), problem_));
        return std::move(root_);
    }

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
        start_token();
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
        start_token();
        if (std::ranges::any_of(name, [](char c) { return c < 0x20 || c == 0x7f; }))
            return refuse("a key has a character outside printable ASCII");
        if (stack_.back().value->contains(name))
            return refuse(fmt::format("duplicate key \"{}\"", name));
        key_ = name;
        key_at_ = token_;
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&)
    {
        token_ = position > 0 ? position - 1 : 0;
        return refuse("not JSON");
    }

 private:
    struct Level {
        Json* value;
        std::string path;
    };

    /// Where the token that was just taken starts: behind the last one, separators skipped. The parser may have taken
    /// one octet more than the token (behind a number), which is a separator.
    void start_token()
    {
        token_ = text_.find_first_not_of(" \t\r\n,:]}", behind_);
        token_ = std::min(token_, text_.size());
        behind_ = taken_;
    }
    void note_place(const std::string& path, std::size_t key_at)
    {
        if (places_ != nullptr)
            places_->insert_or_assign(path, PlacedJson::Place{.key = key_at, .value = token_});
    }
    [[nodiscard]] std::string path_of_next() const
    {
        if (stack_.empty())
            return {};
        const Level& level = stack_.back();
        return level.path + "/" + (level.value->is_array() ? std::to_string(level.value->size()) : key_);
    }
    Json* add(Json value)
    {
        start_token();
        if (stack_.empty()) {
            note_place({}, token_);
            root_ = std::move(value);
            return &root_;
        }
        Json& parent = *stack_.back().value;
        if (places_ != nullptr)
            note_place(path_of_next(), parent.is_array() ? token_ : key_at_);
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return &parent.back();
        }
        return &(parent[key_] = std::move(value));
    }
    bool open(Json value)
    {
        if (stack_.size() == json_depth_limit) {
            start_token();
            return refuse(fmt::format("nested deeper than {} levels", json_depth_limit));
        }
        std::string path = places_ != nullptr ? path_of_next() : std::string();
        Json* opened = add(std::move(value));
        stack_.push_back({.value = opened, .path = std::move(path)});
        return true;
    }
    bool close()
    {
        stack_.pop_back();
        behind_ = taken_;
        return true;
    }
    bool in_range(bool good)
    {
        if (!good)
            start_token();
        return good || refuse("integer beyond 2^53 - 1");
    }
    bool refuse(std::string why)
    {
        problem_ = std::move(why);
        return false;
    }

    std::string_view text_;
    std::map<std::string, PlacedJson::Place>* places_;
    std::size_t taken_ = 0;   ///< octets that the parser took
    std::size_t behind_ = 0;  ///< behind the last token
    std::size_t token_ = 0;   ///< start of the token that is handled
    std::size_t key_at_ = 0;
    Json root_;
    std::vector<Level> stack_;
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
    return StrictBuilder(text, nullptr).read();
}

Result<Json> read_canonical_json(std::string_view text)
{
    Result<Json> value = read_strict_json(text);
    if (value && canonical_json(*value) != text)
        return failed("JSON refused: not in canonical form (RFC 8785)");
    return value;
}

std::string line_and_column(std::string_view text, std::size_t offset)
{
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const auto lines = std::ranges::count(before, '\n');
    const std::size_t start = before.rfind('\n');
    const std::size_t column = before.size() - (start == std::string_view::npos ? 0 : start + 1);
    return fmt::format("line {}, column {}", lines + 1, column + 1);
}

std::string PlacedJson::error_at_value(const std::string& path, std::string_view what) const
{
    const auto found = places.find(path);
    return fmt::format("{}: {}", line_and_column(text, found == places.end() ? 0 : found->second.value), what);
}

std::string PlacedJson::error_at_key(const std::string& path, std::string_view what) const
{
    const auto found = places.find(path);
    return fmt::format("{}: {}", line_and_column(text, found == places.end() ? 0 : found->second.key), what);
}

Result<PlacedJson> read_placed_json(std::string_view text, std::size_t limit, bool canonical)
{
    if (text.size() > limit)
        return failed(fmt::format("line 1, column 1: {} octets, at most {} are read", text.size(), limit));
    PlacedJson placed{.text = std::string(text), .root = {}, .places = {}};
    Result<Json> root = StrictBuilder(placed.text, &placed.places).read();
    if (!root)
        return std::unexpected(root.error());
    placed.root = std::move(*root);
    if (!canonical)
        return placed;
    const std::string wanted = canonical_json(placed.root);
    if (wanted == placed.text)
        return placed;
    const auto [differs, ignored] = std::ranges::mismatch(placed.text, wanted);
    return failed(fmt::format("{}: not in canonical form (RFC 8785) from here on",
                              line_and_column(text, static_cast<std::size_t>(differs - placed.text.begin()))));
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
