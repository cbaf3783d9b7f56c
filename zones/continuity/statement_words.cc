// SPDX-License-Identifier: EUPL-1.2
// The pages. Text of the signers' own is quoted, so that it cannot pass for ours.
#include "zones/continuity/statement_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "resolver/dns/name.h"

namespace rw::zones::continuity
{

namespace
{

std::string effect(const Statement& statement)
{
    const std::string until = time_words(statement.expires);
    switch (statement.type) {
        case StatementType::activate:
            return fmt::format(
                "ACTIVATES the continuity zone: sites that this is for may answer from it instead of IANA's root zone, "
                "once two of their operators confirm, until {}.",
                until);
        case StatementType::drill:
            return fmt::format("REHEARSES ({}) for at most {}, once at each site; it never activates.",
                               mode_name(statement.drill->mode), span_words(statement.drill->length));
        case StatementType::renew:
            return fmt::format("RENEWS the activation {}{}{}.", short_hash(*statement.subject),
                               statement.extends ? fmt::format(": it runs until {}", until) : "",
                               statement.policy ? "; the zone policy below replaces the one in force" : "");
        case StatementType::leave:
            return "RETURNS to IANA's root zone.";
        case StatementType::revoke:
            return "REVOKES: what it ends stops at once and cannot be armed again.";
    }
    return {};
}

void add_policy(const ZonePolicy& policy, std::string& page)
{
    page += fmt::format(
        "The zone\n  trust anchor   {}\n  serial         {} or later\n  base           {} {}...\n"
        "  signed with    algorithm {}\n  may differ in  {} of 1,000 TLDs\n",
        policy.anchor, policy.least_serial, policy.base.serial, policy.base.zonemd.substr(0, 32),
        fmt::join(policy.algorithms, " or "), policy.share);
    for (const Source& source : policy.sources)
        page += fmt::format("  comes from     {}{}\n", source.uri, source.pin.empty() ? "" : "  pin " + source.pin);
    if (policy.differences.empty()) {
        page += "Listed differences: none. No TLD is touched.\n";
        return;
    }
    page += fmt::format("Listed differences: {}. TLDs touched: {}\n", policy.differences.size(),
                        list_words(touched_tlds(policy)));
    for (const Difference& one : policy.differences) {
        page += fmt::format("  {} {} (was {})\n", one.owner, one.type, one.old ? short_hash(*one.old) : "absent");
        if (one.rdata.empty())
            page += "    REMOVED\n";
        for (const std::string& rdata : one.rdata)
            page += fmt::format("    {} {}\n", one.ttl, rdata);
    }
}

std::string_view effect(Action action)
{
    switch (action) {
        case Action::enter:
            return "GOES OVER from IANA's root to the zone below, under the statement below.";
        case Action::leave:
            return "GOES BACK to IANA's root.";
        case Action::enrol:
            return "BEGINS ANEW from the statement or authority below: what was seen before it is forgotten.";
        case Action::install:
            return "REPLACES THE AUTHORITY: from now on the parties of the one below decide.";
        case Action::set_time:
            return "SETS THE TIME that this site trusts to the one below.";
    }
    return {};
}

std::string ended(const Statement& statement)
{
    return statement.subject ? fmt::format("statement {}", short_hash(*statement.subject)) : "whatever runs";
}

}  // namespace

std::string short_code(const Digest& hash)
{
    const std::string hex = hex_lower(hash);
    return fmt::format("{}-{}", hex.substr(0, 4), hex.substr(4, 4));
}

std::vector<std::string> touched_tlds(const ZonePolicy& policy)
{
    std::vector<std::string> tlds;
    for (const Difference& one : policy.differences) {
        const std::optional<dns::Name> name = dns::Name::parse(one.owner);
        const std::string tld = name && !name->is_root() ? name->ancestor(1).to_string() : std::string(".");
        if (std::ranges::find(tlds, tld) == tlds.end())
            tlds.push_back(tld);
    }
    return tlds;
}

std::string words_of(const Statement& statement)
{
    const auto reason = std::ranges::find(reason_facts(), statement.reason, &ReasonFact::code);
    std::string page =
        fmt::format("Statement {}, sequence {}\n\n  {}\n\n", statement.id, statement.sequence, effect(statement));
    page += fmt::format("Good from    {}\nUntil        {} ({})\n", time_words(statement.not_before),
                        time_words(statement.expires), span_words(statement.expires - statement.not_before));
    page += fmt::format("For          {}\n", statement.sites.empty() ? "all sites" : list_words(statement.sites));
    if (statement.leads_out())
        page += fmt::format("Ends         {}\n", ended(statement));
    page += fmt::format("Because of   {}{}\n", reason != reason_facts().end() ? reason->words : statement.reason,
                        statement.text.empty() ? "" : fmt::format(": \"{}\"", statement.text));
    if (!statement.legal.empty())
        page += fmt::format("Legal act    \"{}\"\n", statement.legal);
    page += fmt::format("Authority    {}\nBefore it    {}\n", hex_lower(statement.authority),
                        statement.before ? hex_lower(*statement.before) : "no statement");
    std::vector<std::string> roles;
    for (const Role role : statement.roles())
        roles.emplace_back(role_name(role));
    page += fmt::format("Takes        the quorum for {}\n", list_words(roles));
    if (statement.policy)
        add_policy(*statement.policy, page);
    return page;
}

std::string words_of(const Authority& authority)
{
    std::string page =
        fmt::format("Authority {}, version {}\nIssued       {}\nExpires      {}\nFollows      {}\n", authority.name,
                    authority.version, time_words(authority.issued), time_words(authority.expires),
                    authority.previous ? hex_lower(*authority.previous) : "nothing: it is the first");
    for (const Party& party : authority.parties) {
        page += fmt::format("Party        {}\n", party.name);
        for (const PartyKey& key : party.keys)
            page += fmt::format("  key        {} {}{}\n", key_id(key.key), key_state_name(key.state),
                                key.expires ? ", expires " + time_words(*key.expires) : "");
    }
    for (std::size_t i = 0; i < role_count; ++i)
        page += fmt::format("Role         {:<10} {} of {} parties\n", role_name(static_cast<Role>(i)),
                            authority.thresholds.at(i), authority.parties.size());
    for (const std::string& anchor : authority.anchors)
        page += fmt::format("Anchor       {}\n", anchor);
    if (authority.anchors.empty())
        page += "Anchor       none: no continuity zone can be trusted under it\n";
    return page;
}

std::string words_of(const Site& site)
{
    std::string page = fmt::format("Site {} of {}, version {}\n", site.id, site.institution, site.version);
    for (const Person& person : site.operators)
        page += fmt::format("Operator     {} ({} key{})\n", person.name, person.keys.size(),
                            person.keys.size() == 1 ? "" : "s");
    if (site.is_thin())
        page += "Warning      fewer than three people: when one cannot be reached, nothing can be entered\n";
    page +=
        fmt::format("Activates    {}\n", site.auto_activate ? "BY ITSELF, without people, as soon as a quorum says so"
                                                            : "when two people confirm");
    if (!site.canary.empty())
        page += fmt::format("Canary       {}\n", list_words(site.canary));
    return page;
}

std::string words_of(const Confirmation& confirmation)
{
    std::string page = fmt::format("Confirmation, {}\n\n  Site {} {}\n\n", action_name(confirmation.action),
                                   confirmation.site, effect(confirmation.action));
    if (confirmation.subject)
        page += fmt::format("Of           {}\n", hex_lower(*confirmation.subject));
    if (confirmation.zone)
        page += fmt::format("Zone         {}\n", hex_lower(*confirmation.zone));
    page += fmt::format("Time         {}: you vouch for it\nNonce        {}\n", time_words(confirmation.time),
                        confirmation.nonce);
    return page;
}

}  // namespace rw::zones::continuity
