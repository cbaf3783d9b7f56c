// SPDX-License-Identifier: EUPL-1.2
// Places that many parties share.
#include "resolver/base/fair_pool.h"

#include <algorithm>
#include <utility>

namespace rw
{

namespace
{

/// A party that holds less than this part of the pool does not fill it, even when all others hold still less: when
/// forged addresses have filled it, one place each, a client with two still gets the silent ones, or its own oldest.
constexpr std::size_t large_part = 8;
constexpr std::size_t first_slots = 16;
/// Places of one party, oldest first, that are looked at to find a silent one.
constexpr std::size_t own_looked_at = 16;

}  // namespace

bool FairPool::Place::is_silent() const
{
    return node_ != nullptr && node_->silent;
}

void FairPool::Place::set_silent()
{
    if (node_ == nullptr || node_->silent)
        return;
    node_->silent = true;
    static_cast<OfSilence&>(*node_).insert_before(node_->pool->silence_);
}

void FairPool::Place::set_hopeful()
{
    if (node_ == nullptr || !node_->silent)
        return;
    node_->silent = false;
    static_cast<OfSilence&>(*node_).unlink();
}

void FairPool::Place::pass_to(const Party& party)
{
    if (node_ == nullptr || node_->group->party == party)
        return;
    FairPool& pool = *node_->pool;
    pool.leave(*node_);
    pool.enter(*node_, party);
}

void FairPool::Place::displace()
{
    if (node_ != nullptr)
        node_->pool->displace(*node_);
}

void FairPool::Place::release()
{
    if (node_ != nullptr)
        node_->pool->release(*node_);
}

FairPool::FairPool(std::size_t capacity) : capacity_(std::max<std::size_t>(1, capacity)), table_(first_slots, nullptr)
{
    ranks_.emplace_back();
}

FairPool::~FairPool()
{
    for (Node& node : nodes_) {
        if (node.owner != nullptr)
            node.owner->node_ = nullptr;
    }
}

std::optional<FairPool::Place> FairPool::claim(const Party& party, Displaced displaced)
{
    if (!make_room(party))
        return std::nullopt;
    Node* node = unused_nodes_;
    if (node != nullptr)
        unused_nodes_ = node->next_unused;
    else
        node = &nodes_.emplace_back();
    node->pool = this;
    node->displaced = std::move(displaced);
    enter(*node, party);
    ++size_;
    return Place(node);
}

bool FairPool::make_room(const Party& party)
{
    if (size_ < capacity_)
        return true;
    if (fills(party, capacity_))
        return false;
    displace(first_to_go());
    return true;
}

bool FairPool::displace_for(const Party& party)
{
    if (size_ == 0)
        return false;
    if (!fills(party, size_)) {
        displace(first_to_go());
        return true;
    }
    const OfGroup& own = find(party.key)->places;
    std::size_t left = own_looked_at;
    for (Link* place = own.next; place != &own && left > 0; place = place->next, --left) {
        Node& node = static_cast<Node&>(static_cast<OfGroup&>(*place));
        if (!node.silent)
            continue;
        displace(node);
        return true;
    }
    return false;
}

bool FairPool::fills(const Party& party, std::size_t room) const
{
    const std::uint32_t held = held_by(party);
    return rank_of(held + 1, party.clients) > most_ && held * large_part >= room;
}

FairPool::Node& FairPool::first_to_go()
{
    if (!silence_.alone())
        return static_cast<Node&>(static_cast<OfSilence&>(*silence_.next));
    return static_cast<Node&>(
        static_cast<OfGroup&>(*static_cast<Group&>(static_cast<OfRank&>(*ranks_[most_].next)).places.next));
}

std::uint32_t FairPool::held_by(const Party& party) const
{
    const Group* group = find(party.key);
    return group != nullptr ? group->held : 0;
}

FairPool::Group* FairPool::find(std::uint64_t key) const
{
    Group* group = table_[key & (table_.size() - 1)];
    while (group != nullptr && group->party.key != key)
        group = group->next_of_slot;
    return group;
}

FairPool::Group& FairPool::group_of(const Party& party)
{
    Group* group = find(party.key);
    if (group != nullptr) {
        group->party = party;
        return *group;
    }
    if (group_count_ >= table_.size())
        grow_table();
    group = unused_groups_;
    if (group != nullptr)
        unused_groups_ = group->next_of_slot;
    else
        group = &groups_.emplace_back();
    group->party = party;
    Group*& slot = table_[party.key & (table_.size() - 1)];
    group->next_of_slot = slot;
    slot = group;
    ++group_count_;
    return *group;
}

void FairPool::forget(Group& group)
{
    Group** at = &table_[group.party.key & (table_.size() - 1)];
    while (*at != &group)
        at = &(*at)->next_of_slot;
    *at = group.next_of_slot;
    group.next_of_slot = unused_groups_;
    unused_groups_ = &group;
    --group_count_;
}

void FairPool::grow_table()
{
    std::vector<Group*> larger(table_.size() * 2, nullptr);
    for (Group* group : table_) {
        while (group != nullptr) {
            Group*& slot = larger[group->party.key & (larger.size() - 1)];
            Group* const next = std::exchange(group->next_of_slot, slot);
            slot = std::exchange(group, next);
        }
    }
    table_ = std::move(larger);
}

std::size_t FairPool::rank_of(std::uint32_t held, std::uint32_t clients)
{
    return (held + clients - 1) / clients;
}

void FairPool::rank(Group& group)
{
    static_cast<OfRank&>(group).unlink();
    const std::size_t rank = rank_of(group.held, group.party.clients);
    while (ranks_.size() <= rank)
        ranks_.emplace_back();
    if (rank > 0)
        static_cast<OfRank&>(group).insert_before(ranks_[rank]);
    most_ = std::max(most_, rank);
    // A place changes the rank of its group by one: this takes one step, more only when a setting has changed.
    while (most_ > 0 && ranks_[most_].alone())
        --most_;
}

void FairPool::enter(Node& node, const Party& party)
{
    Group& group = group_of(party);
    node.group = &group;
    static_cast<OfGroup&>(node).insert_before(group.places);
    ++group.held;
    rank(group);
}

void FairPool::leave(Node& node)
{
    Group& group = *node.group;
    static_cast<OfGroup&>(node).unlink();
    --group.held;
    rank(group);
    if (group.held == 0)
        forget(group);
}

void FairPool::release(Node& node)
{
    node.owner->node_ = nullptr;
    node.owner = nullptr;
    if (node.silent)
        static_cast<OfSilence&>(node).unlink();
    node.silent = false;
    leave(node);
    node.displaced = nullptr;
    node.next_unused = unused_nodes_;
    unused_nodes_ = &node;
    --size_;
}

void FairPool::displace(Node& node)
{
    const Displaced displaced = std::move(node.displaced);
    release(node);
    if (displaced)
        displaced();
}

}  // namespace rw
