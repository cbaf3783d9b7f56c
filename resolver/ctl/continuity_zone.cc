// SPDX-License-Identifier: EUPL-1.2
// Reading policy and base, and asking the evaluator about a zone.
#include "resolver/ctl/continuity_zone.h"

#include <fmt/format.h>

#include "resolver/ctl/signing_tools.h"
#include "zones/zone_file.h"

namespace rw::ctl
{

using namespace zones;
using namespace zones::continuity;

void BaseOption::add_to(CLI::App& command)
{
    command.add_option("--base", file, "The IANA zone that the statement names as its base.")->type_name("FILE");
    command.add_option("--base-anchor", anchor, "Verify the base by these DS or DNSKEY records, as of its signing.")
        ->type_name("FILE");
}

Result<Zone> BaseOption::read(const ZonePolicy& policy) const
{
    Result<Zone> base = read_zone_file(file);
    if (!base)
        return base;
    if (!(base_of(*base) == policy.base))
        return failed(
            fmt::format("{} is not the base that the statement names: serial {} with another digest than {}...", file,
                        base->serial(), policy.base.zonemd.substr(0, 16)));
    if (anchor.empty())
        return base;
    const Result<Anchor> trusted = read_anchor_file(anchor);
    if (!trusted)
        return std::unexpected(trusted.error());
    const ZoneVerdict verdict = verify_zone(*base, *trusted, signing_time(*base).value_or(WallSeconds()));
    if (!verdict.fit_to_serve())
        return failed(fmt::format("the base does not verify as of its signing: {}", verdict.reason));
    return base;
}

Result<ZonePolicy> read_policy_of(const std::string& path)
{
    const Result<Envelope> envelope = read_envelope_file(path, Payload::statement);
    if (!envelope)
        return std::unexpected(envelope.error());
    Result<Statement> statement = read_statement(envelope->payload);
    if (!statement)
        return std::unexpected(statement.error());
    if (!statement->policy)
        return failed(fmt::format("{}: a {} without a zone policy permits no zone", path, type_name(statement->type)));
    return std::move(*statement->policy);
}

std::string objection(const ZoneComparison& comparison, const ZonePolicy& policy)
{
    // The evaluator's own rules: a state in which exactly this policy is armed is asked about exactly this zone.
    State state;
    Statement statement;
    statement.type = StatementType::activate;
    statement.policy = policy;
    state.armed =
        Armed{.statement = {.content = statement, .hash = {}, .signers = {}}, .nonce = {}, .since = 0, .zone = {}};
    const Verdict verdict = step(state, ShowZone{.zone = comparison.facts}, Moment{});
    return verdict.permitted ? std::string() : verdict.sentence;
}

}  // namespace rw::ctl
