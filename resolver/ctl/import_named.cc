// SPDX-License-Identifier: EUPL-1.2
// Reading named.conf: statements that end with ';', blocks in braces, comments in three forms, includes.
#include "resolver/ctl/import_named.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "config/file.h"

namespace rw::ctl
{

namespace
{

constexpr std::size_t named_file_limit = std::size_t{16} << 20U;  // octets of one file
constexpr std::size_t include_depth = 10;  // includes inside includes; a file that includes itself
constexpr std::size_t block_depth = 20;    // named's own grammar nests five deep
constexpr std::size_t token_limit = 2'000'000;

struct NamedToken {
    std::string text;
    std::size_t line = 0;
    bool quoted = false;

    [[nodiscard]] bool is(char sign) const { return !quoted && text.size() == 1 && text.front() == sign; }
};

class Lexer
{
 public:
    explicit Lexer(std::string_view text) : text_(text) {}

    std::expected<std::vector<NamedToken>, std::size_t> all()
    {
        std::vector<NamedToken> tokens;
        while (skip_blanks()) {
            if (tokens.size() >= token_limit)
                return std::unexpected(line_);
            const char c = text_[at_];
            if (c == '"') {
                const std::size_t start = line_;
                const std::size_t end = text_.find('"', at_ + 1);
                if (end == std::string_view::npos)
                    return std::unexpected(start);
                tokens.push_back({std::string(text_.substr(at_ + 1, end - at_ - 1)), start, true});
                go_to(end + 1);
            } else if (c == '{' || c == '}' || c == ';') {
                tokens.push_back({std::string(1, c), line_, false});
                ++at_;
            } else {
                const std::size_t end = std::min(text_.find_first_of(" \t\r\n{};\"", at_), text_.size());
                tokens.push_back({std::string(text_.substr(at_, end - at_)), line_, false});
                at_ = end;
            }
        }
        return tokens;
    }

 private:
    /// False at the end of the text.
    bool skip_blanks()
    {
        while (at_ < text_.size()) {
            const std::string_view rest = text_.substr(at_);
            if (std::isspace(static_cast<unsigned char>(rest.front())) != 0)
                go_to(at_ + 1);
            else if (rest.starts_with('#') || rest.starts_with("//"))
                go_to(std::min(text_.find('\n', at_), text_.size()));
            else if (rest.starts_with("/*"))
                go_to(std::min(text_.find("*/", at_ + 2), text_.size() - 2) + 2);
            else
                return true;
        }
        return false;
    }

    void go_to(std::size_t end)
    {
        line_ += static_cast<std::size_t>(std::ranges::count(text_.substr(at_, end - at_), '\n'));
        at_ = end;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

class NamedReader
{
 public:
    explicit NamedReader(std::filesystem::path folder) : folder_(std::move(folder)) {}

    std::optional<ImportError> read(const std::filesystem::path& path, const std::string& shown,
                                    std::vector<Statement>& into)
    {
        if (++depth_ > include_depth)
            return fmt::format("{}: files include each other more than {} deep", shown, include_depth);
        const auto text = config::read_file(path, named_file_limit);
        if (!text)
            return text.error().message;
        const auto tokens = Lexer(*text).all();
        if (!tokens)
            return fmt::format("{}:{}: a quoted text that does not end, or far too many words", shown, tokens.error());
        std::size_t at = 0;
        while (at < tokens->size()) {
            if (auto error = read_statement(shown, *tokens, at, "", 0, into))
                return error;
        }
        --depth_;
        return std::nullopt;
    }

 private:
    /// One statement: words, blocks between them, and ';'.
    std::optional<ImportError> read_statement(const std::string& file, const std::vector<NamedToken>& tokens,
                                              std::size_t& at, const std::string& around, std::size_t depth,
                                              std::vector<Statement>& into)
    {
        const std::size_t line = tokens[at].line;
        if (tokens[at].is(';')) {
            ++at;
            return std::nullopt;
        }
        if (depth > block_depth)
            return fmt::format("{}:{}: blocks are nested more than {} deep", file, line, block_depth);
        Statement statement{{file, line}, around, {}, {}};
        for (; at < tokens.size() && !tokens[at].is(';'); ++at) {
            if (tokens[at].is('}'))
                return fmt::format("{}:{}: '}}' stands where ';' was expected", file, tokens[at].line);
            if (!tokens[at].is('{')) {
                statement.words.push_back(tokens[at].text);
                continue;
            }
            name(statement, around);
            for (++at; at < tokens.size() && !tokens[at].is('}');) {
                if (auto error = read_statement(file, tokens, at, statement.path, depth + 1, statement.block))
                    return error;
            }
            if (at == tokens.size())
                return fmt::format("{}:{}: this '{{' is never closed", file, line);
        }
        if (at == tokens.size())
            return fmt::format("{}:{}: the statement is not ended by ';'", file, line);
        ++at;
        name(statement, around);
        if (statement.path == "include" && statement.words.size() == 1)
            return include(statement, into);
        into.push_back(std::move(statement));
        return std::nullopt;
    }

    /// The first word names the statement, once.
    static void name(Statement& statement, const std::string& around)
    {
        if (statement.path != around || statement.words.empty())
            return;
        statement.name = statement.words.front();
        statement.path = around.empty() ? statement.name : around + "." + statement.name;
        statement.words.erase(statement.words.begin());
    }

    std::optional<ImportError> include(const Statement& statement, std::vector<Statement>& into)
    {
        const std::filesystem::path path(statement.words.front());
        const std::filesystem::path file = path.is_absolute() ? path : folder_ / path;
        std::error_code gone;
        if (!std::filesystem::exists(file, gone)) {
            into.push_back(statement);
            return std::nullopt;
        }
        return read(file, path.string(), into);
    }

    std::filesystem::path folder_;
    std::size_t depth_ = 0;
};

}  // namespace

Imported import_named(const std::filesystem::path& file)
{
    NamedReader reader(std::filesystem::absolute(file).parent_path());
    std::vector<Statement> statements;
    if (auto error = reader.read(file, file.filename().string(), statements))
        return std::unexpected(*error);
    return named::draft_of(statements);
}

}  // namespace rw::ctl
