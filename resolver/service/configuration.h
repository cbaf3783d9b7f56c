// SPDX-License-Identifier: EUPL-1.2
// A configuration made ready to work with: checked settings and what is read and compiled from them once. Immutable; a
// reload makes a new one and hands it to every worker's inbox, and each worker takes copies of what its hot path reads,
// so that no query ever meets two configurations or a lock.
#pragma once

#include <memory>
#include <vector>

#include "config/print.h"
#include "config/settings.h"
#include "resolver/base/result.h"
#include "resolver/cache/answer_cache.h"
#include "resolver/frontend/rules.h"
#include "resolver/iterate/configured_zones.h"
#include "resolver/iterate/local_answers.h"
#include "resolver/root/root_servers.h"
#include "resolver/validate/anchors.h"

namespace rw::service
{

struct Configuration {
    config::Settings settings;
    iterate::ConfiguredZones configured;
    iterate::LocalAnswers local;                 ///< copies share their records
    frontend::Rules rules;                       ///< without the part for replies, whose texts each worker keeps itself
    std::vector<root::RootServer> root_servers;  ///< as the hints have them
    validate::AnchorSet anchors;
};

/// `settings` are checked before (config::load_file); the error names what cannot be used (trust anchor, hints, local
/// record).
[[nodiscard]] Result<std::shared_ptr<const Configuration>> make_configuration(config::Settings settings);

/// What of the settings shows in replies. `settings` must outlive the rules.
[[nodiscard]] frontend::ReplyRules reply_rules(const config::Settings& settings);
[[nodiscard]] cache::TtlLimits ttl_limits(const config::CacheSettings& settings);

/// Whether both know the same addresses of root servers, whatever they prefer.
[[nodiscard]] bool same_hints(const Configuration& before, const Configuration& after);

/// Settings that name the same file as before, in which something else stands now.
[[nodiscard]] std::vector<config::Change> changed_files(const Configuration& before, const Configuration& after);

/// Names at and below which `after` answers otherwise than `before`: what is cached there is out of date.
[[nodiscard]] std::vector<dns::Name> changed_names(const config::Settings& before, const config::Settings& after);

}  // namespace rw::service
