// SPDX-License-Identifier: EUPL-1.2
// Names of what came of a query.
#include "resolver/iterate/trace.h"

namespace rw::iterate
{

namespace
{

std::string_view name_of(Reading::Kind kind)
{
    using Kind = Reading::Kind;
    switch (kind) {
        case Kind::answer:
            return "answer";
        case Kind::alias:
            return "alias";
        case Kind::nodata:
            return "nodata";
        case Kind::nxdomain:
            return "nxdomain";
        case Kind::referral:
            return "referral";
        case Kind::lame:
            return "lame";
        case Kind::recursive:
            return "not authoritative";
        case Kind::truncated:
            return "truncated";
        case Kind::refused:
            return "refused";
        case Kind::servfail:
            return "servfail";
        case Kind::formerr:
            return "formerr";
        case Kind::malformed:
            return "malformed";
        case Kind::too_large:
            return "too large";
        case Kind::name_too_long:
            break;
    }
    return "name too long";
}

std::string_view name_of(upstream::Happened happened)
{
    using upstream::Happened;
    switch (happened) {
        case Happened::near_miss:
            return "not our answer";
        case Happened::wrong_case:
            return "case not kept";
        case Happened::malformed:
            return "malformed";
        case Happened::closed:
            return "connection closed";
        case Happened::displaced:
            return "given up for others";
        default:
            return "unreachable";
    }
}

}  // namespace

void Trace::answered(std::size_t hop, Instant now, const Reading& reading)
{
    Hop& row = hops[hop];
    row.time = now - row.sent;
    row.outcome = name_of(reading.kind);
    if (reading.kind == Reading::Kind::referral)
        row.leads_to = reading.delegation.zone;
}

void Trace::disturbed(std::size_t hop, upstream::Happened happened)
{
    hops[hop].outcome = name_of(happened);
}

}  // namespace rw::iterate
