// SPDX-License-Identifier: EUPL-1.2
// Answers the resolver gives by itself: the operator's local zones, names that must never leave the site (RFC 6303,
// RFC 6761), and ANY in its short form (RFC 8482). Asked for each link that is not cached, before any server is.
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

 private:
    explicit LocalAnswers(const HashKey& key) : zones_(std::make_shared<Zones>(key)) {}

    struct Zone {
        config::LocalZoneType type = config::LocalZoneType::fixed;
        std::map<dns::Name, std::vector<dns::RRset>> names;
    };

    Result<void> add_record(Zone& zone, std::string_view text);
    void add_special_use_zones();
    /// Servers that the operator names for a private zone have names to tell: what is built in gives way (RFC 6303).
    /// Not to those named for a zone above, such as a forwarder for everything.
    void leave_to_servers(const config::ZoneName& zone);
    void add_zone(std::string_view name, std::initializer_list<std::string_view> records = {});
    [[nodiscard]] std::expected<Link, Failure> answer_from(const dns::Name& apex, const Zone& zone,
                                                           const dns::Question& question) const;

    using Zones = KeyedMap<dns::Name, Zone>;
    std::shared_ptr<Zones> zones_;  ///< not changed once made: copies share it
};

}  // namespace rw::iterate
