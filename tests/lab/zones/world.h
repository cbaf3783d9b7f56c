// SPDX-License-Identifier: EUPL-1.2
// What the zone maker makes: zones with their servers and flaws, what they put into their parent, and the list of
// names for comparisons. Kinds of zones fill in a `Zone` and call `finish`; finishing signs, spoils, writes and
// remembers. An `Output` belongs to one thread; outputs are merged in order so that a seed always gives the same world.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/lab/zones/plan.h"
#include "tests/lab/zones/signer.h"

namespace rw::lab
{

// How a name must come out. `sound` names are the secure and the insecure ones.
enum class Expect {
    secure,    // resolves, AD
    insecure,  // resolves, no AD
    bogus,     // validation fails: SERVFAIL
    broken,    // servers give nothing usable: SERVFAIL
    varies,    // good resolvers differ; recorded, not judged
};

struct NameLine {
    std::string name;
    std::string type;
    Expect expect = Expect::secure;
    std::string kind;
    std::string outcome;  // NOERROR, NODATA, NXDOMAIN, SERVFAIL
};

enum class PublishDs { yes, no, sha384, one_of_two_wrong, wrong_digest, unknown_algorithm, unknown_digest };

struct Zone {
    std::string name;    // absolute, lower case, with the final dot
    std::string parent;  // whose zone gets `delegation`
    std::string group;   // server group that serves it; empty: nobody
    Signing signing;
    PublishDs publish_ds = PublishDs::yes;
    Lines records;
    Lines delegation;                   // NS and glue for the parent
    std::function<void(Lines&)> spoil;  // applied to the signed zone
    bool keep_from_server = false;      // signed and delegated, but not served

    // `add("www", "A 192.0.2.1")`; "@" is the apex; a name ending in a dot is absolute.
    void add(std::string_view owner, std::string_view data, unsigned ttl = 3600);
    [[nodiscard]] std::string at(std::string_view owner) const;
    [[nodiscard]] bool is_signed() const { return signing.denial != Denial::unsigned_zone; }
};

// One line of zones.tsv: which group serves which zone from which file.
struct ServedZone {
    std::string group;
    std::string zone;
    std::string file;
};

struct Output {
    std::vector<ServedZone> served;
    std::vector<NameLine> names;
    std::vector<std::pair<std::string, Lines>> delegations;  // by parent
    Lines odd_records;                                       // what the odd server answers from
    std::string error;                                       // of the first thing that went wrong

    void append(Output&& other);
};

// Where the signature validity of everything lies, and where files go.
struct Settings {
    std::string directory;
    std::uint64_t seed = 1;
    unsigned leaves = 3000;
    std::time_t now = 0;

    [[nodiscard]] Signing sound(Denial denial, int algorithm = 13) const;
};

class Maker
{
 public:
    Maker(const Settings& settings, Output& output) : settings_(settings), output_(output) {}

    // SOA, two name servers inside the zone with both families of glue, on servers `first` and `first + 1` of the
    // group.
    [[nodiscard]] Zone start(const std::string& name, const std::string& parent, std::string_view group, unsigned first,
                             const Signing& signing) const;
    // Signs, spoils, writes; returns what the parent must hold: NS, glue, DS.
    Lines complete(const Zone& zone);
    // The same, and keeps what the parent must hold until the parent, a TLD, is made.
    void finish(const Zone& zone);
    void name(const std::string& name, std::string_view type, Expect expect, std::string_view kind,
              std::string_view outcome);

    [[nodiscard]] const Settings& settings() const { return settings_; }

 private:
    [[nodiscard]] Lines ds_of(const Zone& zone, const ZoneKeys& keys) const;
    void write(const Zone& zone, const Lines& lines);

    const Settings& settings_;
    Output& output_;
};

bool write_lines(const std::string& file, const Lines& lines);
std::string_view word(Expect expect);

}  // namespace rw::lab
