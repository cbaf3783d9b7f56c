// SPDX-License-Identifier: EUPL-1.2
// YAML trees to statements.
#include "resolver/ctl/import_yaml.h"

#include <fmt/format.h>

#include "config/file.h"
#include "config/foreign_document.h"

namespace rw::ctl
{

namespace
{

using config::Node;

constexpr std::size_t yaml_file_limit = std::size_t{16} << 20U;  // octets

/// Each key of `mapping` as a statement; what is below a mapping stands beside it, under a longer path.
void add_statements(const std::string& file, const Node& mapping, const std::string& path, std::vector<Statement>& into)
{
    for (std::size_t i = 0; i < mapping.keys.size(); ++i) {
        const Node& value = mapping.items[i];
        const std::string& key = mapping.keys[i].text;
        const std::string below = path.empty() ? key : path + "." + key;
        if (value.kind == Node::Kind::mapping) {
            add_statements(file, value, below, into);
            continue;
        }
        Statement statement{{file, mapping.keys[i].at.line}, below, {}, {}};
        if (value.kind == Node::Kind::scalar)
            statement.words.push_back(value.text);
        for (const Node& item : value.items) {
            if (item.kind == Node::Kind::scalar) {
                statement.words.push_back(item.text);
                continue;
            }
            Statement entry{{file, item.at.line}, below, {}, {}};
            add_statements(file, item, below, entry.block);
            statement.block.push_back(std::move(entry));
        }
        into.push_back(std::move(statement));
    }
}

}  // namespace

std::expected<std::vector<Statement>, ImportError> read_yaml(const std::filesystem::path& file)
{
    const auto text = config::read_file(file, yaml_file_limit);
    if (!text)
        return std::unexpected(text.error().message);
    const std::string shown = file.filename().string();
    const auto document = config::read_foreign_document(*text);
    if (!document)
        return std::unexpected(config::to_string(shown, document.error()));
    std::vector<Statement> statements;
    if (document->kind == Node::Kind::mapping)
        add_statements(shown, *document, "", statements);
    return statements;
}

}  // namespace rw::ctl
