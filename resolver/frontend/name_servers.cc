// SPDX-License-Identifier: EUPL-1.2
// Name servers in replies.
#include "resolver/frontend/name_servers.h"

namespace rw::frontend
{

namespace
{

using dns::RRType;
using dns::Section;

constexpr std::size_t max_servers = 13;  // as many as fit a referral of the root; more only make replies large

/// Adds one record; takes it back and says so when it does not fit.
bool add(dns::MessageWriter& message, Section section, const dns::Name& owner, RRType type, std::uint32_t ttl,
         Octets rdata)
{
    const auto mark = message.mark();
    message.add_record(section, owner, type, dns::RRClass::in, ttl, rdata);
    if (!message.overflowed())
        return true;
    message.rewind(mark);
    return false;
}

/// What servers say about `name` is the operator's to say (Iterator::keep).
bool is_operators(const iterate::Context& context, const dns::Name& name, RRType type, const dns::Name& zone)
{
    return context.local.covers({name, type, dns::RRClass::in}) ||
           context.configured.find(name) != context.configured.find(zone);
}

}  // namespace

void add_name_servers(dns::MessageWriter& message, const dns::Name& name, iterate::Context& context)
{
    const cache::Seconds now = context.cache_now();
    const auto zone = context.delegations.closest_enclosing(name, now, context.root_view, context.scratch);
    if (!zone || zone->expires <= now || is_operators(context, name, RRType::ns, zone->zone))
        return;
    const std::uint32_t ttl = zone->expires - now;
    std::size_t servers = 0;
    for (const auto& server : zone->servers) {
        if (servers++ >= max_servers ||
            !add(message, Section::authority, zone->zone, RRType::ns, ttl, server.name.wire()))
            return;
    }
    for (const auto& server : zone->servers) {
        for (const IpAddress& address : server.glue) {
            const RRType type = address.is_v4() ? RRType::a : RRType::aaaa;
            if (is_operators(context, server.name, type, zone->zone))
                continue;
            if (!add(message, Section::additional, server.name, type, ttl, address.octets()))
                return;
        }
    }
}

}  // namespace rw::frontend
