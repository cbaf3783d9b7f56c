// SPDX-License-Identifier: EUPL-1.2
// One zone that is answered here, the operator's or a special one, and the answers it gives. Pure.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <vector>

#include "config/settings.h"
#include "resolver/dns/message_view.h"
#include "resolver/iterate/local_record.h"
#include "resolver/iterate/outcome.h"

namespace rw::iterate
{

class LocalZone
{
 public:
    /// `built_in`: not the operator's.
    LocalZone(const dns::Name& apex, config::LocalZoneType type, bool built_in = false)
        : apex_(apex), type_(type), built_in_(built_in)
    {
    }

    [[nodiscard]] const dns::Name& apex() const { return apex_; }
    [[nodiscard]] config::LocalZoneType type() const { return type_; }
    [[nodiscard]] bool built_in() const { return built_in_; }
    /// Whether there are records for `name`, a wildcard's included.
    [[nodiscard]] bool has_records(const dns::Name& name) const { return records_of(name) != nullptr; }
    /// The error says why the record could have no effect beside what is there already.
    Result<void> add(LocalRecord record);

    /// The answer to `question`, which is in the zone, or the failure it gets; nothing when it is to be resolved.
    [[nodiscard]] std::optional<std::expected<Link, Failure>> answer(const dns::Question& question) const;

 private:
    using Sets = std::vector<dns::RRset>;

    /// Records for `name`: its own, the apex's in a zone of type redirect, or those of a wildcard (RFC 4592 §3.3.1).
    [[nodiscard]] const Sets* records_of(const dns::Name& name) const;
    /// Whether `name` has records or a name below it has.
    [[nodiscard]] bool exists(const dns::Name& name) const;
    [[nodiscard]] dns::RRset soa() const;

    dns::Name apex_;
    config::LocalZoneType type_;
    bool built_in_;
    std::map<dns::Name, Sets> names_;  ///< in canonical order: what is below a name comes right behind it
};

/// HINFO "RFC8482" "" (RFC 8482 §4.2): a short answer that keeps ANY from being asked again and from amplifying.
[[nodiscard]] Link any_answer(const dns::Question& question);

}  // namespace rw::iterate
