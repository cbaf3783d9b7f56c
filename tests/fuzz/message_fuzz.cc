// SPDX-License-Identifier: EUPL-1.2
// Whole messages, with ldns as oracle.
//   - Parsing and walking never allocate.
//   - What ldns accepts we accept, except: more than one question, misplaced or malformed OPT (RFC 6891 §6.1.1), names
//     with a pointer that is not strictly backwards, leads into the header, or is one of more than 127.
//   - What we accept, RDATA included, ldns accepts, when all types have a layout without an opaque end.
//   - Both see the same names and the same RDATA.
// Where RDATA is longer than its fields, ldns reads the next record right behind them instead of at RDLENGTH: from
// there on it reads another message, and nothing is compared.
//   - Decoding, encoding and decoding again gives the same message.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "resolver/dns/message_view.h"
#include "resolver/dns/message_writer.h"
#include "tests/allocations.h"
#include "tests/fuzz/harness.h"

// Behind everything else: its macros break standard headers.
#include <ldns/ldns.h>

using namespace rw::dns;
using rw::OctetBuffer;
using rw::Octets;
using rw::fuzz::must;

/// The oracle's own leak: ldns 1.8.3 loses the first of two OPT records.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions()
{
    return "leak:libldns";
}

namespace
{

constexpr std::array sections{Section::answer, Section::authority, Section::additional};

struct Record {
    Name owner;
    RrView view;
    std::optional<OctetBuffer> rdata;  ///< nothing when it has not the shape of its type

    bool operator==(const Record& other) const
    {
        return owner.identical(other.owner) && view.type == other.view.type && view.rrclass == other.view.rrclass &&
               view.ttl == other.view.ttl && rdata == other.rdata;
    }
};

struct FreePacket {
    void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
    void operator()(ldns_buffer* buffer) const { ldns_buffer_free(buffer); }
};
using Packet = std::unique_ptr<ldns_pkt, FreePacket>;
using Buffer = std::unique_ptr<ldns_buffer, FreePacket>;

Packet read_with_ldns(Octets message)
{
    ldns_pkt* packet = nullptr;
    if (ldns_wire2pkt(&packet, message.data(), message.size()) != LDNS_STATUS_OK)
        return nullptr;
    return Packet(packet);
}

/// Touches everything a resolver would. Gives the number of names seen, so that nothing is optimised away.
std::size_t walk(const MessageView& view)
{
    std::size_t names = view.has_question() ? view.question().name.label_count() : 0;
    for (const Section section : sections) {
        for (const RrView& record : view.records(section)) {
            names += view.owner(record).size();
            names += view.name_in_rdata(record, 0) ? 1U : 0U;
        }
    }
    return names;
}

std::vector<Record> records_of(const MessageView& view, Section section)
{
    std::vector<Record> records;
    for (const RrView& record : view.records(section)) {
        if (record.type == RRType::opt)
            continue;
        OctetBuffer rdata;
        const bool whole = view.append_rdata(record, rdata);
        records.push_back({view.owner(record), record, whole ? std::optional(std::move(rdata)) : std::nullopt});
    }
    return records;
}

/// Whether some place of the message holds labels that are sound up to a pointer, and a pointer that we refuse.
bool has_pointer_against_the_rules(Octets message)
{
    for (std::size_t at = header_octets; at < message.size(); ++at) {
        if (NameReader::skip(message, at) && !NameReader::check(message, at))
            return true;
    }
    return false;
}

bool has_closed_layout(RRType type)
{
    return rdata_layout(type).find('*') == std::string_view::npos;
}

/// Whether ldns may stop reading RDATA of this record before its end.
bool may_end_early(const Record& record)
{
    if (record.view.type == RRType::txt)
        return false;
    const auto number = static_cast<std::uint16_t>(record.view.type);
    const bool known_to_ldns = ldns_rr_descript(number)->_type == static_cast<ldns_rr_type>(number);
    return !record.rdata || (known_to_ldns && rdata_layout(record.view.type) == "*");
}

bool ldns_may_lose_its_place(const MessageView& view)
{
    return std::ranges::any_of(
        sections, [&](Section section) { return std::ranges::any_of(records_of(view, section), may_end_early); });
}

/// The same for a message that we refuse: for as many of its records as can be read.
bool ldns_may_lose_its_place_in_refused(Octets refused)
{
    OctetBuffer message(refused.begin(), refused.end());
    for (const std::size_t counter : {10U, 8U, 6U}) {  // the counts of the three sections, the last one first
        const std::size_t most = std::min<std::size_t>(rw::load_u16(&message[counter]), message.size() / 11);
        for (std::size_t count = most; count > 0; --count) {
            rw::store_u16(&message[counter], static_cast<std::uint16_t>(count));
            if (const auto view = MessageView::parse(message))
                return ldns_may_lose_its_place(*view);
        }
        rw::store_u16(&message[counter], 0);
    }
    return false;
}

void check_refusal(Octets message, ParseError error)
{
    switch (error) {
        case ParseError::question_count:
        case ParseError::misplaced_opt:
        case ParseError::bad_option:
            return;
        case ParseError::bad_name:
            return must(has_pointer_against_the_rules(message) || ldns_may_lose_its_place_in_refused(message),
                        "a name that we refuse has a pointer against the rules");
        case ParseError::bad_size:
        case ParseError::record_past_end:
            return must(ldns_may_lose_its_place_in_refused(message), "ldns accepts no message that is cut off");
    }
}

/// Whether ldns has no reason of its own to refuse what we accept.
bool ldns_must_accept(const MessageView& view)
{
    return std::ranges::all_of(sections, [&](Section section) {
        return std::ranges::all_of(records_of(view, section), [](const Record& record) {
            return record.rdata && has_closed_layout(record.view.type);
        });
    });
}

OctetBuffer rdata_by_ldns(const ldns_rr* record)
{
    const Buffer buffer(ldns_buffer_new(max_message_octets));
    must(ldns_rr_rdata2buffer_wire(buffer.get(), record) == LDNS_STATUS_OK, "ldns writes RDATA that it has read");
    const std::uint8_t* octets = ldns_buffer_begin(buffer.get());
    return {octets, octets + ldns_buffer_position(buffer.get())};
}

void check_record(const Record& ours, const ldns_rr* theirs)
{
    const ldns_rdf* owner = ldns_rr_owner(theirs);
    must(rw::equal(ours.owner.wire(), {ldns_rdf_data(owner), ldns_rdf_size(owner)}), "owners agree with ldns");
    must(static_cast<std::uint16_t>(ldns_rr_get_type(theirs)) == static_cast<std::uint16_t>(ours.view.type),
         "types agree with ldns");
    if (ours.rdata && has_closed_layout(ours.view.type))
        must(*ours.rdata == rdata_by_ldns(theirs), "RDATA agrees with ldns");
}

void check_agreement(const MessageView& view, const ldns_pkt* packet)
{
    if (view.has_question()) {
        const ldns_rdf* name = ldns_rr_owner(ldns_rr_list_rr(ldns_pkt_question(packet), 0));
        must(rw::equal(view.question().name.wire(), {ldns_rdf_data(name), ldns_rdf_size(name)}),
             "question names agree with ldns");
    }
    const std::array lists{ldns_pkt_answer(packet), ldns_pkt_authority(packet), ldns_pkt_additional(packet)};
    for (std::size_t i = 0; i < lists.size(); ++i) {
        auto ours = records_of(view, sections[i]);
        std::erase_if(ours, [](const Record& record) { return record.view.type == RRType::tsig; });
        std::vector<const ldns_rr*> theirs;  // ldns takes OPT and TSIG out of the additional section
        for (std::size_t n = 0; n < ldns_rr_list_rr_count(lists[i]); ++n) {
            const ldns_rr* record = ldns_rr_list_rr(lists[i], n);
            if (ldns_rr_get_type(record) != LDNS_RR_TYPE_TSIG && ldns_rr_get_type(record) != LDNS_RR_TYPE_OPT)
                theirs.push_back(record);
        }
        must(ours.size() == theirs.size(), "ldns sees as many records");
        for (std::size_t n = 0; n < ours.size(); ++n)
            check_record(ours[n], theirs[n]);
    }
}

void write_records(MessageWriter& writer, const MessageView& view, Section section)
{
    for (const Record& record : records_of(view, section)) {
        if (record.rdata)
            writer.add_record(section, record.owner, record.view.type, record.view.rrclass, record.view.ttl,
                              *record.rdata);
    }
}

void check_round_trip(const MessageView& view)
{
    static std::vector<std::uint8_t> buffer(max_message_octets);
    MessageWriter writer(buffer);
    writer.set_header(view.header().id, view.header().flags);
    if (view.has_question())
        writer.add_question(view.question());
    for (const Section section : sections)
        write_records(writer, view, section);
    if (view.edns()) {
        writer.begin_edns(view.edns()->udp_size, view.edns()->extended_rcode, view.edns()->dnssec_ok,
                          view.edns()->version);
        (void)for_each_option(view.edns()->options,
                              [&](std::uint16_t code, Octets value) { writer.add_option(code, value); });
    }
    if (writer.overflowed())
        return;  // names that were compressed may not all fit without
    const auto again = MessageView::parse(writer.finish());
    must(again.has_value(), "what we write we can read");
    must(again->has_question() == view.has_question(), "the question survives");
    must(!view.has_question() || again->question() == view.question(), "the question is the same");
    must(again->rcode() == view.rcode(), "the RCODE is the same");
    for (const Section section : sections) {
        auto before = records_of(view, section);
        std::erase_if(before, [](const Record& record) { return !record.rdata; });
        must(before == records_of(*again, section), "the records are the same");
    }
    if (view.edns() && view.edns()->version == 0)
        must(rw::equal(view.edns()->options, again->edns()->options), "the options are the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    const Octets message(input, size);
    const std::size_t before = rw::test::allocation_count();
    const auto view = MessageView::parse(message);
    if (view)
        walk(*view);
    must(rw::test::allocation_count() == before, "parsing and walking never allocate");
    const Packet packet = read_with_ldns(message);
    if (!view) {
        if (packet)
            check_refusal(message, view.error());
        return 0;
    }
    if (packet && !ldns_may_lose_its_place(*view))
        check_agreement(*view, packet.get());
    if (!packet)
        must(!ldns_must_accept(*view), "ldns accepts what we accept with all its RDATA");
    check_round_trip(*view);
    return 0;
}
