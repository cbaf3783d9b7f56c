// SPDX-License-Identifier: EUPL-1.2
// Trust anchors in zone file form, and the shipped ones.
#include <fmt/format.h>

#include <algorithm>

#include "config/root_anchors.h"
#include "zones/files.h"
#include "zones/verify.h"
#include "zones/zone_words.h"

namespace rw::zones
{

namespace
{

/// 64 KiB: an anchor file has a handful of lines.
constexpr std::size_t anchor_text_limit = 64U << 10;

Result<void> read_line(const std::vector<Word>& words, Anchor& anchor, bool first)
{
    const Result<dns::Name> owner = read_name(words.front().text, dns::Name());
    if (!owner)
        return std::unexpected(owner.error());
    // OWNER [TTL] [IN] TYPE RDATA
    const auto is_type = [](const Word& word) { return word.text == "DS" || word.text == "DNSKEY"; };
    const auto type = std::ranges::find_if(words, is_type);
    if (type == words.end() || type - words.begin() > 3)
        return failed("a trust anchor is a DS or DNSKEY record");
    if (!first && !(*owner == anchor.zone()))
        return failed("all anchors of a file must be for one zone");
    anchor.ds.owner = owner->lowercase();
    anchor.dnskey.owner = anchor.ds.owner;
    const dns::RRType number = type->text == "DS" ? dns::RRType::ds : dns::RRType::dnskey;
    OctetBuffer rdata;
    const std::span<const Word> rest(type + 1, words.end());
    if (Result<void> done = read_rdata(number, rest, dns::Name(), rdata); !done)
        return done;
    (number == dns::RRType::ds ? anchor.ds : anchor.dnskey).rdatas.add(rdata);
    return {};
}

}  // namespace

Result<Anchor> read_anchor(std::string_view text)
{
    if (text.size() > anchor_text_limit)
        return failed("the anchor file is larger than 64 KiB");
    Anchor anchor;
    anchor.ds.type = dns::RRType::ds;
    anchor.dnskey.type = dns::RRType::dnskey;
    const std::string whole = std::string(text) + "\n";
    ZoneWords words(whole);
    bool first = true;
    for (;;) {
        const Result<bool> more = words.next();
        if (!more)
            return std::unexpected(more.error());
        if (!*more)
            break;
        if (Result<void> done = read_line(words.words(), anchor, first); !done)
            return failed(fmt::format("line {}: {}", words.line(), done.error().message));
        first = false;
    }
    if (first)
        return failed("no trust anchor (DS or DNSKEY record)");
    return anchor;
}

Result<Anchor> read_anchor_file(const std::string& path)
{
    PosixFiles files;
    const Result<OctetBuffer> octets = files.read(path);
    if (!octets)
        return std::unexpected(octets.error());
    Result<Anchor> anchor = read_anchor(text_of(*octets));
    if (!anchor)
        return failed(fmt::format("{}: {}", path, anchor.error().message));
    return anchor;
}

const Anchor& shipped_anchor()
{
    static const Anchor anchor = [] {
        std::string text;
        for (const config::RootAnchor& one : config::root_anchors())
            text += config::to_string(one.anchor()) + "\n";
        return read_anchor(text).value();
    }();
    return anchor;
}

}  // namespace rw::zones
