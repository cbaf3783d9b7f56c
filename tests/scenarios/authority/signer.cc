// SPDX-License-Identifier: EUPL-1.2
// ldns does the work; this turns records into its zone and back.
#include "tests/scenarios/authority/signer.h"

#include <fmt/format.h>
#include <ldns/ldns.h>

#include <cstdlib>
#include <map>

#include "tests/scenarios/message/presentation.h"

namespace rw::scenarios
{

namespace
{

using LdnsZone = std::unique_ptr<ldns_dnssec_zone, decltype(&ldns_dnssec_zone_deep_free)>;
using LdnsRr = std::unique_ptr<ldns_rr, decltype(&ldns_rr_free)>;
using LdnsKeys = std::unique_ptr<ldns_key_list, decltype(&ldns_key_list_free)>;

constexpr std::uint32_t key_ttl = 3600;
constexpr std::uint8_t unknown_algorithm = 200;  // unassigned

LdnsRr public_record(const ldns_key* key)
{
    LdnsRr record(ldns_key2rr(key), ldns_rr_free);
    ldns_rr_set_ttl(record.get(), key_ttl);
    return record;
}

void set_key_flags(ldns_key* key, std::uint16_t flags)
{
    ldns_key_set_flags(key, flags);
    ldns_key_set_keytag(key, ldns_calc_keytag(public_record(key).get()));
}

/// A key-signing key with or without the zone key bit, as long as this lives: ldns signs zones with zone keys only.
class KeyFlags
{
 public:
    KeyFlags(ldns_key* key, bool zone_key) : key_(key)
    {
        set_key_flags(key_, LDNS_KEY_SEP_KEY | (zone_key ? LDNS_KEY_ZONE_KEY : 0));
    }
    KeyFlags(const KeyFlags&) = delete;
    KeyFlags& operator=(const KeyFlags&) = delete;
    ~KeyFlags() { set_key_flags(key_, LDNS_KEY_SEP_KEY | LDNS_KEY_ZONE_KEY); }

 private:
    ldns_key* key_;
};

void set_key_times(ldns_key* key, const SigningTimes& times)
{
    ldns_key_set_inception(key, static_cast<std::uint32_t>(times.inception.time_since_epoch().count()));
    ldns_key_set_expiration(key, static_cast<std::uint32_t>(times.expiration.time_since_epoch().count()));
}

ldns_key* new_key(const dns::Name& origin, std::uint16_t flags, const SigningTimes& times, SigningAlgorithm algorithm)
{
    ldns_key* key = algorithm == SigningAlgorithm::p256 ? ldns_key_new_frm_algorithm(LDNS_SIGN_ECDSAP256SHA256, 256)
                                                        : ldns_key_new_frm_algorithm(LDNS_SIGN_ECDSAP384SHA384, 384);
    ldns_key_set_pubkey_owner(key,
                              ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, origin.wire().size(), origin.wire().data()));
    ldns_key_set_origttl(key, key_ttl);
    set_key_times(key, times);
    set_key_flags(key, flags);
    return key;
}

Record from_ldns_text(const ldns_rr* rr)
{
    const std::unique_ptr<char, decltype(&free)> text(ldns_rr2str(rr), free);
    auto record = parse_record(text.get(), dns::Name(), key_ttl);
    return record ? std::move(*record) : Record{};
}

int sign_always(ldns_rr*, void*)
{
    return LDNS_SIGNATURE_REMOVE_ADD_NEW;
}

void collect(const ldns_dnssec_rrs* rrs, Records& out)
{
    for (; rrs != nullptr; rrs = rrs->next)
        out.push_back(from_ldns_text(rrs->rr));
}

Records records_of(const ldns_dnssec_zone& zone)
{
    Records out;
    for (ldns_rbnode_t* place = ldns_rbtree_first(zone.names); place != LDNS_RBTREE_NULL;
         place = ldns_rbtree_next(place)) {
        const auto* name = static_cast<const ldns_dnssec_name*>(place->data);
        for (const ldns_dnssec_rrsets* sets = name->rrsets; sets != nullptr; sets = sets->next) {
            collect(sets->rrs, out);
            collect(sets->signatures, out);
        }
        if (name->nsec != nullptr)
            out.push_back(from_ldns_text(name->nsec));
        collect(name->nsec_signatures, out);
    }
    return out;
}

void forget_algorithm(Records& records)
{
    for (Record& record : records) {
        if (record.type == dns::RRType::dnskey)
            record.rdata[3] = unknown_algorithm;
        if (record.type == dns::RRType::rrsig)
            record.rdata[2] = unknown_algorithm;
    }
}

}  // namespace

struct ZoneSigner::Keys {
    LdnsKeys list{ldns_key_list_new(), ldns_key_list_free};
    std::unique_ptr<ldns_key, decltype(&ldns_key_deep_free)> unpublished{nullptr, ldns_key_deep_free};
};

SigningAlgorithms default_algorithms()
{
    return {std::getenv("RW_SIM_P384") != nullptr ? SigningAlgorithm::p384 : SigningAlgorithm::p256};
}

ZoneSigner::ZoneSigner(const dns::Name& origin, const SigningTimes& times, const SigningAlgorithms& algorithms)
    : keys_(std::make_unique<Keys>()), origin_(origin)
{
    for (const SigningAlgorithm algorithm : algorithms) {
        ldns_key_list_push_key(keys_->list.get(), new_key(origin, 257, times, algorithm));
        ldns_key_list_push_key(keys_->list.get(), new_key(origin, 256, times, algorithm));
    }
    keys_->unpublished.reset(new_key(origin, 256, times, algorithms.front()));
}

ZoneSigner::ZoneSigner(ZoneSigner&&) noexcept = default;
ZoneSigner& ZoneSigner::operator=(ZoneSigner&&) noexcept = default;
ZoneSigner::~ZoneSigner() = default;

void ZoneSigner::set_times(const SigningTimes& times)
{
    for (std::size_t i = 0; i < ldns_key_list_key_count(keys_->list.get()); ++i)
        set_key_times(ldns_key_list_key(keys_->list.get(), i), times);
    set_key_times(keys_->unpublished.get(), times);
}

Record ZoneSigner::delegation_signer(const SigningManner& manner) const
{
    const KeyFlags flags(ldns_key_list_key(keys_->list.get(), 0), !manner.no_zone_key_bit);
    const LdnsRr key = public_record(ldns_key_list_key(keys_->list.get(), 0));
    const LdnsRr ds(ldns_key_rr2ds(key.get(), LDNS_SHA256), ldns_rr_free);
    Record record = from_ldns_text(ds.get());
    if (manner.unknown_algorithm)
        record.rdata[2] = unknown_algorithm;
    return record;
}

Result<Records> ZoneSigner::sign(const Records& records, Denial denial, const SigningManner& manner) const
{
    const LdnsZone zone(ldns_dnssec_zone_new(), ldns_dnssec_zone_deep_free);
    const auto add = [&zone](ldns_rr* rr) { return ldns_dnssec_zone_add_rr(zone.get(), rr) == LDNS_STATUS_OK; };
    for (const Record& record : records) {
        ldns_rr* rr = nullptr;
        if (ldns_rr_new_frm_str(&rr, to_text(record).c_str(), 0, nullptr, nullptr) != LDNS_STATUS_OK || !add(rr))
            return failed(fmt::format("cannot sign '{}'", to_text(record)));
    }
    for (std::size_t i = 0; i < ldns_key_list_key_count(keys_->list.get()); ++i)
        if (!add(public_record(ldns_key_list_key(keys_->list.get(), i)).release()))
            return failed("cannot add the keys of " + origin_.to_string());
    const std::unique_ptr<ldns_rr_list, decltype(&ldns_rr_list_free)> added(ldns_rr_list_new(), ldns_rr_list_free);
    ldns_status status = LDNS_STATUS_OK;
    if (denial == Denial::nsec) {
        status = ldns_dnssec_zone_sign(zone.get(), added.get(), keys_->list.get(), sign_always, nullptr);
    } else {
        ldns_dnssec_zone_add_empty_nonterminals(zone.get());
        status =
            ldns_dnssec_zone_sign_nsec3(zone.get(), added.get(), keys_->list.get(), sign_always, nullptr, LDNS_SHA1,
                                        denial == Denial::nsec3_opt_out ? 1 : 0, manner.iterations, 0, nullptr);
    }
    if (status != LDNS_STATUS_OK)
        return failed(fmt::format("cannot sign {}: {}", origin_.to_string(), ldns_get_errorstr_by_id(status)));
    Records all = records_of(*zone);
    if (manner.nsec3_below) {
        if (auto moved = move_nsec3(all, *manner.nsec3_below); !moved)
            return std::unexpected(moved.error());
    }
    if (manner.no_zone_key_bit) {
        if (auto done = forget_zone_key_bit(all); !done)
            return std::unexpected(done.error());
    }
    if (manner.unpublished_key)
        add_unpublished(all);
    if (manner.unknown_algorithm)
        forget_algorithm(all);
    return all;
}

namespace
{

using LdnsBuffer = std::unique_ptr<ldns_buffer, decltype(&ldns_buffer_free)>;

/// The RRSIG of `set` by `key`, as `claim` wants it.
LdnsRr signature_of(const Records& set, ldns_key* key, const SignatureClaim& claim)
{
    const std::unique_ptr<ldns_rr_list, decltype(&ldns_rr_list_deep_free)> list(ldns_rr_list_new(),
                                                                                ldns_rr_list_deep_free);
    for (const Record& record : set) {
        ldns_rr* rr = nullptr;
        if (ldns_rr_new_frm_str(&rr, to_text(record).c_str(), 0, nullptr, nullptr) != LDNS_STATUS_OK)
            return {nullptr, ldns_rr_free};
        ldns_rr2canonical(rr);
        ldns_rr_list_push_rr(list.get(), rr);
    }
    LdnsRr rrsig(ldns_create_empty_rrsig(list.get(), key), ldns_rr_free);
    const dns::Name& owner = set.front().owner;
    if (claim.labels) {
        ldns_rdf_deep_free(ldns_rr_set_rdf(rrsig.get(), ldns_native2rdf_int8(LDNS_RDF_TYPE_INT8, *claim.labels), 2));
        const dns::Name wildcard = owner.ancestor(*claim.labels).wildcard().value_or(owner);
        for (std::size_t i = 0; i < ldns_rr_list_rr_count(list.get()); ++i) {
            ldns_rr* rr = ldns_rr_list_rr(list.get(), i);
            ldns_rdf_deep_free(ldns_rr_owner(rr));
            ldns_rr_set_owner(rr, ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, wildcard.size(), wildcard.wire().data()));
        }
    }
    if (claim.signer)
        ldns_rdf_deep_free(ldns_rr_set_rdf(
            rrsig.get(), ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, claim.signer->size(), claim.signer->wire().data()),
            7));
    ldns_rr_list_sort(list.get());
    const LdnsBuffer buffer(ldns_buffer_new(LDNS_MAX_PACKETLEN), ldns_buffer_free);
    ldns_rdf* signature = nullptr;
    if (ldns_rrsig2buffer_wire(buffer.get(), rrsig.get()) == LDNS_STATUS_OK &&
        ldns_rr_list2buffer_wire(buffer.get(), list.get()) == LDNS_STATUS_OK)
        signature = ldns_sign_public_buffer(buffer.get(), key);
    if (signature == nullptr)
        return {nullptr, ldns_rr_free};
    ldns_rdf_deep_free(ldns_rr_set_rdf(rrsig.get(), signature, 8));
    return rrsig;
}

/// Takes the records of `type` and their signatures out; gives those of `type`.
Records take_out(Records& records, dns::RRType type)
{
    Records out;
    std::erase_if(records, [&](const Record& record) {
        if (record.type == type)
            out.push_back(record);
        return record.type == type ||
               (record.type == dns::RRType::rrsig && load_u16(record.rdata.data()) == static_cast<std::uint16_t>(type));
    });
    return out;
}

}  // namespace

Result<Record> ZoneSigner::sign_as(const Records& rrset, const SignatureClaim& claim) const
{
    const LdnsRr rrsig = signature_of(rrset, ldns_key_list_key(keys_->list.get(), 1), claim);
    if (!rrsig)
        return failed("cannot sign " + rrset.front().owner.to_string());
    return from_ldns_text(rrsig.get());
}

Result<void> ZoneSigner::move_nsec3(Records& records, const dns::Name& below) const
{
    Records moved;
    for (const Record& record : take_out(records, dns::RRType::nsec3)) {
        moved.push_back(record);
        moved.back().owner = below.prepend(record.owner.first_label()).value();
        auto signature = sign_as({moved.back()}, {});
        if (!signature)
            return std::unexpected(signature.error());
        moved.push_back(std::move(*signature));
    }
    records.insert(records.end(), moved.begin(), moved.end());
    return {};
}

Result<void> ZoneSigner::forget_zone_key_bit(Records& records) const
{
    Records keys = take_out(records, dns::RRType::dnskey);
    for (Record& key : keys)
        key.rdata[0] = 0;
    ldns_key* signer = ldns_key_list_key(keys_->list.get(), 0);
    const KeyFlags flags(signer, false);
    const LdnsRr rrsig = signature_of(keys, signer, {});
    if (!rrsig)
        return failed("cannot sign the keys of " + origin_.to_string());
    records.insert(records.end(), keys.begin(), keys.end());
    records.push_back(from_ldns_text(rrsig.get()));
    return {};
}

void ZoneSigner::add_unpublished(Records& records) const
{
    std::map<std::pair<dns::Name, dns::RRType>, Records> sets;
    for (const Record& record : records) {
        if (record.type != dns::RRType::rrsig)
            sets[{record.owner, record.type}].push_back(record);
    }
    for (const auto& [key, set] : sets) {
        if (const LdnsRr rrsig = signature_of(set, keys_->unpublished.get(), {}))
            records.insert(records.begin(), from_ldns_text(rrsig.get()));
    }
}

}  // namespace rw::scenarios
