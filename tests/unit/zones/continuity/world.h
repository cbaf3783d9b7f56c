// SPDX-License-Identifier: EUPL-1.2
// A site with its authority, all of it TEST: four parties, three operators, and a step for everything that can happen.
// Signatures are not made here: who signed is said. open() and its tests are elsewhere.
#pragma once

#include <initializer_list>

#include "zones/continuity/evaluator.h"

namespace rw::zones::continuity::test
{

inline constexpr Seconds epoch = 1'790'000'000;  // in September 2026
inline const std::string anchor = "4711 13 2 A1B2C3D4E5F60718293A4B5C6D7E8F90A1B2C3D4E5F60718293A4B5C6D7E8F90";
inline const std::string other_anchor = "4712 13 2 B1B2C3D4E5F60718293A4B5C6D7E8F90A1B2C3D4E5F60718293A4B5C6D7E8F90";

/// Key number `index` of somebody.
inline Digest key(const std::string& who, int index = 1)
{
    return sha256("key " + std::to_string(index) + " of " + who);
}

inline const std::vector<std::string>& parties()
{
    static const std::vector<std::string> names{"Netnod TEST", "RIPE NCC TEST", "DENIC TEST", "AFNIC TEST"};
    return names;
}

/// First keys of the first `count` parties.
inline std::vector<Digest> signers(std::size_t count)
{
    std::vector<Digest> keys;
    for (std::size_t i = 0; i < count; ++i)
        keys.push_back(key(parties().at(i)));
    return keys;
}

inline Signed<Authority> signed_authority(Authority authority, std::vector<Digest> by)
{
    const Digest hash = sha256(payload_of(authority));
    return {.content = std::move(authority), .hash = hash, .signers = std::move(by)};
}

inline Authority first_authority()
{
    Authority authority;
    authority.name = "Continuity TEST";
    authority.issued = epoch - 10 * day;
    authority.expires = epoch + 300 * day;
    for (const std::string& name : parties())
        authority.parties.push_back({.name = name,
                                     .keys = {{.key = key(name), .state = KeyState::active},
                                              {.key = key(name, 2), .state = KeyState::active}}});
    authority.thresholds = {3, 3, 3, 2, 1};
    authority.anchors = {anchor};
    return authority;
}

inline Signed<Site> first_site()
{
    Site site;
    site.institution = "Bank TEST";
    site.id = "bank-test";
    site.operators = {{.name = "Anna TEST", .keys = {key("Anna"), key("Anna", 2)}},
                      {.name = "Ben TEST", .keys = {key("Ben")}},
                      {.name = "Cleo TEST", .keys = {key("Cleo")}}};
    const Digest hash = sha256(payload_of(site));
    return {.content = site, .hash = hash, .signers = {key("Anna"), key("Ben")}};
}

inline ZonePolicy policy()
{
    ZonePolicy policy;
    policy.sources = {{.uri = "file:/srv/continuity.zone", .pin = {}}};
    policy.anchor = anchor;
    policy.least_serial = 2026090100;
    policy.algorithms = {13};
    policy.base = {.serial = 2026090100, .zonemd = std::string(96, 'A')};
    return policy;
}

class World
{
 public:
    explicit World(Rule off = Rule::none) : off_(off)
    {
        state.chain = {signed_authority(first_authority(), signers(3))};
        state.site = first_site();
        state.file = Mark{.sequence = 10, .activation = {}, .renewal = {}, .drill = 5, .time = epoch};
        state.journal = state.file;
        now = {.system = epoch, .synchronised = true, .monotonic = 1'000};
        (void)happen(Start{});
    }

    Verdict happen(const Event& event)
    {
        last = step_without(off_, state, event, now);
        return last;
    }
    void pass(Seconds time)
    {
        now.system += time;
        now.monotonic += time;
        (void)happen(Tick{});
    }

    [[nodiscard]] Statement make(StatementType type, std::int64_t sequence) const
    {
        Statement statement;
        statement.type = type;
        statement.id = "TEST-" + std::to_string(sequence);
        statement.sequence = sequence;
        statement.not_before = epoch - hour;
        statement.expires = epoch + 7 * day;
        statement.reason = "rehearsal";
        statement.authority = state.chain.back().hash;
        if (!statement.leads_out() && type != StatementType::renew)
            statement.policy = policy();
        if (type == StatementType::drill)
            statement.drill = DrillPlan{.mode = DrillMode::shadow, .length = hour};
        return statement;
    }
    static Signed<Statement> by(const Statement& statement, std::vector<Digest> signers)
    {
        return {.content = statement, .hash = sha256(payload_of(statement)), .signers = std::move(signers)};
    }
    Verdict present(const Statement& statement, std::vector<Digest> signers, const std::string& nonce = first_nonce)
    {
        return happen(Present{.statement = by(statement, std::move(signers)), .nonce = nonce});
    }
    Verdict present(const Statement& statement, std::size_t parties)
    {
        return present(statement, test::signers(parties));
    }

    /// The zone that policy() permits.
    static ZoneFacts zone()
    {
        return {.hash = sha256("zone"),
                .serial = 2026090100,
                .anchor = test::anchor,
                .zonemd = true,
                .algorithms = {13},
                .base = policy().base,
                .first_unlisted = {},
                .base_tlds = 1'000,
                .base_verified = epoch - hour};
    }
    [[nodiscard]] Confirmation confirmation(Action action = Action::enter) const
    {
        Confirmation one{
            .action = action, .site = "bank-test", .subject = {}, .zone = {}, .nonce = first_nonce, .time = now.system};
        if (state.armed && action == Action::enter) {
            one.subject = state.armed->statement.hash;
            one.zone = state.armed->zone ? std::optional(state.armed->zone->hash) : std::nullopt;
            one.nonce = state.armed->nonce;
        }
        if (action == Action::leave) {
            const std::optional<Running>& running = state.active ? state.active : state.drill;
            one.subject = running ? std::optional(running->statement.hash) : std::nullopt;
            one.nonce = running ? running->nonce : first_nonce;
        }
        return one;
    }
    static Signed<Confirmation> from(const Confirmation& confirmation, const Digest& signer)
    {
        return {.content = confirmation, .hash = sha256(payload_of(confirmation)), .signers = {signer}};
    }
    /// Anna and Ben confirm `one`.
    static std::vector<Signed<Confirmation>> two(const Confirmation& one)
    {
        return {from(one, key("Anna")), from(one, key("Ben"))};
    }
    Verdict enter() { return happen(Enter{.confirmations = two(confirmation())}); }

    /// An activation of sequence 11, armed, with its zone shown.
    bool arm()
    {
        return present(make(StatementType::activate, 11), 3).permitted && happen(ShowZone{.zone = zone()}).permitted;
    }
    bool activate() { return arm() && enter().permitted; }
    /// Rotates to a second version, changed by `change`.
    template <class Change>
    Verdict rotate(Change change, std::vector<Digest> by = signers(3))
    {
        Authority next = state.chain.back().content;
        next.version += 1;
        next.previous = state.chain.back().hash;
        next.issued = now.system;
        next.expires = now.system + 300 * day;
        change(next);
        return happen(Rotate{signed_authority(next, std::move(by))});
    }

    inline static const std::string first_nonce = "00112233445566778899aabbccddeeff";
    State state;
    Moment now;
    Verdict last;

 private:
    Rule off_;
};

/// An attack or a rule, told to a world; false when the world gave in, or did not do what it must.
struct Story {
    std::string_view name;
    bool (*holds)(World&);
};

inline std::vector<Story>& stories()
{
    static std::vector<Story> all;
    return all;
}

struct Told {
    Told(std::string_view name, bool (*holds)(World&)) { stories().push_back({name, holds}); }
};

inline bool refused(const Verdict& verdict, Rule rule)
{
    return !verdict.permitted && verdict.rule == rule;
}

}  // namespace rw::zones::continuity::test

// A test case whose story the mutation test tells again, with each rule switched off by turn.
#define RW_STORY(function, title)                                                    \
    static bool function(rw::zones::continuity::test::World& world);                 \
    static const rw::zones::continuity::test::Told told_##function(title, function); \
    TEST_CASE(title)                                                                 \
    {                                                                                \
        rw::zones::continuity::test::World world;                                    \
        CHECK(function(world));                                                      \
    }                                                                                \
    static bool function(rw::zones::continuity::test::World& world)
