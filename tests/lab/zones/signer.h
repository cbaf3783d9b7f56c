// SPDX-License-Identifier: EUPL-1.2
// Keys of a zone, its DS records, and signing with ldns in process. Used by the zone maker for every zone from the root
// to the smallest leaf. Works on lines of presentation format and never writes files.
#pragma once

#include <ctime>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct ldns_struct_key_list;

namespace rw::lab
{

inline constexpr std::time_t kDay = 86400;  // seconds

enum class Denial { unsigned_zone, nsec, nsec3, nsec3_opt_out };

struct Signing {
    Denial denial = Denial::nsec;
    int algorithm = 13;          // IANA number: 8 RSASHA256, 13 P-256, 14 P-384, 15 Ed25519
    bool separate_keys = false;  // KSK and ZSK instead of one key for both
    bool zonemd = false;         // SHA-384, SIMPLE (RFC 8976)
    unsigned nsec3_iterations = 0;
    std::time_t inception = 0;
    std::time_t expiration = 0;
};

using Lines = std::vector<std::string>;

class ZoneKeys
{
 public:
    static std::expected<ZoneKeys, std::string> generate(const std::string& apex, const Signing& signing);

    // DS records (presentation form) of the key-signing keys; digest type 2 is SHA-256, 4 SHA-384.
    [[nodiscard]] Lines ds(int digest_type = 2) const;
    [[nodiscard]] Lines dnskeys() const;

    // The whole signed zone, one record a line.
    [[nodiscard]] std::expected<Lines, std::string> sign(const std::string& apex, std::span<const std::string> records,
                                                         const Signing& signing) const;

 private:
    struct Free {
        void operator()(ldns_struct_key_list* list) const;
    };
    std::unique_ptr<ldns_struct_key_list, Free> keys_;
};

}  // namespace rw::lab
