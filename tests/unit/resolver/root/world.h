// SPDX-License-Identifier: EUPL-1.2
// What tests of resolver/root share: a clock that is set by hand, and responses of a root server.
#pragma once

#include <array>
#include <string_view>

#include "resolver/base/clock.h"
#include "resolver/dns/message_writer.h"
#include "tests/unit/name.h"

namespace rw::root
{

class ManualClock final : public Clock
{
 public:
    [[nodiscard]] Instant monotonic() const override { return now_; }
    [[nodiscard]] std::chrono::sys_time<std::chrono::microseconds> wall() const override
    {
        return std::chrono::sys_days{std::chrono::January / 10 / 2026} +
               std::chrono::floor<std::chrono::microseconds>(now_.time_since_epoch());
    }
    void advance(Duration by) { now_ += by; }

 private:
    Instant now_{};
};

using rw::test::name;

/// A response under construction.
class Response
{
 public:
    explicit Response(const dns::Question& question, std::uint16_t flags = dns::Header::qr | dns::Header::aa)
    {
        writer_.set_header(1, flags);
        writer_.add_question(question);
    }
    Response& add(dns::Section section, std::string_view owner, dns::RRType type, Octets rdata,
                  std::uint32_t ttl = 86400)
    {
        writer_.add_record(section, name(owner), type, dns::RRClass::in, ttl, rdata);
        return *this;
    }
    Response& add_name(dns::Section section, std::string_view owner, dns::RRType type, std::string_view target,
                       Octets behind = {})
    {
        const dns::Name parsed = name(target);
        OctetBuffer rdata(parsed.wire().begin(), parsed.wire().end());
        append(rdata, behind);
        return add(section, owner, type, rdata);
    }
    [[nodiscard]] OctetBuffer octets()
    {
        const Octets message = writer_.finish();
        return {message.begin(), message.end()};
    }

 private:
    std::array<std::uint8_t, 4096> buffer_{};
    dns::MessageWriter writer_{buffer_};
};

/// A referral to the servers of `tld`.
inline OctetBuffer referral(std::string_view asked, std::string_view tld)
{
    return Response({name(asked), dns::RRType::a, dns::RRClass::in}, dns::Header::qr)
        .add_name(dns::Section::authority, tld, dns::RRType::ns, "ns.nic.example.")
        .octets();
}

/// NXDOMAIN with the NSEC record of `before`, whose next name is `after`.
inline OctetBuffer denial(std::string_view asked, std::string_view before, std::string_view after)
{
    constexpr std::array<std::uint8_t, 3> types{0, 1, 0x20};  // NS
    constexpr std::uint16_t nxdomain = 3;
    return Response({name(asked), dns::RRType::a, dns::RRClass::in}, dns::Header::qr | dns::Header::aa | nxdomain)
        .add_name(dns::Section::authority, before, dns::RRType::nsec, after, types)
        .octets();
}

}  // namespace rw::root
