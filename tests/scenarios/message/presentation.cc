// SPDX-License-Identifier: EUPL-1.2
// Text to records and back through ldns.
#include "tests/scenarios/message/presentation.h"

#include <fmt/format.h>
#include <ldns/ldns.h>

#include <strings.h>
#include <memory>
#include <sstream>

#include "tests/scenarios/message/text.h"

namespace rw::scenarios
{

namespace
{

using LdnsRr = std::unique_ptr<ldns_rr, decltype(&ldns_rr_free)>;
using LdnsBuffer = std::unique_ptr<ldns_buffer, decltype(&ldns_buffer_free)>;
using LdnsRdf = std::unique_ptr<ldns_rdf, decltype(&ldns_rdf_deep_free)>;

constexpr std::array<std::pair<std::string_view, std::uint16_t>, 13> rcodes{{{"NOERROR", 0},
                                                                             {"FORMERR", 1},
                                                                             {"SERVFAIL", 2},
                                                                             {"NXDOMAIN", 3},
                                                                             {"NOTIMP", 4},
                                                                             {"REFUSED", 5},
                                                                             {"YXDOMAIN", 6},
                                                                             {"YXRRSET", 7},
                                                                             {"NXRRSET", 8},
                                                                             {"NOTAUTH", 9},
                                                                             {"NOTZONE", 10},
                                                                             {"BADVERS", 16},
                                                                             {"BADCOOKIE", 23}}};

OctetBuffer wire_of(const Record& record)
{
    OctetBuffer wire(record.owner.wire().begin(), record.owner.wire().end());
    append_u16(wire, static_cast<std::uint16_t>(record.type));
    append_u16(wire, static_cast<std::uint16_t>(record.rrclass));
    append_u32(wire, record.ttl);
    append_u16(wire, static_cast<std::uint16_t>(record.rdata.size()));
    append(wire, record.rdata);
    return wire;
}

Result<Record> from_ldns(const ldns_rr& rr)
{
    const ldns_rdf* owner = ldns_rr_owner(&rr);
    const auto name = dns::Name::from_wire({ldns_rdf_data(owner), ldns_rdf_size(owner)});
    if (!name)
        return failed("the owner is not a name");
    const LdnsBuffer buffer(ldns_buffer_new(1024), ldns_buffer_free);
    if (ldns_rr_rdata2buffer_wire(buffer.get(), &rr) != LDNS_STATUS_OK)
        return failed("the RDATA cannot be written");
    const std::uint8_t* begin = ldns_buffer_begin(buffer.get());
    return Record{.owner = *name,
                  .type = static_cast<dns::RRType>(ldns_rr_get_type(&rr)),
                  .rrclass = static_cast<dns::RRClass>(ldns_rr_get_class(&rr)),
                  .ttl = ldns_rr_ttl(&rr),
                  .rdata = OctetBuffer(begin, begin + ldns_buffer_position(buffer.get()))};
}

std::string replaced(std::string_view text, std::uint32_t number)
{
    std::string out;
    for (const char c : text) {
        if (c == '$')
            out += std::to_string(number);
        else
            out += c;
    }
    return out;
}

/// The lines behind `$GENERATE from-to template`.
Result<std::vector<std::string>> generate(std::string_view line)
{
    std::istringstream words{std::string(line)};
    std::string directive;
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    char dash = 0;
    std::string text;
    words >> directive >> from >> dash >> to;
    std::getline(words >> std::ws, text);
    if (dash != '-' || text.empty() || from > to || to - from > 100'000)
        return failed("$GENERATE needs a range of at most 100,000 numbers and a template");
    std::vector<std::string> lines;
    for (std::uint32_t number = from; number <= to; ++number)
        lines.push_back(replaced(text, number));
    return lines;
}

/// Reads the lines of one text; remembers the last owner.
class RecordReader
{
 public:
    RecordReader(const dns::Name& origin, std::uint32_t default_ttl)
        : origin_(origin), default_ttl_(default_ttl), owner_(origin.to_string())
    {
    }

    Result<void> read(std::string line)
    {
        if (line.front() == ' ' || line.front() == '\t')
            line.insert(0, owner_);
        const std::size_t end = line.find_first_of(" \t");
        if (end != std::string::npos && line.substr(0, end) == "@")
            line.replace(0, 1, origin_.to_string());
        owner_ = line.substr(0, line.find_first_of(" \t"));
        auto record = parse_record(line, origin_, default_ttl_);
        if (!record)
            return std::unexpected(record.error());
        records_.push_back(std::move(*record));
        return {};
    }
    Records& records() { return records_; }

 private:
    const dns::Name& origin_;
    std::uint32_t default_ttl_;
    std::string owner_;
    Records records_;
};

}  // namespace

Result<Record> parse_record(std::string_view text, const dns::Name& origin, std::uint32_t default_ttl)
{
    const LdnsRdf origin_rdf(ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, origin.wire().size(), origin.wire().data()),
                             ldns_rdf_deep_free);
    ldns_rr* raw = nullptr;
    const ldns_status status =
        ldns_rr_new_frm_str(&raw, std::string(text).c_str(), default_ttl, origin_rdf.get(), nullptr);
    if (status != LDNS_STATUS_OK)
        return failed(fmt::format("cannot read the record '{}': {}", text, ldns_get_errorstr_by_id(status)));
    const LdnsRr rr(raw, ldns_rr_free);
    return from_ldns(*rr);
}

Result<Records> parse_records(std::string_view text, const dns::Name& origin, std::uint32_t default_ttl)
{
    RecordReader reader(origin, default_ttl);
    std::size_t number = 0;
    while (!text.empty()) {
        ++number;
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = without_comment(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t last = line.find_last_not_of(" \t\r");
        if (last == std::string_view::npos)
            continue;
        std::vector<std::string> lines{std::string(line.substr(0, last + 1))};
        if (line.starts_with("$GENERATE")) {
            auto generated = generate(line);
            if (!generated)
                return failed(fmt::format("record line {}: {}", number, generated.error().message));
            lines = std::move(*generated);
        }
        for (std::string& each : lines)
            if (auto read = reader.read(std::move(each)); !read)
                return failed(fmt::format("record line {}: {}", number, read.error().message));
    }
    return std::move(reader.records());
}

std::string to_text(const Record& record)
{
    const OctetBuffer wire = wire_of(record);
    ldns_rr* raw = nullptr;
    std::size_t position = 0;
    if (ldns_wire2rr(&raw, wire.data(), wire.size(), &position, LDNS_SECTION_ANSWER) != LDNS_STATUS_OK)
        return fmt::format("{} {} {} (unreadable RDATA)", record.owner.to_string(), record.ttl,
                           dns::type_name(record.type));
    const LdnsRr rr(raw, ldns_rr_free);
    const std::unique_ptr<char, decltype(&free)> text(ldns_rr2str(rr.get()), free);
    std::string line(text.get());
    while (!line.empty() && line.back() == '\n')
        line.pop_back();
    for (char& c : line)
        if (c == '\t')
            c = ' ';
    return line;
}

std::string to_text(const dns::Question& question)
{
    return question.name.to_string() + " " + dns::type_name(question.type);
}

std::string to_text(const Message& message, std::string_view indent)
{
    constexpr std::array<std::string_view, 3> titles{"answer", "authority", "additional"};
    std::string text = fmt::format("{}{}\n", indent, summary(message));
    if (message.edns) {
        text += fmt::format("{}edns: version {}, size {}{}", indent, message.edns->version, message.edns->udp_size,
                            message.edns->dnssec_ok ? ", DO" : "");
        for (const std::uint16_t code : message.extended_errors())
            text += fmt::format(", EDE {}", code);
        text += '\n';
    }
    for (std::size_t section = 0; section < 3; ++section)
        for (const Record& record : message.sections[section])
            text += fmt::format("{}{}: {}\n", indent, titles[section], to_text(record));
    return text;
}

std::string summary(const Message& message)
{
    return fmt::format("{} {} [{}] {}/{}/{}", message.question ? to_text(*message.question) : "(no question)",
                       rcode_text(message.rcode), flags_text(message.flags), message.answer().size(),
                       message.authority().size(), message.additional().size());
}

std::optional<std::uint16_t> parse_rcode(std::string_view name)
{
    for (const auto& [known, number] : rcodes)
        if (known.size() == name.size() && strncasecmp(known.data(), name.data(), name.size()) == 0)
            return number;
    return std::nullopt;
}

std::string rcode_text(std::uint16_t rcode)
{
    for (const auto& [known, number] : rcodes)
        if (number == rcode)
            return std::string(known);
    return fmt::format("RCODE{}", rcode);
}

}  // namespace rw::scenarios
