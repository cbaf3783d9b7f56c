// SPDX-License-Identifier: EUPL-1.2
// Units that settings are written in: sizes in octets as a strong type, and small value types for names, root identity
// letters and server addresses. They hold what the operator wrote after a check of its syntax; zone names stay text
// here and become wire-format names in the resolver.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "resolver/base/address.h"

namespace rw::config
{

/// A size in octets.
struct ByteSize {
    std::uint64_t octets = 0;
    auto operator<=>(const ByteSize&) const = default;
};

constexpr ByteSize kibibytes(std::uint64_t count)
{
    return {count << 10U};
}

constexpr ByteSize mebibytes(std::uint64_t count)
{
    return {count << 20U};
}

constexpr ByteSize gibibytes(std::uint64_t count)
{
    return {count << 30U};
}

/// An absolute domain name in presentation form, checked for label and name length (RFC 1035 §2.3.4).
struct ZoneName {
    std::string text;
    bool operator==(const ZoneName&) const = default;
};

/// Names at and below `name`; with `below_only`, written "*.NAME", the name itself is left out.
struct NameSuffix {
    ZoneName name;
    bool below_only = false;
    bool operator==(const NameSuffix&) const = default;
};

/// One of the 13 root server identities, 'a' to 'm'.
struct IdentityLetter {
    char letter = 'a';
    auto operator<=>(const IdentityLetter&) const = default;
};

/// An authoritative or forwarding server. Without a port it is asked on `outgoing.port`.
struct ServerAddress {
    IpAddress address;
    std::optional<std::uint16_t> port;

    bool operator==(const ServerAddress&) const = default;
};

/// A name below which validation is off (RFC 7646), for good or until a date.
struct NegativeTrustAnchor {
    ZoneName name;
    std::optional<std::chrono::sys_seconds> until;
    bool operator==(const NegativeTrustAnchor&) const = default;
};

}  // namespace rw::config
