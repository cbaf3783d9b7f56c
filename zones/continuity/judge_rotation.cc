// SPDX-License-Identifier: EUPL-1.2
// A new authority by the quorum of the old and the new, or by two operators when no old quorum is left; a new site file
// by two of the old one's people.
#include <algorithm>

#include "zones/continuity/judge.h"

namespace rw::zones::continuity
{

namespace
{

/// Name of the party that has `key`; empty for none.
std::string party_of(const Authority& authority, const Digest& key)
{
    for (const Party& party : authority.parties) {
        if (std::ranges::find(party.keys, key, &PartyKey::key) != party.keys.end())
            return party.name;
    }
    return {};
}

}  // namespace

/// The version's own parties, by keys that can sign: now, and when it says that it was issued.
Tally Judge::own_quorum(const Signed<Authority>& authority) const
{
    const Seconds at = std::max(times().latest, authority.content.issued);
    return tally(authority.content, Role::authority, authority.signers, [&](const PartyKey& key) {
        return key.state == KeyState::active && !broken(Rule::key_expired, key.has_expired(at));
    });
}

/// A key stays with its party, never gets better, and goes only when nothing that it signed can still run.
Judge::Refusal Judge::judge_keys(const Authority& old, const Authority& next) const
{
    const bool all_over = old.issued + statement_lifetime <= next.issued;
    for (const Party& party : old.parties) {
        for (const PartyKey& key : party.keys) {
            const std::string id = key_id(key.key).substr(0, 16);
            const PartyKey* now = next.find(key.key);
            if (now == nullptr) {
                if (broken(Rule::key_dropped, key.state == KeyState::active || !all_over))
                    return refuse(Rule::key_dropped, fmt::format("key {} of {} is left out: it must be called retired "
                                                                 "or stolen, for 14 days at least",
                                                                 id, party.name));
                continue;
            }
            if (broken(Rule::key_came_back, now->state < key.state))
                return refuse(Rule::key_came_back,
                              fmt::format("key {} of {} was {} and cannot be {} again", id, party.name,
                                          key_state_name(key.state), key_state_name(now->state)));
            if (broken(Rule::key_came_back, key.expires && (!now->expires || *now->expires > *key.expires)))
                return refuse(Rule::key_came_back, fmt::format("key {} of {} expires on {} and cannot be made to last",
                                                               id, party.name, time_words(*key.expires)));
            if (broken(Rule::key_moved, party_of(next, key.key) != party.name))
                return refuse(Rule::key_moved,
                              fmt::format("key {} of {} is given to {}", id, party.name, party_of(next, key.key)));
        }
    }
    return std::nullopt;
}

Judge::Refusal Judge::judge_rotation(const Signed<Authority>& next) const
{
    const Signed<Authority>& old = state_.chain.back();
    if (broken(Rule::version, next.content.version != old.content.version + 1))
        return refuse(Rule::version,
                      fmt::format("version {} cannot follow version {}", next.content.version, old.content.version),
                      next.content.version <= old.content.version);
    if (broken(Rule::previous, next.content.previous != old.hash))
        return refuse(Rule::previous,
                      fmt::format("version {} follows another version {} than the one here", next.content.version,
                                  old.content.version),
                      true);
    if (Refusal no = judge_keys(old.content, next.content))
        return no;
    const Seconds at = std::max(times().latest, next.content.issued);
    const Tally before = tally(old.content, Role::authority, next.signers, [&](const PartyKey& key) {
        return key.state == KeyState::active && !next.content.calls_stolen(key.key) &&
               !broken(Rule::key_expired, key.has_expired(at));
    });
    if (broken(Rule::old_quorum, !before.met()))
        return refuse(Rule::old_quorum, fmt::format("the old authority's quorum is missing: {}", before.words()), true);
    const Tally after = own_quorum(next);
    if (broken(Rule::new_quorum, !after.met()))
        return refuse(Rule::new_quorum, fmt::format("the new authority's quorum is missing: {}", after.words()));
    if (broken(Rule::authority_expired, times().latest >= next.content.expires))
        return refuse(Rule::authority_expired,
                      fmt::format("version {} expired on {}", next.content.version, time_words(next.content.expires)));
    return std::nullopt;
}

Verdict Judge::operator()(const Rotate& event)
{
    if (Refusal no = judge_rotation(event.authority))
        return *no;
    state_.chain.push_back(event.authority);
    end_what_lost_its_quorum();
    return permit(fmt::format("version {} of the authority is in force", event.authority.content.version));
}

Verdict Judge::operator()(const Install& event)
{
    if (Refusal no = judge_people(event.confirmations, wanted(Action::install, event.authority.hash, event.nonce), 2))
        return *no;
    const Tally own = own_quorum(event.authority);
    if (broken(Rule::new_quorum, !own.met()))
        return refuse(Rule::new_quorum, fmt::format("the new authority's quorum is missing: {}", own.words()));
    state_.chain = {event.authority};
    end_what_lost_its_quorum();
    return {
        .permitted = true,
        .sentence = fmt::format("authority {} is installed in place of the old one", short_hash(event.authority.hash)),
        .critical = true,
        .notes = {}};
}

Verdict Judge::operator()(const ChangeSite& event)
{
    const Signed<Site>& old = state_.site;
    const Site& next = event.site.content;
    if (broken(Rule::confirmation_site, next.id != old.content.id))
        return refuse(Rule::confirmation_site,
                      fmt::format("the file is for site {}, this is {}", next.id, old.content.id));
    if (broken(Rule::version, next.version != old.content.version + 1))
        return refuse(Rule::version,
                      fmt::format("version {} cannot follow version {}", next.version, old.content.version));
    if (broken(Rule::previous, next.previous != old.hash))
        return refuse(Rule::previous, fmt::format("version {} follows another version {} than the one here",
                                                  next.version, old.content.version));
    const std::vector<std::string> names = people(old.content, event.site.signers);
    if (broken(Rule::two_people, names.size() < 2))
        return refuse(Rule::two_people, fmt::format("two people of the site must sign its change; signed: {}",
                                                    names.empty() ? "nobody" : list_words(names)));
    state_.site = event.site;
    if (next.is_thin())
        note("fewer than three operators: when one cannot be reached, nothing can be entered");
    return permit(fmt::format("version {} of the site file is in force", next.version));
}

}  // namespace rw::zones::continuity
