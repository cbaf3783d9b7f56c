// SPDX-License-Identifier: EUPL-1.2
// Leaf zones whose signatures, keys or proofs are wrong: the servers are fine, a validator must say bogus.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tests/lab/zones/leaves.h"

namespace rw::lab
{
namespace
{

// Lines of signed zones are `owner<TAB>ttl<TAB>IN<TAB>type<TAB>rdata`.
bool is_record(const std::string& line, const std::string& owner, std::string_view type_and_more)
{
    return line.starts_with(owner + "\t") && line.contains(fmt::format("\tIN\t{}", type_and_more));
}

void usual(Zone& zone)
{
    zone.add("www", "A 192.0.2.130");
    zone.add("mail", "A 192.0.2.131");
    zone.add("x.ent", "TXT \"below an empty non-terminal\"");
}

void all_bogus(Leaf& leaf, Zone& zone)
{
    usual(zone);
    leaf.name(zone, "www", "A", Expect::bogus, "SERVFAIL");
    leaf.name(zone, "www", "AAAA", Expect::bogus, "SERVFAIL");
    leaf.name(zone, "missing", "A", Expect::bogus, "SERVFAIL");
    leaf.name(zone, "@", "SOA", Expect::bogus, "SERVFAIL");
    leaf.maker.finish(zone);
}

void make_expired(Leaf& leaf)
{
    Signing signing = leaf.any_sound();
    signing.inception = leaf.maker.settings().now - 60 * kDay;
    signing.expiration = leaf.maker.settings().now - 30 * kDay;
    Zone zone = leaf.start(signing);
    all_bogus(leaf, zone);
}

void make_not_yet(Leaf& leaf)
{
    Signing signing = leaf.any_sound();
    signing.inception = leaf.maker.settings().now + 30 * kDay;
    signing.expiration = leaf.maker.settings().now + 60 * kDay;
    Zone zone = leaf.start(signing);
    all_bogus(leaf, zone);
}

void make_wrong_ds(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    zone.publish_ds = PublishDs::wrong_digest;
    all_bogus(leaf, zone);
}

// The parent says signed, the child has no signatures at all.
void make_stripped(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    zone.spoil = [](Lines& lines) {
        std::erase_if(lines, [](const std::string& line) {
            return line.contains("\tIN\tRRSIG\t") || line.contains("\tIN\tNSEC") || line.contains("\tIN\tDNSKEY\t");
        });
    };
    all_bogus(leaf, zone);
}

// Only one RRset is without signature: the others are fine.
void make_missing_signature(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    usual(zone);
    const std::string victim = zone.at("www");
    zone.spoil = [victim](Lines& lines) {
        std::erase_if(lines, [&](const std::string& line) { return is_record(line, victim, "RRSIG\tA "); });
    };
    leaf.name(zone, "www", "A", Expect::bogus, "SERVFAIL");
    leaf.name(zone, "mail", "A", Expect::secure);
    leaf.maker.finish(zone);
}

// The record was changed after it was signed.
void make_altered(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    usual(zone);
    const std::string victim = zone.at("www");
    zone.spoil = [victim](Lines& lines) {
        for (std::string& line : lines) {
            if (is_record(line, victim, "A\t")) {
                line = victim + "\t3600\tIN\tA\t192.0.2.66";
            }
        }
    };
    leaf.name(zone, "www", "A", Expect::bogus, "SERVFAIL");
    leaf.name(zone, "mail", "A", Expect::secure);
    leaf.name(zone, "missing", "A", Expect::secure, "NXDOMAIN");
    leaf.maker.finish(zone);
}

void make_missing_key(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    zone.spoil = [](Lines& lines) {
        std::erase_if(lines, [](const std::string& line) {
            return line.contains("\tIN\tDNSKEY\t") || line.contains("\tIN\tRRSIG\tDNSKEY ");
        });
    };
    all_bogus(leaf, zone);
}

// The proof that a name does not exist is signed, but covers other names.
void make_bad_denial(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.sound(Denial::nsec));
    usual(zone);
    zone.add("zz", "A 192.0.2.132");
    const std::string before = zone.at("mail");
    zone.spoil = [before](Lines& lines) {
        std::erase_if(lines, [&](const std::string& line) {
            return is_record(line, before, "NSEC\t") || is_record(line, before, "RRSIG\tNSEC ");
        });
    };
    // `mb` sorts just after `mail`, whose NSEC is gone.
    leaf.name(zone, "mb", "A", Expect::bogus, "SERVFAIL");
    leaf.name(zone, "mail", "AAAA", Expect::bogus, "SERVFAIL");
    leaf.name(zone, "www", "A", Expect::secure);
    leaf.maker.finish(zone);
}

void make_no_denial(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.sound(leaf.pick(2) == 0 ? Denial::nsec3 : Denial::nsec));
    usual(zone);
    zone.spoil = [](Lines& lines) {
        std::erase_if(lines, [](const std::string& line) {
            return line.contains("\tIN\tNSEC") || line.contains("\tIN\tRRSIG\tNSEC");
        });
    };
    leaf.name(zone, "missing", "A", Expect::bogus, "SERVFAIL");
    leaf.name(zone, "www", "AAAA", Expect::bogus, "SERVFAIL");
    leaf.name(zone, "www", "A", Expect::secure);
    leaf.maker.finish(zone);
}

// A child's parent is bogus, so the child is, whatever its own signatures are worth.
void make_below_bogus(Leaf& leaf)
{
    Zone zone = leaf.start(leaf.any_sound());
    Zone child = leaf.start_child(zone, "child", leaf.any_sound());
    child.add("www", "A 192.0.2.133");
    leaf.finish_child(zone, child);
    zone.publish_ds = PublishDs::wrong_digest;
    leaf.name(child, "www", "A", Expect::bogus, "SERVFAIL");
    leaf.maker.finish(zone);
}

constexpr std::array kBogusKinds{
    Kind{.name = "expired", .weight = 1, .unsigned_home = false, .make = make_expired},
    Kind{.name = "not-yet", .weight = 1, .unsigned_home = false, .make = make_not_yet},
    Kind{.name = "wrong-ds", .weight = 1, .unsigned_home = false, .make = make_wrong_ds},
    Kind{.name = "stripped", .weight = 1, .unsigned_home = false, .make = make_stripped},
    Kind{.name = "missing-sig", .weight = 1, .unsigned_home = false, .make = make_missing_signature},
    Kind{.name = "altered", .weight = 1, .unsigned_home = false, .make = make_altered},
    Kind{.name = "missing-key", .weight = 1, .unsigned_home = false, .make = make_missing_key},
    Kind{.name = "bad-denial", .weight = 1, .unsigned_home = false, .make = make_bad_denial},
    Kind{.name = "no-denial", .weight = 1, .unsigned_home = false, .make = make_no_denial},
    Kind{.name = "below-bogus", .weight = 1, .unsigned_home = false, .make = make_below_bogus},
};

}  // namespace

std::span<const Kind> bogus_kinds()
{
    return kBogusKinds;
}

}  // namespace rw::lab
