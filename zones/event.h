// SPDX-License-Identifier: EUPL-1.2
// The classes of events a root zone can show, and one event. Which severity a class has is data (config/severity.yaml),
// not code; the names here are what that file, the audit log and the SIEM exports use.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "zones/encoding.h"

namespace rw::zones
{

enum class EventClass : std::uint8_t {
    // delegations
    tld_added,
    tld_removed,
    ns_changed,
    ns_replaced,
    ds_added,
    ds_changed,
    ds_withdrawn,
    ds_no_old_key,
    glue_renumbered,
    glue_changed,
    ttl_changed,
    // the root itself
    root_ns_changed,
    root_server_address,
    zone_signed,
    zone_unsigned,
    ksk_prepublished,
    ksk_introduced,
    ksk_retired,
    ksk_removed,
    ksk_revoked,
    zsk_prepublished,
    zsk_introduced,
    zsk_retired,
    zsk_removed,
    zsk_revoked,
    key_size_or_algorithm,
    signature_window,
    signature_future,
    zonemd_added,
    zonemd_removed,
    zonemd_hash_changed,
    zonemd_hash_unknown,
    // the sequence of versions
    serial_backward,
    serial_missing,
    serial_content,
    serials_per_day,
    burst,
    verification_failed,
};

/// "tld-removed": the name in files and exports.
[[nodiscard]] std::string_view class_name(EventClass event_class);
[[nodiscard]] std::optional<EventClass> parse_class(std::string_view name);
[[nodiscard]] std::size_t class_count();

/// What an expectation must match exactly: the key an event is about.
struct EventKey {
    std::uint16_t tag = 0;  ///< of the key without its revoke bit, so that a revocation names the key it revokes
    std::uint8_t algorithm = 0;
    Digest digest{};  ///< SHA-256 DS digest (RFC 4509) of the same
};

struct Event {
    EventClass event_class{};
    std::string tld;                       ///< the TLD concerned, "fr."; "." for the root itself
    std::string summary;                   ///< one sentence
    std::vector<std::string> concerned{};  ///< further TLDs that weigh: those a shared name server serves
    std::optional<EventKey> key{};
};

}  // namespace rw::zones
