// SPDX-License-Identifier: EUPL-1.2
// Local answers.
#include "resolver/iterate/local_answers.h"

#include <fmt/format.h>

#include <algorithm>

#include "resolver/iterate/special_names.h"

namespace rw::iterate
{

using dns::Name;
using dns::Question;
using dns::RRType;
using Type = config::LocalZoneType;

namespace
{

Name top_of(const Name& name)
{
    return name.ancestor(std::min<std::size_t>(1, name.label_count()));
}

}  // namespace

Result<LocalAnswers> LocalAnswers::make(const config::Settings& settings, const HashKey& key)
{
    LocalAnswers answers(key);
    if (settings.special_use_zones) {
        for (LocalZone& zone : special_zones(settings))
            answers.put(std::move(zone));
    }
    for (const config::LocalZoneSettings& zone : settings.local_zones) {
        LocalZone made(Name::parse(zone.name.text).value_or(Name{}), zone.type);
        for (const std::string& text : zone.data) {
            auto record = read_local_record(text, made.apex());
            const Result<void> added = record ? made.add(std::move(*record)) : std::unexpected(record.error());
            if (!added)
                return failed(fmt::format("local-zones, {}: \"{}\": {}", zone.name.text, text, added.error().message));
        }
        answers.put(std::move(made));
    }
    answers.give_way(settings);
    return answers;
}

void LocalAnswers::put(LocalZone zone)
{
    const Name apex = zone.apex();
    zones_->root |= apex.is_root();
    zones_->top_names.insert(top_of(apex));
    zones_->by_apex.insert_or_assign(apex, std::move(zone));
}

void LocalAnswers::give_way(const config::Settings& settings)
{
    for (const auto& stub : settings.stub_zones)
        leave_to_servers(stub.name, false);
    for (const auto& forward : settings.forward_zones)
        leave_to_servers(forward.name, forward.servers.empty());
    for (const auto& rule : settings.policy) {
        if (rule.action == config::PolicyAction::forward)
            leave_to_servers(rule.suffix.name, false);
    }
}

void LocalAnswers::leave_to_servers(const config::ZoneName& zone, bool from_root)
{
    const Name apex = Name::parse(zone.text).value_or(Name{});
    for (std::size_t labels = apex.label_count() + 1; labels-- > 0;) {
        const auto around = zones_->by_apex.find(apex.ancestor(labels));
        if (around == zones_->by_apex.end())
            continue;
        const bool built_in = around->second.built_in();
        const bool same = labels == apex.label_count();
        const bool stays = built_in ? from_root : same;
        if (!stays)
            put(LocalZone(apex, Type::transparent, built_in));
        return;
    }
}

const LocalZone* LocalAnswers::locate(const Question& question) const
{
    if (!zones_->root && !zones_->top_names.contains(top_of(question.name)))
        return nullptr;
    bool passed_on = false;  // by a zone that is deeper
    for (std::size_t labels = question.name.label_count() + 1; labels-- > 0;) {
        const Name apex = question.name.ancestor(labels);
        const auto at = zones_->by_apex.find(apex);
        if (at == zones_->by_apex.end())
            continue;
        const LocalZone& zone = at->second;
        // What stands at the cut belongs to the parent (RFC 4035 §3.1.4.1).
        if (question.type == RRType::ds && apex == question.name)
            continue;
        passed_on = passed_on || zone.type() == Type::transparent;
        if (!passed_on || (zone.type() != Type::refuse && zone.has_records(question.name)))
            return &zone;
    }
    return nullptr;
}

std::optional<std::expected<Link, Failure>> LocalAnswers::find(const Question& question) const
{
    if (const LocalZone* zone = locate(question)) {
        auto answer = zone->answer(question);
        // One name of somebody else's zone, as in a hosts file, is no zone of ours: without AA, as Knot Resolver's hints.
        if (answer && *answer && zone->type() == config::LocalZoneType::transparent && zone->apex() == question.name)
            (*answer)->facts.rank = cache::Rank::answer;
        return answer;
    }
    if (question.type == RRType::any)
        return any_answer(question);
    return std::nullopt;
}

}  // namespace rw::iterate
