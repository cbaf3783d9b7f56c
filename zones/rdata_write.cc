// SPDX-License-Identifier: EUPL-1.2
// Wire form to presentation form.
#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <iterator>

#include "zones/encoding.h"
#include "zones/ldns_bridge.h"
#include "zones/rdata_fields.h"
#include "zones/rdata_text.h"

namespace rw::zones
{

namespace
{

void append_octet(std::uint8_t octet, std::string_view escaped, std::string& out)
{
    const char c = static_cast<char>(octet);
    if (octet < 0x20 || octet >= 0x7f) {
        const std::array<char, 4> digits{'\\', static_cast<char>('0' + octet / 100),
                                         static_cast<char>('0' + octet / 10 % 10), static_cast<char>('0' + octet % 10)};
        out.append(digits.data(), digits.size());
        return;
    }
    if (escaped.find(c) != std::string_view::npos)
        out += '\\';
    out += c;
}

bool append_strings(Octets rest, std::string& out)
{
    while (!rest.empty()) {
        const std::size_t size = rest.front();
        if (size + 1 > rest.size())
            return false;
        out += '"';
        for (const std::uint8_t octet : rest.subspan(1, size))
            append_octet(octet, "\"\\", out);
        out += '"';
        rest = rest.subspan(size + 1);
        if (!rest.empty())
            out += ' ';
    }
    return true;
}

bool append_bitmap(Octets rest, std::string& out)
{
    bool first = true;
    while (!rest.empty()) {
        if (rest.size() < 3 || rest[1] == 0 || rest[1] > 32 || rest.size() < rest[1] + 2U)
            return false;
        for (unsigned bit = 0; bit < rest[1] * 8U; ++bit) {
            if ((rest[2 + bit / 8] & 0x80U >> bit % 8) == 0)
                continue;
            if (!std::exchange(first, false))
                out += ' ';
            out += dns::type_name(static_cast<dns::RRType>(rest[0] * 256U + bit));
        }
        rest = rest.subspan(rest[1] + 2U);
    }
    return true;
}

void append_time(std::uint32_t seconds, std::string& out)
{
    const std::chrono::sys_seconds moment{std::chrono::seconds(seconds)};
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(moment - day);
    fmt::format_to(std::back_inserter(out), "{:04}{:02}{:02}{:02}{:02}{:02}", static_cast<int>(date.year()),
                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                   time.minutes().count(), time.seconds().count());
}

/// Octets of the name at the front of `rest`; 0 when there is none.
std::size_t name_size(Octets rest)
{
    for (std::size_t at = 0; at < rest.size() && at < dns::max_name_octets; at += rest[at] + 1U) {
        if (rest[at] == 0)
            return at + 1;
        if (rest[at] > dns::max_label_octets)
            return 0;
    }
    return 0;
}

std::size_t fixed_size(char field)
{
    switch (field) {
        case 'b':
            return 1;
        case 'w':
        case 'T':
            return 2;
        case 'j':
            return 16;
        default:
            return 4;
    }
}

void append_fixed(char field, Octets octets, std::string& out)
{
    if (field == 'i' || field == 'j') {
        std::array<char, INET6_ADDRSTRLEN> text{};
        inet_ntop(field == 'i' ? AF_INET : AF_INET6, octets.data(), text.data(), text.size());
        out += text.data();
    } else if (field == 'T') {
        out += dns::type_name(static_cast<dns::RRType>(load_u16(octets.data())));
    } else if (field == 't') {
        append_time(load_u32(octets.data()), out);
    } else {
        const std::uint32_t value = octets.size() == 1   ? octets[0]
                                    : octets.size() == 2 ? load_u16(octets.data())
                                                         : load_u32(octets.data());
        fmt::format_to(std::back_inserter(out), "{}", value);
    }
}

bool append_last(char field, Octets rest, std::string& out)
{
    if (field == 'Y')
        return append_bitmap(rest, out);
    if (field == 'S')
        return !rest.empty() && append_strings(rest, out);
    out += field == 'X' ? hex_upper(rest) : base64(rest);
    return !rest.empty();
}

bool append_fields(RdataFields fields, Octets rest, std::string& out)
{
    bool first = true;
    for (const char field : fields) {
        if (!std::exchange(first, false))
            out += ' ';
        if (field == 'X' || field == 'B' || field == 'S' || field == 'Y')
            return append_last(field, rest, out);
        const std::size_t size = field == 'n' ? name_size(rest) : fixed_size(field);
        if (size == 0 || size > rest.size())
            return false;
        if (field == 'n')
            append_name(rest.first(size), out);
        else
            append_fixed(field, rest.first(size), out);
        rest = rest.subspan(size);
    }
    return rest.empty();
}

}  // namespace

void append_name(Octets wire, std::string& out)
{
    if (wire.size() <= 1) {
        out += '.';
        return;
    }
    for (std::size_t at = 0; at < wire.size() && wire[at] != 0; at += wire[at] + 1U) {
        for (const std::uint8_t octet : wire.subspan(at + 1, wire[at])) {
            if (octet == ' ')
                out += "\\032";
            else
                append_octet(octet, "\\.\"();@$", out);
        }
        out += '.';
    }
}

bool needs_library(dns::RRType type)
{
    return fields_of(type).empty();
}

void append_stable_rdata(dns::RRType type, Octets rdata, std::string& out)
{
    const RdataFields fields = fields_of(type);
    const std::size_t start = out.size();
    if (!fields.empty() && append_fields(fields, rdata, out))
        return;
    out.resize(start);
    fmt::format_to(std::back_inserter(out), "\\# {}{}", rdata.size(), rdata.empty() ? "" : " ");
    out += hex_upper(rdata);
}

std::string rdata_text(dns::RRType type, Octets rdata)
{
    std::string text;
    if (fields_of(type).empty())
        text = ldns_rdata_text(type, rdata);
    if (text.empty())
        append_stable_rdata(type, rdata, text);
    return text;
}

}  // namespace rw::zones
