// SPDX-License-Identifier: EUPL-1.2
// Reading local records with the words of zone files.
#include "resolver/iterate/local_record.h"

#include <fmt/format.h>

#include <optional>
#include <span>
#include <string>

#include "config/name_syntax.h"
#include "zones/rdata_text.h"
#include "zones/zone_words.h"

namespace rw::iterate
{

namespace
{

using dns::Name;
using dns::RRType;

constexpr std::uint32_t usual_ttl = 3600;          // seconds; what Unbound gives local data without one
constexpr std::uint32_t largest_ttl = 0x7fffffff;  // RFC 2181 §8
constexpr std::string_view form =
    "a record is written as NAME [TTL] [IN] TYPE RDATA, such as 'printer.lan. 300 A 192.0.2.9'";

bool is_word(std::string_view text, std::string_view upper)
{
    return std::ranges::equal(text, upper, [](char a, char b) { return (a >= 'a' && a <= 'z' ? a - 32 : a) == b; });
}

bool has_final_dot(std::string_view text)
{
    return text.ends_with('.') && !text.ends_with("\\.");
}

Result<Name> read_owner(std::string_view text, const Name& apex)
{
    if (text == "@")
        return apex;
    const auto checked = config::parse_owner_name(text);
    if (!checked)
        return std::unexpected(checked.error());
    const auto name = Name::parse(checked->text);
    if (!name)
        return failed("the owner is not a domain name");
    if (name->is_at_or_below(apex))
        return *name;
    const std::string longer = fmt::format("{}.{}", text, apex.to_string());
    if (has_final_dot(text))
        return failed(fmt::format("{} is not below {}", text, apex.to_string()));
    if (name->label_count() > 1)
        return failed(fmt::format("{} is not below {}; write {} if that is meant", text, apex.to_string(), longer));
    const auto below = Name::parse(longer);
    return below ? Result<Name>(*below) : failed("the name is longer than 255 octets");
}

/// Takes TTL and class from the front of `words`, in either order (RFC 1035 §5.1).
Result<std::uint32_t> take_ttl(std::span<const zones::Word>& words)
{
    std::optional<std::uint32_t> ttl;
    for (bool class_seen = false; !words.empty(); words = words.subspan(1)) {
        const std::string_view text = words.front().text;
        if (!class_seen && is_word(text, "IN")) {
            class_seen = true;
        } else if (!ttl && !text.empty() && text.front() >= '0' && text.front() <= '9') {
            ttl = zones::read_seconds(text, largest_ttl);
            if (!ttl)
                return failed(fmt::format("{} is no TTL; write seconds", zones::shown(text)));
        } else {
            break;
        }
    }
    return ttl.value_or(usual_ttl);
}

}  // namespace

Result<LocalRecord> read_local_record(std::string_view text, const Name& apex)
{
    const std::string line = std::string(text) + "\n";  // a zone's text ends with a line's end
    zones::ZoneWords reader(line);
    const auto more = reader.next();
    if (!more)
        return std::unexpected(more.error());
    if (!*more || reader.owner_omitted())
        return failed(std::string(form));
    std::span<const zones::Word> words(reader.words());
    auto owner = read_owner(words.front().text, apex);
    if (!owner)
        return std::unexpected(owner.error());
    words = words.subspan(1);
    const auto ttl = take_ttl(words);
    if (!ttl)
        return std::unexpected(ttl.error());
    if (words.size() < 2)
        return failed(std::string(form));
    const auto type = dns::parse_type(words.front().text);
    if (!type)
        return failed(fmt::format("{} is no record type we know; {}", zones::shown(words.front().text), form));
    if (dns::is_meta(*type) || *type == RRType::none)
        return failed(fmt::format("{} is no type that data has", dns::type_name(*type)));
    if (*type == RRType::dname)
        return failed("a DNAME in local data is not followed; write a CNAME for each name, or a zone of type redirect");
    LocalRecord record{std::move(*owner), *type, *ttl, {}};
    if (const auto read = zones::read_rdata(*type, words.subspan(1), Name{}, record.rdata); !read)
        return failed(fmt::format("{}: {}", dns::type_name(*type), read.error().message));
    if (const auto rest = reader.next(); !rest || *rest)
        return failed("one item is one record");
    return record;
}

}  // namespace rw::iterate
