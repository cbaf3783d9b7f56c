// SPDX-License-Identifier: EUPL-1.2
// The table of special names, beside copies of IANA's registries.
#include "resolver/iterate/special_names.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>

#include "config/load.h"
#include "resolver/iterate/local_answers.h"

using namespace rw;
using iterate::LocalAnswers;

namespace
{

/// The names in the first column of a registry's CSV file.
std::set<std::string> registry(const std::string& file)
{
    std::ifstream stream(std::string(RW_SOURCE_DIR) + "/tests/unit/resolver/iterate/registries/" + file);
    std::set<std::string> names;
    std::string line;
    std::getline(stream, line);  // the heading
    while (std::getline(stream, line)) {
        std::string name = line.substr(0, line.find_first_of(", "));
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        names.insert(name.ends_with('.') ? name : name + ".");
    }
    return names;
}

std::set<std::string> table(bool served_only)
{
    std::set<std::string> names;
    for (const iterate::SpecialName& row : iterate::special_names()) {
        if (served_only && (row.treatment == iterate::Treatment::resolve || row.treatment == iterate::Treatment::dns64))
            continue;
        for (const std::string& name : row.names())
            CHECK_MESSAGE(names.insert(name).second, name, " stands twice");
    }
    return names;
}

std::string answer(const LocalAnswers& local, std::string_view name, dns::RRType type)
{
    const auto found = local.find({*dns::Name::parse(name), type, dns::RRClass::in});
    if (!found)
        return "resolve";
    REQUIRE(*found);
    switch ((*found)->facts.kind) {
        case cache::EntryKind::nxdomain:
            return "nxdomain";
        case cache::EntryKind::nodata:
            return "nodata";
        default:
            return std::to_string((*found)->records.front().rdatas.size());
    }
}

LocalAnswers local_with(const std::string& settings)
{
    const auto loaded = config::load_text(settings, ".");
    REQUIRE(loaded);
    auto local = LocalAnswers::make(*loaded, HashKey{});
    REQUIRE(local);
    return *local;
}

}  // namespace

TEST_CASE("every name of IANA's registries stands in the table, and no other")
{
    const auto special = registry("special-use-domain.csv");
    const auto served = registry("locally-served-dns-zones.csv");
    REQUIRE(special.size() > 40);
    REQUIRE(served.size() > 90);
    std::set<std::string> both = special;
    both.insert(served.begin(), served.end());
    CHECK(table(false) == both);
}

TEST_CASE("every zone of the locally-served registry is served here")
{
    const auto here = table(true);
    for (const std::string& zone : registry("locally-served-dns-zones.csv"))
        CHECK_MESSAGE(here.contains(zone), zone);
}

TEST_CASE("every name of the table can be read, and has a source")
{
    for (const iterate::SpecialName& row : iterate::special_names()) {
        CHECK_FALSE(row.source.empty());
        for (const std::string& name : row.names())
            CHECK(dns::Name::parse(name)->to_string() == name);
    }
}

TEST_CASE("each treatment gives what its document says")
{
    using enum dns::RRType;
    const LocalAnswers local = local_with("");
    CHECK(answer(local, "printer.local.", a) == "nxdomain");
    CHECK(answer(local, "x.default.service.arpa.", a) == "nxdomain");
    CHECK(answer(local, "service.arpa.", soa) == "1");
    for (const char* name : {"resolver.arpa.", "_dns.resolver.arpa.", "a.b.resolver.arpa."})
        CHECK(answer(local, name, svcb) == "nodata");
    CHECK(answer(local, "a.localhost.", aaaa) == "1");
    CHECK(answer(local, "localhost.", mx) == "nodata");
    CHECK(answer(local, "1.0.0.127.in-addr.arpa.", ptr) == "1");
    CHECK(answer(local, "2.0.0.127.in-addr.arpa.", ptr) == "nxdomain");
    CHECK(answer(local, "31.172.in-addr.arpa.", ptr) == "nodata");
    CHECK(answer(local, "32.172.in-addr.arpa.", ptr) == "resolve");
    CHECK(answer(local, "127.100.in-addr.arpa.", ptr) == "nodata");
    CHECK(answer(local, "www.example.com.", a) == "resolve");
    CHECK(answer(local, "ipv4only.arpa.", a) == "resolve");
}

TEST_CASE("with DNS64 the names by which clients find the prefix are made here")
{
    using enum dns::RRType;
    const LocalAnswers local = local_with("dns64: {prefix: \"64:ff9b::/96\"}\n");
    CHECK(answer(local, "ipv4only.arpa.", a) == "2");
    CHECK(answer(local, "ipv4only.arpa.", aaaa) == "2");
    CHECK(answer(local, "ipv4only.arpa.", txt) == "nodata");
    CHECK(answer(local, "x.ipv4only.arpa.", a) == "nxdomain");
    CHECK(answer(local, "170.0.0.192.in-addr.arpa.", ptr) == "1");
    CHECK(answer(local, "171.0.0.192.in-addr.arpa.", ptr) == "1");
    const auto found = local.find({*dns::Name::parse("ipv4only.arpa."), aaaa, dns::RRClass::in});
    REQUIRE(found);
    CHECK((*found)->records.front().rdatas.front().last(4)[3] == 170);
}

TEST_CASE("servers that the operator names for a special zone are asked, those for a zone above are not")
{
    using enum dns::RRType;
    const LocalAnswers local =
        local_with("forward-zones: [{name: ., servers: [192.0.2.1]}, {name: company.local., servers: [192.0.2.2]}]\n");
    CHECK(answer(local, "dc1.company.local.", a) == "resolve");
    CHECK(answer(local, "printer.local.", a) == "nxdomain");
    CHECK(answer(local, "_dns.resolver.arpa.", svcb) == "nodata");
}
