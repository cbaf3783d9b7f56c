// SPDX-License-Identifier: EUPL-1.2
// Events of TLDs: delegation, DS, glue, TTL.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "resolver/dnssec/algorithm.h"
#include "zones/events.h"

namespace rw::zones
{

namespace
{

/// A list for a sentence: at most four items, then how many more.
std::string listed(const std::vector<std::string>& items)
{
    constexpr std::size_t shown = 4;
    if (items.size() <= shown)
        return fmt::format("{}", fmt::join(items, ", "));
    return fmt::format("{} and {} more", fmt::join(items.begin(), items.begin() + shown, ", "), items.size() - shown);
}

/// What happened to the addresses of a host.
struct Host {
    bool renumbered = false;  ///< some address was replaced, not only got or lost
    std::vector<std::string> texts;
};
using Hosts = std::map<std::string, Host>;

/// Which TLDs each of `hosts` serves, for those that serve any.
std::map<std::string, std::set<std::string>> served_tlds(const Zone& zone, const Hosts& hosts)
{
    std::map<std::string, std::set<std::string>> served;
    for (const RRsetRange& rrset : zone.rrsets()) {
        if (rrset.type != dns::RRType::ns)
            continue;
        for (std::uint32_t i = 0; i < rrset.count; ++i) {
            const std::string host = dns::name_at(zone.rdata(rrset, i), 0).to_string();
            if (hosts.contains(host))
                served[host].insert(zone.owner(rrset.owner).to_string());
        }
    }
    return served;
}

/// "12345/RSASHA256, 23456/ECDSAP256SHA256" for DS in presentation form: which keys, without their digests.
std::string keys_text(const std::vector<std::string>& ds)
{
    std::set<std::string> keys;
    for (const std::string& text : ds) {
        const std::size_t tag_end = text.find(' ');
        const std::size_t end = text.find(' ', tag_end + 1);
        const auto algorithm = tag_end == std::string::npos || end == std::string::npos
                                   ? std::nullopt
                                   : decimal(std::string_view(text).substr(tag_end + 1, end - tag_end - 1));
        keys.insert(algorithm ? fmt::format("{}/{}", text.substr(0, tag_end),
                                            dnssec::algorithm_name(static_cast<std::uint8_t>(*algorithm)))
                              : text);
    }
    return keys.empty() ? "none" : listed({keys.begin(), keys.end()});
}

std::set<std::uint32_t> keys_of(const Zone& zone, const RRsetRange& ds)
{
    std::set<std::uint32_t> keys;
    for (std::uint32_t i = 0; i < ds.count; ++i) {
        const Octets rdata = zone.rdata(ds, i);
        keys.insert(static_cast<std::uint32_t>(load_u16(rdata.data()) << 8 | rdata[2]));  // key tag, algorithm
    }
    return keys;
}

class Delegations
{
 public:
    Delegations(const Zone& before, const Zone& after, std::vector<Event>& events)
        : before_(before), after_(after), events_(events)
    {
    }

    void read(const Delta& delta)
    {
        for (const Change& change : delta.changes) {
            if (change.type == dns::RRType::ns && is_tld(change.owner))
                name_servers(change);
        }
        std::ranges::sort(came_or_went_);
        for (const Change& change : delta.changes) {
            if (change.type == dns::RRType::ds && is_tld(change.owner) &&
                !std::ranges::binary_search(came_or_went_, std::string_view(change.owner)))
                delegation_signers(change);
            if (change.type == dns::RRType::a || change.type == dns::RRType::aaaa)
                address(change);
            if (change.ttl_before && change.ttl_after && *change.ttl_before != *change.ttl_after)
                ttls_[tld_of(change.owner)].push_back(fmt::format("{} {} {} to {}", change.owner,
                                                                  dns::type_name(change.type), *change.ttl_before,
                                                                  *change.ttl_after));
        }
        glue();
        for (const auto& [tld, texts] : ttls_)
            add(EventClass::ttl_changed, tld, fmt::format("TTL changed: {}", listed(texts)));
    }

 private:
    void add(EventClass event_class, const std::string& tld, std::string summary)
    {
        events_.push_back({.event_class = event_class, .tld = tld, .summary = std::move(summary)});
    }

    void name_servers(const Change& change)
    {
        const dns::Name name = *dns::Name::parse(change.owner);
        if (!change.ttl_before) {
            came_or_went_.push_back(change.owner);
            const bool is_signed = after_.find(name, dns::RRType::ds) != nullptr;
            return add(EventClass::tld_added, change.owner,
                       fmt::format("{} was delegated, {}, to {}", change.owner, is_signed ? "signed" : "unsigned",
                                   listed(change.added)));
        }
        if (!change.ttl_after) {
            came_or_went_.push_back(change.owner);
            return add(EventClass::tld_removed, change.owner,
                       fmt::format("{} was removed from the root zone", change.owner));
        }
        const RRsetRange* now = after_.find(name, dns::RRType::ns);
        const bool replaced = now != nullptr && now->count == change.added.size() && !change.removed.empty();
        if (change.added.empty() && change.removed.empty())
            return;  // TTL only
        if (replaced)
            return add(EventClass::ns_replaced, change.owner,
                       fmt::format("all name servers of {} were replaced: now {}; before {}", change.owner,
                                   listed(change.added), listed(change.removed)));
        add(EventClass::ns_changed, change.owner,
            fmt::format("name servers of {}: added {}; removed {}", change.owner,
                        change.added.empty() ? "none" : listed(change.added),
                        change.removed.empty() ? "none" : listed(change.removed)));
    }

    void delegation_signers(const Change& change)
    {
        const dns::Name name = *dns::Name::parse(change.owner);
        if (!change.ttl_before)
            return add(EventClass::ds_added, change.owner,
                       fmt::format("{} is signed now, by {}", change.owner, keys_text(change.added)));
        if (!change.ttl_after)
            return add(EventClass::ds_withdrawn, change.owner,
                       fmt::format("all DS of {} were withdrawn ({}): it is unsigned now", change.owner,
                                   keys_text(change.removed)));
        if (change.added.empty() && change.removed.empty())
            return;
        const std::set<std::uint32_t> old_keys = keys_of(before_, *before_.find(name, dns::RRType::ds));
        const std::set<std::uint32_t> new_keys = keys_of(after_, *after_.find(name, dns::RRType::ds));
        const bool keeps = std::ranges::any_of(new_keys, [&](std::uint32_t key) { return old_keys.contains(key); });
        add(keeps ? EventClass::ds_changed : EventClass::ds_no_old_key, change.owner,
            keeps ? fmt::format("DS of {}: added {}; removed {}", change.owner, keys_text(change.added),
                                keys_text(change.removed))
                  : fmt::format("DS of {}: no key of before is left; now {}, before {}", change.owner,
                                keys_text(change.added), keys_text(change.removed)));
    }

    void address(const Change& change)
    {
        if (change.added.empty() && change.removed.empty())
            return;  // TTL only
        Host& host = hosts_[change.owner];
        const std::string type = dns::type_name(change.type);
        if (change.added.empty() || change.removed.empty()) {
            host.texts.push_back(fmt::format("{} {} {}", type, change.added.empty() ? "lost" : "got",
                                             listed(change.added.empty() ? change.removed : change.added)));
            return;
        }
        host.renumbered = true;
        host.texts.push_back(fmt::format("{} {} to {}", type, listed(change.removed), listed(change.added)));
    }

    /// One event a host that was a name server before and is one now; root servers have a class of their own
    /// (events_apex.cc).
    void glue()
    {
        if (hosts_.empty())
            return;
        const auto served_before = served_tlds(before_, hosts_);
        for (const auto& [name, tlds] : served_tlds(after_, hosts_)) {
            if (tlds.contains(".") || !served_before.contains(name))
                continue;
            const Host& host = hosts_.at(name);
            Event event{.event_class = host.renumbered ? EventClass::glue_renumbered : EventClass::glue_changed,
                        .tld = tlds.size() == 1 ? *tlds.begin() : tld_of(name),
                        .summary = {},
                        .concerned = {tlds.begin(), tlds.end()}};
            event.summary =
                fmt::format("{} (serves {}) {}: {}", name, listed(event.concerned),
                            host.renumbered ? "was renumbered" : "has other addresses", fmt::join(host.texts, "; "));
            events_.push_back(std::move(event));
        }
    }

    const Zone& before_;
    const Zone& after_;
    std::vector<Event>& events_;
    std::vector<std::string_view> came_or_went_;  ///< owners in the delta
    Hosts hosts_;                                 ///< those with changed addresses
    std::map<std::string, std::vector<std::string>> ttls_;
};

}  // namespace

bool is_tld(std::string_view owner)
{
    if (owner.find('\\') != std::string_view::npos)  // a dot may be part of a label
        return owner != "." && tld_of(owner) == owner;
    return owner.size() > 1 && owner.find('.') == owner.size() - 1;
}

std::string tld_of(std::string_view owner)
{
    if (owner.find('\\') != std::string_view::npos) {
        const std::optional<dns::Name> parsed = dns::Name::parse(owner);
        return parsed && !parsed->is_root() ? parsed->ancestor(1).to_string() : ".";
    }
    if (owner.size() < 2)
        return ".";
    const std::size_t dot = owner.rfind('.', owner.size() - 2);
    return std::string(dot == std::string_view::npos ? owner : owner.substr(dot + 1));
}

void find_delegation_events(const Zone& before, const Zone& after, const Delta& delta, std::vector<Event>& events)
{
    Delegations(before, after, events).read(delta);
}

}  // namespace rw::zones
