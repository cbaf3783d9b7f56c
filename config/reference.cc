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
- Words such as `off` and `true` mean the same in quotes and in capitals. A file called `off` is written `./off`.
- Names are written in ASCII (`xn--...` for others), with or without the final dot. Characters besides letters, digits,
  `-` and `_` are written `\DDD`; `/` stands in names of reverse zones (RFC 2317). An asterisk stands where the table
  says so.
- Sizes are written with their unit (`64KiB`, `256MiB`), durations too (`1800ms`, `30s`, `15m`, `3d`).
- Relative paths start at the folder of the configuration file. Text that contains `: `, `#` or begins with `:` or `[`
  needs quotes, such as `"::1"`.
- *Change* says when a new value takes effect: `live` on reload (SIGHUP or `rootwardctl reload`), `restart` after a
  restart.
)";

/// What no setting changes and no standard settles.
constexpr std::string_view decisions = R"(
## Where resolvers differ

Other resolvers decide some things otherwise, and no standard settles them. Here:

- **Questions without RD** get what this file says of the name (`policy`, `local-zones`, special names), as far as that
  goes; what is cached only for clients with `allow-snoop`; otherwise REFUSED. Nothing is asked for them.
- **AA** is set on answers that begin with data of a local zone. One name of a zone of type `transparent`, as from a
  hosts file, is no zone of ours: without AA. REFUSED of a zone of type `refuse` has none either.
- **ANY** is answered with HINFO "RFC8482" (RFC 8482 §4.2), for local data, too.
- **AXFR and IXFR** are NOTIMP; other types that stand for no data (NXNAME, OPT, TSIG, MAILB ...) are FORMERR with extended
  error 30 (RFC 9824 §3.5).
- **NSEC3 with more than 50 iterations** makes a zone insecure, with extended error 27; there is no limit above which it is
  bogus (RFC 9276 §3.2 leaves both open).
- **Aliases**: 11 links at most, loops of CNAME and DNAME included; then SERVFAIL with an extended error and without the links
  that were followed. A name that becomes too long behind a DNAME is YXDOMAIN with that DNAME.
- **Unsigned names below a bogus zone** are SERVFAIL, whatever they would be by themselves: nobody has proven that they are
  insecure. Below an insecure zone nothing is validated, unless a trust anchor stands there.
- **A response code that its proof contradicts**: NXDOMAIN with the proof that the name exists without such data is NODATA;
  NODATA with the proof that the name does not exist stays bogus.
- **Keys**: a zone whose parent has other DS records than before, as after a move to another operator, is judged anew when its
  data does not validate by the keys that are known. Keys that were changed while the DS stayed wait for their TTL.
- **The parent is asked again** whether it still delegates a zone, once per minute at most, when none of the zone's servers
  is of use. The delegation that a parent gives counts, not the NS records of the zone itself.
- **Data of this file** comes before the cache and before all servers, for each link of a chain of aliases. The deepest stub or
  forward zone that holds a name is asked. A local zone gives way to a stub or forward zone inside it, a special name to one
  at or below it. Denials from zones above do not reach into stub and forward zones, `dnssec.insecure-zones`, negative
  trust anchors and places with a trust anchor of their own.
- **DS at the top of a stub, forward or local zone** is what the public parent says.
- **`policy`**: the first rule that fits a name on the way of an answer decides; `pass` for the question lets its whole chain pass.
- **`local.`, `onion.`, `home.arpa.` and the other special names** are answered here although everything is forwarded. Whoever
  has servers for one of them names them in `stub-zones` or `forward-zones`.
- **`/readyz`** is 503 until a root server has told the list of root servers, and while this host has no route to any of
  them; with a forward zone `.` neither counts. A line that is down further away shows in failing questions only: what
  is cached is answered, and a load balancer that took every resolver away would make it worse.
)";

}  // namespace

std::string print_reference()
{
    Settings defaults;
    ReferenceWriter writer;
    describe(writer, defaults);
    return std::string(introduction) + writer.text() + std::string(decisions);
}

}  // namespace rw::config
