// SPDX-License-Identifier: EUPL-1.2
// Implements reply.h.
#include "tests/lab/ask/reply.h"

#include <ldns/ldns.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace rw::lab
{
namespace
{

template <class T, void (*free_it)(T*)>
struct FreeWith {
    void operator()(T* object) const { free_it(object); }
};
using Packet = std::unique_ptr<ldns_pkt, FreeWith<ldns_pkt, ldns_pkt_free>>;

std::string take(char* raw)
{
    std::string text(raw == nullptr ? "" : raw);
    std::free(raw);
    return text;
}

// owner, type and RDATA; the owner and every name in the RDATA of well-known types in lower case (RFC 4034 §6.2).
std::string canonical_text(ldns_rr* record)
{
    ldns_rr2canonical(record);
    std::string text = take(ldns_rdf2str(ldns_rr_owner(record)));
    text += ' ' + take(ldns_rr_type2str(ldns_rr_get_type(record)));
    for (std::size_t at = 0; at < ldns_rr_rd_count(record); ++at) {
        text += ' ' + take(ldns_rdf2str(ldns_rr_rdf(record, at)));
    }
    return text;
}

std::vector<unsigned> extended_errors(const ldns_pkt* packet)
{
    std::vector<unsigned> codes;
    const ldns_rdf* data = ldns_pkt_edns_data(packet);
    if (data == nullptr) {
        return codes;
    }
    const std::span<const std::uint8_t> octets(ldns_rdf_data(data), ldns_rdf_size(data));
    for (std::size_t at = 0; at + 4 <= octets.size();) {
        const auto read16 = [&](std::size_t from) {
            return static_cast<unsigned>(octets[from] << 8 | octets[from + 1]);
        };
        const std::size_t length = read16(at + 2);
        constexpr unsigned kExtendedError = 15;
        if (read16(at) == kExtendedError && length >= 2 && at + 6 <= octets.size()) {
            codes.push_back(read16(at + 4));
        }
        at += 4 + length;
    }
    return codes;
}

}  // namespace

std::string Reply::outcome(const std::string& type) const
{
    if (rcode != "NOERROR") {
        return rcode;
    }
    const auto has_type = [&](const std::string& line) {
        const auto at = line.find(' ');
        return type == "ANY" || line.compare(at + 1, type.size() + 1, type + " ") == 0;
    };
    return std::ranges::any_of(answer, has_type) ? "NOERROR" : "NODATA";
}

std::expected<std::vector<std::uint8_t>, std::string> build_query(const std::string& name, const std::string& type,
                                                                  const QueryOptions& options)
{
    ldns_pkt* raw = nullptr;
    const auto flags = static_cast<std::uint16_t>(LDNS_RD | (options.checking_disabled ? LDNS_CD : 0));
    const ldns_rr_type number = ldns_get_rr_type_by_name(type.c_str());
    if (number == 0 ||
        ldns_pkt_query_new_frm_str(&raw, name.c_str(), number, LDNS_RR_CLASS_IN, flags) != LDNS_STATUS_OK) {
        return std::unexpected("not a question: " + name + " " + type);
    }
    const Packet packet(raw);
    ldns_pkt_set_edns_udp_size(raw, static_cast<std::uint16_t>(options.edns_size));
    ldns_pkt_set_edns_do(raw, options.dnssec_ok);
    std::uint8_t* wire = nullptr;
    std::size_t length = 0;
    if (ldns_pkt2wire(&wire, raw, &length) != LDNS_STATUS_OK) {
        return std::unexpected("cannot encode " + name);
    }
    std::vector<std::uint8_t> message(wire, wire + length);
    std::free(wire);
    return message;
}

Reply read_reply(std::span<const std::uint8_t> message)
{
    Reply reply;
    ldns_pkt* raw = nullptr;
    if (ldns_wire2pkt(&raw, message.data(), message.size()) != LDNS_STATUS_OK) {
        reply.rcode = "MALFORMED";
        return reply;
    }
    const Packet packet(raw);
    reply.rcode = take(ldns_pkt_rcode2str(ldns_pkt_get_rcode(raw)));
    reply.tc = ldns_pkt_tc(raw);
    reply.ad = ldns_pkt_ad(raw);
    reply.aa = ldns_pkt_aa(raw);
    reply.ra = ldns_pkt_ra(raw);
    reply.ede = extended_errors(raw);
    const ldns_rr_list* authority = ldns_pkt_authority(raw);
    for (std::size_t at = 0; at < ldns_rr_list_rr_count(authority); ++at) {
        reply.has_soa = reply.has_soa || ldns_rr_get_type(ldns_rr_list_rr(authority, at)) == LDNS_RR_TYPE_SOA;
    }
    const ldns_rr_list* answer = ldns_pkt_answer(raw);
    for (std::size_t at = 0; at < ldns_rr_list_rr_count(answer); ++at) {
        ldns_rr* record = ldns_rr_list_rr(answer, at);
        if (ldns_rr_get_type(record) == LDNS_RR_TYPE_RRSIG) {
            ++reply.signatures;
        } else {
            reply.answer.push_back(canonical_text(record));
        }
    }
    std::ranges::sort(reply.answer);
    return reply;
}

}  // namespace rw::lab
