// SPDX-License-Identifier: EUPL-1.2
// Responses for tests of reading, written record by record.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "resolver/dns/message_writer.h"
#include "tests/unit/name.h"

namespace rw::test
{

/// A response under construction; records are of class IN with a TTL of 3600 s.
class Response
{
 public:
    explicit Response(const dns::Question& question, std::uint16_t flags = dns::Header::qr | dns::Header::aa)
        : buffer_(dns::max_message_octets), writer_(buffer_)
    {
        writer_.set_header(1, flags);
        writer_.add_question(question);
    }

    Response& rcode(Rcode code)
    {
        writer_.set_flags(static_cast<std::uint16_t>(writer_.flags() | static_cast<std::uint16_t>(code)));
        return *this;
    }
    Response& add(dns::Section section, std::string_view owner, dns::RRType type, Octets rdata,
                  dns::RRClass rrclass = dns::RRClass::in)
    {
        writer_.add_record(section, name(owner), type, rrclass, 3600, rdata);
        return *this;
    }
    Response& a(dns::Section section, std::string_view owner, std::array<std::uint8_t, 4> address)
    {
        return add(section, owner, dns::RRType::a, address);
    }
    /// A record whose RDATA is one name: NS, CNAME, DNAME.
    Response& points(dns::Section section, std::string_view owner, dns::RRType type, std::string_view target)
    {
        const dns::Name to = name(target);
        return add(section, owner, type, to.wire());
    }
    Response& soa(std::string_view owner)
    {
        OctetBuffer rdata{0, 0};  // both names are the root
        for (int i = 0; i < 5; ++i)
            append_u32(rdata, 60);
        return add(dns::Section::authority, owner, dns::RRType::soa, rdata);
    }
    /// Valid as long as this object.
    dns::MessageView view() { return *dns::MessageView::parse(writer_.finish()); }

 private:
    std::vector<std::uint8_t> buffer_;
    dns::MessageWriter writer_;
};

}  // namespace rw::test
