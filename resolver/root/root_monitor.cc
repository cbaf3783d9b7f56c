// SPDX-License-Identifier: EUPL-1.2
// The monitor's shell.
#include "resolver/root/root_monitor.h"

#include "resolver/root/monitor.h"
#include "resolver/root/monitor_plan.h"
#include "resolver/upstream/candidate.h"

namespace rw::root
{

namespace
{

constexpr Duration probe_patience = 5s;          // twice what a client would bear: slow is not silent
constexpr Duration pause_without_targets = 60s;  // it is off, or so are both families

/// What a reply says, judged by the root's keys.
Observation read_reply(const MonitorPlan::Probe& probe, const ApexReply& reply, RootKeys& keys, const Moment& now)
{
    Observation observation;
    observation.address = probe.target.address;
    observation.asked = probe.type;
    const auto message = dns::MessageView::parse(reply.message);
    if (!reply.answered || !message)
        return observation;
    observation.rtt = reply.rtt;
    observation.tcp = reply.tcp;
    observation.nsid = nsid_of(*message);
    const auto rrset = apex_rrset(*message, probe.type);
    if (!rrset)
        return observation;
    observation.present = true;
    observation.verdict =
        probe.type == dns::RRType::dnskey ? keys.take(*rrset, now.at, now.wall) : keys.judge(*rrset, now.at, now.wall);
    if (probe.type == dns::RRType::soa)
        observation.serial = soa_serial(rrset->rdatas.front());
    if (probe.type == dns::RRType::zonemd)
        observation.zonemd = read_zonemd(*rrset);
    return observation;
}

}  // namespace

std::vector<MonitorTarget> monitor_targets(const std::vector<RootServer>& servers, const config::Settings& settings)
{
    const upstream::AddressRules rules{settings.outgoing.ipv4, settings.outgoing.ipv6, settings.upstream.do_not_query};
    std::vector<MonitorTarget> targets;
    for (const RootServer& server : servers) {
        if (server.letter && rules.allow(server.address))
            targets.push_back({*server.letter, server.address, server.tier == Tier::preferred});
    }
    return targets;
}

io::Task<void> watch_root(const RootContext& context, RootKeys& keys)
{
    Monitor monitor;
    MonitorPlan plan;
    while (true) {
        // Settings change under us when they are reloaded.
        const config::MonitorSettings& settings = context.settings.root.monitor;
        const std::vector<MonitorTarget> targets = settings.enabled
                                                       ? monitor_targets(*context.servers.current(), context.settings)
                                                       : std::vector<MonitorTarget>{};
        const Duration pause = targets.empty() ? pause_without_targets : plan.pause(settings.interval, context.random);
        const Instant next = context.scheduler.now() + pause;
        co_await io::SleepUntil(next);
        if (targets.empty())
            continue;
        monitor.set_targets(targets);
        const bool needs_keys = !keys.ready(context.scheduler.now());
        const MonitorPlan::Probe probe = plan.next(targets, needs_keys);
        const ApexQuestion question{.server = {probe.target.address, context.settings.outgoing.port},
                                    .letter = probe.target.letter,
                                    .type = probe.type,
                                    .purpose = Purpose::monitor,
                                    .patience = probe_patience};
        const ApexReply reply = co_await ask_apex(context, question);
        if (!reply.sent)
            continue;
        const Moment now{context.scheduler.now(), context.scheduler.clock().wall_seconds()};
        const Observation observation = read_reply(probe, reply, keys, now);
        for (Incident& incident : monitor.observe(observation, now))
            context.board.report(std::move(incident));
        context.board.publish(monitor.standing(context.settings.root.stale_policy));
    }
}

}  // namespace rw::root
