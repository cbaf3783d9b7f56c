// SPDX-License-Identifier: EUPL-1.2
// A small tree of signed zones, made with ldns, and a source that gives the validator its DS and DNSKEY RRsets. Tests
// take things away, forge and expire.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <map>
#include <memory>
#include <set>

#include "resolver/dnssec/ds.h"
#include "resolver/validate/validator.h"
#include "tests/unit/resolver/dnssec/oracle.h"
#include "tests/unit/resolver/io/loose_tasks.h"

namespace rw::validate::test
{

using dnssec::test::good_time;
using dnssec::test::name;
using dnssec::test::rrset;
using dnssec::test::Signer;

class WorldClock final : public Clock
{
 public:
    [[nodiscard]] Instant monotonic() const override { return now; }
    [[nodiscard]] std::chrono::sys_time<std::chrono::microseconds> wall() const override { return wall_now; }
    Instant now{};
    std::chrono::sys_time<std::chrono::microseconds> wall_now{std::chrono::seconds{good_time}};
};

/// Answers from a table; notes what was asked and what was kept.
class TableSource final : public RecordSource
{
 public:
    using Key = std::pair<std::string, dns::RRType>;
    [[nodiscard]] std::optional<dns::Name> ds_servers_zone(const dns::Name& name) const override
    {
        const auto at = zones.find(name.to_string());
        return at != zones.end() ? std::optional(at->second) : std::nullopt;
    }
    [[nodiscard]] Fetched last_word(const dns::Name& zone) const override
    {
        const auto at = said.find(zone.to_string());
        return at != said.end() ? at->second : Fetched{};
    }
    void forget(const dns::Name& zone) override { forgotten.insert(zone.to_string()); }
    io::Task<Fetched> fetch(dns::Question question, unsigned attempt) override
    {
        ++asked[{question.name.to_string(), question.type}];
        if (on_fetch)
            on_fetch(question);
        const auto& list = table[{question.name.to_string(), question.type}];
        Fetched fetched;
        if (attempt < list.size())
            fetched = list[attempt];
        co_return fetched;
    }
    void keep(const dns::Question& question, const Fetched& fetched, cache::Security security) override
    {
        kept[{question.name.to_string(), question.type}] = security;
        kept_ttl[{question.name.to_string(), question.type}] = fetched.rrset.ttl;
    }
    [[nodiscard]] int total() const
    {
        int sum = 0;
        for (const auto& [key, count] : asked)
            sum += count;
        return sum;
    }

    std::map<Key, std::vector<Fetched>> table;  ///< answers of one server after the other
    std::function<void(const dns::Question&)> on_fetch;
    std::map<std::string, dns::Name> zones;  ///< whose servers are asked for the DS of a name
    std::map<std::string, Fetched> said;     ///< what parents said of DS since
    std::set<std::string> forgotten;         ///< zones
    std::map<Key, int> asked;
    std::map<Key, cache::Security> kept;
    std::map<Key, std::uint32_t> kept_ttl;  ///< seconds
};

inline Fetched answer(dns::RRset set, const char* zone)
{
    Fetched fetched;
    fetched.kind = Fetched::Kind::answer;
    fetched.rrset = std::move(set);
    fetched.zone = name(zone);
    return fetched;
}

inline Fetched denial(std::vector<dns::RRset> sets, const char* zone, Fetched::Kind kind = Fetched::Kind::nodata)
{
    Fetched fetched;
    fetched.kind = kind;
    fetched.denial = std::move(sets);
    fetched.zone = name(zone);
    return fetched;
}

/// Root, com., example.com. signed; plain.com. delegated without DS.
struct World {
    Signer root{LDNS_SIGN_ECDSAP256SHA256, 0, "."};
    Signer com{LDNS_SIGN_ECDSAP256SHA256, 0, "com."};
    Signer example{LDNS_SIGN_ECDSAP256SHA256, 0, "example.com."};
    WorldClock clock;
    io::Scheduler scheduler{clock};
    rw::test::LooseTasks tasks{scheduler};
    AnchorStore anchors;
    TimeFloor floor;
    ValidatorRules rules{true, {}, std::chrono::seconds{0}};
    std::unique_ptr<Validator> validator;
    TableSource source;
    dnssec::Work work;
    Journal journal;

    World()
    {
        AnchorSet set;
        set.anchors.push_back(
            {name("."), dns::RRType::ds, ds_rdata(root, "."), WallSeconds::min(), WallSeconds::max()});
        anchors.replace(std::move(set));
        source.table[{".", dns::RRType::dnskey}] = {answer(root.sign_keys({&root}), ".")};
        source.table[{"com.", dns::RRType::ds}] = {answer(ds(root, com, "com."), ".")};
        source.table[{"com.", dns::RRType::dnskey}] = {answer(com.sign_keys({&com}), "com.")};
        source.table[{"example.com.", dns::RRType::ds}] = {answer(ds(com, example, "example.com."), "com.")};
        source.table[{"example.com.", dns::RRType::dnskey}] = {answer(example.sign_keys({&example}), "example.com.")};
        source.table[{"plain.com.", dns::RRType::ds}] = {
            denial({com.sign({"plain.com. 300 NSEC quite.com. NS RRSIG NSEC"})}, "com.")};
        restart();
    }
    /// A validator that knows nothing yet.
    void restart() { validator = std::make_unique<Validator>(rules, anchors, floor, scheduler, rw::HashKey{1, 2}); }

    static OctetBuffer ds_rdata(const Signer& signer, const char* owner, std::uint8_t digest_type = 2)
    {
        dnssec::Digester digester;
        OctetBuffer rdata;
        append_u16(rdata, signer.tag());
        append_u8(rdata, signer.dnskey()[3]);
        append_u8(rdata, digest_type);
        append(rdata, dnssec::ds_digest(name(owner), signer.dnskey(), digest_type, digester)->view());
        return rdata;
    }
    /// The DS RRset of `child`'s key, signed by `parent`.
    static dns::RRset ds(const Signer& parent, const Signer& child, const std::string& owner)
    {
        const OctetBuffer rdata = ds_rdata(child, owner.c_str());
        std::string hex;
        for (std::size_t i = 4; i < rdata.size(); ++i)
            hex += fmt::format("{:02x}", rdata[i]);
        return parent.sign({fmt::format("{} 300 DS {} {} 2 {}", owner, child.tag(), rdata[2], hex)});
    }

    Verdict judge(Part part, const char* zone)
    {
        Session session{source, work, &journal};
        Verdict verdict;
        tasks.spawn(run(*validator, part, name(zone), session, verdict));
        scheduler.run_ready();
        return verdict;
    }
    Verdict positive(dns::RRset& set, const char* zone, std::vector<dns::RRset> proof = {})
    {
        return judge({set.owner, set.type, cache::EntryKind::positive, false, {&set, 1}, proof}, zone);
    }
    Verdict negative(const char* text, dns::RRType type, cache::EntryKind kind, std::vector<dns::RRset> soa,
                     std::vector<dns::RRset> proof, const char* zone)
    {
        return judge({name(text), type, kind, false, soa, proof}, zone);
    }

 private:
    static io::Task<void> run(Validator& validator, Part part, dns::Name zone, Session& session, Verdict& out)
    {
        Verdict verdict = co_await validator.validate(part, zone, session);
        out = std::move(verdict);
    }
};

}  // namespace rw::validate::test
