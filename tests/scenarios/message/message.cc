// SPDX-License-Identifier: EUPL-1.2
// Reading, writing and comparing messages of the simulation.
#include "tests/scenarios/message/message.h"

#include <algorithm>
#include <map>

namespace rw::scenarios
{

namespace
{

constexpr std::uint16_t header_flags = 0x87b0;  // QR AA TC RD RA AD CD

constexpr std::array<std::pair<std::string_view, std::uint16_t>, 7> flag_names{{{"QR", dns::Header::qr},
                                                                                {"AA", dns::Header::aa},
                                                                                {"TC", dns::Header::tc},
                                                                                {"RD", dns::Header::rd},
                                                                                {"RA", dns::Header::ra},
                                                                                {"AD", dns::Header::ad},
                                                                                {"CD", dns::Header::cd}}};

/// Octets of the field `layout` at the front of `rdata`; a name counts with its root label.
std::size_t field_octets(char layout, Octets rdata)
{
    switch (layout) {
        case '1':
            return 1;
        case '2':
            return 2;
        case '4':
            return 4;
        case 't':
            return 20;
        case 'a':
            return 16;
        case 's':
            return rdata.empty() ? 0 : std::size_t{1} + rdata[0];
        case 'N':
        case 'n':
        case 'u':
            return dns::NameReader::skip(rdata, 0).value_or(rdata.size());
        default:
            return rdata.size();
    }
}

class Encoder
{
 public:
    OctetBuffer& octets() { return octets_; }

    void put_name(const dns::Name& name)
    {
        for (std::size_t labels = name.label_count(); labels > 0; --labels) {
            const dns::Name suffix = name.ancestor(labels);
            const std::string key = suffix.lowercase().to_string();
            const auto known = places_.find(key);
            if (known != places_.end()) {
                append_u16(octets_, static_cast<std::uint16_t>(0xc000 | known->second));
                return;
            }
            if (octets_.size() < 0x4000)
                places_.emplace(key, octets_.size());
            const Octets label = suffix.first_label();
            append_u8(octets_, static_cast<std::uint8_t>(label.size()));
            append(octets_, label);
        }
        append_u8(octets_, 0);
    }

    void put(const Record& record)
    {
        put_name(record.owner);
        append_u16(octets_, static_cast<std::uint16_t>(record.type));
        append_u16(octets_, static_cast<std::uint16_t>(record.rrclass));
        append_u32(octets_, record.ttl);
        append_u16(octets_, static_cast<std::uint16_t>(record.rdata.size()));
        append(octets_, record.rdata);
    }

    void put(const EdnsRecord& edns, std::uint16_t rcode)
    {
        append_u8(octets_, 0);
        append_u16(octets_, static_cast<std::uint16_t>(dns::RRType::opt));
        append_u16(octets_, edns.udp_size);
        append_u8(octets_, static_cast<std::uint8_t>(rcode >> 4));
        append_u8(octets_, edns.version);
        append_u16(octets_, edns.dnssec_ok ? std::uint16_t{0x8000} : std::uint16_t{0});
        OctetBuffer options;
        for (const auto& [code, value] : edns.options) {
            append_u16(options, code);
            append_u16(options, static_cast<std::uint16_t>(value.size()));
            append(options, value);
        }
        append_u16(octets_, static_cast<std::uint16_t>(options.size()));
        append(octets_, options);
    }

 private:
    OctetBuffer octets_;
    std::map<std::string, std::size_t> places_;
};

OctetBuffer encode_whole(const Message& message, std::uint16_t flags, bool with_records)
{
    Encoder encoder;
    OctetBuffer& out = encoder.octets();
    append_u16(out, message.id);
    append_u16(
        out, static_cast<std::uint16_t>(flags | static_cast<unsigned>(message.opcode) << 11 | (message.rcode & 0xfU)));
    append_u16(out, message.question ? 1 : 0);
    for (std::size_t section = 0; section < 3; ++section) {
        std::size_t count = with_records ? message.sections[section].size() : 0;
        if (section == 2 && message.edns)
            ++count;
        append_u16(out, static_cast<std::uint16_t>(count));
    }
    if (message.question) {
        encoder.put_name(message.question->name);
        append_u16(out, static_cast<std::uint16_t>(message.question->type));
        append_u16(out, static_cast<std::uint16_t>(message.question->rrclass));
    }
    if (with_records)
        for (const Records& section : message.sections)
            for (const Record& record : section)
                encoder.put(record);
    if (message.edns)
        encoder.put(*message.edns, message.rcode);
    return std::move(out);
}

EdnsRecord read_edns(const dns::Edns& from)
{
    EdnsRecord edns{.udp_size = from.udp_size, .version = from.version, .dnssec_ok = from.dnssec_ok, .options = {}};
    dns::for_each_option(from.options, [&edns](std::uint16_t code, Octets value) {
        edns.options.emplace_back(code, OctetBuffer(value.begin(), value.end()));
    });
    return edns;
}

}  // namespace

bool Record::same_as(const Record& other) const
{
    return owner == other.owner && type == other.type && rrclass == other.rrclass &&
           fold_rdata(type, rdata) == fold_rdata(other.type, other.rdata);
}

std::vector<std::uint16_t> Message::extended_errors() const
{
    std::vector<std::uint16_t> codes;
    if (edns)
        for (const auto& [code, value] : edns->options)
            if (code == ede_option && value.size() >= 2)
                codes.push_back(load_u16(value.data()));
    return codes;
}

Result<Message> decode(Octets octets)
{
    const auto view = dns::MessageView::parse(octets);
    if (!view)
        return failed("the message cannot be read");
    Message message;
    message.id = view->header().id;
    message.flags = view->header().flags & header_flags;
    message.opcode = view->header().opcode();
    message.rcode = static_cast<std::uint16_t>(view->rcode());
    if (view->has_question())
        message.question = view->question();
    for (std::size_t section = 0; section < 3; ++section) {
        for (const dns::RrView& rr : view->records(static_cast<dns::Section>(section))) {
            if (rr.type == dns::RRType::opt)
                continue;
            Record record{.owner = view->owner(rr), .type = rr.type, .rrclass = rr.rrclass, .ttl = rr.ttl, .rdata = {}};
            if (!view->append_rdata(rr, record.rdata))
                return failed("the RDATA of " + record.owner.to_string() + " " + dns::type_name(rr.type) +
                              " has the wrong shape");
            message.sections[section].push_back(std::move(record));
        }
    }
    if (view->edns())
        message.edns = read_edns(*view->edns());
    return message;
}

OctetBuffer encode(const Message& message, std::size_t limit)
{
    OctetBuffer whole = encode_whole(message, message.flags, true);
    if (whole.size() <= limit)
        return whole;
    return encode_whole(message, message.flags | dns::Header::tc, false);
}

OctetBuffer fold_rdata(dns::RRType type, Octets rdata)
{
    OctetBuffer folded(rdata.begin(), rdata.end());
    std::size_t at = 0;
    for (const char layout : dns::rdata_layout(type)) {
        if (at >= folded.size())
            break;
        const std::size_t size = std::min(field_octets(layout, rdata.subspan(at)), folded.size() - at);
        if (layout == 'N' || layout == 'n' || layout == 'u')
            for (std::size_t i = at; i < at + size; ++i)
                folded[i] = dns::lower(folded[i]);
        at += size;
    }
    return folded;
}

std::string flags_text(std::uint16_t flags)
{
    std::string text;
    for (const auto& [name, bit] : flag_names) {
        if ((flags & bit) == 0)
            continue;
        if (!text.empty())
            text += ' ';
        text += name;
    }
    return text;
}

std::uint16_t flag_of(std::string_view name)
{
    const auto same = [name](const auto& entry) {
        return std::ranges::equal(
            entry.first, name, {}, [](char c) { return c; },
            [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    };
    const auto found = std::ranges::find_if(flag_names, same);
    return found == flag_names.end() ? std::uint16_t{0} : found->second;
}

}  // namespace rw::scenarios
