// SPDX-License-Identifier: EUPL-1.2
// The budget for root queries.
#include "resolver/root/query_budget.h"

#include <algorithm>

namespace rw::root
{

namespace
{

using dns::Name;
using dns::RRType;

constexpr Duration sweep_pause = 1s;  // between looks for clients that can be forgotten: each costs the whole table

/// Whoever has one address of an IPv6 /56 has them all.
IpAddress client_key(const IpAddress& client)
{
    if (client.is_v4())
        return client;
    std::array<std::uint8_t, 16> octets{};
    std::ranges::copy(client.octets().first(7), octets.begin());
    return IpAddress::from_octets(octets);
}

bool about_the_root_itself(const dns::Question& question)
{
    return question.name.is_root() && (question.type == RRType::dnskey || question.type == RRType::ns ||
                                       question.type == RRType::soa || question.type == RRType::zonemd);
}

/// The root has delegated this name's TLD: it came as a referral, or as data about the delegation.
bool names_a_tld(const dns::Question& question, const dns::MessageView& response)
{
    if (question.name.is_root() || response.rcode() != Rcode::noerror)
        return false;
    if (question.type == RRType::ds && question.name.label_count() == 1)
        return true;
    return std::ranges::any_of(response.records(dns::Section::authority),
                               [](const dns::RrView& record) { return record.type == RRType::ns; });
}

/// In whole tokens: the smallest budgets keep nothing back, so that they let a query through.
std::uint32_t reserve_of(const config::QueryBudgetSettings& settings)
{
    return settings.burst / reserve_parts;
}

}  // namespace

QueryBudget::QueryBudget(const Clock& clock, const config::QueryBudgetSettings& settings, const HashKey& key)
    : clock_(clock),
      key_(key),
      burst_(settings.burst),
      rate_(settings.per_second),
      reserve_(reserve_of(settings)),
      all_{burst_, clock.monotonic()},
      refunds_{burst_ * refund_bursts, clock.monotonic()},
      strangers_{{burst_ * client_share, clock.monotonic()}, 0}
{
}

void QueryBudget::follow(const config::QueryBudgetSettings& settings)
{
    const std::scoped_lock lock(mutex_);
    burst_ = settings.burst;
    rate_ = settings.per_second;
    reserve_ = reserve_of(settings);
}

QueryBudget::Need QueryBudget::need_of(const dns::Question& question) const
{
    if (question.name.is_root())
        return about_the_root_itself(question) ? Need::known : Need::unknown;
    const std::uint64_t tld = tld_of(question.name);
    const std::scoped_lock lock(mutex_);
    if (known_.contains(tld))
        return Need::known;
    return refused_tlds_.contains(tld) || refused_before_.contains(tld) ? Need::asked_again : Need::unknown;
}

void QueryBudget::refill(Bucket& bucket, double capacity, double rate, Instant now)
{
    const double seconds = std::chrono::duration<double>(now - bucket.updated).count();
    bucket.level = std::min(capacity, bucket.level + std::max(0.0, seconds) * rate);
    bucket.updated = now;
}

QueryBudget::ClientPart& QueryBudget::part_of(const IpAddress& client, Instant now)
{
    const double capacity = std::max(1.0, burst_ * client_share);
    const double rate = rate_ * client_share;
    const IpAddress key = client_key(client);
    auto at = clients_.find(key);
    if (at == clients_.end() && clients_.size() >= max_root_clients && now >= next_sweep_) {
        next_sweep_ = now + sweep_pause;
        for (auto& [address, part] : clients_)
            refill(part.bucket, capacity, rate, now);
        std::erase_if(clients_,
                      [&](const auto& row) { return row.second.waiting == 0 && row.second.bucket.level >= capacity; });
    }
    if (at == clients_.end() && clients_.size() < max_root_clients)
        at = clients_.emplace(key, ClientPart{{capacity, now}, 0}).first;
    ClientPart& part = at == clients_.end() ? strangers_ : at->second;
    refill(part.bucket, capacity, rate, now);
    return part;
}

bool QueryBudget::take(Need need, const std::optional<IpAddress>& client)
{
    const std::scoped_lock lock(mutex_);
    const Instant now = clock_.monotonic();
    refill(all_, burst_, rate_, now);
    const double kept = need == Need::known ? 0 : need == Need::asked_again ? reserve_ : 2 * reserve_;
    if (all_.level < kept + 1)
        return false;
    if (client && need != Need::known) {
        Bucket& part = part_of(*client, now).bucket;
        const double kept_of_part = need == Need::asked_again ? 0 : reserve_ * client_share;
        if (part.level < kept_of_part + 1)
            return false;
        part.level -= 1;
    }
    all_.level -= 1;
    return true;
}

std::optional<QueryBudget::Place> QueryBudget::queue(const dns::Question& question,
                                                     const std::optional<IpAddress>& client)
{
    const std::scoped_lock lock(mutex_);
    const std::uint64_t tld = tld_of(question.name);
    if (!known_.contains(tld)) {
        if (refused_tlds_.size() >= max_refused_tlds) {
            refused_before_ = std::move(refused_tlds_);
            refused_tlds_.clear();
        }
        refused_tlds_.insert(tld);
    }
    ClientPart* part = client ? &part_of(*client, clock_.monotonic()) : nullptr;
    // Strangers cannot be told apart when they leave, so they do not wait.
    if (waiting_ >= max_root_queue || part == &strangers_ ||
        (part != nullptr && part->waiting >= max_root_queue_per_client)) {
        ++refused_;
        return std::nullopt;
    }
    ++waiting_;
    if (part != nullptr)
        ++part->waiting;
    return Place(*this, client);
}

QueryBudget::Place::~Place()
{
    if (budget_ != nullptr)
        budget_->leave(client_);
}

void QueryBudget::leave(const std::optional<IpAddress>& client)
{
    const std::scoped_lock lock(mutex_);
    --waiting_;
    if (!client)
        return;
    const auto at = clients_.find(client_key(*client));
    if (at != clients_.end() && at->second.waiting > 0)
        --at->second.waiting;
}

void QueryBudget::give_back(const std::optional<IpAddress>& client, Instant now)
{
    refill(refunds_, burst_ * refund_bursts, rate_ / 10, now);
    if (refunds_.level < 1)
        return;
    refunds_.level -= 1;
    all_.level = std::min(burst_, all_.level + 1);
    if (client)
        part_of(*client, now).bucket.level += 1;
}

std::uint64_t QueryBudget::tld_of(const Name& name) const
{
    return siphash(key_, name.ancestor(std::min<std::size_t>(1, name.label_count())).lowercase().wire());
}

void QueryBudget::expect(std::string_view list)
{
    const std::scoped_lock lock(mutex_);
    while (!list.empty()) {
        const auto end = list.find('\n');
        const std::string_view line = list.substr(0, end);
        list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
        const auto name = line.starts_with(';') ? std::nullopt : Name::parse(line);
        if (name)
            learn(*name);
    }
}

void QueryBudget::learn(const Name& name)
{
    if (name.is_root())
        return;
    const std::uint64_t tld = tld_of(name);
    refused_tlds_.erase(tld);
    refused_before_.erase(tld);
    if (known_.size() < max_known_tlds)
        known_.insert(tld);
}

void QueryBudget::note_response(const dns::Question& question, const dns::MessageView& response,
                                const std::optional<IpAddress>& client)
{
    const std::scoped_lock lock(mutex_);
    if (names_a_tld(question, response)) {
        learn(question.name);
        give_back(client, clock_.monotonic());
        return;
    }
    // Not validated: at worst a TLD that does not exist draws on the reserve.
    for (const dns::RrView& record : response.records(dns::Section::authority)) {
        if (record.type != RRType::nsec)
            continue;
        learn(response.owner(record));
        if (const auto next = response.name_in_rdata(record, 0))
            learn(*next);
    }
}

std::uint64_t QueryBudget::refused() const
{
    const std::scoped_lock lock(mutex_);
    return refused_;
}

std::size_t QueryBudget::known_tlds() const
{
    const std::scoped_lock lock(mutex_);
    return known_.size();
}

}  // namespace rw::root
