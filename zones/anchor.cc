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

/// KSK-2010 signed the root from its first signature on 2010-07-15 until 2018-10-11, as IANA's root-anchors.xml says.
/// Not among config/trust-anchors.yaml: no resolver shall believe it again, whatever its clock says.
constexpr std::string_view ksk_2010 =
    ". DS 19036 8 2 49AAC11D7B6F6446702E54A1607371607A1A41855200FDD2CE1CDDE32F24E8FB\n";
constexpr AnchorWindow ksk_2010_window{.from = std::chrono::sys_days(std::chrono::July / 15 / 2010),
                                       .until = std::chrono::sys_days(std::chrono::January / 11 / 2019)};

Result<void> read_line(const std::vector<Word>& words, Anchor& anchor, bool first)
{
    const Result<dns::Name> owner = read_name(words.front().text, dns::Name());
    if (!owner)
        return std::unexpected(owner.error());
    // OWNER [TTL] [IN] TYPE RDATA
    const auto type_of = [](const Word& word) { return dns::parse_type(word.text); };
    const auto is_type = [&](const Word& word) {
        return type_of(word) == dns::RRType::ds || type_of(word) == dns::RRType::dnskey;
    };
    const auto type = std::ranges::find_if(words, is_type);
    if (type == words.end() || type - words.begin() > 3)
        return failed("a trust anchor is a DS or DNSKEY record");
    if (!first && !(*owner == anchor.zone()))
        return failed("all anchors of a file must be for one zone");
    anchor.ds.owner = owner->lowercase();
    anchor.dnskey.owner = anchor.ds.owner;
    OctetBuffer rdata;
    const std::span<const Word> rest(type + 1, words.end());
    if (Result<void> done = read_rdata(*type_of(*type), rest, dns::Name(), rdata); !done)
        return done;
    (type_of(*type) == dns::RRType::ds ? anchor.ds : anchor.dnskey).rdatas.add(rdata);
    return {};
}

}  // namespace

bool Anchor::any_valid(WallSeconds at) const
{
    bool any = !dnskey.rdatas.empty();
    for (std::size_t i = 0; i < ds.rdatas.size(); ++i)
        any = any || ds_is_valid(i, at);
    return any;
}

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
        std::string text(ksk_2010);
        std::vector<AnchorWindow> windows{ksk_2010_window};
        for (const config::RootAnchor& one : config::root_anchors()) {
            text += config::to_string(one.anchor()) + "\n";
            windows.push_back({.from = one.valid_from, .until = one.valid_until.value_or(WallSeconds::max())});
        }
        Anchor shipped = read_anchor(text).value();
        shipped.ds_windows = std::move(windows);
        return shipped;
    }();
    return anchor;
}

}  // namespace rw::zones
