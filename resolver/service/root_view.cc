// SPDX-License-Identifier: EUPL-1.2
// The operator's view of the root.
#include "resolver/service/root_view.h"

#include <algorithm>
#include <tuple>

#include "config/names.h"
#include "config/root_identities.h"
#include "config/values.h"

namespace rw::service
{

namespace
{

using root::Judgement;

/// What all rows are made from.
struct Scene {
    const Shared& shared;
    const config::Settings& settings;
    const root::Standing& standing;
};

control::ShareView view_of(const root::Share& share)
{
    return {share.sent_preferred, share.sent_total,  share.answered_preferred, share.answered_total,
            share.other_timeout,  share.other_stale, share.other_mode};
}

/// The one word that matters most for whether the address is asked.
std::string_view state_of(const root::AddressStanding* standing, const upstream::ServerState& state, bool used)
{
    if (!used)
        return "off";
    if (standing != nullptr && standing->judgement == Judgement::tampered)
        return "tampered";
    if (state.failing())
        return "failing";
    if (standing != nullptr && standing->judgement == Judgement::stale)
        return "stale";
    return state.measured ? "good" : "unmeasured";
}

control::RootAddressView address_view(const Scene& scene, const IpAddress& address, bool known)
{
    const bool family = address.is_v4() ? scene.settings.outgoing.ipv4 : scene.settings.outgoing.ipv6;
    const upstream::ServerState state = scene.shared.stats.state({address, scene.settings.outgoing.port}, dns::Name{});
    const root::AddressStanding* judged = scene.standing.find(address);
    control::RootAddressView view{address, std::string(state_of(judged, state, known && family)), std::nullopt};
    if (state.measured)
        view.srtt = state.srtt;
    if (judged != nullptr) {
        view.serial = judged->serial;
        view.serial_validated = judged->serial_validated;
        view.nsid = judged->nsid;
    }
    return view;
}

/// Addresses of an identity: those in use, and published ones that are not, shown as off.
std::vector<control::RootAddressView> addresses_of(const Scene& scene, const config::RootIdentity& identity)
{
    std::vector<control::RootAddressView> views;
    for (const root::RootServer& server : *scene.shared.root_servers.current()) {
        if (server.letter == identity.letter)
            views.push_back(address_view(scene, server.address, true));
    }
    for (const IpAddress& published : {identity.ipv4, identity.ipv6}) {
        if (std::ranges::count(views, published, &control::RootAddressView::address) == 0)
            views.push_back(address_view(scene, published, false));
    }
    std::ranges::sort(views, {}, [](const control::RootAddressView& view) {
        return std::tuple(view.state != "good", view.state == "off", view.srtt.value_or(Duration::max()),
                          !view.address.is_v4());
    });
    return views;
}

std::vector<control::RootQueriesView> queries_of(const root::RootCounts& counts, config::IdentityLetter letter)
{
    std::vector<control::RootQueriesView> views;
    for (std::size_t i = 0; i < root::purpose_count; ++i) {
        const auto purpose = static_cast<root::Purpose>(i);
        views.push_back({std::string(root::name_of(purpose)), counts.count(letter, purpose, root::RootEvent::sent),
                         counts.count(letter, purpose, root::RootEvent::answered),
                         counts.count(letter, purpose, root::RootEvent::timed_out)});
    }
    return views;
}

control::RootIdentityView identity_view(const Scene& scene, const config::RootIdentity& identity)
{
    control::RootIdentityView view;
    view.letter = identity.letter.letter;
    view.operator_name = identity.operator_name;
    view.jurisdiction = identity.jurisdiction;
    view.tier = std::ranges::count(scene.settings.root.prefer, identity.letter) > 0 ? "preferred" : "other";
    view.addresses = addresses_of(scene, identity);
    // What the address in use says, or else the other one.
    for (const control::RootAddressView& address : view.addresses) {
        if (!view.serial && address.serial) {
            view.serial = address.serial;
            view.serial_validated = address.serial_validated;
        }
        if (!view.nsid)
            view.nsid = address.nsid;
    }
    const root::IdentityHealth& health = scene.standing.health[static_cast<std::size_t>(view.letter - 'a')];
    view.health = {health.samples, health.availability, health.latency, health.correctness, health.publication_latency};
    view.queries = queries_of(scene.shared.root_counts, identity.letter);
    return view;
}

control::RootEventView event_view(const root::Incident& incident)
{
    const root::IncidentFact& row = root::fact(incident.kind);
    return {incident.at,
            std::string(row.name),
            std::string(root::name_of(row.severity)),
            incident.letter ? std::optional(incident.letter->letter) : std::nullopt,
            incident.address,
            incident.text};
}

}  // namespace

control::RootStateView root_view(const Shared& shared)
{
    const auto standing = shared.root_board.standing();
    const auto configuration = shared.configuration();
    const Scene scene{shared, configuration->settings, *standing};
    const config::RootSettings& settings = scene.settings.root;
    control::RootStateView view;
    view.mode = config::write_value(settings.mode);
    for (const config::RootIdentity& identity : config::root_identities())
        view.identities.push_back(identity_view(scene, identity));
    view.last_hour = view_of(shared.root_counts.share_of_last(std::chrono::hours{1}));
    view.last_day = view_of(shared.root_counts.share_of_last(std::chrono::hours{24}));
    view.since_start = view_of(shared.root_counts.share_since_start());
    view.reference_serial = standing->reference;
    view.budget = {settings.query_budget.per_second, settings.query_budget.burst, shared.root_budget.refused()};
    for (const root::Incident& incident : shared.root_board.incidents())
        view.events.push_back(event_view(incident));
    return view;
}

}  // namespace rw::service
