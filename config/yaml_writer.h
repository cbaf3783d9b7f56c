// SPDX-License-Identifier: EUPL-1.2
// Values and small mappings as YAML in flow style. For the outline and the reference only.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/outline.h"
#include "config/values.h"

namespace rw::config
{

/// Kinds whose text never needs quotes, although some contain ':' or are words of YAML.
template <class T>
inline constexpr bool is_plain = std::same_as<T, bool> || WholeNumber<T> || NamedEnum<T> || DurationValue<T>;

template <class T>
std::string yaml_value(const T& value, std::string_view)
{
    return is_plain<T> ? write_value(value) : yaml_scalar(write_value(value));
}

template <class T>
std::string yaml_value(const std::vector<T>& list, std::string_view absent)
{
    std::string text;
    for (const T& value : list)
        text += (text.empty() ? "" : ", ") + yaml_value(value, absent);
    return "[" + text + "]";
}

template <class T>
std::string yaml_value(const std::optional<T>& value, std::string_view absent)
{
    return value ? yaml_value(*value, absent) : std::string(absent);
}

/// A visitor that writes the fields of one item of a list as "{key: value, ...}"; empty lists are left out.
class FlowWriter
{
 public:
    template <class S>
    static std::string write(S& item)
    {
        FlowWriter writer;
        describe(writer, item);
        return "{" + writer.text_ + "}";
    }

    template <class T>
    void field(std::string_view name, T& value, const Spec<T>& spec)
    {
        const std::string text = yaml_value(value, spec.absent);
        if (text != "[]")
            text_ += fmt::format("{}{}: {}", text_.empty() ? "" : ", ", name, text);
    }

 private:
    std::string text_;
};

}  // namespace rw::config
