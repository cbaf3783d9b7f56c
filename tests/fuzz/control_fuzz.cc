// SPDX-License-Identifier: EUPL-1.2
// Control requests: every line gets exactly one reply, and it is a JSON document with a schema. Input: one line.
#include "resolver/base/octets.h"
#include "resolver/control/explain.h"
#include "resolver/control/json.h"
#include "resolver/control/verbs.h"
#include "tests/fuzz/harness.h"

using namespace rw;

namespace
{

/// A daemon in which nothing ever happens.
class IdleService final : public control::Service
{
 public:
    control::StatusView status() override { return {}; }
    control::RootStateView root() override { return {}; }
    void lookup(const control::LookupRequest& request, control::Done<control::LookupView> done) override
    {
        control::LookupView view;
        view.name = request.name;
        view.type = request.type;
        done(std::move(view));
    }
    void explain(const control::LookupRequest& request, control::Done<const control::ExplainView&> done) override
    {
        control::ExplainView view;
        view.name = request.name;
        view.type = request.type;
        done(view);
    }
    std::uint64_t flush(const dns::Name&) override { return 0; }
    control::CacheView cache() override { return {}; }
    control::ZoneServersView servers(const dns::Name& name) override { return {name, "root", {}, {name}}; }
    std::vector<control::InflightView> inflight(std::size_t) override { return {}; }
    void reload(control::Done<control::ReloadView> done) override { done({}); }
    std::vector<control::FailedView> failures(std::size_t) override { return {}; }
    void set_log_level(LogLevel) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    IdleService service;
    std::size_t replies = 0;
    control::handle(text_of({data, size}), service, [&replies](const std::string& reply) {
        ++replies;
        const control::OrderedJson json = control::OrderedJson::parse(reply, nullptr, false);
        fuzz::must(json.is_object() && json.contains("schema"), "a reply is a document with a schema");
    });
    fuzz::must(replies == 1, "a request has one reply");
    return 0;
}
