// SPDX-License-Identifier: EUPL-1.2
// The whole root zone of 2022-02-15 as published: every authoritative RRset validates, any flipped bit is found.
#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>

#include "resolver/base/random.h"
#include "resolver/dnssec/ds.h"
#include "tests/unit/resolver/dnssec/oracle.h"

using namespace rw;
using namespace rw::dnssec;
using namespace rw::dnssec::test;

namespace
{

constexpr std::int64_t clock_2022_02_16 = 1'644'969'600;

std::optional<std::filesystem::path> find_zone()
{
    for (const char* place : {"/../shared", "/../../shared"}) {
        const std::filesystem::path path = std::string(RW_SOURCE_DIR) + place + "/data/root-zones/2022021501.zone.zst";
        if (std::filesystem::exists(path))
            return path;
    }
    return std::nullopt;
}

using Key = std::pair<std::string, dns::RRType>;

std::map<Key, dns::RRset> read_zone(const std::filesystem::path& path)
{
    std::map<Key, dns::RRset> zone;
    FILE* file = popen(("zstd -dc " + path.string()).c_str(), "r");  // NOLINT(cert-env33-c): a fixed command
    REQUIRE(file != nullptr);
    ldns_rr* raw = nullptr;
    ldns_rdf* origin = ldns_dname_new_frm_str(".");
    ldns_rdf* previous = nullptr;
    std::uint32_t default_ttl = 3600;
    while (true) {
        const ldns_status status = ldns_rr_new_frm_fp(&raw, file, &default_ttl, &origin, &previous);
        if (status == LDNS_STATUS_SYNTAX_EMPTY || status == LDNS_STATUS_SYNTAX_TTL ||
            status == LDNS_STATUS_SYNTAX_ORIGIN) {
            if (std::feof(file) != 0)
                break;
            continue;
        }
        if (status != LDNS_STATUS_OK)
            break;
        const Rr rr(raw);
        const OctetBuffer octets = rdata_of(rr.get());
        auto type = dns::RRType{static_cast<std::uint16_t>(ldns_rr_get_type(rr.get()))};
        const bool is_signature = type == dns::RRType::rrsig;
        if (is_signature)
            type = Rrsig::parse(octets)->covered;
        dns::RRset& set = zone[{owner_of(rr.get()).to_string(), type}];
        set.owner = owner_of(rr.get());
        set.type = type;
        set.ttl = ldns_rr_ttl(rr.get());
        (is_signature ? set.signatures : set.rdatas).add(octets);
        if (std::feof(file) != 0)
            break;
    }
    ldns_rdf_deep_free(origin);
    ldns_rdf_deep_free(previous);
    pclose(file);
    return zone;
}

}  // namespace

TEST_CASE("the signed root zone of 2022-02-15 validates from KSK 20326, and one flipped bit in any RRset is found")
{
    const auto path = find_zone();
    if (!path) {
        std::cout << "skipped: ../shared/data/root-zones/2022021501.zone.zst is not there\n";
        return;
    }
    auto zone = read_zone(*path);
    CHECK(zone.size() == 15119);
    const dns::RRset& dnskeys = zone.at({".", dns::RRType::dnskey});
    dns::RdataList anchor;
    anchor.add(rdata(". DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D"));
    RRsetVerifier verifier({});
    Work work = Work::unlimited();
    const SignatureTime now = at(clock_2022_02_16);
    Vouchers vouchers({});
    vouchers.add_ds(anchor);
    dns::RRset judged_set = dnskeys;
    auto judged = KeyJudge(verifier, now, work).judge(judged_set, vouchers);
    REQUIRE(judged);
    CHECK(judged->keys.vouched().size() == 1);
    ZoneKeys keys = std::move(judged->keys);

    std::vector<const dns::RRset*> authoritative;
    for (const auto& [key, set] : zone) {
        if (set.signatures.empty())
            continue;
        authoritative.push_back(&set);
        CAPTURE(set.to_string());
        CHECK(is_signed(verifier.verify(set, keys, now, work)));
    }
    CHECK(authoritative.size() == 2854);
    const SignatureTime later = at(clock_2022_02_16 + 31'536'000);
    CHECK(problem_of(verifier.verify(dnskeys, keys, later, work)) == RrsigProblem::expired);

    SeededRandom random(20220215);
    for (int i = 0; i < 200; ++i) {
        dns::RRset broken = *authoritative[random.below(static_cast<std::uint32_t>(authoritative.size()))];
        CAPTURE(broken.to_string());
        dns::RdataList& list = i % 2 == 0 ? broken.rdatas : broken.signatures;
        const std::uint32_t octet = random.below(static_cast<std::uint32_t>(list.front().size()));
        list = flip(list, 0, octet, random.below(8));
        const RRsetVerdict verdict = verifier.verify(broken, keys, now, work);
        const bool only_case = is_signed(verdict);  // a flipped case bit of a name means the same name
        if (only_case) {
            CanonicalRRset before;
            CanonicalRRset after;
            dns::RRset original = zone.at({broken.owner.to_string(), broken.type});
            CHECK(before.assign(original));
            CHECK(after.assign(broken));
            CHECK(i % 2 == 0);
            CHECK(equal(before.rdata(0), after.rdata(0)));
        }
    }
}
