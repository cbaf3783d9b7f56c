// SPDX-License-Identifier: EUPL-1.2
// Answers the resolver gives by itself: the operator's local zones, names that must never leave the site (RFC 6303,
// RFC 6761), and ANY in its short form (RFC 8482). Asked for each link before the cache and before any server; nothing
// that servers say of these names gets into the cache (Iterator::keep).
//
// Of the zones that a name is in the deepest decides, configured ones with servers of their own included
// (configured_zones.h). Data for exactly that name holds in whatever local zone it stands.
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <optional>

#include "config/settings.h"
#include "resolver/base/keyed_table.h"
#include "resolver/base/result.h"
#include "resolver/dns/message_view.h"
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
    [[nodiscard]] bool covers(const dns::Question& question) const { return locate(question).zone != nullptr; }

 private:
    explicit LocalAnswers(const HashKey& key) : zones_(std::make_shared<Zones>(key)) {}

    struct Zone {
        config::LocalZoneType type = config::LocalZoneType::fixed;
        bool built_in = false;
        std::map<dns::Name, std::vector<dns::RRset>> names;
    };
    /// The zone that answers; null when none does.
    struct Place {
        dns::Name apex;
        const Zone* zone = nullptr;
    };
    [[nodiscard]] Place locate(const dns::Question& question) const;

    Result<void> add_record(Zone& zone, std::string_view text);
    void add_special_use_zones();
    void give_way(const config::Settings& settings);
    /// Names in a zone with servers of its own are theirs to tell, whatever local zone is around it. Of the built-in
    /// zones (RFC 6303) also those of the same name; those of the operator's hold. Not to servers that are named for a
    /// zone above, such as a forwarder for everything. `from_root`: there are no servers, and what is built in stays.
    void leave_to_servers(const config::ZoneName& zone, bool from_root);
    void add_zone(std::string_view name, std::initializer_list<std::string_view> records = {});
    /// The zone's own SOA, or one that is made.
    [[nodiscard]] static dns::RRset soa_for_denial(const dns::Name& apex, const Zone& zone);
    [[nodiscard]] std::expected<Link, Failure> answer_from(const dns::Name& apex, const Zone& zone,
                                                           const dns::Question& question) const;

    using Zones = KeyedMap<dns::Name, Zone>;
    std::shared_ptr<Zones> zones_;  ///< not changed once made: copies share it
};

}  // namespace rw::iterate
