// SPDX-License-Identifier: EUPL-1.2
// Implements root.h.
#include "tests/lab/zones/root.h"

#include <fmt/format.h>

#include <algorithm>

namespace rw::lab
{
namespace
{

struct Variant {
    std::string group;
    std::uint32_t serial = 0;
    std::time_t age = 0;  // how long ago it was signed
};

Lines root_records(std::uint32_t serial, const std::vector<Identity>& identities, const Lines& delegations)
{
    Lines records;
    records.push_back(
        fmt::format(". 86400 IN SOA a.root-servers.net. nstld.verisign-grs.com. {} 1800 900 604800 86400", serial));
    for (const Identity& identity : identities) {
        const std::string host = identity.letter + ".root-servers.net.";
        records.push_back(". 518400 IN NS " + host);
        records.push_back(fmt::format("{} 518400 IN A {}", host, identity.v4));
        records.push_back(fmt::format("{} 518400 IN AAAA {}", host, identity.v6));
    }
    std::ranges::copy(delegations, std::back_inserter(records));
    return records;
}

// RSASHA256 with both keys, thirteen days of validity, as IANA does.
Signing root_signing(std::time_t signed_at)
{
    return {.denial = Denial::nsec,
            .algorithm = 8,
            .separate_keys = true,
            .zonemd = true,
            .inception = signed_at - kDay / 24,
            .expiration = signed_at + 21 * kDay};
}

class RootMaker
{
 public:
    RootMaker(const Settings& settings, Output& output) : settings_(settings), output_(output) {}

    void write(const Variant& variant, const Lines& records, const ZoneKeys& keys,
               const std::function<void(Lines&)>& spoil = {})
    {
        auto lines = keys.sign(".", records, root_signing(settings_.now - variant.age));
        if (!lines) {
            output_.error = lines.error();
            return;
        }
        if (spoil) {
            spoil(*lines);
        }
        const std::string file = variant.group + "/root.zone";
        if (!write_lines(settings_.directory + "/" + file, *lines)) {
            output_.error = "cannot write " + file;
        }
        output_.served.push_back({.group = variant.group, .zone = ".", .file = file});
    }

 private:
    const Settings& settings_;
    Output& output_;
};

// YYYYMMDDNN of some days earlier or later; the real root has two serials a day.
std::uint32_t shifted_serial(std::uint32_t serial, int days)
{
    std::tm day{};
    day.tm_year = static_cast<int>(serial / 1000000) - 1900;
    day.tm_mon = static_cast<int>(serial / 10000 % 100) - 1;
    day.tm_mday = static_cast<int>(serial / 100 % 100) + days;
    day.tm_hour = 12;
    const std::time_t moved = timegm(&day);
    gmtime_r(&moved, &day);
    return static_cast<std::uint32_t>(((day.tm_year + 1900) * 10000 + (day.tm_mon + 1) * 100 + day.tm_mday) * 100) +
           serial % 100;
}

// Takes the glue of one TLD somewhere else after signing: signatures stay good, ZONEMD does not.
void tamper(Lines& lines)
{
    for (std::string& line : lines) {
        if (line.starts_with("a.nic.se.") && line.contains("\tA\t")) {
            line = "a.nic.se.\t172800\tIN\tA\t198.18.99.66";
        }
    }
}

void make_root_servers_net(const std::vector<Identity>& identities, const Settings& settings, Output& output)
{
    Lines lines{
        "root-servers.net. 3600000 IN SOA a.root-servers.net. nstld.verisign-grs.com. 2024073000 14400 7200 "
        "1209600 3600000"};
    for (const Identity& identity : identities) {
        const std::string host = identity.letter + ".root-servers.net.";
        lines.push_back("root-servers.net. 3600000 IN NS " + host);
        lines.push_back(fmt::format("{} 3600000 IN A {}", host, identity.v4));
        lines.push_back(fmt::format("{} 3600000 IN AAAA {}", host, identity.v6));
        output.names.push_back({host, "A", Expect::insecure, "root-server-host", "NOERROR"});
        output.names.push_back({host, "AAAA", Expect::insecure, "root-server-host", "NOERROR"});
    }
    if (!write_lines(settings.directory + "/root/root-servers.net.zone", lines)) {
        output.error = "cannot write root-servers.net";
    }
    output.served.push_back({.group = "root", .zone = "root-servers.net.", .file = "root/root-servers.net.zone"});
}

}  // namespace

void make_root(Maker& maker, const RootShape& shape, const std::vector<Identity>& identities, const Lines& delegations,
               Output& output)
{
    const Settings& settings = maker.settings();
    const Signing signing = root_signing(settings.now);
    const auto keys = ZoneKeys::generate(".", signing);
    const auto other_keys = ZoneKeys::generate(".", signing);
    if (!keys || !other_keys) {
        output.error = "cannot make the root keys";
        return;
    }
    RootMaker root(settings, output);
    const auto records = [&](std::uint32_t serial) { return root_records(serial, identities, delegations); };
    const std::uint32_t serial = shape.serial;
    root.write({.group = "root", .serial = serial}, records(serial), *keys);
    for (const int days : {1, 3}) {
        const std::uint32_t old_serial = shifted_serial(serial, -days);
        root.write({.group = fmt::format("root-stale{}", days), .serial = old_serial, .age = days * kDay},
                   records(old_serial), *keys);
    }
    const std::uint32_t next = shifted_serial(serial, 1);
    root.write({.group = "root-newer", .serial = next}, records(next), *keys);
    Lines altered = records(serial);
    altered.emplace_back("lab-only. 172800 IN NS a.nic.se.");
    root.write({.group = "root-other", .serial = serial}, altered, *other_keys);
    root.write({.group = "root-split", .serial = serial}, altered, *keys);
    root.write({.group = "root-tampered", .serial = serial}, records(serial), *keys, tamper);
    make_root_servers_net(identities, settings, output);
    write_lines(settings.directory + "/anchor.ds", keys->ds());
    write_lines(settings.directory + "/anchor.key", {keys->dnskeys().front()});

    for (const char* type : {"SOA", "NS", "DNSKEY", "ZONEMD"}) {
        maker.name(".", type, Expect::secure, "root-apex", "NOERROR");
    }
    for (unsigned number = 0; number < 400; ++number) {
        maker.name(fmt::format("no-such-tld-{}.", number), "A", Expect::secure, "root-nxdomain", "NXDOMAIN");
    }
    for (const Tld& tld : shape.tlds) {
        maker.name(tld.name, "DS", Expect::secure, "tld-ds", tld.is_signed ? "NOERROR" : "NODATA");
    }
}

}  // namespace rw::lab
