// SPDX-License-Identifier: EUPL-1.2
// Cached answers: the input is a message whose answer and authority sections become an entry for the question's name.
//   - The entry turns back into the RRsets it was made from.
//   - Composed at the place of the question, and behind an alias whose target is the name, it is a message that reads
//   as
//     those RRsets: every compression pointer leads where it was meant to (CVE-2024-8508 is about writing, too).
//   - Composing into a small buffer is either whole or says that it is truncated.
#include <algorithm>
#include <memory>
#include <vector>

#include "resolver/cache/composer.h"
#include "resolver/dns/message_view.h"
#include "tests/fuzz/harness.h"

using namespace rw;
using namespace rw::cache;
using dns::RRset;
using dns::RRType;
using fuzz::must;

namespace
{

constexpr std::uint32_t ttl = 77;

std::vector<RRset> sets_of(const dns::MessageView& message, dns::Section section)
{
    std::vector<RRset> sets;
    for (const dns::RrView& record : message.records(section)) {
        OctetBuffer rdata;
        if (record.type == RRType::opt || record.type == RRType::rrsig || !message.append_rdata(record, rdata))
            continue;
        const dns::Name owner = message.owner(record);
        auto set =
            std::ranges::find_if(sets, [&](const RRset& one) { return one.type == record.type && one.owner == owner; });
        if (set == sets.end())
            set = sets.insert(sets.end(),
                              RRset{.owner = owner, .type = record.type, .ttl = ttl, .rdatas = {}, .signatures = {}});
        set->rdatas.add(rdata);
    }
    return sets;
}

/// Equal but for the case of names: what is compressed takes the case of the name it points at.
bool same(const std::vector<RRset>& a, const std::vector<RRset>& b)
{
    const auto same_rdata = [](Octets x, Octets y) {
        return std::ranges::equal(x, y, [](auto p, auto q) { return dns::lower(p) == dns::lower(q); });
    };
    return std::ranges::equal(a, b, [&](const RRset& x, const RRset& y) {
        return x.owner == y.owner && x.type == y.type && x.ttl == y.ttl && x.rdatas.size() == y.rdatas.size() &&
               std::equal(x.rdatas.begin(), x.rdatas.end(), y.rdatas.begin(), same_rdata);
    });
}

struct Composed {
    std::vector<RRset> answer;
    std::vector<RRset> authority;
    bool truncated;
};

/// The entry's part of a reply of at most `size` octets; behind an alias when `alias` is given.
Composed compose(const dns::Name& question, const OctetBuffer* alias, const OctetBuffer& entry, std::size_t size)
{
    static const auto composer = std::make_unique<Composer>();
    OctetBuffer buffer(size);
    dns::MessageWriter writer(buffer);
    writer.set_header(1, dns::Header::qr);
    writer.add_question({.name = question, .type = RRType::a, .rrclass = dns::RRClass::in});
    composer->begin(writer, {.now = 0, .dnssec_ok = true});
    std::size_t base = dns::header_octets;
    if (alias != nullptr) {
        composer->add(EntryView(*alias, ttl), base);
        base = composer->next_base();
    }
    composer->add(EntryView(entry, ttl), base);
    composer->finish();
    const auto message = dns::MessageView::parse(writer.finish());
    must(message.has_value(), "what is composed can be parsed");
    for (const dns::Section section : {dns::Section::answer, dns::Section::authority}) {
        for (const dns::RrView& record : message->records(section))
            must(record.ttl == ttl, "every TTL is patched");
    }
    Composed composed{sets_of(*message, dns::Section::answer), sets_of(*message, dns::Section::authority),
                      composer->truncated()};
    if (alias != nullptr && !composed.answer.empty())
        composed.answer.erase(composed.answer.begin());
    return composed;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    const auto message = dns::MessageView::parse({input, size});
    if (!message || !message->has_question())
        return 0;
    const std::vector<RRset> records = sets_of(*message, dns::Section::answer);
    const std::vector<RRset> proof = sets_of(*message, dns::Section::authority);
    const EntryFacts facts(Rank::authoritative_answer);
    const Answer answer{message->question().name, RRType::a, facts, records, proof};
    const auto entry = encode_entry(answer, ttl);
    if (!entry)
        return 0;

    const EntryView::Owned owned = EntryView(*entry, ttl).to_rrsets(answer.name, 0);
    must(same(owned.records, records) && same(owned.proof, proof), "an entry turns back into its RRsets");

    const Composed direct = compose(answer.name, nullptr, *entry, dns::max_message_octets);
    must(direct.truncated || (same(direct.answer, records) && same(direct.authority, proof)),
         "an entry composed for its own question reads as its RRsets");

    const dns::Name alias_name = *dns::Name::parse("alias.example");
    RRset cname{.owner = alias_name, .type = RRType::cname, .ttl = ttl, .rdatas = {}, .signatures = {}};
    cname.rdatas.add(answer.name.wire());
    Answer alias{alias_name, RRType::a, facts, {&cname, 1}, {}};
    alias.facts.kind = EntryKind::alias;
    const OctetBuffer link = encode_entry(alias, ttl).value();
    const bool alias_among = std::ranges::any_of(
        records, [&](const RRset& set) { return set.type == RRType::cname && set.owner == alias_name; });
    if (!alias_among) {  // it would be read as one RRset with the link
        const Composed behind = compose(alias_name, &link, *entry, dns::max_message_octets);
        must(behind.truncated || (same(behind.answer, records) && same(behind.authority, proof)),
             "an entry composed behind an alias reads as its RRsets");
    }

    const Composed small = compose(answer.name, nullptr, *entry, 512);
    must(small.truncated || (same(small.answer, records) && same(small.authority, proof)),
         "a small reply is whole or truncated");
    return 0;
}
