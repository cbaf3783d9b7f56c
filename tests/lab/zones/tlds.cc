// SPDX-License-Identifier: EUPL-1.2
// Implements tlds.h.
#include "tests/lab/zones/tlds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

namespace rw::lab
{
namespace
{

struct Featured {
    std::string_view name;
    Denial denial;
    int algorithm;
};

constexpr std::array kFeatured{
    Featured{.name = "se.", .denial = Denial::nsec, .algorithm = 13},
    Featured{.name = "nl.", .denial = Denial::nsec3, .algorithm = 13},
    Featured{.name = "de.", .denial = Denial::nsec3_opt_out, .algorithm = 8},
    Featured{.name = "com.", .denial = Denial::nsec3_opt_out, .algorithm = 13},
    Featured{.name = "net.", .denial = Denial::nsec3_opt_out, .algorithm = 13},
    Featured{.name = "org.", .denial = Denial::nsec3_opt_out, .algorithm = 8},
    Featured{.name = "eu.", .denial = Denial::nsec3_opt_out, .algorithm = 13},
    Featured{.name = "fr.", .denial = Denial::nsec3_opt_out, .algorithm = 13},
    Featured{.name = "ch.", .denial = Denial::nsec3, .algorithm = 13},
    Featured{.name = "cz.", .denial = Denial::nsec3, .algorithm = 13},
    Featured{.name = "br.", .denial = Denial::nsec, .algorithm = 13},
    Featured{.name = "no.", .denial = Denial::nsec3, .algorithm = 13},
    Featured{.name = "dk.", .denial = Denial::nsec3_opt_out, .algorithm = 13},
    Featured{.name = "fi.", .denial = Denial::nsec3_opt_out, .algorithm = 8},
    Featured{.name = "at.", .denial = Denial::nsec3_opt_out, .algorithm = 13},
    Featured{.name = "be.", .denial = Denial::nsec3_opt_out, .algorithm = 13},
    Featured{.name = "es.", .denial = Denial::nsec3, .algorithm = 13},
    Featured{.name = "pl.", .denial = Denial::nsec3_opt_out, .algorithm = 13},
    Featured{.name = "nu.", .denial = Denial::nsec, .algorithm = 13},
    Featured{.name = "lu.", .denial = Denial::nsec3, .algorithm = 15},
    Featured{.name = "pt.", .denial = Denial::nsec3_opt_out, .algorithm = 14},
    Featured{.name = "info.", .denial = Denial::nsec3_opt_out, .algorithm = 13},
    Featured{.name = "io.", .denial = Denial::nsec3, .algorithm = 13},
    Featured{.name = "cu.", .denial = Denial::unsigned_zone, .algorithm = 13},
    Featured{.name = "eg.", .denial = Denial::unsigned_zone, .algorithm = 13},
};

// A root server address is never a TLD's: at most this many name servers, the size of the group.
constexpr unsigned kMostNameServers = 13;

std::vector<std::string> homes(bool want_signed)
{
    std::vector<std::string> names;
    for (const Featured& each : kFeatured) {
        if ((each.denial != Denial::unsigned_zone) == want_signed) {
            names.emplace_back(each.name);
        }
    }
    return names;
}

RootShape complete(std::map<std::string, Tld>& tlds, std::uint32_t serial, const Settings& settings)
{
    for (const Featured& each : kFeatured) {
        Tld& tld = tlds[std::string(each.name)];
        tld.name = each.name;
        tld.name_servers = std::max(tld.name_servers, 4U);
        tld.featured = true;
        tld.is_signed = each.denial != Denial::unsigned_zone;
        tld.signing = settings.sound(each.denial, each.algorithm);
    }
    RootShape shape{.serial = serial, .tlds = {}};
    unsigned number = 0;
    for (auto& [name, tld] : tlds) {
        tld.name_servers = std::clamp(tld.name_servers, 1U, kMostNameServers);
        if (!tld.featured) {
            const Denial denial = ++number % 3 == 0 ? Denial::nsec : Denial::nsec3_opt_out;
            tld.signing = settings.sound(tld.is_signed ? denial : Denial::unsigned_zone);
        }
        shape.tlds.push_back(tld);
    }
    return shape;
}

}  // namespace

const std::vector<std::string>& signed_homes()
{
    static const std::vector<std::string> names = homes(true);
    return names;
}

const std::vector<std::string>& unsigned_homes()
{
    static const std::vector<std::string> names = homes(false);
    return names;
}

std::expected<RootShape, std::string> shape_of(const std::string& zone_file, const Settings& settings)
{
    std::ifstream input(zone_file);
    std::map<std::string, Tld> tlds;
    std::uint32_t serial = 0;
    for (std::string line; std::getline(input, line);) {
        std::istringstream fields(line);
        std::string owner;
        std::string ttl;
        std::string record_class;
        std::string type;
        fields >> owner >> ttl >> record_class >> type;
        if (type == "SOA") {
            std::string skipped;
            fields >> skipped >> skipped >> serial;
        } else if ((type == "NS" || type == "DS") && owner != ".") {
            const auto [found, fresh] = tlds.try_emplace(owner);
            Tld& tld = found->second;
            if (fresh) {
                tld.name = owner;
                tld.name_servers = 0;
                tld.is_signed = false;
            }
            tld.name_servers += type == "NS" ? 1 : 0;
            tld.is_signed = tld.is_signed || type == "DS";
        }
    }
    if (serial == 0 || tlds.size() < 100) {
        return std::unexpected(zone_file + " is not a root zone");
    }
    return complete(tlds, serial, settings);
}

RootShape invented_shape(const Settings& settings)
{
    constexpr unsigned kInvented = 1420;
    std::map<std::string, Tld> tlds;
    for (unsigned number = 0; number < kInvented; ++number) {
        Tld tld;
        tld.name = number % 5 == 0 ? fmt::format("{}{}.", static_cast<char>('a' + number / 5 % 26),
                                                 static_cast<char>('a' + number / 130))
                                   : fmt::format("brand{}.", number);
        tld.name_servers = 2 + number % 6;
        tld.is_signed = number % 14 != 0;
        tlds.emplace(tld.name, tld);
    }
    tlds["arpa."] = Tld{.name = "arpa.", .name_servers = 12, .signing = {}};
    return complete(tlds, 2024123101, settings);
}

void make_tld(Maker& maker, const Tld& tld, unsigned number, const Lines& from_children)
{
    Zone zone;
    zone.name = tld.name;
    zone.parent = ".";
    zone.group = "tld";
    zone.signing = tld.signing;
    const Group& servers = group("tld");
    // com and net share the servers of net, as they do in the real root.
    const bool shared = tld.name == "com." || tld.name == "net.";
    const std::string suffix = shared ? std::string("gtld-servers.net.") : "nic." + tld.name;
    zone.add("@", fmt::format("SOA a.{} hostmaster.nic.{} 2024010101 1800 900 604800 900", suffix, tld.name), 900);
    const unsigned start = shared ? 0 : number * 7;
    for (unsigned at = 0; at < tld.name_servers; ++at) {
        const std::string host = fmt::format("{}.{}", static_cast<char>('a' + at), suffix);
        const unsigned server = (start + at) % servers.count + 1;
        const Lines addresses{fmt::format("{} 172800 IN A {}", host, servers.v4(server)),
                              fmt::format("{} 172800 IN AAAA {}", host, servers.v6(server))};
        zone.add("@", "NS " + host, 172800);
        zone.delegation.push_back(fmt::format("{} 172800 IN NS {}", tld.name, host));
        if (tld.name != "com.") {
            std::ranges::copy(addresses, std::back_inserter(zone.records));
            std::ranges::copy(addresses, std::back_inserter(zone.delegation));
        }
    }
    zone.add("nic", fmt::format("A 203.0.113.{}", number % 250 + 1));
    zone.add("nic", fmt::format("AAAA 2001:db8:1::{:x}", number + 1));
    zone.add("nic", fmt::format("TXT \"registry of {}\"", tld.name));
    std::ranges::copy(from_children, std::back_inserter(zone.records));
    maker.finish(zone);

    const Expect expect = tld.is_signed ? Expect::secure : Expect::insecure;
    // An opt-out span proves nothing about names in it, so a name error there is insecure (RFC 5155 §9.2).
    const Expect denied = tld.signing.denial == Denial::nsec3_opt_out ? Expect::insecure : expect;
    maker.name("nic." + tld.name, "A", expect, "tld-host", "NOERROR");
    maker.name("nic." + tld.name, "MX", expect, "tld-nodata", "NODATA");
    maker.name(tld.name, "SOA", expect, "tld-apex", "NOERROR");
    maker.name(fmt::format("missing{}.{}", number, tld.name), "A", denied, "tld-nxdomain", "NXDOMAIN");
}

}  // namespace rw::lab
