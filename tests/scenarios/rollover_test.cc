// SPDX-License-Identifier: EUPL-1.2
// The root rolls its key over months of virtual time, and a resolver lives through it (RFC 5011): the new key is
// published, waits, signs; the old one is revoked and goes; the package is renewed and a state file is lost meanwhile.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "config/load.h"
#include "resolver/dnssec/ds.h"
#include "tests/scenarios/authority/server.h"
#include "tests/scenarios/message/presentation.h"
#include "tests/scenarios/simulator/resolver.h"
#include "tests/unit/resolver/dnssec/oracle.h"

using namespace rw;
using namespace rw::scenarios;
using dnssec::test::Signer;
using std::chrono::days;
using std::chrono::hours;

namespace
{

constexpr std::uint32_t start = 1'790'000'000;
using Signers = std::vector<const Signer*>;
using Anchors = std::vector<dnssec::TrustAnchor>;

WallSeconds day(int number)
{
    return WallSeconds{std::chrono::seconds{start}} + days{number};
}

Signer new_key(const std::string& zone, std::uint16_t flags = 257)
{
    Signer signer(LDNS_SIGN_ECDSAP256SHA256, 0, zone, flags);
    signer.set_times(start - 86400, start + 400 * 86400);
    return signer;
}

std::string dnskey_line(const std::string& zone, const Signer& key)
{
    const std::string text =
        dnssec::TrustAnchor{*dns::Name::parse(zone), dns::RRType::dnskey, key.dnskey()}.to_string();
    return zone + " 172800" + text.substr(zone.size());
}

OctetBuffer ds_rdata(const std::string& zone, const Signer& key)
{
    dnssec::Digester digester;
    OctetBuffer rdata;
    append_u16(rdata, key.tag());
    append_u8(rdata, key.dnskey()[3]);
    append_u8(rdata, 2);
    append(rdata, dnssec::ds_digest(*dns::Name::parse(zone), key.dnskey(), 2, digester)->view());
    return rdata;
}

void add(Records& records, const dns::RRset& set)
{
    const auto put = [&](dns::RRType type, Octets rdata) {
        records.push_back({set.owner, type, dns::RRClass::in, set.ttl, OctetBuffer(rdata.begin(), rdata.end())});
    };
    for (const Octets rdata : set.rdatas)
        put(set.type, rdata);
    for (const Octets rdata : set.signatures)
        put(dns::RRType::rrsig, rdata);
}

/// The DNSKEY RRset of `keys` with a signature by each of `signers`.
dns::RRset key_set(const std::string& zone, const Signers& keys, const Signers& signers)
{
    std::vector<std::string> lines;
    for (const Signer* key : keys)
        lines.push_back(dnskey_line(zone, *key));
    dns::RRset set = signers.front()->sign(lines);
    for (const Signer* signer : std::span(signers).subspan(1)) {
        for (const Octets signature : signer->sign(lines).signatures)
            set.signatures.add(signature);
    }
    return set;
}

/// A folder that goes with the object.
struct Folder {
    std::filesystem::path path;
    Folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "rollover-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
};

/// What is written to standard error while `act` runs.
template <class Act>
std::string told(const std::filesystem::path& file, Act&& act)
{
    const int before = ::dup(STDERR_FILENO);
    const int now = ::open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    REQUIRE(before >= 0);
    REQUIRE(now >= 0);
    ::dup2(now, STDERR_FILENO);
    act();
    ::dup2(before, STDERR_FILENO);
    ::close(before);
    ::close(now);
    std::ifstream text(file);
    return {std::istreambuf_iterator<char>(text), {}};
}

/// The root, a top-level domain below it, and the resolver with its state folder.
struct RootWorld {
    Signer ancient = new_key("."), old_key = new_key("."), next_key = new_key("."), zone_key = new_key(".", 256);
    Signer child = new_key("example.");
    Folder folder;
    SimulatedResolver resolver{day(0), 1};
    AuthoritativeServer root{resolver.random()};
    AuthoritativeServer tld{resolver.random()};
    HintsFile hints{". 3600000 NS k.root-servers.net.\nk.root-servers.net. 3600000 A 193.0.14.129\n"};

    RootWorld()
    {
        Records records;
        add(records, child.sign({"example. 3600 SOA ns.example. h.example. 1 1800 900 604800 300"}));
        add(records, child.sign({"example. 3600 NS ns.example."}));
        add(records, child.sign({"ns.example. 3600 A 192.0.2.1"}));
        add(records, child.sign({"www.example. 3600 A 192.0.2.80"}));
        add(records, key_set("example.", {&child}, {&child}));
        tld.serve(std::make_shared<const Zone>(*dns::Name::parse("example."), records));
        root.serve(std::make_shared<const Zone>(dns::Name{}, Records{}));
        resolver.network().put(*IpAddress::parse("193.0.14.129"), root);
        resolver.network().put(*IpAddress::parse("192.0.2.1"), tld);
    }

    /// An anchor as a package ships it.
    static dnssec::TrustAnchor shipped(const Signer& key, WallSeconds from, WallSeconds until)
    {
        return {dns::Name{}, dns::RRType::ds, ds_rdata(".", key), from, until};
    }

    /// (Re)starts the resolver of a package that ships `anchors`, with an empty cache. Gives what it says at its start.
    std::string run(const Anchors& anchors)
    {
        resolver.stop();
        auto settings = config::load_text("root: {hints: " + hints.path().string() +
                                              ", priming: false, monitor: {enabled: false}}\n"
                                              "dnssec: {key-tag-signal: false}\n",
                                          "");
        REQUIRE(settings);
        settings->state_dir = folder.path;
        return told(folder.path / "told", [&] {
            CHECK(resolver.start_following(*settings, anchors));
            resolver.world().run_for(std::chrono::seconds{5});
        });
    }

    /// The root zone whose DNSKEY RRset is `keys` with the zone signing key, signed by `signers`.
    void publish(Signers keys, const Signers& signers)
    {
        keys.push_back(&zone_key);
        put_root(key_set(".", keys, signers));
    }

    void put_root(const dns::RRset& keys)
    {
        const dnssec::TrustAnchor ds{*dns::Name::parse("example."), dns::RRType::ds, ds_rdata("example.", child)};
        Records records;
        add(records, keys);
        add(records, zone_key.sign({". 3600 SOA k.root-servers.net. h. 1 1800 900 604800 300"}));
        add(records, zone_key.sign({". 3600 NS k.root-servers.net."}));
        add(records, zone_key.sign({ds.to_string()}));
        add(records, dnssec::test::rrset({"example. 3600 NS ns.example."}));
        add(records, dnssec::test::rrset({"ns.example. 3600 A 192.0.2.1"}));
        root.replace(std::make_shared<const Zone>(dns::Name{}, records));
    }

    /// Lets time pass until the morning of `number`.
    void live_until(int number)
    {
        const auto left = day(number) - resolver.world().clock().wall_seconds();
        REQUIRE(left > std::chrono::seconds{0});
        resolver.world().run_for(left);
    }

    /// What is said while `duration` passes.
    std::string hear(Duration duration)
    {
        return told(folder.path / "told", [&] { resolver.world().run_for(duration); });
    }

    /// What the signed name is for a client, when nothing that is cached helps: "secure", "insecure" or "bogus".
    std::string signed_name()
    {
        resolver.world().run_for(days{2} + hours{1});
        Message query;
        query.id = 7;
        query.flags = dns::Header::rd;
        query.question = dns::Question{*dns::Name::parse("www.example."), dns::RRType::a, dns::RRClass::in};
        query.edns = EdnsRecord{1232, 0, true};
        const OutcomePtr outcome = resolver.ask(encode(query), {{*IpAddress::parse("127.0.0.1"), 1024}});
        resolver.world().run_for(std::chrono::seconds{10});
        REQUIRE(outcome->answered);
        const auto reply = decode(outcome->octets);
        REQUIRE(reply);
        if (reply->rcode == static_cast<std::uint16_t>(Rcode::servfail))
            return "bogus";
        CHECK(reply->answer().size() == 2);
        return reply->has(dns::Header::ad) ? "secure" : "insecure";
    }

    [[nodiscard]] std::string file(const char* name) const
    {
        std::ifstream text(folder.path / name);
        return {std::istreambuf_iterator<char>(text), {}};
    }
    [[nodiscard]] bool is(const Signer& key, const char* state) const
    {
        return file("root-keys").find("key " + std::to_string(key.tag()) + " " + state + " ") != std::string::npos;
    }
};

/// The new key is published. It signs nothing that is believed until it has waited.
void wait_for_the_new_key(RootWorld& world)
{
    world.publish({&world.old_key, &world.next_key}, {&world.old_key});
    world.live_until(10);
    CHECK(world.is(world.next_key, "pending"));
    CHECK(world.signed_name() == "secure");
    world.publish({&world.next_key}, {&world.next_key});
    const std::string complaints = told(world.folder.path / "told", [&] { CHECK(world.signed_name() == "bogus"); });
    const auto tries = std::ranges::count(complaints, '\n');
    CHECK(tries >= 1);
    CHECK(tries <= 49);  // no more often than once an hour (RFC 5011 §2.3)
    world.publish({&world.old_key, &world.next_key}, {&world.old_key});
    world.live_until(30);
    CHECK(world.is(world.next_key, "pending"));
    world.live_until(40);
    CHECK(world.is(world.next_key, "valid"));
    CHECK(world.signed_name() == "secure");
}

}  // namespace

TEST_CASE("a resolver lives through a roll of the root's key, and a lost state file brings no revoked key back")
{
    RootWorld world;
    const Anchors first_package{RootWorld::shipped(world.ancient, day(-3000), day(-1)),
                                RootWorld::shipped(world.old_key, day(-2000), WallSeconds::max())};
    world.publish({&world.old_key}, {&world.old_key});
    CHECK(world.run(first_package).find("lost") == std::string::npos);
    CHECK(world.signed_name() == "secure");
    CHECK(world.is(world.old_key, "valid"));

    const dns::RRset before_revocation = key_set(".", {&world.old_key, &world.zone_key}, {&world.old_key});
    wait_for_the_new_key(world);

    // It takes over, also for a resolver that starts again: its state says nothing is wrong.
    world.publish({&world.old_key, &world.next_key}, {&world.next_key});
    CHECK(world.signed_name() == "secure");
    CHECK(world.run(first_package).empty());
    CHECK(world.signed_name() == "secure");

    // The old key revokes itself.
    const std::string revoked_key = "key " + std::to_string(world.old_key.tag()) + " ";
    world.old_key.revoke();
    world.publish({&world.old_key, &world.next_key}, {&world.old_key, &world.next_key});
    world.live_until(60);
    CHECK(world.signed_name() == "secure");
    CHECK(world.file("revoked-keys").find(revoked_key) != std::string::npos);

    // The next package ships both keys, and the state is lost on the way.
    const Anchors second_package{first_package[0], first_package[1],
                                 RootWorld::shipped(world.next_key, day(0), WallSeconds::max())};
    std::filesystem::remove(world.folder.path / "root-keys");
    const std::string warning = world.run(second_package);
    CHECK(warning.find("root-keys is lost") != std::string::npos);
    CHECK(warning.find("less 1 keys known to be revoked") != std::string::npos);
    CHECK(world.signed_name() == "secure");
    CHECK(world.is(world.next_key, "valid"));
    world.put_root(before_revocation);
    CHECK(world.signed_name() == "bogus");
    world.publish({&world.ancient}, {&world.ancient});
    CHECK(world.signed_name() == "bogus");

    // The old key is gone, and stays revoked for whoever replays the past.
    world.publish({&world.next_key}, {&world.next_key});
    world.live_until(120);
    CHECK(world.signed_name() == "secure");
    CHECK(world.run(second_package).empty());
    CHECK(world.signed_name() == "secure");
    world.put_root(before_revocation);
    CHECK(world.signed_name() == "bogus");
}

TEST_CASE(
    "a clock that was set back a year is said, also after a restart, and signatures are judged as of the time proven")
{
    RootWorld world;
    const Anchors package{RootWorld::shipped(world.old_key, day(-2000), WallSeconds::max())};
    world.publish({&world.old_key}, {&world.old_key});
    world.run(package);
    CHECK(world.signed_name() == "secure");
    CHECK(world.hear(days{3}).empty());
    world.resolver.world().clock().shift_wall(-days{365});
    const std::string said = world.hear(days{3});
    CHECK(said.find("the clock of this host is behind") != std::string::npos);
    CHECK(said.find("set it (`timedatectl status`, `date -u`)") != std::string::npos);
    CHECK(world.signed_name() == "secure");
    CHECK(world.run(package).find("the clock of this host is behind") != std::string::npos);
    CHECK(world.signed_name() == "secure");
    world.resolver.world().clock().shift_wall(days{365});
    world.hear(days{1});
    CHECK(world.hear(days{3}).empty());
}
