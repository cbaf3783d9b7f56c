// SPDX-License-Identifier: EUPL-1.2
// Answers the resolver gives by itself: the operator's local zones, names that must never leave the site
// (special_names.h), and ANY in its short form (RFC 8482). One of the sources of a link (sources.h).
#pragma once

#include <expected>
#include <memory>
#include <optional>

#include "config/settings.h"
#include "resolver/base/keyed_table.h"
#include "resolver/base/result.h"
#include "resolver/dns/message_view.h"
#include "resolver/iterate/local_zone.h"
#include "resolver/iterate/outcome.h"

namespace rw::iterate
{

class LocalAnswers
{
 public:
    /// None.
    LocalAnswers() : LocalAnswers(HashKey{}) {}
    /// The error names the record that cannot be read.
    static Result<LocalAnswers> make(const config::Settings& settings, const HashKey& key);

    /// The answer to `question` without asking anybody, or the failure it gets; nothing when it is to be resolved.
    [[nodiscard]] std::optional<std::expected<Link, Failure>> find(const dns::Question& question) const;
    /// Whether `question` is answered, or refused, because of its name: nobody else may say anything about it.
    [[nodiscard]] bool covers(const dns::Question& question) const { return locate(question) != nullptr; }

 private:
    explicit LocalAnswers(const HashKey& key) : zones_(std::make_shared<Zones>(key)) {}

    struct Zones {
        explicit Zones(const HashKey& key) : by_apex(key), top_names(key) {}
        KeyedMap<dns::Name, LocalZone> by_apex;
        /// The last labels of the apexes, and the root if it is one: most questions are below none of them.
        KeyedSet<dns::Name> top_names;
        bool root = false;
    };

    /// The zone that answers; null when none does.
    [[nodiscard]] const LocalZone* locate(const dns::Question& question) const;
    void put(LocalZone zone);
    void give_way(const config::Settings& settings);
    /// Names in a zone with servers of its own are theirs to tell, whatever local zone is around it. Of the built-in
    /// zones (RFC 6303) also those of the same name; those of the operator's hold. Not to servers that are named for a
    /// zone above, such as a forwarder for everything. `from_root`: there are no servers, and what is built in stays.
    void leave_to_servers(const config::ZoneName& zone, bool from_root);

    std::shared_ptr<Zones> zones_;  ///< not changed once made: copies share it
};

}  // namespace rw::iterate
