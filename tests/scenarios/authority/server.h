// SPDX-License-Identifier: EUPL-1.2
// A simulated authoritative server behind one or more addresses: it serves zones, departs from them by rules, and notes
// what it was asked that nothing answers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "resolver/base/random.h"
#include "tests/scenarios/authority/behaviour.h"
#include "tests/scenarios/authority/zone.h"
#include "tests/scenarios/simulator/host.h"

namespace rw::scenarios
{

class AuthoritativeServer final : public Host
{
 public:
    explicit AuthoritativeServer(Random& random) : random_(random) {}

    void serve(std::shared_ptr<const Zone> zone) { zones_.push_back(std::move(zone)); }
    /// Takes the place of the zone of the same origin.
    void replace(const std::shared_ptr<const Zone>& zone);
    void stop_serving(const dns::Name& origin);
    [[nodiscard]] bool serves(const dns::Name& origin) const;
    void set_rules(std::vector<Rule> rules) { rules_ = std::move(rules); }
    [[nodiscard]] const std::vector<Rule>& rules() const { return rules_; }
    [[nodiscard]] const std::vector<std::string>& unanswered() const { return unanswered_; }

    void arrived(const Arrival& arrival) override;
    [[nodiscard]] Acceptance accepts_stream(const Endpoint& server) override;

 private:
    Rule* rule_for(const Message& query, bool stream);
    [[nodiscard]] const Zone* zone_for(const dns::Question& question) const;
    [[nodiscard]] Message reply_to(const Message& query, const Rule* rule, const Arrival& arrival);
    [[nodiscard]] static bool refuses_edns(const Message& query, const Rule& rule, Message& reply);
    void send(const Message& query, Message reply, const Rule& rule, const Arrival& arrival);
    void forge(const Message& query, const Rule& rule, Channel& channel);

    Random& random_;
    std::vector<std::shared_ptr<const Zone>> zones_;
    std::vector<Rule> rules_;
    std::vector<std::string> unanswered_;
};

}  // namespace rw::scenarios
