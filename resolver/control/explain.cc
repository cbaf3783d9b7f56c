// SPDX-License-Identifier: EUPL-1.2
// `explain` as JSON.
#include "resolver/control/explain.h"

namespace rw::control
{

namespace
{

OrderedJson step_of(const ExplainStep& step)
{
    return {{"kind", step.kind},
            {"name", step.name.to_string()},
            {"type", dns::type_name(step.type)},
            {"zone", step.zone.to_string()},
            {"key_tag", step.key_tag ? OrderedJson(*step.key_tag) : OrderedJson()},
            {"algorithm", step.key_tag ? OrderedJson(step.algorithm) : OrderedJson()},
            {"security", step.security},
            {"sentence", step.sentence.empty() ? OrderedJson() : OrderedJson(step.sentence)},
            {"server", step.server ? OrderedJson(step.server->to_string()) : OrderedJson()},
            {"identity", step.identity ? OrderedJson(std::string(1, *step.identity)) : OrderedJson()}};
}

}  // namespace

OrderedJson to_json(const ExplainView& view)
{
    OrderedJson steps = OrderedJson::array();
    for (const ExplainStep& step : view.steps)
        steps.push_back(step_of(step));
    return {{"schema", "rootward/explain/1"},    {"name", view.name.to_string()},
            {"type", dns::type_name(view.type)}, {"rcode", rcode_name(view.rcode)},
            {"security", view.security},         {"sentence", view.sentence},
            {"errors", to_json(view.errors)},    {"time_ms", milliseconds_of(view.time)},
            {"chain", std::move(steps)},         {"hops", to_json(view.hops)}};
}

}  // namespace rw::control
