// SPDX-License-Identifier: EUPL-1.2
// Reading priming responses and the root's own records.
#include "resolver/root/priming.h"

#include <doctest/doctest.h>

#include "resolver/root/apex.h"
#include "tests/unit/resolver/root/world.h"

namespace rw::root
{

namespace
{

using dns::RRType;
using dns::Section;

constexpr std::array<std::uint8_t, 4> k4{193, 0, 14, 129};
constexpr std::array<std::uint8_t, 4> elsewhere{203, 0, 113, 66};
const dns::Question priming_question{dns::Name{}, RRType::ns, dns::RRClass::in};

std::optional<Primed> read(Response& response)
{
    const OctetBuffer octets = response.octets();
    const auto view = dns::MessageView::parse(octets);
    REQUIRE(view);
    return read_priming(*view);
}

}  // namespace

TEST_CASE("a priming response names servers and gives addresses of those only")
{
    Response response(priming_question);
    response.add_name(Section::answer, ".", RRType::ns, "k.root-servers.net.")
        .add(Section::additional, "k.root-servers.net.", RRType::a, k4)
        .add(Section::additional, "www.bank.example.", RRType::a, elsewhere)
        .add(Section::additional, "k.root-servers.net.", RRType::a, elsewhere);
    const auto primed = read(response);
    REQUIRE(primed);
    REQUIRE(primed->addresses.size() == 1);
    CHECK(primed->addresses.front().address == IpAddress::from_octets(k4));
    CHECK(primed->ttl == 86400);
}

TEST_CASE("a priming response without addresses is completed from what is known")
{
    Response response(priming_question);
    response.add_name(Section::answer, ".", RRType::ns, "k.root-servers.net.")
        .add_name(Section::answer, ".", RRType::ns, "new.root-servers.net.");
    const auto primed = read(response);
    REQUIRE(primed);
    CHECK(primed->addresses.empty());
    const std::vector<RootServer> known{
        {config::IdentityLetter{'k'}, name("k.root-servers.net."), IpAddress::from_octets(k4), Tier::preferred},
        {config::IdentityLetter{'a'}, name("a.root-servers.net."), *IpAddress::parse("198.41.0.4"), Tier::other}};
    const auto merged = merge(*primed, known);
    REQUIRE(merged.size() == 1);
    CHECK(merged.front().name == name("k.root-servers.net."));
}

TEST_CASE("an address that priming makes up for K does not drive out the published one")
{
    Response response(priming_question);
    response.add_name(Section::answer, ".", RRType::ns, "k.root-servers.net.")
        .add(Section::additional, "k.root-servers.net.", RRType::a, elsewhere);
    const auto primed = read(response);
    REQUIRE(primed);
    std::vector<RootServer> known{
        {config::IdentityLetter{'k'}, name("k.root-servers.net."), IpAddress::from_octets(k4), Tier::preferred}};
    auto merged = merge(*primed, known);
    REQUIRE(merged.size() == 2);
    CHECK(merged[1].address == IpAddress::from_octets(k4));
    // An address nobody vouches for goes when priming says another.
    known.front().letter.reset();
    merged = merge(*primed, known);
    REQUIRE(merged.size() == 1);
    CHECK(merged.front().address == IpAddress::from_octets(elsewhere));
}

TEST_CASE("a response without the root's NS records, or with an error, is no priming response")
{
    Response referral({dns::Name{}, RRType::ns, dns::RRClass::in});
    referral.add_name(Section::answer, "com.", RRType::ns, "a.gtld-servers.net.");
    CHECK_FALSE(read(referral));
    constexpr std::uint16_t refused = 5;
    Response error(priming_question, dns::Header::qr | refused);
    error.add_name(Section::answer, ".", RRType::ns, "k.root-servers.net.");
    CHECK_FALSE(read(error));
}

TEST_CASE("no more than thirteen servers are taken")
{
    Response response(priming_question);
    for (int n = 0; n < 40; ++n)
        response.add_name(Section::answer, ".", RRType::ns, fmt::format("s{}.example.", n));
    CHECK(read(response)->names.size() == letter_count);
}

TEST_CASE("after an unusable list priming waits longer each time, up to an hour")
{
    PrimingPauses pauses;
    std::vector<Duration> all;
    for (int n = 0; n < 8; ++n)
        all.push_back(pauses.after(PrimingTrouble::unusable, 1min));
    CHECK(all.front() == 1min);
    CHECK(all[1] == 2min);
    CHECK(all.back() == 1h);
    pauses.primed();
    CHECK(pauses.after(PrimingTrouble::unusable, 1min) == 1min);
}

TEST_CASE("a network that comes back is followed within a second, however long it was away")
{
    PrimingPauses pauses;
    for (const Duration away : {Duration{0s}, Duration{10min}, Duration{10h}})
        CHECK(pauses.after(PrimingTrouble::no_network, away) <= 500ms);
    CHECK(pauses.after(PrimingTrouble::silence, 30min) <= 1s);
    // Where nobody answers for hours the root servers are not asked every second.
    CHECK(pauses.after(PrimingTrouble::silence, 2h) >= 10s);
}

TEST_CASE("an apex RRset is that of the root only, with the signatures that cover it")
{
    OctetBuffer signature(40, 0);
    store_u16(signature.data(), static_cast<std::uint16_t>(RRType::ns));
    Response response(priming_question);
    response.add_name(Section::answer, ".", RRType::ns, "k.root-servers.net.")
        .add_name(Section::answer, "com.", RRType::ns, "a.gtld-servers.net.")
        .add(Section::answer, ".", RRType::rrsig, signature);
    const OctetBuffer octets = response.octets();
    const auto view = dns::MessageView::parse(octets);
    REQUIRE(view);
    const auto set = apex_rrset(*view, RRType::ns);
    REQUIRE(set);
    CHECK(set->rdatas.size() == 1);
    CHECK(set->signatures.size() == 1);
    CHECK_FALSE(apex_rrset(*view, RRType::soa));
}

TEST_CASE("an NSID is escaped and cut, and only the first one counts")
{
    std::array<std::uint8_t, 1024> buffer{};
    dns::MessageWriter writer(buffer);
    writer.set_header(1, dns::Header::qr);
    writer.add_question(priming_question);
    writer.begin_edns(1232, 0, false);
    writer.add_option(3, octets_of("ns1\x1b[31m\\"));
    writer.add_option(3, octets_of("second"));
    const auto view = dns::MessageView::parse(writer.finish());
    REQUIRE(view);
    CHECK(nsid_of(*view) == "ns1\\027[31m\\092");

    dns::MessageWriter longer(buffer);
    longer.set_header(1, dns::Header::qr);
    longer.add_question(priming_question);
    longer.begin_edns(1232, 0, false);
    longer.add_option(3, octets_of(std::string(500, 'x')));
    const auto long_view = dns::MessageView::parse(longer.finish());
    REQUIRE(long_view);
    CHECK(nsid_of(*long_view)->size() == max_nsid_octets);
}

TEST_CASE("serials and ZONEMD records are read, short ones are not")
{
    const OctetBuffer zonemd{0x78, 0xc3, 0xa1, 0x64, 1, 1, 0xaa, 0xbb};
    dns::RRset set;
    set.rdatas.add(zonemd);
    set.rdatas.add(Octets(zonemd).first(6));
    const auto records = read_zonemd(set);
    REQUIRE(records.size() == 1);
    CHECK(records.front().serial == 0x78c3a164);
    CHECK(records.front().digest == OctetBuffer{0xaa, 0xbb});
    CHECK_FALSE(soa_serial(zonemd));
}

}  // namespace rw::root
