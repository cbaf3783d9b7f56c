// SPDX-License-Identifier: EUPL-1.2
// Reading unbound.conf: clauses ("server:"), options with their words, includes with globs.
#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "config/file.h"
#include "resolver/ctl/import_unbound.h"

namespace rw::ctl
{

namespace
{

constexpr std::size_t file_limit = std::size_t{16}
                                   << 20U;          // octets of one file; local zones of a million names are larger
constexpr std::size_t depth_limit = 10;             // includes inside includes; a file that includes itself
constexpr std::size_t statement_limit = 1'000'000;  // of all files

struct Word {
    std::string text;
    bool quoted = false;
};

/// The words of a line; a comment begins at a '#' in front of a word.
std::vector<Word> words_of(std::string_view line)
{
    std::vector<Word> words;
    for (std::size_t at = 0; at < line.size();) {
        const char c = line[at];
        if (std::isspace(static_cast<unsigned char>(c)) != 0) {
            ++at;
        } else if (c == '#') {
            break;
        } else if (c == '"' || c == '\'') {
            const std::size_t end = std::min(line.find(c, at + 1), line.size());
            words.push_back({std::string(line.substr(at + 1, end - at - 1)), true});
            at = end + 1;
        } else {
            const std::size_t end = std::min(line.find_first_of(" \t\r\"'", at), line.size());
            words.push_back({std::string(line.substr(at, end - at)), false});
            at = end;
        }
    }
    return words;
}

/// "name:", and not the end of an IPv6 address.
bool is_option(const Word& word)
{
    return !word.quoted && word.text.size() > 1 && word.text.ends_with(':') &&
           std::isalpha(static_cast<unsigned char>(word.text.front())) != 0 &&
           std::ranges::all_of(std::string_view(word.text).substr(0, word.text.size() - 1),
                               [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

bool is_clause(std::string_view name)
{
    constexpr std::array<std::string_view, 14> clauses{
        "server", "stub-zone", "forward-zone", "auth-zone", "view",  "rpz",    "remote-control",
        "python", "dynlib",    "dnscrypt",     "cachedb",   "ipset", "dnstap", "redis"};
    return std::ranges::find(clauses, name) != clauses.end();
}

class Reader
{
 public:
    explicit Reader(std::filesystem::path folder) : folder_(std::move(folder)) {}

    std::optional<ImportError> read(const std::filesystem::path& path, const std::string& shown)
    {
        if (++depth_ > depth_limit)
            return fmt::format("{}: files include each other more than {} deep", shown, depth_limit);
        const auto text = config::read_file(path, file_limit);
        if (!text)
            return text.error().message;
        std::string_view rest(*text);
        for (std::size_t line = 1; !rest.empty(); ++line) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            if (auto error = read_line({shown, line}, words_of(rest.substr(0, end))))
                return error;
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        --depth_;
        return std::nullopt;
    }

    std::vector<Statement> take()
    {
        clauses_.insert(clauses_.end(), lost_.begin(), lost_.end());
        return std::move(clauses_);
    }

 private:
    std::optional<ImportError> read_line(const FileLine& at, const std::vector<Word>& words)
    {
        for (std::size_t i = 0; i < words.size();) {
            if (!is_option(words[i]))
                return fmt::format("{}:{}: '{}' stands where an option (name:) was expected; is this an unbound.conf?",
                                   at.file, at.line, words[i].text);
            const std::string name = words[i].text.substr(0, words[i].text.size() - 1);
            std::vector<std::string> values;
            for (++i; i < words.size() && !is_option(words[i]); ++i)
                values.push_back(words[i].text);
            if (auto error = read_option(at, name, std::move(values)))
                return error;
        }
        return std::nullopt;
    }

    std::optional<ImportError> read_option(const FileLine& at, const std::string& name, std::vector<std::string> values)
    {
        if (++statements_ > statement_limit)
            return fmt::format("{}:{}: more than {} statements", at.file, at.line, statement_limit);
        if ((name == "include" || name == "include-toplevel") && values.size() == 1)
            return include(at, values.front());
        if (is_clause(name) && values.empty()) {
            clauses_.push_back({at, name, {}, {}});
            return std::nullopt;
        }
        // An included file goes on with the clause that it is included in; one without a clause is a server's.
        if (clauses_.empty())
            clauses_.push_back({at, "server", {}, {}});
        Statement& clause = clauses_.back();
        clause.block.push_back({at, clause.path + "." + name, std::move(values), {}});
        return std::nullopt;
    }

    std::optional<ImportError> include(const FileLine& at, const std::string& pattern)
    {
        const std::filesystem::path path(pattern);
        const std::string absolute = (path.is_absolute() ? path : folder_ / path).string();
        glob_t found{};
        const bool any = ::glob(absolute.c_str(), 0, nullptr, &found) == 0;
        std::optional<ImportError> error;
        for (std::size_t i = 0; any && !error && i < found.gl_pathc; ++i) {
            const std::filesystem::path file(found.gl_pathv[i]);
            error = read(file, path.is_absolute() ? file.string() : file.lexically_relative(folder_).string());
        }
        ::globfree(&found);
        // A pattern that matches nothing is no mistake; a file that is not there is, for Unbound as well.
        if (!any && pattern.find_first_of("*?[") == std::string::npos)
            lost_.push_back({at, "include", {pattern}, {}});
        return error;
    }

    std::filesystem::path folder_;
    std::vector<Statement> clauses_;
    std::vector<Statement> lost_;  ///< includes of files that are not there
    std::size_t depth_ = 0;
    std::size_t statements_ = 0;
};

}  // namespace

Imported import_unbound(const std::filesystem::path& file)
{
    Reader reader(std::filesystem::absolute(file).parent_path());
    if (auto error = reader.read(file, file.filename().string()))
        return std::unexpected(*error);
    return unbound::draft_of(reader.take());
}

}  // namespace rw::ctl
