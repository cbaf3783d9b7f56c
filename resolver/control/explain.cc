// SPDX-License-Identifier: EUPL-1.2
// `explain` as JSON.
#include "resolver/control/explain.h"

namespace rw::control
{

namespace
{

Json step_of(const ExplainStep& step)
{
    return {{"kind", step.kind},
            {"name", step.name.to_string()},
            {"type", dns::type_name(step.type)},
            {"zone", step.zone.to_string()},
            {"key_tag", step.key_tag ? Json(*step.key_tag) : Json()},
            {"algorithm", step.key_tag ? Json(step.algorithm) : Json()},
            {"security", step.security},
            {"sentence", step.sentence.empty() ? Json() : Json(step.sentence)},
            {"server", step.server ? Json(step.server->to_string()) : Json()},
            {"identity", step.identity ? Json(std::string(1, *step.identity)) : Json()}};
}

}  // namespace

Json to_json(const ExplainView& view)
{
    Json steps = Json::array();
    for (const ExplainStep& step : view.steps)
        steps.push_back(step_of(step));
    return {{"schema", "rootward/explain/1"},    {"name", view.name.to_string()},
            {"type", dns::type_name(view.type)}, {"rcode", rcode_name(view.rcode)},
            {"security", view.security},         {"sentence", view.sentence},
            {"errors", to_json(view.errors)},    {"time_ms", milliseconds_of(view.time)},
            {"chain", std::move(steps)},         {"hops", to_json(view.hops)}};
}

}  // namespace rw::control
