// SPDX-License-Identifier: EUPL-1.2
// The OPT record: five octets of the input are its size, extended RCODE, version and flags, the rest its options.
//   - Version 0 is accepted exactly when its options add up; another version always, for BADVERS has to be answered.
//   - What the writer makes of it reads back the same, and ldns sees the same fields.
#include <array>
#include <memory>
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

namespace
{

constexpr std::size_t fixed_octets = 5;

OctetBuffer message_with(Octets fixed, Octets options)
{
    OctetBuffer message(header_octets, 0);
    message[11] = 1;
    message.push_back(0);  // the root owns it
    rw::append_u16(message, static_cast<std::uint16_t>(RRType::opt));
    rw::append(message, fixed);
    message.push_back(0);
    rw::append_u16(message, static_cast<std::uint16_t>(options.size()));
    rw::append(message, options);
    return message;
}

/// The same rule again, written without the reader under test.
bool adds_up(Octets options)
{
    std::size_t at = 0;
    while (at < options.size()) {
        if (options.size() - at < 4)
            return false;
        at += 4 + (std::size_t{options[at + 2]} << 8) + options[at + 3];
    }
    return at == options.size();
}

void check_against_ldns(const Edns& edns, const OctetBuffer& message)
{
    ldns_pkt* packet = nullptr;
    if (ldns_wire2pkt(&packet, message.data(), message.size()) != LDNS_STATUS_OK)
        return;  // ldns knows shapes of single options that are no business of ours
    const std::unique_ptr<ldns_pkt, decltype(&ldns_pkt_free)> owner(packet, &ldns_pkt_free);
    must(std::max<std::uint16_t>(ldns_pkt_edns_udp_size(packet), 512) == edns.udp_size, "ldns sees the same size");
    must(ldns_pkt_edns_extended_rcode(packet) == edns.extended_rcode, "ldns sees the same RCODE");
    must(ldns_pkt_edns_version(packet) == edns.version, "ldns sees the same version");
    must(ldns_pkt_edns_do(packet) == edns.dnssec_ok, "ldns sees the same DO");
}

void check_round_trip(const Edns& edns)
{
    std::vector<std::uint8_t> buffer(max_message_octets);
    MessageWriter writer(buffer);
    writer.begin_edns(edns.udp_size, edns.extended_rcode, edns.dnssec_ok, edns.version);
    if (!for_each_option(edns.options, [&](std::uint16_t code, Octets value) { writer.add_option(code, value); }))
        return;
    must(!writer.overflowed(), "options that came in a message fit one");
    const auto again = MessageView::parse(writer.finish());
    must(again && again->edns(), "what we write we can read");
    must(again->edns()->udp_size == edns.udp_size && again->edns()->version == edns.version &&
             again->edns()->extended_rcode == edns.extended_rcode && again->edns()->dnssec_ok == edns.dnssec_ok,
         "the fields are the same");
    must(rw::equal(again->edns()->options, edns.options), "the options are the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    if (size < fixed_octets || size > 60000)
        return 0;
    const Octets options(input + fixed_octets, size - fixed_octets);
    const OctetBuffer message = message_with({input, fixed_octets}, options);
    const std::size_t before = rw::test::allocation_count();
    const auto view = MessageView::parse(message);
    must(rw::test::allocation_count() == before, "parsing never allocates");
    const std::uint8_t version = input[3];
    must(view.has_value() == (version != 0 || adds_up(options)), "options of version 0 must add up, and nothing else");
    if (!view)
        return 0;
    must(view->edns().has_value(), "the OPT record is seen");
    check_against_ldns(*view->edns(), message);
    check_round_trip(*view->edns());
    return 0;
}
