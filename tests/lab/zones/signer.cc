// SPDX-License-Identifier: EUPL-1.2
// Implements signer.h. The only file of the zone maker that speaks to ldns.
#include "tests/lab/zones/signer.h"

#include <ldns/ldns.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace rw::lab
{
namespace
{

template <class T, void (*free_it)(T*)>
struct FreeWith {
    void operator()(T* object) const { free_it(object); }
};

using Name = std::unique_ptr<ldns_rdf, FreeWith<ldns_rdf, ldns_rdf_deep_free>>;
using Record = std::unique_ptr<ldns_rr, FreeWith<ldns_rr, ldns_rr_free>>;
using DnssecZone = std::unique_ptr<ldns_dnssec_zone, FreeWith<ldns_dnssec_zone, ldns_dnssec_zone_deep_free>>;

constexpr std::uint32_t kDefaultTtl = 3600;

// Key sizes as large zones use them; 1280 for RSA leaves keeps their making quick.
std::uint16_t key_bits(int algorithm, bool root)
{
    switch (algorithm) {
        case 5:
        case 7:
        case 8:
        case 10:
            return root ? 2048 : 1280;
        case 14:
            return 384;
        default:
            return 256;
    }
}

std::expected<ldns_key*, std::string> new_key(const std::string& apex, const Signing& signing, bool key_signing)
{
    ldns_key* key = ldns_key_new_frm_algorithm(static_cast<ldns_signing_algorithm>(signing.algorithm),
                                               key_bits(signing.algorithm, apex == "."));
    if (key == nullptr) {
        return std::unexpected("cannot make a key of algorithm " + std::to_string(signing.algorithm));
    }
    ldns_key_set_pubkey_owner(key, ldns_dname_new_frm_str(apex.c_str()));
    ldns_key_set_flags(key, key_signing ? 257 : 256);
    ldns_key_set_origttl(key, apex == "." ? 172800 : kDefaultTtl);
    const Record record(ldns_key2rr(key));
    ldns_key_set_keytag(key, ldns_calc_keytag(record.get()));
    return key;
}

std::string text_of(const ldns_rr* record)
{
    char* raw = ldns_rr2str(record);
    std::string text(raw);
    std::free(raw);
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
        text.pop_back();
    }
    return text;
}

std::expected<DnssecZone, std::string> parse(std::span<const std::string> records)
{
    DnssecZone zone(ldns_dnssec_zone_new());
    for (const std::string& line : records) {
        ldns_rr* record = nullptr;
        const ldns_status status = ldns_rr_new_frm_str(&record, line.c_str(), kDefaultTtl, nullptr, nullptr);
        if (status != LDNS_STATUS_OK) {
            return std::unexpected("bad record `" + line + "`: " + ldns_get_errorstr_by_id(status));
        }
        if (ldns_dnssec_zone_add_rr(zone.get(), record) != LDNS_STATUS_OK) {
            ldns_rr_free(record);
            return std::unexpected("cannot add record `" + line + "`");
        }
    }
    return zone;
}

Lines print(const ldns_dnssec_zone* zone)
{
    char* buffer = nullptr;
    std::size_t length = 0;
    std::FILE* stream = open_memstream(&buffer, &length);
    ldns_dnssec_zone_print(stream, zone);
    std::fclose(stream);
    Lines lines;
    std::string_view rest(buffer, length);
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        if (!line.empty() && line.front() != ';') {
            lines.emplace_back(line);
        }
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    std::free(buffer);
    return lines;
}

// ldns wants a say on each signature already there; there are none, so every one is made.
int make_every_signature(ldns_rr*, void*)
{
    return LDNS_SIGNATURE_LEAVE_ADD_NEW;
}

ldns_status sign_zone(ldns_dnssec_zone* zone, ldns_key_list* keys, const Signing& signing)
{
    ldns_rr_list* added = ldns_rr_list_new();
    const int flags = signing.zonemd ? LDNS_SIGN_WITH_ZONEMD_SIMPLE_SHA384 : 0;
    ldns_status status = LDNS_STATUS_OK;
    if (signing.denial == Denial::nsec) {
        status = ldns_dnssec_zone_sign_flg(zone, added, keys, make_every_signature, nullptr, flags);
    } else {
        const std::uint8_t opt_out = signing.denial == Denial::nsec3_opt_out ? 1 : 0;
        status =
            ldns_dnssec_zone_sign_nsec3_flg(zone, added, keys, make_every_signature, nullptr, LDNS_SHA1, opt_out,
                                            static_cast<std::uint16_t>(signing.nsec3_iterations), 0, nullptr, flags);
    }
    ldns_rr_list_free(added);  // the records themselves belong to the zone now
    return status;
}

}  // namespace

void ZoneKeys::Free::operator()(ldns_struct_key_list* list) const
{
    ldns_key_list_free(list);
}

std::expected<ZoneKeys, std::string> ZoneKeys::generate(const std::string& apex, const Signing& signing)
{
    ZoneKeys keys;
    keys.keys_.reset(ldns_key_list_new());
    for (const bool key_signing : {true, false}) {
        if (!key_signing && !signing.separate_keys) {
            continue;
        }
        const auto key = new_key(apex, signing, key_signing);
        if (!key) {
            return std::unexpected(key.error());
        }
        ldns_key_list_push_key(keys.keys_.get(), *key);
    }
    return keys;
}

Lines ZoneKeys::ds(int digest_type) const
{
    Lines lines;
    for (std::size_t at = 0; at < ldns_key_list_key_count(keys_.get()); ++at) {
        const ldns_key* key = ldns_key_list_key(keys_.get(), at);
        if (ldns_key_flags(key) == 257) {
            const Record dnskey(ldns_key2rr(key));
            const Record ds(ldns_key_rr2ds(dnskey.get(), static_cast<ldns_hash>(digest_type)));
            ldns_rr_set_ttl(ds.get(), 86400);
            lines.push_back(text_of(ds.get()));
        }
    }
    return lines;
}

Lines ZoneKeys::dnskeys() const
{
    Lines lines;
    for (std::size_t at = 0; at < ldns_key_list_key_count(keys_.get()); ++at) {
        const Record record(ldns_key2rr(ldns_key_list_key(keys_.get(), at)));
        std::string text = text_of(record.get());
        lines.push_back(text.substr(0, text.find(" ;")));
    }
    return lines;
}

std::expected<Lines, std::string> ZoneKeys::sign(const std::string& apex, std::span<const std::string> records,
                                                 const Signing& signing) const
{
    auto zone = parse(records);
    if (!zone) {
        return std::unexpected(apex + ": " + zone.error());
    }
    for (std::size_t at = 0; at < ldns_key_list_key_count(keys_.get()); ++at) {
        ldns_key* key = ldns_key_list_key(keys_.get(), at);
        ldns_key_set_inception(key, static_cast<std::uint32_t>(signing.inception));
        ldns_key_set_expiration(key, static_cast<std::uint32_t>(signing.expiration));
        ldns_dnssec_zone_add_rr(zone->get(), ldns_key2rr(key));
    }
    const ldns_status status = sign_zone(zone->get(), keys_.get(), signing);
    if (status != LDNS_STATUS_OK) {
        return std::unexpected("cannot sign " + apex + ": " + ldns_get_errorstr_by_id(status));
    }
    return print(zone->get());
}

}  // namespace rw::lab
