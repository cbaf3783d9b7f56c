// SPDX-License-Identifier: EUPL-1.2
// Implements message.h.
#include "tests/lab/odd/message.h"

namespace rw::lab
{
namespace
{

constexpr std::size_t kHeader = 12;
constexpr std::uint16_t kInternet = 1;
constexpr std::uint16_t kOpt = 41;

void put16(std::string& out, unsigned value)
{
    out.push_back(static_cast<char>(value >> 8 & 0xff));
    out.push_back(static_cast<char>(value & 0xff));
}

void put32(std::string& out, std::uint32_t value)
{
    put16(out, value >> 16);
    put16(out, value & 0xffff);
}

void put_records(std::string& out, const std::vector<WireRecord>& records)
{
    for (const WireRecord& record : records) {
        out += record.owner;
        put16(out, record.type);
        put16(out, kInternet);
        put32(out, record.ttl);
        put16(out, static_cast<unsigned>(record.rdata.size()));
        out += record.rdata;
    }
}

}  // namespace

std::optional<OddQuery> read_query(std::span<const std::uint8_t> message)
{
    if (message.size() < kHeader + 5 || (message[2] & 0x80) != 0) {
        return std::nullopt;
    }
    OddQuery query;
    query.id = static_cast<std::uint16_t>(message[0] << 8 | message[1]);
    query.recursion_desired = (message[2] & 1) != 0;
    query.edns = (message[10] << 8 | message[11]) > 0;  // queries carry nothing else there
    std::size_t at = kHeader;
    while (at < message.size() && message[at] != 0) {
        at += static_cast<std::size_t>(message[at]) + 1;
    }
    if (at + 5 > message.size()) {
        return std::nullopt;
    }
    query.name.assign(message.begin() + kHeader, message.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    query.type = static_cast<std::uint16_t>(message[at + 1] << 8 | message[at + 2]);
    return query;
}

std::string OddReply::wire() const
{
    std::string out;
    put16(out, id);
    unsigned flags = rcode & 0x0fU;
    flags |= response ? 0x8000U : 0U;
    flags |= authoritative ? 0x0400U : 0U;
    flags |= truncated ? 0x0200U : 0U;
    flags |= recursion_desired ? 0x0100U : 0U;
    put16(out, flags);
    put16(out, 1);
    put16(out, static_cast<unsigned>(answer.size()));
    put16(out, static_cast<unsigned>(authority.size()));
    put16(out, static_cast<unsigned>(additional.size() + (edns ? 1 : 0)));
    out += question_name;
    put16(out, question_type);
    put16(out, kInternet);
    put_records(out, answer);
    put_records(out, authority);
    put_records(out, additional);
    if (edns) {
        out.push_back('\0');
        put16(out, kOpt);
        put16(out, 1232);
        put32(out, static_cast<std::uint32_t>(rcode >> 4) << 24);
        put16(out, static_cast<unsigned>(edns_options.size()));
        out += edns_options;
    }
    return out;
}

}  // namespace rw::lab
