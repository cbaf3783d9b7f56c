// SPDX-License-Identifier: EUPL-1.2
// Reading and writing statements, and which fields belong to which type.
#include "zones/continuity/statement.h"

#include <fmt/format.h>

#include <algorithm>

#include "zones/continuity/policy.h"

namespace rw::zones::continuity
{

namespace
{

constexpr std::array<std::string_view, 5> type_names{"drill", "activate", "renew", "return", "revoke"};
constexpr std::array<std::string_view, 3> mode_names{"shadow", "canary", "full"};

constexpr std::array<ReasonFact, 8> reasons{{
    {"iana-unavailable", "IANA's root zone cannot be had"},
    {"zone-tampered", "IANA's root zone was tampered with"},
    {"keys-compromised", "keys of IANA's root are compromised"},
    {"legal-order", "a legal order"},
    {"rehearsal", "a rehearsal"},
    {"restored", "IANA's root zone can be relied on again"},
    {"statement-withdrawn", "a statement was wrong or is withdrawn"},
    {"other", "another reason"},
}};

template <std::size_t N>
std::optional<std::size_t> index_of(const std::array<std::string_view, N>& names, std::string_view name)
{
    const auto* found = std::ranges::find(names, name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

DrillPlan read_plan(Fields& fields)
{
    DrillPlan plan;
    const std::optional<DrillMode> mode = parse_mode(fields.text("mode", {}));
    if (!mode)
        fields.refuse("mode", "must be shadow, canary or full");
    plan.mode = mode.value_or(DrillMode::shadow);
    plan.length = fields.integer("seconds", 1, drill_lifetime);
    fields.finish();
    return plan;
}

void read_parts(Fields& fields, Statement& statement)
{
    const StatementType type = statement.type;
    const bool may_have_policy = !statement.leads_out();
    if (may_have_policy && (type != StatementType::renew || fields.has("policy"))) {
        Fields policy = fields.object("policy");
        statement.policy = read_policy(policy);
    }
    if (type == StatementType::drill) {
        Fields plan = fields.object("drill");
        statement.drill = read_plan(plan);
    }
    if (type == StatementType::renew) {
        statement.subject = fields.hash("renews");
        statement.extends = fields.flag("extends");
    }
    if (statement.leads_out())
        statement.subject = fields.hash_or_none("ends");
}

}  // namespace

std::string_view type_name(StatementType type)
{
    return type_names.at(static_cast<std::size_t>(type));
}

std::optional<StatementType> parse_statement_type(std::string_view name)
{
    const std::optional<std::size_t> index = index_of(type_names, name);
    return index ? std::optional(static_cast<StatementType>(*index)) : std::nullopt;
}

std::string_view mode_name(DrillMode mode)
{
    return mode_names.at(static_cast<std::size_t>(mode));
}

std::optional<DrillMode> parse_mode(std::string_view name)
{
    const std::optional<std::size_t> index = index_of(mode_names, name);
    return index ? std::optional(static_cast<DrillMode>(*index)) : std::nullopt;
}

std::span<const ReasonFact> reason_facts()
{
    return reasons;
}

std::vector<Role> Statement::roles() const
{
    switch (type) {
        case StatementType::drill:
            return {Role::drill};
        case StatementType::activate:
            return {Role::activate};
        case StatementType::renew: {
            std::vector<Role> roles;
            if (extends)
                roles.push_back(Role::activate);
            if (policy)
                roles.push_back(Role::zone_trust);
            return roles;
        }
        case StatementType::leave:
        case StatementType::revoke:
            return {Role::leave};
    }
    return {Role::authority};
}

bool Statement::is_for(std::string_view site) const
{
    return sites.empty() || std::ranges::find(sites, site) != sites.end();
}

Result<void> check_statement(const Statement& statement)
{
    if (statement.expires <= statement.not_before)
        return failed("it expires before it begins");
    if (statement.expires - statement.not_before > statement_lifetime)
        return failed(
            fmt::format("it is good for {}: at most 14 days", span_words(statement.expires - statement.not_before)));
    if (std::ranges::find(reasons, statement.reason, &ReasonFact::code) == std::end(reasons))
        return failed(fmt::format("\"{}\" is no reason code", statement.reason));
    if (statement.type == StatementType::renew && !statement.extends && !statement.policy)
        return failed("a renew extends the activation or carries a policy, this one does neither");
    const bool touches_clients = statement.drill && statement.drill->mode != DrillMode::shadow;
    if (touches_clients && statement.sites.empty())
        return failed("a canary or full drill names the sites it is for");
    return statement.policy ? check_policy(*statement.policy) : Result<void>{};
}

Result<Statement> read_statement(std::string_view payload)
{
    const Result<PlacedJson> json = read_placed_json(payload, fact(Payload::statement).limit, true);
    if (!json)
        return failed("statement refused: " + json.error().message);
    Fields fields(*json);
    Statement statement;
    fields.integer("schema", 1, 1);
    const std::optional<StatementType> type = parse_statement_type(fields.text("type", {}));
    if (!type)
        fields.refuse("type", "must be drill, activate, renew, return or revoke");
    statement.type = type.value_or(StatementType::leave);
    statement.id = fields.text("id", {});
    statement.sequence = fields.integer("sequence", 1, largest_number);
    statement.not_before = fields.integer("not-before", 0, last_second);
    statement.expires = fields.integer("expires", 0, last_second);
    Fields reason = fields.object("reason");
    statement.reason = reason.text("code", {});
    statement.text = reason.text("text", {.least = 0, .most = 1'000});
    reason.finish();
    statement.sites = fields.texts("sites", 0, 256, {});
    statement.authority = fields.hash("authority");
    statement.before = fields.hash_or_none("before");
    statement.legal = fields.text("legal", {.least = 0, .most = 1'000});
    if (type)
        read_parts(fields, statement);
    fields.finish();
    if (!fields.good())
        return failed("statement refused: " + fields.problem());
    if (Result<void> done = check_statement(statement); !done)
        return failed("statement refused: " + done.error().message);
    return statement;
}

std::string payload_of(const Statement& statement)
{
    Json json{{"schema", 1},
              {"type", type_name(statement.type)},
              {"id", statement.id},
              {"sequence", statement.sequence},
              {"not-before", statement.not_before},
              {"expires", statement.expires},
              {"reason", {{"code", statement.reason}, {"text", statement.text}}},
              {"sites", statement.sites},
              {"authority", hex_lower(statement.authority)},
              {"before", statement.before ? hex_lower(*statement.before) : ""},
              {"legal", statement.legal}};
    if (statement.policy)
        json["policy"] = policy_json(*statement.policy);
    if (statement.drill)
        json["drill"] = Json{{"mode", mode_name(statement.drill->mode)}, {"seconds", statement.drill->length}};
    const std::string subject = statement.subject ? hex_lower(*statement.subject) : "";
    if (statement.type == StatementType::renew) {
        json["renews"] = subject;
        json["extends"] = statement.extends;
    }
    if (statement.leads_out())
        json["ends"] = subject;
    return canonical_json(json);
}

Result<Signed<Statement>> open_statement(std::string_view envelope, std::span<const Digest> candidates)
{
    const Result<Envelope> opened = read_envelope(envelope, Payload::statement);
    if (!opened)
        return std::unexpected(opened.error());
    Result<Statement> statement = read_statement(opened->payload);
    if (!statement)
        return std::unexpected(statement.error());
    return open(*opened, std::move(*statement), candidates);
}

}  // namespace rw::zones::continuity
