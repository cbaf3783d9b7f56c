// SPDX-License-Identifier: EUPL-1.2
// Random histories of a site: mostly what would happen, often enough what must not. The same seed gives the same
// history.
#pragma once

#include <random>

#include "tests/unit/zones/continuity/world.h"

namespace rw::zones::continuity::test
{

class History
{
 public:
    explicit History(std::uint64_t seed) : random_(seed) {}

    World world;

    /// Moves the clocks a little, sometimes oddly, and gives the next event.
    Event next()
    {
        move_clocks();
        if (chance(55))
            return likely();
        switch (pick(12)) {
            case 0:
                return Start{};
            case 1:
                return Tick{};
            case 2:
                return rotation();
            case 3:
                return change_of_site();
            case 4:
                return LoseMarks{.file = chance(40), .journal = chance(40)};
            case 5:
                return Enter{.confirmations = confirmations(Action::enter)};
            case 6:
                return Leave{.confirmation = confirmation(Action::leave)};
            case 7:
                return enrolment();
            case 8:
                return SetTime{.nonce = nonce(), .confirmations = confirmations(Action::set_time)};
            case 9:
                return ShowZone{.zone = zone(), .for_armed = chance(60)};
            case 10:
                return installation();
            default:
                return Present{.statement = statement(any_type()), .nonce = nonce()};
        }
    }

 private:
    std::size_t pick(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_); }
    bool chance(std::size_t percent) { return pick(100) < percent; }
    Digest fresh_hash() { return sha256("hash " + std::to_string(random_())); }
    std::string nonce() { return chance(90) ? World::first_nonce : std::string(32, static_cast<char>('0' + pick(3))); }

    void move_clocks()
    {
        const Seconds passed = chance(80) ? static_cast<Seconds>(pick(600)) : static_cast<Seconds>(pick(3 * day));
        world.now.monotonic += passed;
        world.now.system += passed;
        if (chance(2))
            world.now.system += (chance(50) ? 1 : -1) * static_cast<Seconds>(pick(400 * day));
        if (chance(4))
            world.now.synchronised = !world.now.synchronised;
    }

    /// What leads on from here.
    Event likely()
    {
        const State& state = world.state;
        if (!state.mark())
            return enrolment();
        if (state.armed && !state.armed->zone)
            return ShowZone{.zone = zone(), .for_armed = true};
        if (state.armed)
            return Enter{.confirmations = World::two(world.confirmation())};
        if (state.active && chance(50))
            return Present{.statement = statement(chance(50) ? StatementType::renew : any_type()), .nonce = nonce()};
        if (state.active || state.drill)
            return Leave{.confirmation = World::from(world.confirmation(Action::leave), key("Cleo"))};
        return Present{.statement = statement(chance(70) ? StatementType::activate : StatementType::drill),
                       .nonce = nonce()};
    }

    StatementType any_type() { return static_cast<StatementType>(pick(5)); }

    std::vector<Digest> some_signers(std::size_t usual)
    {
        std::vector<Digest> by = signers(chance(80) ? usual : pick(5));
        if (chance(15))
            by.push_back(key(parties()[pick(4)], static_cast<int>(1 + pick(2))));
        return by;
    }

    Signed<Statement> statement(StatementType type)
    {
        if (!seen_.empty() && chance(10))
            return seen_[pick(seen_.size())];
        const Mark mark = world.state.mark().value_or(Mark{});
        const std::int64_t largest = type == StatementType::drill ? mark.drill : mark.sequence;
        Statement made = world.make(type, largest + (chance(85) ? 1 : static_cast<std::int64_t>(pick(1'100)) - 40));
        made.not_before = world.now.system - hour + (chance(5) ? 2 * hour : 0);
        made.expires = made.not_before + static_cast<Seconds>(hour + pick(14 * day - hour));
        if (chance(4))
            made.authority = world.state.chain[pick(world.state.chain.size())].hash;
        if (chance(3))
            made.sites = {"elsewhere"};
        if (made.policy)
            vary(*made.policy);
        if (type == StatementType::drill)
            made.drill =
                DrillPlan{.mode = static_cast<DrillMode>(pick(3)), .length = static_cast<Seconds>(1 + pick(4 * hour))};
        if (type == StatementType::renew) {
            made.extends = chance(60);
            made.subject = world.state.active && chance(90) ? world.state.active->statement.hash : fresh_hash();
            if (!made.extends || chance(40)) {
                made.policy = policy();
                vary(*made.policy);
            }
        }
        if (made.leads_out() && chance(40))
            made.subject = world.state.active && chance(70) ? world.state.active->statement.hash : fresh_hash();
        const std::size_t usual = type == StatementType::drill ? 1 : made.leads_out() ? 2 : 3;
        seen_.push_back({.content = made, .hash = fresh_hash(), .signers = some_signers(usual)});
        return seen_.back();
    }

    void vary(ZonePolicy& policy)
    {
        if (chance(5))
            policy.anchor = other_anchor;
        if (chance(8))
            policy.base.serial += 1;
        if (chance(8))
            policy.differences = {{.owner = "se.", .type = "DS", .ttl = 0, .old = sha256("old"), .rdata = {}}};
    }

    ZoneFacts zone()
    {
        ZoneFacts facts = World::zone();
        if (world.state.armed && world.state.armed->statement.content.policy && chance(90))
            facts.base = world.state.armed->statement.content.policy->base;
        facts.base_verified = world.now.system - static_cast<Seconds>(pick(50 * hour));
        switch (pick(30)) {
            case 0:
                facts.anchor = other_anchor;
                break;
            case 1:
                facts.zonemd = false;
                break;
            case 2:
                facts.serial -= 1;
                break;
            case 3:
                facts.algorithms = {8, 13};
                break;
            case 4:
                facts.base.serial += 1;
                break;
            case 5:
                facts.unlisted = 1;
                break;
            case 6:
                facts.changed_tlds = 11;
                break;
            case 7:
                facts.base_verified.reset();
                break;
            default:
                facts.hash = sha256("zone " + std::to_string(pick(3)));
        }
        return facts;
    }

    Signed<Confirmation> confirmation(Action action)
    {
        Confirmation one = world.confirmation(chance(95) ? action : static_cast<Action>(pick(5)));
        one.time += chance(90) ? static_cast<Seconds>(pick(500)) : static_cast<Seconds>(pick(day)) - day / 2;
        if (chance(4))
            one.site = "elsewhere";
        if (chance(4))
            one.subject = fresh_hash();
        if (chance(4))
            one.nonce = nonce();
        static const std::vector<Digest> people{key("Anna"), key("Anna", 2), key("Ben"), key("Cleo"), key("Nobody")};
        return World::from(one, people[pick(people.size())]);
    }
    std::vector<Signed<Confirmation>> confirmations(Action action)
    {
        std::vector<Signed<Confirmation>> all;
        for (std::size_t count = 1 + pick(3); count > 0; --count)
            all.push_back(confirmation(action));
        return all;
    }

    Event enrolment()
    {
        Enrol event{.statement = {}, .nonce = World::first_nonce, .confirmations = {}};
        if (chance(60))
            event.statement = statement(any_type());
        Confirmation one = world.confirmation(Action::enrol);
        one.subject = event.statement ? event.statement->hash : world.state.chain.back().hash;
        event.confirmations = chance(80) ? World::two(one) : confirmations(Action::enrol);
        return event;
    }

    Authority next_authority()
    {
        Authority next = world.state.chain.back().content;
        next.version += chance(95) ? 1 : 2;
        next.previous = chance(95) ? world.state.chain.back().hash : fresh_hash();
        next.issued = world.now.system;
        next.expires = world.now.system + static_cast<Seconds>(day + pick(300 * day));
        PartyKey& one = next.parties[pick(4)].keys.front();
        if (chance(40))
            one.state = static_cast<KeyState>(pick(3));
        if (chance(30))
            next.parties[pick(4)].keys.front().expires = world.now.system + static_cast<Seconds>(pick(6 * day)) - day;
        if (chance(3))
            std::swap(next.parties[0].keys.front(), next.parties[1].keys.front());
        if (chance(3))
            next.parties[2].keys.pop_back();
        if (next.parties[2].keys.empty())
            next.parties[2].keys.push_back({.key = fresh_hash(), .state = KeyState::active});
        return next;
    }
    Event rotation()
    {
        std::vector<Digest> by = some_signers(3);
        if (chance(50))
            by = {key(parties()[0], 2), key(parties()[1], 2), key(parties()[2], 2), key(parties()[3], 2)};
        return Rotate{{.content = next_authority(), .hash = fresh_hash(), .signers = by}};
    }
    Event installation()
    {
        Install event{.authority = {.content = next_authority(), .hash = fresh_hash(), .signers = some_signers(3)},
                      .nonce = World::first_nonce,
                      .confirmations = {}};
        Confirmation one = world.confirmation(Action::install);
        one.subject = event.authority.hash;
        event.confirmations = chance(20) ? World::two(one) : confirmations(Action::install);
        return event;
    }
    Event change_of_site()
    {
        Signed<Site> next = world.state.site;
        next.content.version += chance(90) ? 1 : 2;
        next.content.previous = chance(90) ? world.state.site.hash : fresh_hash();
        next.content.auto_activate = chance(30);
        next.hash = fresh_hash();
        next.signers = chance(70) ? std::vector{key("Anna"), key("Ben")} : std::vector{key("Anna"), key("Anna", 2)};
        return ChangeSite{next};
    }

    std::mt19937_64 random_;
    std::vector<Signed<Statement>> seen_;
};

}  // namespace rw::zones::continuity::test
