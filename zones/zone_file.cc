// SPDX-License-Identifier: EUPL-1.2
// Entries of a zone file to records.
#include "zones/zone_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "zones/encoding.h"
#include "zones/files.h"
#include "zones/unpack.h"
#include "zones/zone_words.h"

namespace rw::zones
{

namespace
{

/// 2^31 - 1 s (RFC 2181 §8).
constexpr std::uint32_t largest_ttl = 0x7fffffff;

/// 8 MiB of text in records that a library reads, each counted with 1 KiB more: half a second. The root has none of
/// them. Attack: a quarter of a million.
constexpr std::size_t library_text_limit = 8U << 20;
constexpr std::size_t library_record_cost = 1024;

bool same_text(std::string_view a, std::string_view upper)
{
    return std::ranges::equal(a, upper, [](char x, char y) { return (x >= 'a' && x <= 'z' ? x - 32 : x) == y; });
}

class ZoneFileReader
{
 public:
    ZoneFileReader(std::string_view text, const dns::Name& apex)
        : text_(text), words_(text), builder_(apex), origin_(apex)
    {
    }

    Result<Zone> read()
    {
        if (auto wrong = byte_order_mark())
            return failed(fmt::format("line 1: {}", *wrong));
        for (;;) {
            const Result<bool> more = words_.next();
            if (!more)
                return std::unexpected(more.error());
            if (!*more)
                return builder_.finish();
            if (Result<void> done = read_entry(); !done)
                return failed(fmt::format("line {}: {}", words_.line(), done.error().message));
        }
    }

    /// Whether something else than a record, a directive or a comment comes first.
    bool begins_with_something_else()
    {
        if (byte_order_mark())
            return true;
        while (!last_ttl_) {
            const Result<bool> more = words_.next();
            if (!more || (*more && !read_entry()))
                return !more || !says_soa();  // a SOA elsewhere is another zone's file
            if (!*more)
                return false;
        }
        return false;
    }

 private:
    [[nodiscard]] bool says_soa()
    {
        return std::ranges::any_of(words_.words(),
                                   [](const Word& word) { return dns::parse_type(word.text) == dns::RRType::soa; });
    }

    /// What some editors write in front of a text (Unicode §23.8); in a zone file it would be a part of a name.
    [[nodiscard]] std::optional<std::string_view> byte_order_mark() const
    {
        if (text_.starts_with("\xef\xbb\xbf"))
            return "the file begins with a byte order mark (EF BB BF); save it as UTF-8 without one";
        if (text_.starts_with("\xff\xfe") || text_.starts_with("\xfe\xff"))
            return "the file begins with a byte order mark of UTF-16; save it as UTF-8 without one";
        return std::nullopt;
    }

    Result<void> read_entry()
    {
        std::span<const Word> words = words_.words();
        if (!words_.owner_omitted()) {
            if (words.front().text.starts_with('$') && !words.front().quoted)
                return read_directive(words);
            const Result<dns::Name> owner = read_name(words.front().text, origin_);
            if (!owner)
                return std::unexpected(owner.error());
            owner_ = *owner;
            words = words.subspan(1);
        }
        if (!owner_)
            return failed("the first record has no owner");
        return read_record(words);
    }

    Result<void> read_directive(std::span<const Word> words)
    {
        const std::string_view name = words.front().text;
        if (words.size() != 2)
            return failed(fmt::format("{} wants one argument", shown(name)));
        if (same_text(name, "$ORIGIN")) {
            const Result<dns::Name> origin = read_name(words[1].text, origin_);
            if (!origin)
                return std::unexpected(origin.error());
            origin_ = *origin;
            return {};
        }
        if (same_text(name, "$TTL")) {
            default_ttl_ = read_seconds(words[1].text, largest_ttl);
            return default_ttl_ ? Result<void>{} : failed("$TTL wants seconds");
        }
        // $INCLUDE would read any file the process may read; nothing here needs it.
        return failed(fmt::format("directive {} is not supported", shown(name)));
    }

    /// A transfer as dig prints it has a TSIG record of class ANY behind each message (RFC 8945 §4.2): it is of the
    /// message, not of the zone.
    static bool is_transaction_signature(std::span<const Word> words)
    {
        return words.size() > 1 && (same_text(words[0].text, "ANY") || same_text(words[0].text, "CLASS255")) &&
               same_text(words[1].text, "TSIG");
    }

    /// [TTL] [class] type RDATA, TTL and class in either order.
    Result<void> read_record(std::span<const Word> words)
    {
        std::optional<std::uint32_t> ttl;
        bool class_seen = false;
        for (; !words.empty(); words = words.subspan(1)) {
            const std::string_view text = words.front().text;
            const bool digit = !text.empty() && text.front() >= '0' && text.front() <= '9';
            if (!ttl && digit) {
                ttl = read_seconds(text, largest_ttl);
                if (!ttl)
                    return failed(fmt::format("\"{}\" is no TTL", shown(text)));
            } else if (!class_seen && (same_text(text, "IN") || same_text(text, "CLASS1"))) {
                class_seen = true;
            } else {
                break;
            }
        }
        if (words.empty())
            return failed("a record without a type");
        if (is_transaction_signature(words))
            return {};
        const std::string_view type_text = words.front().text;
        const std::optional<dns::RRType> type = dns::parse_type(type_text);
        if (!type)
            return failed(fmt::format("\"{}\" is no RR type we know (class must be IN)", shown(type_text)));
        if (!ttl)
            ttl = default_ttl_ ? default_ttl_ : last_ttl_;
        if (!ttl)
            return failed("the first record has no TTL and there is no $TTL");
        last_ttl_ = ttl;
        if (Result<void> done = charge_library(*type, words.subspan(1)); !done)
            return done;
        if (Result<void> done = read_rdata(*type, words.subspan(1), origin_, rdata_); !done)
            return failed(fmt::format("{}: {}", shown(type_text), done.error().message));
        return builder_.add(*owner_, *type, *ttl, rdata_);
    }

    /// Counts what is left to the library.
    Result<void> charge_library(dns::RRType type, std::span<const Word> data)
    {
        if (!needs_library(type) || (!data.empty() && data.front().text == "\\#"))
            return {};
        library_octets_ += library_record_cost;
        for (const Word& word : data)
            library_octets_ += word.text.size();
        if (library_octets_ <= library_text_limit)
            return {};
        return failed(
            fmt::format("more than {} MiB of records of types that no root zone has", library_text_limit >> 20));
    }

    std::string_view text_;
    ZoneWords words_;
    ZoneBuilder builder_;
    std::size_t library_octets_ = 0;
    dns::Name origin_;
    std::optional<dns::Name> owner_;
    std::optional<std::uint32_t> default_ttl_;
    std::optional<std::uint32_t> last_ttl_;
    OctetBuffer rdata_;
};

}  // namespace

Result<Zone> read_zone(std::string_view text, const dns::Name& apex)
{
    if (text.size() > zone_text_limit)
        return failed(fmt::format("the zone file is larger than {} MiB", zone_text_limit >> 20));
    return ZoneFileReader(text, apex).read();
}

bool is_no_zone_file(std::string_view text, const dns::Name& apex)
{
    constexpr std::size_t beginning = 1U << 20;
    std::string_view head = text.substr(0, beginning);
    if (head.size() < text.size() && head.contains('\n'))
        head = head.substr(0, head.rfind('\n') + 1);
    return ZoneFileReader(head, apex).begins_with_something_else();
}

Result<std::string> read_zone_text(const std::string& path)
{
    const Result<OctetBuffer> octets = read_named_file(path, zone_text_limit);
    if (!octets)
        return std::unexpected(octets.error());
    Result<std::string> text = unpacked(*octets, zone_text_limit);
    if (!text)
        return failed(fmt::format("{}: {}", printable(path), text.error().message));
    return text;
}

Result<Zone> read_zone_file(const std::string& path, const dns::Name& apex)
{
    const Result<std::string> text = read_zone_text(path);
    if (!text)
        return std::unexpected(text.error());
    Result<Zone> zone = read_zone(*text, apex);
    if (!zone)
        return failed(fmt::format("{}: {}", printable(path), zone.error().message));
    return zone;
}

std::string canonical_text(const Zone& zone)
{
    std::string text;
    text.reserve(zone.record_count() * 60);
    for (const RRsetRange& rrset : zone.rrsets()) {
        std::string owner;
        append_name(zone.owner_wire(rrset.owner), owner);
        const std::string type = dns::type_name(rrset.type);
        for (std::uint32_t i = 0; i < rrset.count; ++i) {
            text += owner;
            fmt::format_to(std::back_inserter(text), "\t{}\tIN\t", zone.record_ttl(rrset, i));
            text += type;
            text += '\t';
            append_stable_rdata(rrset.type, zone.rdata(rrset, i), text);
            text += '\n';
        }
    }
    return text;
}

}  // namespace rw::zones
