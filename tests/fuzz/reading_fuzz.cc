// SPDX-License-Identifier: EUPL-1.2
// Reading of responses, referrals above all: whatever a server sends, only data that the zone asked is responsible for
// comes out, within the limits. The first octet chooses the zone and the rules; the rest is the message, and its
// question is taken for the one that was asked.
#include <algorithm>

#include "resolver/iterate/limits.h"
#include "resolver/iterate/reading.h"
#include "tests/fuzz/harness.h"

using namespace rw::iterate;
using rw::Octets;
using rw::dns::MessageView;
using rw::dns::Name;
using rw::dns::Question;
using rw::dns::RRset;
using rw::dns::RRType;
using rw::fuzz::must;

namespace
{

constexpr std::uint8_t labels_mask = 0x07;
constexpr std::uint8_t lax_glue = 0x08;
constexpr std::uint8_t strict_aa = 0x10;
constexpr std::uint8_t from_forwarder = 0x20;

void check_set(const RRset& set, const Name& zone)
{
    must(set.owner.is_at_or_below(zone), "only owners inside the zone come out");
    must(!set.rdatas.empty(), "an RRset has data");
    must(set.rdatas.size() <= limits::records_per_rrset, "an RRset is bounded");
    must(set.signatures.size() <= limits::signatures_per_rrset, "signatures are bounded");
}

void check_links(const Reading& reading, const Question& question, const Name& zone)
{
    must(reading.links.size() <= 2 * limits::alias_chain + 3, "a chain of aliases is bounded");
    Name at = question.name;
    for (const RRset& set : reading.links) {
        check_set(set, zone);
        if (set.type == RRType::dname && !(set.owner == at)) {
            must(at.is_below(set.owner), "a DNAME is above the name it renames");
            continue;
        }
        must(set.owner == at, "each link starts where the last one led");
        if (set.type == RRType::cname && question.type != RRType::cname)
            at = rw::dns::name_at(set.rdatas.front(), 0);
        else
            must(set.type == question.type, "the last link is what was asked for");
    }
    if (reading.kind == Reading::Kind::alias)
        must(reading.target == at, "the target is where the chain leads");
}

void check_referral(const Reading& reading, const Question& question, const Name& zone, bool hardened)
{
    const rw::cache::Delegation& delegation = reading.delegation;
    must(delegation.zone.is_below(zone), "a referral leads down");
    must(question.name.is_at_or_below(delegation.zone), "a referral leads to the name");
    must(!delegation.servers.empty(), "a referral names a server");
    must(delegation.servers.size() <= limits::servers_per_delegation, "the servers of a delegation are bounded");
    for (const auto& server : delegation.servers) {
        must(server.glue.size() <= 2 * limits::addresses_per_server, "the addresses of a server are bounded");
        must(server.glue.empty() || !hardened || server.name.is_at_or_below(zone),
             "glue is from inside the zone asked");
    }
    if (delegation.ds_state == rw::cache::DsState::present)
        must(delegation.ds.owner == delegation.zone, "DS is of the zone delegated");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    if (size < 1)
        return 0;
    const auto view = MessageView::parse(Octets(input + 1, size - 1));
    if (!view || !view->has_question())
        return 0;
    const Question question = view->question();
    const Name zone =
        question.name.ancestor(std::min<std::size_t>(input[0] & labels_mask, question.name.label_count()));
    const ReadingRules rules{(input[0] & strict_aa) == 0, (input[0] & lax_glue) == 0, (input[0] & from_forwarder) != 0};
    const Reading reading = read(*view, zone, question, rules);
    check_links(reading, question, zone);
    must(reading.denial.size() <= limits::records_per_section, "a proof is bounded");
    for (const RRset& set : reading.denial)
        check_set(set, zone);
    must(!rules.forwarder || reading.kind != Reading::Kind::referral, "who was asked to recurse leads nowhere else");
    if (reading.kind == Reading::Kind::referral)
        check_referral(reading, question, zone, rules.harden_glue);
    if (reading.kind == Reading::Kind::answer)
        must(!reading.links.empty(), "an answer has data");
    return 0;
}
