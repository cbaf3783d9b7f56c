// SPDX-License-Identifier: EUPL-1.2
// Signs zones with ldns, for tests: keys made once per Signer, NSEC, ZONEMD if wanted. ldns also verifies ZONEMD, as
// the oracle.
#pragma once

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

#include "tests/unit/zones/ldns_oracle.h"

namespace rw::zones
{

class Signer
{
 public:
    struct Times {
        std::uint32_t inception = 1704067200;   // 2024-01-01
        std::uint32_t expiration = 1705190400;  // 13 days later, as the root signs
    };

    explicit Signer(const char* apex = ".") : ksk_(make_key(apex, 257)), zsk_(make_key(apex, 256)) {}

    /// The signed zone as text. `zonemd`: flags of ldns, 0 for none.
    std::string sign(const std::string& text, Times times, int zonemd = LDNS_SIGN_WITH_ZONEMD_SIMPLE_SHA384) const
    {
        const std::unique_ptr<ldns_dnssec_zone, void (*)(ldns_dnssec_zone*)> zone(ldns_dnssec_zone_new(),
                                                                                  ldns_dnssec_zone_deep_free);
        add_records(zone.get(), text);
        ldns_key_list* keys = ldns_key_list_new();
        for (ldns_key* key : {ksk_.get(), zsk_.get()}) {
            ldns_key_set_inception(key, times.inception);
            ldns_key_set_expiration(key, times.expiration);
            ldns_key_list_push_key(keys, key);
            ldns_dnssec_zone_add_rr(zone.get(), ldns_key2rr(key));
        }
        ldns_rr_list* fresh = ldns_rr_list_new();
        const ldns_status status =
            ldns_dnssec_zone_sign_flg(zone.get(), fresh, keys, ldns_dnssec_default_replace_signatures, nullptr, zonemd);
        ldns_rr_list_free(fresh);
        ldns_key_list_set_key_count(keys, 0);
        ldns_key_list_free(keys);
        if (status != LDNS_STATUS_OK)
            throw std::runtime_error(ldns_get_errorstr_by_id(status));
        return print(zone.get());
    }

    /// The KSK as a DS record.
    [[nodiscard]] std::string anchor() const
    {
        const std::unique_ptr<ldns_rr, void (*)(ldns_rr*)> dnskey(ldns_key2rr(ksk_.get()), ldns_rr_free);
        const std::unique_ptr<ldns_rr, void (*)(ldns_rr*)> ds(ldns_key_rr2ds(dnskey.get(), LDNS_SHA256), ldns_rr_free);
        return take(ldns_rr2str(ds.get()));
    }

    /// What ldns thinks of the ZONEMD of a zone.
    static bool zonemd_verifies(const std::string& text)
    {
        const std::unique_ptr<ldns_dnssec_zone, void (*)(ldns_dnssec_zone*)> zone(ldns_dnssec_zone_new(),
                                                                                  ldns_dnssec_zone_deep_free);
        add_records(zone.get(), text);
        return ldns_dnssec_zone_verify_zonemd(zone.get()) == LDNS_STATUS_OK;
    }

 private:
    using Key = std::unique_ptr<ldns_key, void (*)(ldns_key*)>;

    static Key make_key(const char* apex, std::uint16_t flags)
    {
        Key key(ldns_key_new_frm_algorithm(LDNS_SIGN_ECDSAP256SHA256, 256), ldns_key_deep_free);
        ldns_key_set_flags(key.get(), flags);
        ldns_key_set_pubkey_owner(key.get(), ldns_dname_new_frm_str(apex));
        ldns_key_set_origttl(key.get(), 172800);
        ldns_key_set_keytag(key.get(), 0);
        const std::unique_ptr<ldns_rr, void (*)(ldns_rr*)> record(ldns_key2rr(key.get()), ldns_rr_free);
        ldns_key_set_keytag(key.get(), ldns_calc_keytag(record.get()));
        return key;
    }
    static std::string take(char* text)
    {
        std::string copy(text);
        std::free(text);  // NOLINT: ldns allocates with malloc
        return copy;
    }
    static void add_records(ldns_dnssec_zone* zone, const std::string& text)
    {
        FILE* file = fmemopen(const_cast<char*>(text.data()), text.size(), "r");
        ldns_rdf* origin = nullptr;
        ldns_rdf* previous = nullptr;
        std::uint32_t ttl = 3600;
        while (feof(file) == 0) {
            ldns_rr* record = nullptr;
            if (ldns_rr_new_frm_fp(&record, file, &ttl, &origin, &previous) == LDNS_STATUS_OK)
                ldns_dnssec_zone_add_rr(zone, record);
        }
        ldns_rdf_deep_free(previous);
        std::fclose(file);
    }
    static std::string print(const ldns_dnssec_zone* zone)
    {
        char* buffer = nullptr;
        std::size_t size = 0;
        FILE* file = open_memstream(&buffer, &size);
        ldns_dnssec_zone_print(file, zone);
        std::fclose(file);
        std::string text(buffer, size);
        std::free(buffer);  // NOLINT
        return text;
    }

    Key ksk_;
    Key zsk_;
};

/// A small root zone in the form IANA publishes it, unsigned.
inline std::string small_root(unsigned serial, const std::string& more = "")
{
    return ".\t86400\tIN\tSOA\ta.root-servers.net. nstld.verisign-grs.com. " + std::to_string(serial) +
           " 1800 900 604800 86400\n.\t518400\tIN\tNS\ta.root-servers.net.\n.\t518400\tIN\tNS\tb.root-servers.net.\n"
           "a.root-servers.net.\t518400\tIN\tA\t198.41.0.4\nb.root-servers.net.\t518400\tIN\tA\t199.9.14.201\n"
           "net.\t172800\tIN\tNS\ta.gtld-servers.net.\nnet.\t172800\tIN\tNS\tb.gtld-servers.net.\n"
           "a.gtld-servers.net.\t172800\tIN\tA\t192.5.6.30\nb.gtld-servers.net.\t172800\tIN\tA\t192.33.14.30\n"
           "net.\t86400\tIN\tDS\t37331 13 2 2F0BEC2D6F79DFBD1D08FD21A3AF92D0E39A4B9EF1E3F4111FFF282490DA453B\n" +
           more;
}

}  // namespace rw::zones
