// SPDX-License-Identifier: EUPL-1.2
// Opening statements under their authority.
#include "resolver/ctl/statement_file.h"

#include <fmt/format.h>

#include <algorithm>

namespace rw::ctl
{

using namespace zones;
using namespace zones::continuity;

namespace
{

/// Whether a signature by `key` can count: what has expired leads out, and does nothing else.
bool takes(const Statement& statement, const PartyKey& key)
{
    return statement.leads_out() ? key.state == KeyState::active : key.can_sign(statement.not_before);
}

}  // namespace

std::vector<std::pair<Role, Tally>> OpenedStatement::tallies() const
{
    std::vector<std::pair<Role, Tally>> all;
    for (const Role role : statement.content.roles())
        all.emplace_back(role, tally(authority(), role, statement.signers,
                                     [&](const PartyKey& key) { return takes(statement.content, key); }));
    return all;
}

std::string OpenedStatement::words() const
{
    std::string text;
    for (const auto& [role, tally] : tallies())
        text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", role_name(role), tally.words());
    return text;
}

Json OpenedStatement::json() const
{
    Json roles = Json::array();
    for (const auto& [role, tally] : tallies()) {
        Json& one = roles.emplace_back(tally_json(tally));
        one["role"] = role_name(role);
    }
    return Json{{"type", type_name(statement.content.type)},
                {"id", statement.content.id},
                {"sequence", statement.content.sequence},
                {"sha256", hex_lower(statement.hash)},
                {"roles", roles}};
}

std::vector<Digest> OpenedStatement::allowed() const
{
    std::vector<Digest> keys = authority().keys();
    std::erase_if(keys, [&](const Digest& key) { return !takes(statement.content, *authority().find(key)); });
    return keys;
}

Result<OpenedStatement> open_statement_envelope(Envelope envelope, const std::vector<std::string>& authorities)
{
    Result<Statement> statement = read_statement(envelope.payload);
    auto chain = read_chain(authorities);
    if (!statement || !chain)
        return std::unexpected(!statement ? statement.error() : chain.error());
    const auto named = std::ranges::find(*chain, statement->authority, &Signed<continuity::Authority>::hash);
    if (named == chain->end())
        return failed(fmt::format("{} {} was made under authority {}, which is none of those given",
                                  type_name(statement->type), statement->id, short_hash(statement->authority)));
    const std::vector<Digest> keys = named->content.keys();
    Signed<Statement> opened = continuity::open(envelope, std::move(*statement), keys);
    const auto index = static_cast<std::size_t>(named - chain->begin());
    return OpenedStatement{
        .envelope = std::move(envelope), .statement = std::move(opened), .chain = std::move(*chain), .named = index};
}

Result<OpenedStatement> open_statement_file(const std::string& path, const std::vector<std::string>& authorities)
{
    Result<Envelope> envelope = read_envelope_file(path, Payload::statement);
    if (!envelope)
        return std::unexpected(envelope.error());
    return open_statement_envelope(std::move(*envelope), authorities);
}

Verdict judge_alone(const OpenedStatement& opened, Seconds at, std::int64_t seen, const std::string& site)
{
    const Statement& content = opened.statement.content;
    State state;
    state.chain = opened.chain;
    state.site.content.id = !site.empty() || content.sites.empty() ? site : content.sites.front();
    Mark mark;
    (content.drill ? mark.drill : mark.sequence) = seen;
    state.file = mark;
    if (content.type == StatementType::renew)
        state.active = Running{.statement = {.content = {}, .hash = *content.subject, .signers = {}},
                               .nonce = {},
                               .policy = content.policy.value_or(ZonePolicy{}),
                               .zone = {},
                               .expires = content.expires,
                               .deadline = last_second};
    return step(state, Present{.statement = opened.statement, .nonce = {}}, {.system = at});
}

}  // namespace rw::ctl
