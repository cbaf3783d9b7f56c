// SPDX-License-Identifier: EUPL-1.2
// What the parts of the importer for named.conf share.
#pragma once

#include <map>
#include <span>

#include "resolver/ctl/import.h"

namespace rw::ctl::named
{

/// An element of an address match list: a network, let in or (with '!') kept out.
struct Element {
    Prefix prefix;
    bool negated = false;
};

class NamedDraft
{
 public:
    Draft draft;

    /// What `acl` statements say, by name.
    std::map<std::string, Statement, std::less<>> acls;
    /// The clients of allow-query, allow-recursion and allow-query-cache; nothing when the option is not there.
    std::map<std::string, std::vector<Element>, std::less<>> clients;

    /// Elements of `list`; `lost` gets what has no address.
    std::vector<Element> elements(const std::vector<Statement>& list, std::vector<std::string>& lost,
                                  bool negated = false, int depth = 0) const;
};

/// The last part of a statement's path: its option.
[[nodiscard]] std::string option_of(const Statement& statement);
/// The port behind `key` among the words, such as that of "port 5353".
[[nodiscard]] std::optional<std::uint16_t> behind(const Statement& statement, std::string_view key);

using NamedRow = OptionRow<NamedDraft>;

/// The options of named: one table.
[[nodiscard]] std::span<const NamedRow> option_rows();

/// The draft that the statements of a named.conf become.
[[nodiscard]] Draft draft_of(const std::vector<Statement>& statements);

}  // namespace rw::ctl::named
