// SPDX-License-Identifier: EUPL-1.2
// ldns as an independent signer: makes keys, signs RRsets given as presentation text, and hands everything over in our
// types. For the tests of this folder only.
#pragma once

#include <ldns/ldns.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "resolver/dns/rrset.h"
#include "resolver/dnssec/key_judge.h"
#include "tests/unit/name.h"

namespace rw::dnssec::test
{

struct FreeRr {
    void operator()(ldns_rr* rr) const { ldns_rr_free(rr); }
};
using Rr = std::unique_ptr<ldns_rr, FreeRr>;

inline Rr parse_rr(const std::string& text)
{
    ldns_rr* rr = nullptr;
    if (ldns_rr_new_frm_str(&rr, text.c_str(), 3600, nullptr, nullptr) != LDNS_STATUS_OK)
        throw std::runtime_error("ldns cannot read: " + text);
    return Rr(rr);
}

using rw::test::name;

inline constexpr std::int64_t good_time = 1'650'000'000;  ///< seconds since 1970; within what tests sign for

inline OctetBuffer rdata_of(const ldns_rr* rr)
{
    OctetBuffer rdata;
    for (std::size_t i = 0; i < ldns_rr_rd_count(rr); ++i) {
        std::uint8_t* wire = nullptr;
        std::size_t size = 0;
        if (ldns_rdf2wire(&wire, ldns_rr_rdf(rr, i), &size) != LDNS_STATUS_OK)
            throw std::runtime_error("ldns cannot write an RDATA field");
        append(rdata, Octets(wire, size));
        std::free(wire);
    }
    return rdata;
}

inline OctetBuffer rdata(const std::string& record)
{
    return rdata_of(parse_rr(record).get());
}

inline dns::Name owner_of(const ldns_rr* rr)
{
    const ldns_rdf* owner = ldns_rr_owner(rr);
    return dns::Name::from_wire({ldns_rdf_data(owner), ldns_rdf_size(owner)}).value();
}

/// The RRset that `records` make; RRSIGs among them become its signatures.
inline dns::RRset rrset(const std::vector<std::string>& records)
{
    dns::RRset set;
    for (const std::string& text : records) {
        const Rr rr = parse_rr(text);
        set.owner = owner_of(rr.get());
        const auto type = dns::RRType{static_cast<std::uint16_t>(ldns_rr_get_type(rr.get()))};
        const OctetBuffer octets = rdata_of(rr.get());
        if (type == dns::RRType::rrsig) {
            set.signatures.add(octets);
        } else {
            set.type = type;
            set.ttl = ldns_rr_ttl(rr.get());
            set.rdatas.add(octets);
        }
    }
    return set;
}

class Signer
{
 public:
    Signer(ldns_signing_algorithm algorithm, std::uint16_t bits, const std::string& zone, std::uint16_t flags = 257)
        : key_(ldns_key_new_frm_algorithm(algorithm, bits))
    {
        if (key_ == nullptr)
            throw std::runtime_error("ldns cannot make a key");
        ldns_key_set_flags(key_.get(), flags);
        set_zone(zone);
        dnskey_.reset(ldns_key2rr(key_.get()));
        ldns_key_set_keytag(key_.get(), ldns_calc_keytag(dnskey_.get()));
        set_times(1'600'000'000, 1'700'000'000);
    }
    void set_zone(const std::string& zone)
    {
        ldns_key_set_pubkey_owner(key_.get(), ldns_dname_new_frm_str(zone.c_str()));
    }
    void set_times(std::uint32_t inception, std::uint32_t expiration)
    {
        ldns_key_set_inception(key_.get(), inception);
        ldns_key_set_expiration(key_.get(), expiration);
    }
    /// Sets the REVOKE bit, which changes the tag (RFC 5011 §2.1).
    void revoke()
    {
        ldns_key_set_flags(key_.get(), ldns_key_flags(key_.get()) | 0x0080U);
        dnskey_.reset(ldns_key2rr(key_.get()));
        ldns_key_set_keytag(key_.get(), ldns_calc_keytag(dnskey_.get()));
    }
    /// For signatures that name another key.
    void set_tag(std::uint16_t tag) { ldns_key_set_keytag(key_.get(), tag); }

    [[nodiscard]] std::uint16_t tag() const { return ldns_calc_keytag(dnskey_.get()); }
    [[nodiscard]] OctetBuffer dnskey() const { return rdata_of(dnskey_.get()); }
    [[nodiscard]] const ldns_rr* dnskey_rr() const { return dnskey_.get(); }

    /// The DNSKEY RRset of `signers` (all of one zone), signed by this one.
    [[nodiscard]] dns::RRset sign_keys(const std::vector<const Signer*>& signers) const
    {
        std::vector<Rr> rrs;
        for (const Signer* signer : signers)
            rrs.emplace_back(ldns_rr_clone(signer->dnskey_.get()));
        return sign_rrs(rrs);
    }
    [[nodiscard]] dns::RRset sign(const std::vector<std::string>& records) const
    {
        std::vector<Rr> rrs;
        for (const std::string& text : records)
            rrs.push_back(parse_rr(text));
        return sign_rrs(rrs);
    }

 private:
    struct FreeKey {
        void operator()(ldns_key* key) const { ldns_key_deep_free(key); }
    };
    struct FreeKeyList {
        void operator()(ldns_key_list* list) const
        {
            ldns_key_list_set_key_count(list, 0);
            ldns_key_list_free(list);
        }
    };
    struct FreeList {
        void operator()(ldns_rr_list* list) const { ldns_rr_list_deep_free(list); }
    };

    [[nodiscard]] dns::RRset sign_rrs(const std::vector<Rr>& rrs) const
    {
        const std::unique_ptr<ldns_key_list, FreeKeyList> keys(ldns_key_list_new());
        ldns_key_list_push_key(keys.get(), key_.get());
        const std::unique_ptr<ldns_rr_list, FreeList> list(ldns_rr_list_new());
        dns::RRset set;
        for (const Rr& rr : rrs) {
            ldns_rr_list_push_rr(list.get(), ldns_rr_clone(rr.get()));
            set.owner = owner_of(rr.get());
            set.type = dns::RRType{static_cast<std::uint16_t>(ldns_rr_get_type(rr.get()))};
            set.ttl = ldns_rr_ttl(rr.get());
            set.rdatas.add(rdata_of(rr.get()));
        }
        const std::unique_ptr<ldns_rr_list, FreeList> signatures(ldns_sign_public(list.get(), keys.get()));
        for (std::size_t i = 0; i < ldns_rr_list_rr_count(signatures.get()); ++i)
            set.signatures.add(rdata_of(ldns_rr_list_rr(signatures.get(), i)));
        return set;
    }

    std::unique_ptr<ldns_key, FreeKey> key_;
    Rr dnskey_;
};

/// The keys of a zone as the judge accepts them with each of them as an anchor; the RRset must be signed by one of them
/// and valid at `seconds`.
inline ZoneKeys zone_keys(dns::RRset dnskeys, std::int64_t seconds = 1'650'000'000)
{
    Vouchers vouchers({.validate_sha1 = true});
    for (const Octets key : dnskeys.rdatas)
        vouchers.add_key(key);
    RRsetVerifier verifier({.validate_sha1 = true});
    const SignatureTime time{WallSeconds{std::chrono::seconds{seconds}}, std::chrono::seconds{0}};
    Work work = Work::unlimited();
    auto judged = KeyJudge(verifier, time, work).judge(dnskeys, vouchers);
    return judged ? std::move(judged->keys) : ZoneKeys{};
}

inline bool is_signed(const RRsetVerdict& verdict)
{
    return std::holds_alternative<Signed>(verdict);
}

/// A copy of `list` in which bit `bit` of octet `octet` of the RDATA number `index` is flipped.
inline dns::RdataList flip(const dns::RdataList& list, std::size_t index, std::size_t octet, unsigned bit)
{
    dns::RdataList flipped;
    std::size_t i = 0;
    for (const Octets rdata : list) {
        OctetBuffer copy(rdata.begin(), rdata.end());
        if (i++ == index)
            copy.at(octet) ^= static_cast<std::uint8_t>(1U << bit);
        flipped.add(copy);
    }
    return flipped;
}

inline SignatureTime at(std::int64_t seconds, std::chrono::seconds skew = std::chrono::seconds{0})
{
    return {WallSeconds{std::chrono::seconds{seconds}}, skew};
}

}  // namespace rw::dnssec::test
