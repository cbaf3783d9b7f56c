// SPDX-License-Identifier: EUPL-1.2
// Implements world.h.
#include "tests/lab/zones/world.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

namespace rw::lab
{
namespace
{

void remember_error(Output& output, std::string error)
{
    if (output.error.empty()) {
        output.error = std::move(error);
    }
}

// `se. 86400 IN DS 12345 13 2 abc…` with another algorithm, digest type or digest.
std::string changed_ds(const std::string& ds, PublishDs how)
{
    const auto at = ds.find("DS") + 3;
    unsigned tag = 0;
    unsigned algorithm = 0;
    unsigned digest_type = 0;
    std::sscanf(ds.c_str() + at, "%u %u %u", &tag, &algorithm, &digest_type);  // NOLINT(cert-err34-c): our own text
    const auto digest_at = ds.find_last_of(' ') + 1;
    std::string digest = ds.substr(digest_at);
    if (how == PublishDs::wrong_digest) {
        digest.replace(0, 4, digest.substr(0, 4) == "0000" ? "ffff" : "0000");
    } else if (how == PublishDs::unknown_algorithm) {
        algorithm = 200;
    } else if (how == PublishDs::unknown_digest) {
        digest_type = 200;
    }
    return fmt::format("{}{} {} {} {}", ds.substr(0, at), tag, algorithm, digest_type, digest);
}

}  // namespace

std::string_view word(Expect expect)
{
    switch (expect) {
        case Expect::secure:
            return "secure";
        case Expect::insecure:
            return "insecure";
        case Expect::bogus:
            return "bogus";
        case Expect::broken:
            return "broken";
        case Expect::varies:
            return "varies";
    }
    return "varies";
}

std::string Zone::at(std::string_view owner) const
{
    if (owner == "@") {
        return name;
    }
    if (owner.ends_with('.')) {
        return std::string(owner);
    }
    return name == "." ? fmt::format("{}.", owner) : fmt::format("{}.{}", owner, name);
}

void Zone::add(std::string_view owner, std::string_view data, unsigned ttl)
{
    records.push_back(fmt::format("{} {} IN {}", at(owner), ttl, data));
}

void Output::append(Output&& other)
{
    std::ranges::move(other.served, std::back_inserter(served));
    std::ranges::move(other.names, std::back_inserter(names));
    std::ranges::move(other.delegations, std::back_inserter(delegations));
    std::ranges::move(other.odd_records, std::back_inserter(odd_records));
    if (error.empty()) {
        error = std::move(other.error);
    }
}

Signing Settings::sound(Denial denial, int algorithm) const
{
    return {.denial = denial, .algorithm = algorithm, .inception = now - 7 * kDay, .expiration = now + 30 * kDay};
}

Zone Maker::start(const std::string& name, const std::string& parent, std::string_view group_name, unsigned first,
                  const Signing& signing) const
{
    Zone zone;
    zone.name = name;
    zone.parent = parent;
    zone.group = group_name;
    zone.signing = signing;
    zone.add("@", fmt::format("SOA ns1.{0} hostmaster.{0} 2024010101 7200 3600 1209600 900", name));
    const Group& servers = group(group_name);
    for (unsigned number = 1; number <= 2; ++number) {
        const std::string host = fmt::format("ns{}.{}", number, name);
        const unsigned server = (first + number - 1) % servers.count + 1;
        const Lines hosts{fmt::format("{} 3600 IN A {}", host, servers.v4(server)),
                          fmt::format("{} 3600 IN AAAA {}", host, servers.v6(server))};
        zone.add("@", "NS " + host);
        zone.delegation.push_back(fmt::format("{} 86400 IN NS {}", name, host));
        for (const std::string& line : hosts) {
            zone.records.push_back(line);
            zone.delegation.push_back(line);
        }
    }
    return zone;
}

Lines Maker::ds_of(const Zone& zone, const ZoneKeys& keys) const
{
    if (zone.publish_ds == PublishDs::no) {
        return {};
    }
    Lines lines = keys.ds(zone.publish_ds == PublishDs::sha384 ? 4 : 2);
    if (zone.publish_ds == PublishDs::one_of_two_wrong) {
        // Digests are compared one by one, so a wrong one beside a right one does no harm.
        lines.push_back(changed_ds(lines.front(), PublishDs::wrong_digest));
    } else if (zone.publish_ds != PublishDs::yes && zone.publish_ds != PublishDs::sha384) {
        for (std::string& line : lines) {
            line = changed_ds(line, zone.publish_ds);
        }
    }
    return lines;
}

Lines Maker::complete(const Zone& zone)
{
    Lines to_parent = zone.delegation;
    Lines lines = zone.records;
    if (zone.is_signed()) {
        const auto keys = ZoneKeys::generate(zone.name, zone.signing);
        if (!keys) {
            remember_error(output_, keys.error());
            return to_parent;
        }
        auto done = keys->sign(zone.name, zone.records, zone.signing);
        if (!done) {
            remember_error(output_, done.error());
            return to_parent;
        }
        lines = std::move(*done);
        std::ranges::move(ds_of(zone, *keys), std::back_inserter(to_parent));
    }
    if (zone.spoil) {
        zone.spoil(lines);
    }
    write(zone, lines);
    return to_parent;
}

void Maker::finish(const Zone& zone)
{
    output_.delegations.emplace_back(zone.parent, complete(zone));
}

void Maker::write(const Zone& zone, const Lines& lines)
{
    if (zone.keep_from_server || zone.group.empty()) {
        return;
    }
    if (zone.group == "odd") {
        std::ranges::copy(lines, std::back_inserter(output_.odd_records));
        return;
    }
    const std::string stem = zone.name == "." ? "root" : zone.name.substr(0, zone.name.size() - 1);
    const std::string file = fmt::format("{}/{}.zone", zone.group, stem);
    if (!write_lines(settings_.directory + "/" + file, lines)) {
        return remember_error(output_, "cannot write " + settings_.directory + "/" + file);
    }
    output_.served.push_back({.group = zone.group, .zone = zone.name, .file = file});
}

void Maker::name(const std::string& name, std::string_view type, Expect expect, std::string_view kind,
                 std::string_view outcome)
{
    output_.names.push_back({.name = name,
                             .type = std::string(type),
                             .expect = expect,
                             .kind = std::string(kind),
                             .outcome = std::string(outcome)});
}

bool write_lines(const std::string& file, const Lines& lines)
{
    struct Close {
        void operator()(std::FILE* stream) const { std::fclose(stream); }
    };
    const std::unique_ptr<std::FILE, Close> stream(std::fopen(file.c_str(), "we"));
    if (!stream) {
        return false;
    }
    for (const std::string& line : lines) {
        std::fwrite(line.data(), 1, line.size(), stream.get());
        std::fputc('\n', stream.get());
    }
    return std::ferror(stream.get()) == 0;
}

}  // namespace rw::lab
