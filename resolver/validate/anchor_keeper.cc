// SPDX-License-Identifier: EUPL-1.2
// State of the root's keys on disk.
#include "resolver/validate/anchor_keeper.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "resolver/dnssec/dnskey.h"
#include "resolver/dnssec/ds.h"
#include "resolver/dnssec/encoding.h"

namespace rw::validate
{

namespace
{

constexpr std::string_view state_title = "rootward root keys 1";
constexpr std::string_view revoked_title = "rootward revoked keys 1";

std::string_view name_of(KeyState state)
{
    switch (state) {
        case KeyState::pending:
            return "pending";
        case KeyState::valid:
            return "valid";
        case KeyState::missing:
            return "missing";
        case KeyState::revoked:
            break;
    }
    return "revoked";
}

std::optional<KeyState> state_of(std::string_view word)
{
    for (const KeyState state : {KeyState::pending, KeyState::valid, KeyState::missing, KeyState::revoked}) {
        if (word == name_of(state))
            return state;
    }
    return std::nullopt;
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

std::optional<WallSeconds> time_of(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return WallSeconds{std::chrono::seconds{value}};
}

std::optional<OctetBuffer> key_of(std::string_view hex)
{
    auto rdata = dnssec::decode_hex(hex);
    const auto key = rdata ? dnssec::Dnskey::parse(*rdata) : std::nullopt;
    return key && key->is_zone_key() && !key->is_revoked() ? std::move(rdata) : std::nullopt;
}

std::string sum_of(std::string_view text)
{
    dnssec::Digester digester;
    return dnssec::encode_hex(digester.of(dnssec::Hash::sha256, octets_of(text)).view());
}

struct State {
    WallSeconds proven{};
    std::vector<TrackedKey> keys;
};

/// Nothing when the text is not exactly what was once written.
std::optional<State> read_state(std::string_view text)
{
    constexpr std::string_view end_mark = "end ";
    const std::size_t end = text.rfind(end_mark);
    if (end == std::string_view::npos || text.substr(end) != fmt::format("end {}\n", sum_of(text.substr(0, end))))
        return std::nullopt;
    const auto lines = split(text.substr(0, end), '\n');
    if (lines.size() < 2 || lines[0] != state_title)
        return std::nullopt;
    State state;
    for (const std::string_view line : std::span(lines).subspan(1)) {
        const auto words = split(line, ' ');
        if (words.size() == 2 && words[0] == "proven") {
            state.proven = time_of(words[1]).value_or(WallSeconds{});
            continue;
        }
        if (words.size() != 5 || words[0] != "key")
            return std::nullopt;
        const auto key_state = state_of(words[2]);
        const auto since = time_of(words[3]);
        auto rdata = key_of(words[4]);
        if (!key_state || !since || !rdata)
            return std::nullopt;
        state.keys.push_back({std::move(*rdata), *key_state, *since});
    }
    return state;
}

/// Every key that can be read; `damaged` when something could not.
std::vector<OctetBuffer> read_revoked(std::string_view text, bool& damaged)
{
    std::vector<OctetBuffer> keys;
    const auto lines = split(text, '\n');
    damaged = lines.empty() || lines[0] != revoked_title || !text.ends_with('\n');
    for (const std::string_view line : lines) {
        const auto words = split(line, ' ');
        auto rdata = words.size() == 3 && words[0] == "key" ? key_of(words[2]) : std::nullopt;
        if (rdata)
            keys.push_back(std::move(*rdata));
        else
            damaged = damaged || line != revoked_title;
    }
    return keys;
}

}  // namespace

AnchorKeeper::AnchorKeeper(zones::Files& files, std::string folder, std::vector<dnssec::TrustAnchor> shipped)
    : files_(files), folder_(std::move(folder)), shipped_(std::move(shipped))
{
}

std::vector<std::string> AnchorKeeper::load()
{
    std::vector<std::string> warnings;
    std::vector<OctetBuffer> revoked;
    const auto revoked_text = files_.read(revoked_path());
    bool damaged = false;
    if (revoked_text)
        revoked = read_revoked(text_of(*revoked_text), damaged);
    if (damaged)
        warnings.push_back(fmt::format(
            "{} is damaged: keys that it named may be trusted again; restore it from a backup", revoked_path()));
    const auto text = files_.read(state_path());
    const auto state = text ? read_state(text_of(*text)) : std::nullopt;
    if (text && !state)
        warnings.push_back(
            fmt::format("{} is damaged: starting from the shipped trust anchors, less {} keys known to "
                        "be revoked; keys that were learnt since are learnt again in 30 days",
                        state_path(), revoked.size()));
    else if (!text && revoked_text)
        warnings.push_back(
            fmt::format("{} is lost: starting from the shipped trust anchors, less {} keys known to be "
                        "revoked; keys that were learnt since are learnt again in 30 days",
                        state_path(), revoked.size()));
    else if (state && !revoked_text)
        warnings.push_back(
            fmt::format("{} is lost: only what {} still says is known to be revoked", revoked_path(), state_path()));
    // Either file is enough to keep a key revoked.
    const std::size_t named = revoked.size();
    for (const TrackedKey& key : state ? state->keys : std::vector<TrackedKey>{}) {
        if (key.state == KeyState::revoked && std::ranges::count(revoked, key.rdata) == 0)
            revoked.push_back(key.rdata);
    }
    if (revoked_text && !damaged && named == revoked.size())
        revoked_written_ = named;
    rollover_ = Rollover(state ? state->keys : std::vector<TrackedKey>{}, std::move(revoked));
    proven_ = state ? state->proven : WallSeconds{};
    return warnings;
}

bool AnchorKeeper::is_revoked(const dnssec::TrustAnchor& anchor) const
{
    if (anchor.type == dns::RRType::dnskey)
        return rollover_.was_revoked(anchor.rdata);
    const auto ds = dnssec::Ds::parse(anchor.rdata);
    dnssec::Digester digester;
    return ds && ds->well_formed() && std::ranges::any_of(rollover_.ever_revoked(), [&](const OctetBuffer& key) {
               const auto digest = dnssec::ds_digest(anchor.owner, key, ds->digest_type, digester);
               return digest && equal(digest->view(), ds->digest);
           });
}

std::vector<dnssec::TrustAnchor> AnchorKeeper::anchors() const
{
    std::vector<dnssec::TrustAnchor> anchors = shipped_;
    for (const TrackedKey& key : rollover_.keys()) {
        if (key.state == KeyState::valid || key.state == KeyState::missing)
            anchors.push_back({dns::Name{}, dns::RRType::dnskey, key.rdata});
    }
    std::erase_if(anchors, [this](const dnssec::TrustAnchor& anchor) { return is_revoked(anchor); });
    return anchors;
}

Result<std::vector<Transition>> AnchorKeeper::observe(const Sighting& sighting, WallSeconds now, WallSeconds proven)
{
    std::vector<Transition> transitions = rollover_.observe(sighting, now);
    proven_ = std::max(proven_, proven);
    if (auto done = write_revoked(); !done)
        return std::unexpected(done.error());
    if (auto done = write_state(); !done)
        return std::unexpected(done.error());
    return transitions;
}

Result<void> AnchorKeeper::write_revoked()
{
    const std::vector<OctetBuffer>& revoked = rollover_.ever_revoked();
    if (revoked.size() == revoked_written_)
        return {};
    std::string text = fmt::format("{}\n", revoked_title);
    for (const OctetBuffer& key : revoked)
        text += fmt::format("key {} {}\n", dnssec::key_tag(key), dnssec::encode_hex(key));
    auto done = zones::replace_file_durably(files_, revoked_path(), octets_of(text));
    if (done)
        revoked_written_ = revoked.size();
    return done;
}

std::string AnchorKeeper::state_text() const
{
    std::string text = fmt::format("{}\nproven {}\n", state_title, proven_.time_since_epoch().count());
    for (const TrackedKey& key : rollover_.keys())
        text += fmt::format("key {} {} {} {}\n", dnssec::key_tag(key.rdata), name_of(key.state),
                            key.since.time_since_epoch().count(), dnssec::encode_hex(key.rdata));
    return text + fmt::format("end {}\n", sum_of(text));
}

Result<void> AnchorKeeper::write_state()
{
    return zones::replace_file_durably(files_, state_path(), octets_of(state_text()));
}

std::string describe(const Transition& transition)
{
    const std::uint16_t tag = dnssec::key_tag(transition.key.rdata);
    if (transition.forgotten)
        return fmt::format("key {} of the root, {} so far, is not tracked any more", tag,
                           name_of(transition.key.state));
    switch (transition.key.state) {
        case KeyState::pending:
            return fmt::format("key {} of the root is new: it will be trusted after 30 days (RFC 5011)", tag);
        case KeyState::valid:
            return fmt::format("key {} of the root is trusted", tag);
        case KeyState::missing:
            return fmt::format("key {} of the root is not published at present; it stays trusted", tag);
        case KeyState::revoked:
            break;
    }
    return fmt::format("key {} of the root is revoked and never trusted again", tag);
}

}  // namespace rw::validate
