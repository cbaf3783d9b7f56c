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
      refunds_{burst_ * refund_bursts, clock.monotonic()}
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

void QueryBudget::refill_all(Instant now)
{
    refill(all_, burst_, rate_, now);
    const double missing = burst_ - all_.level;
    while (static_cast<double>(spent_by_.size() - given_back_) > missing)
        forget_oldest();
}

void QueryBudget::forget_oldest()
{
    const auto at = clients_.find(spent_by_.front());
    spent_by_.pop_front();
    Spent& spent = at->second;
    if (spent.given_back > 0) {
        --spent.given_back;
        --given_back_;
    } else {
        --spent.tokens;
    }
    if (spent.tokens == 0 && spent.given_back == 0)
        clients_.erase(at);
}

void QueryBudget::spend(std::uint64_t network)
{
    all_.level -= 1;
    spent_by_.push_back(network);
    ++clients_[network].tokens;
}

std::uint32_t QueryBudget::spent_by(std::uint64_t network) const
{
    const auto at = clients_.find(network);
    return at != clients_.end() ? at->second.tokens : 0;
}

bool QueryBudget::take(Need need, const upstream::Claimant& claimant)
{
    const std::scoped_lock lock(mutex_);
    refill_all(clock_.monotonic());
    const double kept = need == Need::known ? 0 : need == Need::asked_again ? reserve_ : 2 * reserve_;
    const double left = all_.level - kept;
    if (left < 1)
        return false;
    const bool limited = !claimant.is_us() && need != Need::known;
    if (limited && spent_by(claimant.network) >= client_multiple * left * claimant.clients)
        return false;
    spend(limited ? claimant.network : 0);
    return true;
}

std::optional<QueryBudget::Place> QueryBudget::queue(const dns::Question& question, const upstream::Claimant& claimant)
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
    // Every TLD that does not exist is the same zone's doing: the root's.
    const Party party = upstream::party(claimant, upstream::ZoneKey{});
    const bool many = queue_.held_by(party) >= max_root_queue_per_client * claimant.clients;
    auto place = many ? std::nullopt : queue_.claim(party, {});
    if (!place) {
        ++refused_;
        return std::nullopt;
    }
    return Place(*this, std::move(*place));
}

QueryBudget::Place::Place(QueryBudget& budget, FairPool::Place place)
    : budget_(&budget), place_(std::make_unique<FairPool::Place>(std::move(place)))
{
}

QueryBudget::Place::~Place()
{
    if (!place_)
        return;
    const std::scoped_lock lock(budget_->mutex_);
    place_->release();
}

bool QueryBudget::Place::held() const
{
    const std::scoped_lock lock(budget_->mutex_);
    return place_->held();
}

void QueryBudget::give_back(const upstream::Claimant& claimant, Instant now)
{
    refill(refunds_, burst_ * refund_bursts, rate_ / 10, now);
    if (refunds_.level < 1)
        return;
    refunds_.level -= 1;
    all_.level = std::min(burst_, all_.level + 1);
    auto at = clients_.find(claimant.network);
    if (at == clients_.end() || at->second.tokens == 0)
        at = clients_.find(0);
    if (at == clients_.end() || at->second.tokens == 0)
        return;
    --at->second.tokens;
    ++at->second.given_back;
    ++given_back_;
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
                                const upstream::Claimant& claimant)
{
    const std::scoped_lock lock(mutex_);
    if (names_a_tld(question, response)) {
        learn(question.name);
        give_back(claimant, clock_.monotonic());
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
