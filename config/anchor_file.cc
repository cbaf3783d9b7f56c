// SPDX-License-Identifier: EUPL-1.2
// Two readers: of records as zone files have them, and of BIND's statements.
#include "config/anchor_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <utility>

#include "config/file.h"
#include "config/name_syntax.h"
#include "config/values.h"
#include "config/words.h"

namespace rw::config
{

namespace
{

// Octets. The root's anchors take 300, a thousand islands of security some 100 KiB; more is the wrong file.
constexpr std::size_t file_limit = 1U << 20U;

using Words = std::vector<std::string>;

bool is_number(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Anchors found so far, and what must be known of all keys to tell anchors from keys that stand there by the way.
class Collection
{
 public:
    void add(TrustAnchor anchor, bool trusted)
    {
        const auto* key = std::get_if<DnskeyAnchor>(&anchor.record);
        secure_entry_[zone_of(anchor)] |= key == nullptr || (key->flags & sep_flag) != 0;
        if (trusted && (key == nullptr || (key->flags & revoke_flag) == 0))
            anchors_.push_back(std::move(anchor));
    }

    std::vector<TrustAnchor> take()
    {
        std::erase_if(anchors_, [this](const TrustAnchor& anchor) {
            const auto* key = std::get_if<DnskeyAnchor>(&anchor.record);
            return key != nullptr && (key->flags & sep_flag) == 0 && secure_entry_[zone_of(anchor)];
        });
        return std::move(anchors_);
    }

 private:
    static std::string zone_of(const TrustAnchor& anchor) { return folded(anchor.owner.text); }

    std::vector<TrustAnchor> anchors_;
    std::map<std::string, bool> secure_entry_;  ///< whether the zone has a DS or a key with the SEP flag
};

//--- records as in a zone file -------------------------------------------------------------------------------------

/// A record's words, its comments in one text, and where it begins.
struct Entry {
    Words words;
    std::string comment;
    std::size_t line = 0;
    bool owner_omitted = false;
};

/// Cuts `text` into records: at line ends outside parentheses (RFC 1035 §5.1).
class RecordReader
{
 public:
    explicit RecordReader(std::string_view text) : text_(text) {}

    /// The next record that has words; nothing at the end.
    std::optional<Entry> next()
    {
        Entry entry;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == ';') {
                const std::size_t end = std::min(text_.find('\n', at_), text_.size());
                entry.comment += text_.substr(at_, end - at_);
                at_ = end;
            } else if (c == '\n') {
                ++at_;
                ++line_;
                if (depth_ == 0 && !entry.words.empty())
                    return entry;
                if (depth_ == 0)
                    entry = {};
            } else if (std::isspace(static_cast<unsigned char>(c)) != 0) {
                ++at_;
            } else if (c == '(' || c == ')') {
                ++at_;
                depth_ = c == '(' ? depth_ + 1 : depth_ > 0 ? depth_ - 1 : 0;
            } else {
                take_word(entry);
            }
        }
        return entry.words.empty() ? std::nullopt : std::optional(std::move(entry));
    }

 private:
    void take_word(Entry& entry)
    {
        if (entry.words.empty()) {
            entry.line = line_;
            entry.owner_omitted = at_ > 0 && (text_[at_ - 1] == ' ' || text_[at_ - 1] == '\t');
        }
        const std::size_t end = std::min(text_.find_first_of(" \t\r\n();", at_), text_.size());
        entry.words.emplace_back(text_.substr(at_, end - at_));
        at_ = end;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    int depth_ = 0;
};

/// The states that Unbound writes behind the keys it follows (RFC 5011 §4): which of them are trusted.
bool is_trusted_by_unbound(std::string_view comment)
{
    constexpr std::string_view mark = ";;state=";
    constexpr char valid = '2';
    constexpr char missing = '3';  // not seen, but never revoked: still an anchor (RFC 5011 §4.2)
    const std::size_t at = comment.find(mark);
    if (at == std::string_view::npos || at + mark.size() >= comment.size())
        return true;
    const char state = comment[at + mark.size()];
    return state == valid || state == missing;
}

/// A time of BIND's KEYDATA: YYYYMMDDHHMMSS.
std::optional<WallSeconds> key_time(std::string_view text)
{
    if (text.size() != 14 || !is_number(text))
        return std::nullopt;
    WallSeconds time;
    const auto part = [&](std::size_t at, std::size_t size) { return text.substr(at, size); };
    const std::string iso =
        fmt::format("{}-{}-{}T{}:{}:{}Z", part(0, 4), part(4, 2), part(6, 2), part(8, 2), part(10, 2), part(12, 2));
    return read_value(iso, Origin{}, time) ? std::optional(time) : std::nullopt;
}

class ZoneStyleReader
{
 public:
    ZoneStyleReader(std::string_view text, WallSeconds now) : reader_(text), now_(now) {}

    Result<std::vector<TrustAnchor>> read()
    {
        while (const auto entry = reader_.next()) {
            if (auto done = read_entry(*entry); !done)
                return failed(fmt::format("{}: {}", entry->line, done.error().message));
        }
        return anchors_.take();
    }

 private:
    Result<void> read_entry(const Entry& entry)
    {
        const Words& words = entry.words;
        if (words[0] == "$TTL")
            return {};
        if (words[0] == "$ORIGIN" && words.size() == 2)
            return take_name(words[1], origin_);
        std::size_t at = 0;
        // A line that begins with a blank goes on with the owner before, unless a name stands there all the same.
        if (!entry.owner_omitted || !owner_ || !is_type_ahead(words, 0)) {
            if (auto named = take_name(words[0], owner_.emplace()); !named)
                return named;
            at = 1;
        }
        while (at < words.size() && (is_number(words[at]) || same_word(words[at], "IN")))
            ++at;
        if (at == words.size())
            return failed("a trust anchor is written like '. IN DS 20326 8 2 E06D...'");
        return read_record(
            words[at], std::vector<std::string_view>(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end()),
            entry.comment);
    }

    Result<void> read_record(std::string_view type, const std::vector<std::string_view>& rdata,
                             std::string_view comment)
    {
        if (same_word(type, "DS"))
            return keep(ds_anchor(*owner_, rdata), true);
        if (same_word(type, "DNSKEY"))
            return keep(dnskey_anchor(*owner_, rdata), is_trusted_by_unbound(comment));
        if (same_word(type, "KEYDATA"))
            return read_keydata(rdata);
        // They come with keys: what `dig +dnssec` prints, and the zone that BIND keeps its keys in.
        if (same_word(type, "RRSIG") || same_word(type, "SOA"))
            return {};
        return failed("a trust anchor is a DS or a DNSKEY record of class IN");
    }

    /// BIND's state of a key: next refresh, when its trust begins, when it is removed; then as a DNSKEY. A key without
    /// a time of trust is not trusted yet, one with a time of removal is revoked.
    Result<void> read_keydata(std::span<const std::string_view> rdata)
    {
        constexpr std::size_t times = 3;
        if (rdata.size() < times + 4)
            return failed("a KEYDATA record has three times, flags, a protocol, an algorithm and a key");
        const auto trust = key_time(rdata[1]);
        const auto removal = key_time(rdata[2]);
        if (!key_time(rdata[0]) || !trust || !removal)
            return failed("the times of a KEYDATA record are written YYYYMMDDHHMMSS");
        const bool trusted = *trust != WallSeconds{} && *trust <= now_ && *removal == WallSeconds{};
        return keep(dnskey_anchor(*owner_, rdata.subspan(times)), trusted);
    }

    Result<void> keep(Result<TrustAnchor> anchor, bool trusted)
    {
        if (!anchor)
            return std::unexpected(anchor.error());
        anchors_.add(std::move(*anchor), trusted);
        return {};
    }

    Result<void> take_name(std::string_view text, ZoneName& name)
    {
        std::string whole(text);
        if (text == "@")
            whole = origin_.text;
        else if (!text.ends_with('.') && origin_.text != ".")
            whole += "." + origin_.text;
        auto read = parse_zone_name(whole);
        if (!read)
            return failed(fmt::format("the owner of a trust anchor: {}", read.error().message));
        name = std::move(*read);
        return {};
    }

    /// Whether a type comes next, behind TTL and class.
    static bool is_type_ahead(const Words& words, std::size_t at)
    {
        constexpr std::array<std::string_view, 5> types{"DS", "DNSKEY", "KEYDATA", "SOA", "RRSIG"};
        while (at < words.size() && (is_number(words[at]) || same_word(words[at], "IN")))
            ++at;
        return at < words.size() &&
               std::ranges::any_of(types, [&](std::string_view type) { return same_word(words[at], type); });
    }

    RecordReader reader_;
    WallSeconds now_;
    ZoneName origin_{"."};
    std::optional<ZoneName> owner_;
    Collection anchors_;
};

//--- BIND's statements ---------------------------------------------------------------------------------------------

constexpr std::array<std::string_view, 3> statements{"trust-anchors", "managed-keys", "trusted-keys"};

bool is_statement(std::string_view word)
{
    return std::ranges::find(statements, word) != statements.end();
}

struct Token {
    std::string text;
    std::size_t line = 0;
    bool quoted = false;
};

/// Words, quoted strings and the signs { } ; of named.conf; comments in its three forms are left out.
std::vector<Token> tokens_of(std::string_view text)
{
    std::vector<Token> tokens;
    std::size_t line = 1;
    const auto skip_to = [&](std::size_t from, std::size_t to) {
        to = std::min(to, text.size());
        line += static_cast<std::size_t>(std::ranges::count(text.substr(from, to - from), '\n'));
        return to;
    };
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        const std::string_view rest = text.substr(at);
        if (c == '#' || rest.starts_with("//")) {
            at = skip_to(at, text.find('\n', at));
        } else if (rest.starts_with("/*")) {
            const std::size_t end = text.find("*/", at + 2);
            at = skip_to(at, end == std::string_view::npos ? end : end + 2);
        } else if (std::isspace(static_cast<unsigned char>(c)) != 0) {
            at = skip_to(at, at + 1);
        } else if (c == '{' || c == '}' || c == ';') {
            tokens.push_back({std::string(1, c), line, false});
            ++at;
        } else if (c == '"') {
            const std::size_t end = std::min(text.find('"', at + 1), text.size());
            tokens.push_back({std::string(text.substr(at + 1, end - at - 1)), line, true});
            at = skip_to(at, end + 1);
        } else {
            const std::size_t end = std::min(text.find_first_of(" \t\r\n{};\"#", at), text.size());
            tokens.push_back({std::string(text.substr(at, end - at)), line, false});
            at = end;
        }
    }
    return tokens;
}

bool has_statement(std::span<const Token> tokens)
{
    for (std::size_t at = 0; at + 1 < tokens.size(); ++at) {
        if (is_statement(tokens[at].text) && tokens[at + 1].text == "{")
            return true;
    }
    return false;
}

/// One line of a block: name, kind of anchor (none in trusted-keys), RDATA.
Result<TrustAnchor> anchor_of(std::span<const Token> entry, bool kind_omitted)
{
    std::string record;
    for (std::size_t i = 0; i < entry.size(); ++i) {
        record += entry[i].text + " ";
        if (i == 0 && kind_omitted)
            record += "static-key ";
    }
    return parse_trust_anchor(record);
}

Result<std::vector<TrustAnchor>> read_statements(std::span<const Token> tokens)
{
    Collection anchors;
    bool inside = false;
    bool kind_omitted = false;
    std::size_t start = 0;
    for (std::size_t at = 0; at < tokens.size(); ++at) {
        const Token& token = tokens[at];
        if (!inside) {
            inside = token.text == "{" && at > 0 && is_statement(tokens[at - 1].text);
            kind_omitted = inside && tokens[at - 1].text == "trusted-keys";
            start = at + 1;
        } else if (token.text == "}" && !token.quoted) {
            inside = false;
        } else if (token.text == ";" && !token.quoted) {
            auto anchor = anchor_of(tokens.subspan(start, at - start), kind_omitted);
            if (!anchor)
                return failed(fmt::format("{}: {}", tokens[start].line, anchor.error().message));
            anchors.add(std::move(*anchor), true);
            start = at + 1;
        }
    }
    return anchors.take();
}

}  // namespace

Result<std::vector<TrustAnchor>> read_trust_anchors(std::string_view text, WallSeconds now)
{
    constexpr std::string_view all_revoked = "\n;;REVOKED";  // Unbound's word for a zone that lost all its anchors
    if (text.find(all_revoked) != std::string_view::npos)
        return std::vector<TrustAnchor>{};
    if (const auto tokens = tokens_of(text); has_statement(tokens))
        return read_statements(tokens);
    return ZoneStyleReader(text, now).read();
}

Result<std::vector<TrustAnchor>> load_anchor_file(const std::filesystem::path& path)
{
    const auto text = read_file(path, file_limit);
    if (!text)
        return std::unexpected(text.error());
    auto anchors = read_trust_anchors(*text, SystemClock().wall_seconds());
    if (!anchors)
        return failed(fmt::format("{}:{}", path.string(), anchors.error().message));
    if (anchors->empty())
        return failed(
            fmt::format("the trust anchor file {} holds no DS or DNSKEY record that is trusted", path.string()));
    return anchors;
}

}  // namespace rw::config
