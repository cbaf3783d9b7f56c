// SPDX-License-Identifier: EUPL-1.2
// The ReferenceWriter: a visitor of the schema that documents every setting as Markdown.
#include <fmt/format.h>

#include <vector>

#include "config/findings.h"
#include "config/print.h"
#include "config/schema.h"
#include "config/yaml_writer.h"

namespace rw::config
{

namespace
{

/// One heading with its table; sections come out in the order in which the schema opens them.
struct Chapter {
    std::string title;
    std::string text;
    std::string rows;
};

/// `text` inside a table cell.
std::string cell(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        if (c == '|')
            escaped += '\\';
        escaped += c;
    }
    return escaped;
}

std::string_view name_of(Reload reload)
{
    return reload == Reload::live ? "live" : "restart";
}

class ReferenceWriter
{
 public:
    ReferenceWriter() { chapters_.push_back({"Top level", "", ""}); }

    template <class T>
    void field(std::string_view name, T& value, const Spec<T>& spec)
    {
        std::string doc(spec.doc);
        if (spec.planned)
            doc += fmt::format(" Not in this version: only `{}` is accepted.", yaml_value(T{}, spec.absent));
        else if (!spec.example.empty())
            doc += fmt::format(" Example: `{}`.", spec.example);
        const std::string usual = spec.required ? "required" : fmt::format("`{}`", yaml_value(value, spec.absent));
        chapters_[chapter_].rows += fmt::format("| `{}` | {} | {} | {} | {} |\n", name, cell(kind<T>(spec)),
                                                cell(usual), name_of(spec.reload), cell(doc));
    }

    template <class S>
    void section(std::string_view name, S& s, std::string_view doc)
    {
        open(name, std::string(doc), s);
    }

    template <class S>
    void section(std::string_view name, std::optional<S>& s, std::string_view doc)
    {
        S shown = s.value_or(S{});
        open(name, fmt::format("{} Off unless the section is there with something in it.", doc), shown);
    }

    template <class S>
    void items(std::string_view name, std::vector<S>& list, const Items& spec)
    {
        std::string usual;
        for (S& item : list)
            usual += (usual.empty() ? "" : ", ") + FlowWriter::write(item);
        S shown{};
        open(name,
             fmt::format("{}\n\nA list; each item has the keys below. Default: `[{}]`. A change is {}.\nExample: "
                         "`{}: {}`",
                         spec.doc, usual, spec.reload == Reload::live ? "live" : "taken up by a restart", name,
                         spec.example),
             shown);
    }

    [[nodiscard]] std::string text() const
    {
        std::string out;
        for (const Chapter& chapter : chapters_) {
            out += fmt::format("\n## {}\n\n", chapter.title);
            if (!chapter.text.empty())
                out += chapter.text + "\n\n";
            if (!chapter.rows.empty())
                out += "| Setting | Value | Default | Change | Meaning |\n|---|---|---|---|---|\n" + chapter.rows;
        }
        return out;
    }

 private:
    template <class S>
    void open(std::string_view name, std::string text, S& s)
    {
        const std::size_t outer = std::exchange(chapter_, chapters_.size());
        const std::string outer_path = std::exchange(path_, below(path_, name));
        chapters_.push_back({fmt::format("`{}`", path_), std::move(text), ""});
        describe(*this, s);
        chapter_ = outer;
        path_ = outer_path;
    }

    template <class T>
    static std::string kind(const Spec<T>& spec)
    {
        std::string text = kind_of(Kind<Element<T>>{});
        if constexpr (!std::same_as<T, Element<T>> && !std::same_as<T, std::optional<Element<T>>>)
            text = "a list; each " + text;
        if constexpr (!std::same_as<T, Element<T>> && !std::same_as<T, std::vector<Element<T>>>)
            text += fmt::format("; or `{}`", spec.absent);
        if constexpr (Bounded<Element<T>>) {
            if (spec.minimum && spec.maximum)
                text += fmt::format(", {} to {}", write_value(*spec.minimum), write_value(*spec.maximum));
            else if (spec.minimum)
                text += fmt::format(", {} or more", write_value(*spec.minimum));
            else if (spec.maximum)
                text += fmt::format(", {} at most", write_value(*spec.maximum));
        }
        return text;
    }

    std::vector<Chapter> chapters_;
    std::size_t chapter_ = 0;
    std::string path_;
};

constexpr std::string_view introduction = R"(# Settings

Every setting of the configuration file, written by `rootward --print-reference` from the schema that also reads the file;
a test keeps this copy equal to it. `rootward --check-config -c FILE` reports every mistake of a file with line and column;
`rootward --print-config -c FILE` shows what is in effect.

- A file needs only what differs from the defaults; an empty one is good. Unknown keys are errors.
- A section or list with nothing below it, as when all its lines are comments, counts as not there.
- Words such as `off` mean the same in quotes. A file called `off` is written `./off`.
- Names are written in ASCII (`xn--...` for others), with or without the final dot. Characters besides letters, digits,
  `-` and `_` are written `\DDD`; `/` stands in names of reverse zones (RFC 2317). An asterisk stands where the table
  says so.
- Sizes are written with their unit (`64KiB`, `256MiB`), durations too (`1800ms`, `30s`, `15m`, `3d`).
- Relative paths start at the folder of the configuration file. Text that contains `: `, `#` or begins with `:` or `[`
  needs quotes, such as `"::1"`.
- *Change* says when a new value takes effect: `live` on reload (SIGHUP or `rootwardctl reload`), `restart` after a
  restart.
)";

}  // namespace

std::string print_reference()
{
    Settings defaults;
    ReferenceWriter writer;
    describe(writer, defaults);
    return std::string(introduction) + writer.text();
}

}  // namespace rw::config
