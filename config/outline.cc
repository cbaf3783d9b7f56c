// SPDX-License-Identifier: EUPL-1.2
// The Outliner: a visitor of the schema that writes every value as YAML.
#include "config/outline.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "config/findings.h"
#include "config/schema.h"
#include "config/yaml_writer.h"

namespace rw::config
{

namespace
{

class Outliner
{
 public:
    template <class T>
    void field(std::string_view name, T& value, const Spec<T>& spec)
    {
        leaves_.push_back({below(path_, name), yaml_value(value, spec.absent), {}, spec.reload});
    }

    template <class S>
    void section(std::string_view name, S& s, std::string_view)
    {
        const std::string outer = std::exchange(path_, below(path_, name));
        describe(*this, s);
        path_ = outer;
    }

    template <class S>
    void section(std::string_view name, std::optional<S>& s, std::string_view doc)
    {
        if (s)
            section(name, *s, doc);
        else
            leaves_.push_back({below(path_, name), "off", {}, Reload::live});
    }

    template <class S>
    void items(std::string_view name, std::vector<S>& list, const Items& spec)
    {
        Leaf leaf{below(path_, name), "", {}, spec.reload};
        for (S& item : list)
            leaf.items.push_back(FlowWriter::write(item));
        leaf.value = fmt::format("[{}]", fmt::join(leaf.items, ", "));
        leaves_.push_back(std::move(leaf));
    }

    std::vector<Leaf> take() { return std::move(leaves_); }

 private:
    std::string path_;
    std::vector<Leaf> leaves_;
};

}  // namespace

std::vector<Leaf> outline(const Settings& settings)
{
    Settings copy = settings;  // the schema describes for reading and writing alike
    Outliner outliner;
    describe(outliner, copy);
    return outliner.take();
}

std::string yaml_scalar(std::string_view text)
{
    // Words that YAML or a setting reads as something else than text, and anything with YAML's own characters.
    constexpr std::array<std::string_view, 13> words{"",     "~",     "null", "Null", "NULL",    "off",     "shipped",
                                                     "true", "false", "no",   "none", "disable", "disabled"};
    const auto harmless = [](unsigned char c) {
        return std::isalnum(c) != 0 || std::string_view("/._-+@").find(static_cast<char>(c)) != std::string_view::npos;
    };
    const bool leads =
        !text.empty() && (std::isalnum(static_cast<unsigned char>(text[0])) != 0 || text[0] == '/' || text[0] == '.');
    if (leads && std::ranges::all_of(text, harmless) && std::ranges::find(words, text) == words.end())
        return std::string(text);
    std::string written = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            written += '\\';
        if (static_cast<unsigned char>(c) < 0x20)
            written += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        else
            written += c;
    }
    return written + '"';
}

}  // namespace rw::config
