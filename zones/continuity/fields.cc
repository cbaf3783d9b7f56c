// SPDX-License-Identifier: EUPL-1.2
// The rules for each kind of member. Every refusal names the member, its place and what would be right.
#include "zones/continuity/fields.h"

#include <fmt/format.h>

#include <algorithm>

namespace rw::zones
{

namespace
{

const Json& no_members()
{
    static const Json none = Json::object();
    return none;
}

}  // namespace

Fields::Fields(const PlacedJson& json) : Fields(json, json.root, {}, std::make_shared<std::string>())
{
    if (!json.root.is_object()) {
        note(json.error_at_value({}, "an object is wanted"));
        object_ = &no_members();
    }
}

Fields::Fields(const PlacedJson& json, const Json& object, std::string path, std::shared_ptr<std::string> problem)
    : json_(&json), object_(&object), path_(std::move(path)), problem_(std::move(problem))
{
}

void Fields::note(std::string problem)
{
    if (problem_->empty())
        *problem_ = std::move(problem);
}

bool Fields::has(const char* key) const
{
    return object_->contains(key);
}

const Json* Fields::take(const char* key)
{
    read_.insert(key);
    const auto found = object_->find(key);
    if (found != object_->end())
        return &*found;
    note(json_->error_at_value(path_, fmt::format("\"{}\" is missing", key)));
    return nullptr;
}

bool Fields::check_text(const std::string& path, const Json& value, const TextRule& rule)
{
    const auto wrong = [&](std::string_view why) {
        note(json_->error_at_value(path, fmt::format("{} {}", path, why)));
        return false;
    };
    if (!value.is_string())
        return wrong("must be a text");
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() < rule.least || text.size() > rule.most)
        return wrong(fmt::format("must have {} to {} characters, it has {}", rule.least, rule.most, text.size()));
    if (std::ranges::any_of(text, [](char c) { return c < 0x20 || c >= 0x7f; }))
        return wrong("may hold printable ASCII only, so that no two texts look alike");
    return true;
}

std::string Fields::text(const char* key, const TextRule& rule)
{
    const Json* value = take(key);
    return value != nullptr && check_text(path_of(key), *value, rule) ? value->get<std::string>() : std::string();
}

std::vector<std::string> Fields::texts(const char* key, std::size_t least, std::size_t most, const TextRule& rule)
{
    std::vector<std::string> texts;
    const Json* value = take(key);
    if (value == nullptr)
        return texts;
    if (!value->is_array() || value->size() < least || value->size() > most) {
        refuse(key, fmt::format("must be a list of {} to {} texts", least, most));
        return texts;
    }
    for (std::size_t i = 0; i < value->size(); ++i) {
        if (check_text(fmt::format("{}/{}", path_of(key), i), (*value)[i], rule))
            texts.push_back((*value)[i].get<std::string>());
    }
    return texts;
}

std::int64_t Fields::integer(const char* key, std::int64_t least, std::int64_t most)
{
    const Json* value = take(key);
    if (value == nullptr)
        return least;
    if (!value->is_number_integer()) {
        refuse(key, "must be a number, not a text or anything else");
        return least;
    }
    const auto number = value->get<std::int64_t>();
    if (number < least || number > most) {
        refuse(key, fmt::format("must be {} to {}, it is {}", least, most, number));
        return least;
    }
    return number;
}

std::vector<std::int64_t> Fields::integers(const char* key, std::size_t least, std::size_t most)
{
    std::vector<std::int64_t> numbers;
    const Json* value = take(key);
    if (value == nullptr)
        return numbers;
    const auto is_number = [](const Json& one) { return one.is_number_integer(); };
    if (!value->is_array() || value->size() < least || value->size() > most ||
        !std::ranges::all_of(*value, is_number)) {
        refuse(key, fmt::format("must be a list of {} to {} numbers", least, most));
        return numbers;
    }
    for (const Json& one : *value)
        numbers.push_back(one.get<std::int64_t>());
    return numbers;
}

bool Fields::flag(const char* key)
{
    const Json* value = take(key);
    if (value != nullptr && !value->is_boolean())
        refuse(key, "must be true or false");
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

std::optional<Digest> Fields::hash_or_none(const char* key)
{
    const std::string text = this->text(key, {.least = 0, .most = 64});
    if (text.empty())
        return std::nullopt;
    const std::optional<Digest> digest = digest_from_hex(text);
    if (!digest || hex_lower(*digest) != text)
        refuse(key, "must be a SHA-256 hash: 64 lower-case hex digits");
    return digest;
}

Digest Fields::hash(const char* key)
{
    const std::optional<Digest> digest = hash_or_none(key);
    if (!digest)
        refuse(key, "must be a SHA-256 hash: 64 lower-case hex digits");
    return digest.value_or(Digest{});
}

Digest Fields::public_key(const char* key)
{
    const std::optional<Digest> octets = digest_from_base64(text(key, {.most = 44}));
    if (!octets)
        refuse(key, "must be an Ed25519 public key: 32 octets in base64");
    return octets.value_or(Digest{});
}

std::vector<Fields> Fields::objects(const char* key, std::size_t least, std::size_t most)
{
    std::vector<Fields> found;
    const Json* value = take(key);
    if (value == nullptr)
        return found;
    if (!value->is_array() || value->size() < least || value->size() > most) {
        refuse(key, fmt::format("must be a list of {} to {} objects", least, most));
        return found;
    }
    for (std::size_t i = 0; i < value->size(); ++i) {
        const std::string path = fmt::format("{}/{}", path_of(key), i);
        if (!(*value)[i].is_object())
            note(json_->error_at_value(path, "an object is wanted"));
        else
            found.push_back(Fields(*json_, (*value)[i], path, problem_));
    }
    return found;
}

Fields Fields::object(const char* key)
{
    const Json* value = take(key);
    if (value != nullptr && value->is_object())
        return {*json_, *value, path_of(key), problem_};
    if (value != nullptr)
        refuse(key, "must be an object");
    return {*json_, no_members(), path_of(key), problem_};
}

void Fields::refuse(const char* key, std::string_view why)
{
    const std::string path = path_of(key);
    note(json_->error_at_value(path, fmt::format("{}: {}", path, why)));
}

void Fields::finish()
{
    for (const auto& [key, value] : object_->items()) {
        if (!read_.contains(key))
            note(json_->error_at_key(path_ + "/" + key, fmt::format("unknown field \"{}\"", printable(key))));
    }
}

}  // namespace rw::zones
