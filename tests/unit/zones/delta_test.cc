// SPDX-License-Identifier: EUPL-1.2
// Deltas between small root zones, and the events found in them, one by one.
#include "zones/delta.h"

#include <doctest/doctest.h>

#include <sstream>

#include <algorithm>

#include "tests/unit/zones/signed_zone.h"
#include "zones/severity.h"
#include "zones/zone_file.h"

namespace rw::zones
{

namespace
{

Zone zone_of(const std::string& text)
{
    Result<Zone> zone = read_zone(text);
    REQUIRE_MESSAGE(zone, (zone ? "" : zone.error().message));
    return std::move(*zone);
}

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

std::string lines_without(const std::string& text, const std::string& type)
{
    std::string kept;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        kept += line.find("\t" + type + "\t") == std::string::npos ? line + "\n" : "";
    return kept;
}

std::vector<Event> events_between(const std::string& before, const std::string& after)
{
    const Zone a = zone_of(before);
    const Zone b = zone_of(after);
    return find_events(a, b, compare(a, b), EventLimits{});
}

std::string classes(const std::vector<Event>& events)
{
    std::string text;
    for (const Event& event : events)
        text += (text.empty() ? "" : " ") + std::string(class_name(event.event_class)) + ":" + event.tld;
    return text;
}

const std::string more =
    "fr.\t172800\tIN\tNS\td.nic.fr.\nfr.\t172800\tIN\tNS\te.ext.nic.fr.\nd.nic.fr.\t172800\tIN\tA\t192.0.2.1\n"
    "fr.\t86400\tIN\tDS\t1 13 2 AA\nfr.\t86400\tIN\tDS\t2 13 2 BB\n";
const std::string base = small_root(2024010100, more);
const std::string next = small_root(2024010101, more);

}  // namespace

TEST_CASE("a delta lists RRsets in canonical order with what came, what went, and both TTLs")
{
    const std::string after =
        replaced(replaced(next, "192.5.6.30", "192.5.6.31"), "net.\t86400\tIN\tDS", "net.\t1\tIN\tDS") +
        "aaa.\t5\tIN\tNS\tNS2.AAA.\naaa.\t5\tIN\tNS\tns1.aaa.\n";
    const Delta delta = compare(zone_of(base), zone_of(after));
    CHECK(delta.from == 2024010100);
    CHECK(delta.to == 2024010101);
    std::string text;
    for (const Change& change : delta.changes)
        text += canonical_json(change_json(change)) + "\n";
    CHECK(
        text ==
        R"({"added":["ns1.aaa.","ns2.aaa."],"owner":"aaa.","removed":[],"ttl_after":5,"ttl_before":null,"type":"NS"})"
        "\n"
        R"({"added":[],"owner":"net.","removed":[],"ttl_after":1,"ttl_before":86400,"type":"DS"})"
        "\n"
        R"({"added":["192.5.6.31"],"owner":"a.gtld-servers.net.","removed":["192.5.6.30"],"ttl_after":172800,"ttl_before":172800,"type":"A"})"
        "\n");
    const Delta back = compare(zone_of(after), zone_of(base));
    CHECK(back.changes.size() == 3);
    CHECK(back.changes[0].removed.size() == 2);
    CHECK_FALSE(back.changes[0].ttl_after.has_value());
}

TEST_CASE("a zone that was only signed again has no changes, and every signed RRset is counted")
{
    const Signer signer;
    const Zone before = zone_of(signer.sign(base, {}));
    const Zone after = zone_of(signer.sign(next, {.inception = 1704067300, .expiration = 1705190500}));
    const Delta delta = compare(before, after);
    CHECK(delta.changes.empty());
    CHECK(delta.resigned == 9);
    CHECK(find_events(before, after, delta, EventLimits{}).empty());
    CHECK(compare(before, before).resigned == 0);
}

TEST_CASE("delegations: added, removed, changed, replaced")
{
    CHECK(classes(events_between(base, next + "aaa.\t5\tIN\tNS\tns1.aaa.\naaa.\t5\tIN\tDS\t1 8 2 AA\n")) ==
          "tld-added:aaa.");
    CHECK(classes(events_between(next + "aaa.\t5\tIN\tNS\tns1.aaa.\naaa.\t5\tIN\tDS\t1 8 2 AA\n",
                                 replaced(base, "2024010100", "2024010200"))) == "tld-removed:aaa.");
    CHECK(classes(events_between(base, replaced(next, "e.ext.nic.fr.", "f.ext.nic.fr."))) == "ns-changed:fr.");
    CHECK(classes(events_between(base, replaced(replaced(next, "e.ext.nic.fr.", "f.x."), "NS\td.nic.fr.",
                                                "NS\tg.x."))) == "ns-replaced:fr.");
}

TEST_CASE("DS: added, changed, withdrawn, and no old key left")
{
    const std::string one = "fr.\t86400\tIN\tDS\t1 13 2 AA\n", two = "fr.\t86400\tIN\tDS\t2 13 2 BB\n";
    const std::string unsigned_base = replaced(replaced(base, one, ""), two, "");
    CHECK(classes(events_between(unsigned_base, next)) == "ds-added:fr.");
    CHECK(classes(events_between(base, replaced(next, two, ""))) == "ds-changed:fr.");
    CHECK(classes(events_between(base, replaced(replaced(next, one, ""), two, ""))) == "ds-withdrawn:fr.");
    const auto all_new = events_between(base, replaced(replaced(next, one, "fr. 1 IN DS 3 13 2 CC\n"), two, ""));
    CHECK(classes(all_new).find("ds-no-old-key:fr.") == 0);
    // The same key under another digest type is still the old key.
    CHECK(classes(events_between(base, replaced(replaced(next, one, "fr. 86400 IN DS 1 13 4 CC\n"), two, ""))) ==
          "ds-changed:fr.");
}

TEST_CASE("addresses: glue and root servers apart, and TTLs")
{
    CHECK(classes(events_between(base, replaced(next, "192.0.2.1", "192.0.2.2"))) == "glue-renumbered:fr.");
    const auto moved = events_between(base, replaced(next, "199.9.14.201", "170.247.170.2"));
    CHECK(classes(moved) == "root-server-address:.");
    CHECK(moved[0].summary == "b.root-servers.net.: A 199.9.14.201 to 170.247.170.2");
    CHECK(classes(events_between(base, next + ".\t518400\tIN\tNS\tz.root-servers.net.\n")) == "root-ns-changed:.");
    CHECK(classes(events_between(base, replaced(next, "d.nic.fr.\t172800\tIN\tA", "d.nic.fr.\t1\tIN\tA"))) ==
          "ttl-changed:fr.");
}

TEST_CASE("a name server that gets or loses an address is an event, one that comes or goes is not")
{
    const auto got = events_between(base, next + "d.nic.fr.\t172800\tIN\tA\t198.51.100.66\n");
    REQUIRE(classes(got) == "glue-changed:fr.");
    CHECK(got[0].summary == "d.nic.fr. (serves fr.) has other addresses: A got 198.51.100.66");
    CHECK(classes(events_between(base + "d.nic.fr.\t172800\tIN\tAAAA\t2001:db8::1\n", next)) == "glue-changed:fr.");
    CHECK(classes(events_between(base, next + "fr.\t172800\tIN\tNS\tf.nic.fr.\nf.nic.fr.\t1\tIN\tA\t192.0.2.9\n")) ==
          "ns-changed:fr.");
}

TEST_CASE("serials: back, missing, twice, too many, and none of it for another numbering")
{
    const auto serials = [](const char* from, const char* to) {
        return classes(events_between(replaced(base, "2024010100", from), replaced(base, "2024010100", to)));
    };
    CHECK(serials("2024010100", "2024010101") == "");
    CHECK(serials("2024010101", "2024010200") == "");
    CHECK(serials("2024010105", "2024010200") == "");
    CHECK(serials("2024022901", "2024030100") == "");
    CHECK(serials("2024010100", "2024010200") == "serial-missing:.");
    CHECK(serials("2024010101", "2024010201") == "serial-missing:.");
    CHECK(serials("2024010102", "2024010103") == "serials-per-day:.");
    CHECK(serials("2024010103", "2024010104") == "");
    CHECK(serials("2024010200", "2024010101") == "serial-backward:.");
    CHECK(serials("4", "9") == "");
    CHECK(missing_serials(2024050200, 2024050300).listed == std::vector<std::uint32_t>{2024050201});
    CHECK(missing_serials(2024010101, 2024010400).count == 4);
    CHECK(missing_serials(2023010100, 2024010100).count == 729);
    CHECK(missing_serials(1996010100, 2024010100).listed.size() == 100);
    CHECK(classes(events_between(base, replaced(base, "192.0.2.1", "192.0.2.2"))).find("serial-content:.") == 0);
}

TEST_CASE("a burst is more TLDs in one version than the limit")
{
    std::string after = next;
    for (int i = 0; i < 51; ++i)
        after += "t" + std::to_string(i) + ".\t5\tIN\tNS\tns.x.\n";
    const auto burst = [&](std::size_t limit) {
        const Zone a = zone_of(base);
        const Zone b = zone_of(after);
        const auto events = find_events(a, b, compare(a, b), EventLimits{.burst_tlds = limit});
        return std::ranges::count(events, EventClass::burst, &Event::event_class);
    };
    CHECK(burst(50) == 1);
    CHECK(burst(51) == 0);
}

TEST_CASE("ZONEMD: added, another hash, an unknown hash, removed")
{
    const auto with = [](const std::string& text, const char* kind) {
        return text + ".\t86400\tIN\tZONEMD\t1 1 " + kind + " " + std::string(96, 'A') + "\n";
    };
    CHECK(classes(events_between(base, with(next, "1"))) == "zonemd-added:.");
    CHECK(classes(events_between(with(base, "241"), with(next, "1"))) == "zonemd-hash-changed:.");
    CHECK(classes(events_between(with(base, "1"), with(next, "241"))) == "zonemd-hash-unknown:.");
    CHECK(classes(events_between(with(base, "1"), next)) == "zonemd-removed:.");
    CHECK(classes(events_between(with(base, "1"), with(next, "1"))) == "");
}

TEST_CASE("signature windows: too short, and from the future")
{
    const Signer signer;
    const std::string good = signer.sign(base, {});
    CHECK(classes(events_between(good, signer.sign(next, {.inception = 1704067200,
                                                          .expiration = 1704067200 + 86400}))) == "signature-window:.");
    std::string future = signer.sign(next, {});
    const std::size_t at = future.find("RRSIG\tDS ");
    REQUIRE(at != std::string::npos);
    future.replace(future.find("20240101000000", at), 14, "20240102000000");
    CHECK(classes(events_between(good, future)) == "signature-future:.");
}

TEST_CASE("keys: pre-published, introduced, retired, removed, revoked, of another kind")
{
    const auto key = [](int flags, const char* text) {
        return ".\t172800\tIN\tDNSKEY\t" + std::to_string(flags) + " 3 13 " + text + "\n";
    };
    const Signer first, second;
    const std::string zsk_a =
        key(256, "oJMRESz5E4gYzS/q6XDrvU1qMPYIjCWzJaOau8XNEZeqCYKD5ar0IRd8KqXXFJkqmVfRvMGPmM1x8fGAa2XhSA==");
    // first signs with its own keys; a further key that signs nothing is pre-published.
    const std::string before = first.sign(base, {});
    const std::string with_more = first.sign(next + zsk_a, {});
    CHECK(classes(events_between(before, with_more)) == "zsk-prepublished:.");
    CHECK(classes(events_between(with_more, replaced(first.sign(base, {}), "2024010100", "2024010200")))
              .find("zsk-removed:.") != std::string::npos);
    // A roll without overlap: every key new, every old key gone.
    const std::string rolled = classes(events_between(before, second.sign(next, {})));
    for (const char* one : {"ksk-introduced:.", "ksk-removed:.", "zsk-introduced:.", "zsk-removed:."})
        CHECK(rolled.find(one) != std::string::npos);
    // The revoke bit on a key that stays: one event, named by the key it was.
    const std::string ksk =
        key(257, "oJMRESz5E4gYzS/q6XDrvU1qMPYIjCWzJaOau8XNEZeqCYKD5ar0IRd8KqXXFJkqmVfRvMGPmM1x8fGAa2XhSA==");
    const std::string revoked =
        key(385, "oJMRESz5E4gYzS/q6XDrvU1qMPYIjCWzJaOau8XNEZeqCYKD5ar0IRd8KqXXFJkqmVfRvMGPmM1x8fGAa2XhSA==");
    const auto events = events_between(base + ksk, next + revoked);
    CHECK(classes(events) == "ksk-revoked:.");
    const auto appears = events_between(base + zsk_a, next + zsk_a + ksk);
    CHECK(classes(appears) == "ksk-prepublished:.");
    REQUIRE(events[0].key.has_value());
    CHECK(events[0].key->tag == appears[0].key->tag);
    CHECK(events[0].key->digest == appears[0].key->digest);
    const std::string rsa =
        ".\t172800\tIN\tDNSKEY\t256 3 8 AwEAAcwj2zrlS8z1wMZ2n1sWl0n0JqH0VxJcXl2u0nq2bX1k1nq2bX1k1nq2bX1k1nq2bX1kAQ==\n";
    CHECK(classes(events_between(base + zsk_a, next + zsk_a + rsa)) == "zsk-prepublished:. key-size-or-algorithm:.");
}

TEST_CASE("a copy without signatures says nothing about which key signs, and one without any DNSSEC data is one event")
{
    const Signer signer;
    const std::string whole = signer.sign(base, {});
    const std::string stripped = lines_without(replaced(whole, "2024010100", "2024010101"), "RRSIG");
    CHECK(classes(events_between(whole, stripped)) == "");
    CHECK(classes(events_between(stripped, replaced(whole, "2024010100", "2024010200"))) == "");
    const std::string bare = lines_without(lines_without(lines_without(stripped, "DNSKEY"), "NSEC"), "ZONEMD");
    CHECK(classes(events_between(whole, bare)) == "zone-unsigned:.");
    CHECK(classes(events_between(bare, replaced(whole, "2024010100", "2024010200"))) == "zone-signed:. zonemd-added:.");
}

}  // namespace rw::zones
