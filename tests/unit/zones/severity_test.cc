// SPDX-License-Identifier: EUPL-1.2
// Severities as data: the shipped tables are complete, Union TLDs weigh more, and only an exact expectation lowers.
#include "zones/severity.h"

#include <doctest/doctest.h>

#include "config/shipped.h"

namespace rw::zones
{

namespace
{

const std::string severity_yaml(config::shipped::severity);
const std::string expectations_yaml(config::shipped::expectations);

WallSeconds day(int year, unsigned month, unsigned number)
{
    return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(number));
}

Event ksk_2024(EventClass event_class)
{
    return {.event_class = event_class,
            .tld = ".",
            .summary = "KSK 38696",
            .concerned = {},
            .key = EventKey{
                .tag = 38696,
                .algorithm = 8,
                .digest = *digest_from_hex("683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16")}};
}

Finding judge(const Event& event, WallSeconds at)
{
    return Severities::shipped().judge(event, at);
}

}  // namespace

TEST_CASE("the shipped tables read, and every class has a reason and a reference")
{
    for (std::size_t i = 0; i < class_count(); ++i) {
        const auto event_class = static_cast<EventClass>(i);
        CHECK(parse_class(class_name(event_class)) == event_class);
        const Finding finding = judge({.event_class = event_class, .tld = "com.", .summary = "x"}, day(2024, 1, 1));
        CHECK_FALSE(finding.reason.empty());
        CHECK_FALSE(finding.reference.empty());
    }
}

TEST_CASE("Union country-code TLDs weigh more, also when they share a renumbered server")
{
    const auto severity = [](EventClass event_class, const char* tld, std::vector<std::string> concerned = {}) {
        return judge({.event_class = event_class, .tld = tld, .summary = "", .concerned = std::move(concerned)},
                     day(2024, 1, 1))
            .severity;
    };
    CHECK(severity(EventClass::tld_removed, "comcast.") == Severity::high);
    CHECK(severity(EventClass::tld_removed, "fr.") == Severity::critical);
    CHECK(severity(EventClass::tld_removed, "no.") == Severity::critical);
    CHECK(severity(EventClass::ds_withdrawn, "fj.") == Severity::high);
    CHECK(severity(EventClass::ds_withdrawn, "eu.") == Severity::critical);
    CHECK(severity(EventClass::glue_renumbered, "net.") == Severity::info);
    CHECK(severity(EventClass::glue_renumbered, "net.", {"com.", "de."}) == Severity::low);
}

TEST_CASE("an expected key event is lowered to notice and says by which expectation")
{
    const Finding finding = judge(ksk_2024(EventClass::ksk_prepublished), day(2025, 1, 11));
    CHECK(finding.severity == Severity::notice);
    CHECK(finding.expected == "ksk-2024-prepublish");
    CHECK(finding_json(finding).at("expected") == "ksk-2024-prepublish");
}

TEST_CASE("the roll-over of 2017 to 2019 is expected too, each step in its weeks")
{
    Event event = ksk_2024(EventClass::ksk_removed);
    event.key =
        EventKey{.tag = 19036,
                 .algorithm = 8,
                 .digest = *digest_from_hex("49AAC11D7B6F6446702E54A1607371607A1A41855200FDD2CE1CDDE32F24E8FB")};
    CHECK(judge(event, day(2019, 3, 22)).expected == "ksk-2010-remove");
    CHECK(judge(event, day(2018, 10, 11)).severity == Severity::critical);
    event.event_class = EventClass::ksk_retired;
    CHECK(judge(event, day(2018, 10, 11)).expected == "ksk-2010-retire");
    event.event_class = EventClass::ksk_revoked;
    CHECK(judge(event, day(2019, 1, 11)).expected == "ksk-2010-revoke");
}

TEST_CASE("one thing that does not match and nothing is lowered")
{
    CHECK(judge(ksk_2024(EventClass::ksk_prepublished), day(2024, 12, 31)).severity == Severity::critical);
    CHECK(judge(ksk_2024(EventClass::ksk_prepublished), day(2025, 1, 26)).severity == Severity::critical);
    CHECK(judge(ksk_2024(EventClass::ksk_introduced), day(2025, 1, 11)).severity == Severity::critical);
    Event event = ksk_2024(EventClass::ksk_prepublished);
    event.key->tag ^= 1;
    CHECK(judge(event, day(2025, 1, 11)).severity == Severity::critical);
    event = ksk_2024(EventClass::ksk_prepublished);
    event.key->algorithm = 13;
    CHECK(judge(event, day(2025, 1, 11)).severity == Severity::critical);
    event = ksk_2024(EventClass::ksk_prepublished);
    event.key->digest[31] ^= 1;
    CHECK(judge(event, day(2025, 1, 11)).severity == Severity::critical);
    event.key.reset();
    const Finding none = judge(event, day(2025, 1, 11));
    CHECK(none.severity == Severity::critical);
    CHECK(finding_json(none).at("expected") == nullptr);
}

TEST_CASE("the roll-over of 2027 is announced and lowers nothing before its key is published")
{
    bool announced = false;
    for (const Expectation& expectation : Severities::shipped().expectations())
        announced = announced || (expectation.id == "algorithm-roll-2027-ksk" && !expectation.digest);
    CHECK(announced);
    Event event = ksk_2024(EventClass::ksk_prepublished);
    event.key = EventKey{.tag = 1, .algorithm = 13, .digest = {}};
    CHECK(judge(event, day(2027, 6, 1)).severity == Severity::critical);
}

TEST_CASE("findings come worst first, equals in the order found")
{
    const auto event = [](EventClass event_class, const char* tld) {
        return Event{.event_class = event_class, .tld = tld, .summary = ""};
    };
    const std::vector<Finding> findings =
        Severities::shipped().judge({event(EventClass::ns_changed, "a."), event(EventClass::tld_removed, "b."),
                                     event(EventClass::ns_changed, "c."), event(EventClass::verification_failed, ".")},
                                    day(2024, 1, 1));
    std::string order;
    for (const Finding& finding : findings)
        order += finding.event.tld;
    CHECK(order == ".b.a.c.");
}

TEST_CASE("a table with a misspelt, missing or double row is refused")
{
    const auto refused = [](std::string text, const std::string& from, const std::string& to) {
        const std::size_t at = text.find(from);
        REQUIRE(at != std::string::npos);
        return !Severities::read(text.replace(at, from.size(), to), expectations_yaml).has_value();
    };
    CHECK(Severities::read(severity_yaml, expectations_yaml));
    CHECK(refused(severity_yaml, "severity: notice", "severity: nothing"));
    CHECK(refused(severity_yaml, "severity: notice", "sevrity: notice"));
    CHECK(refused(severity_yaml, "class: tld-added", "class: tld-removed"));
    CHECK(refused(severity_yaml, "class: tld-added", "class: tld-adding"));
    CHECK(refused(severity_yaml, "signature-window: 7d", "signature-window: 7"));
    CHECK_FALSE(Severities::read(severity_yaml,
                                 "expectations: [{id: x, phases: [ksk-revoked], from: 2025-01-01, until: "
                                 "2025-01-01, lowers-to: notice}]"));
    CHECK_FALSE(Severities::read(severity_yaml,
                                 "expectations: [{id: x, digest: AA, phases: [ksk-revoked], from: "
                                 "2025-01-01, until: 2025-02-01, lowers-to: notice}]"));
    CHECK_FALSE(Severities::read("[", expectations_yaml));
}

}  // namespace rw::zones
