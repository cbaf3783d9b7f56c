// SPDX-License-Identifier: EUPL-1.2
// Names of event classes.
#include "zones/event.h"

#include <array>

namespace rw::zones
{

namespace
{

struct ClassName {
    EventClass event_class;
    std::string_view name;
};

constexpr std::array class_names{
    ClassName{EventClass::tld_added, "tld-added"},
    ClassName{EventClass::tld_removed, "tld-removed"},
    ClassName{EventClass::ns_changed, "ns-changed"},
    ClassName{EventClass::ns_replaced, "ns-replaced"},
    ClassName{EventClass::ds_added, "ds-added"},
    ClassName{EventClass::ds_changed, "ds-changed"},
    ClassName{EventClass::ds_withdrawn, "ds-withdrawn"},
    ClassName{EventClass::ds_no_old_key, "ds-no-old-key"},
    ClassName{EventClass::glue_renumbered, "glue-renumbered"},
    ClassName{EventClass::glue_changed, "glue-changed"},
    ClassName{EventClass::ttl_changed, "ttl-changed"},
    ClassName{EventClass::root_ns_changed, "root-ns-changed"},
    ClassName{EventClass::root_server_address, "root-server-address"},
    ClassName{EventClass::zone_signed, "zone-signed"},
    ClassName{EventClass::zone_unsigned, "zone-unsigned"},
    ClassName{EventClass::ksk_prepublished, "ksk-prepublished"},
    ClassName{EventClass::ksk_introduced, "ksk-introduced"},
    ClassName{EventClass::ksk_retired, "ksk-retired"},
    ClassName{EventClass::ksk_removed, "ksk-removed"},
    ClassName{EventClass::ksk_revoked, "ksk-revoked"},
    ClassName{EventClass::zsk_prepublished, "zsk-prepublished"},
    ClassName{EventClass::zsk_introduced, "zsk-introduced"},
    ClassName{EventClass::zsk_retired, "zsk-retired"},
    ClassName{EventClass::zsk_removed, "zsk-removed"},
    ClassName{EventClass::zsk_revoked, "zsk-revoked"},
    ClassName{EventClass::key_size_or_algorithm, "key-size-or-algorithm"},
    ClassName{EventClass::signature_window, "signature-window"},
    ClassName{EventClass::signature_future, "signature-future"},
    ClassName{EventClass::zonemd_added, "zonemd-added"},
    ClassName{EventClass::zonemd_removed, "zonemd-removed"},
    ClassName{EventClass::zonemd_hash_changed, "zonemd-hash-changed"},
    ClassName{EventClass::zonemd_hash_unknown, "zonemd-hash-unknown"},
    ClassName{EventClass::serial_backward, "serial-backward"},
    ClassName{EventClass::serial_missing, "serial-missing"},
    ClassName{EventClass::serial_content, "serial-content"},
    ClassName{EventClass::serials_per_day, "serials-per-day"},
    ClassName{EventClass::burst, "burst"},
    ClassName{EventClass::verification_failed, "verification-failed"},
};

}  // namespace

std::string_view class_name(EventClass event_class)
{
    return class_names.at(static_cast<std::size_t>(event_class)).name;
}

std::optional<EventClass> parse_class(std::string_view name)
{
    for (const ClassName& row : class_names) {
        if (row.name == name)
            return row.event_class;
    }
    return std::nullopt;
}

std::size_t class_count()
{
    return class_names.size();
}

}  // namespace rw::zones
