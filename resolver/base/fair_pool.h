// SPDX-License-Identifier: EUPL-1.2
// A bounded number of places that many parties share: outstanding queries, questions in flight, waiters, connections.
// Nobody is refused because somebody else holds them all. When the pool is full, a place that waits at a silent server
// goes first, the longest wait first; then the oldest place of the party that holds most. Only a party that holds a
// large part of the pool, and more than any other, is turned away.
//
// Pure and of one thread. Each operation takes constant time and, once the pool has grown, no memory. Attack: one
// client, or two, that hold every place with questions whose servers never answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

namespace rw
{

/// In whose name a place is held.
struct Party {
    std::uint64_t key = 0;      ///< who: keyed by a secret (upstream/party.h), or attackers could share another's key
    std::uint32_t clients = 1;  ///< as how many it counts; at least 1
    bool operator==(const Party&) const = default;
};

class FairPool
{
    struct Node;

 public:
    /// Called once when a place is taken away, from inside claim(), make_room() or displace(): it only notes that. It
    /// must not claim from the same pool.
    using Displaced = std::function<void()>;

    /// One place; given back when destroyed. It may outlive the pool.
    class Place
    {
     public:
        Place() = default;
        Place(Place&& other) noexcept : node_(other.node_) { adopt(other); }
        Place& operator=(Place&& other) noexcept
        {
            if (this != &other) {
                release();
                node_ = other.node_;
                adopt(other);
            }
            return *this;
        }
        ~Place() { release(); }

        /// False once it was taken away, given back or moved from.
        [[nodiscard]] bool held() const { return node_ != nullptr; }
        [[nodiscard]] bool is_silent() const;
        /// What it waits for should have come by now: among the first to go.
        void set_silent();
        /// Something came: no longer among the first to go.
        void set_hopeful();
        /// From now on it is held in the name of `party`.
        void pass_to(const Party& party);
        /// Takes it away, as when the pool is full.
        void displace();
        void release();

     private:
        friend class FairPool;
        explicit Place(Node* node) : node_(node) { node_->owner = this; }
        void adopt(Place& other)
        {
            other.node_ = nullptr;
            if (node_ != nullptr)
                node_->owner = this;
        }
        Node* node_ = nullptr;
    };

    /// `capacity` places, at least 1.
    explicit FairPool(std::size_t capacity);
    FairPool(const FairPool&) = delete;
    FairPool& operator=(const FairPool&) = delete;
    ~FairPool();

    /// A place for `party`; nothing when the pool is full and `party` is who fills it.
    [[nodiscard]] std::optional<Place> claim(const Party& party, Displaced displaced);
    /// Whether claim() will succeed now; takes a place away for that if it must.
    [[nodiscard]] bool make_room(const Party& party);
    /// Takes a place away, full or not, because something outside that is shared with the holders is used up. A party that
    /// holds a large part, and more than any other, gives one of its own silent ones; false when there is none to give.
    [[nodiscard]] bool displace_for(const Party& party);

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::size_t capacity() const { return capacity_; }
    /// Places that `party` holds.
    [[nodiscard]] std::uint32_t held_by(const Party& party) const;

 private:
    /// A member of a circular list; alone it is its own neighbour.
    struct Link {
        Link() = default;
        Link(const Link&) = delete;
        Link& operator=(const Link&) = delete;
        ~Link() = default;
        Link* previous = this;
        Link* next = this;

        [[nodiscard]] bool alone() const { return next == this; }
        void unlink()
        {
            previous->next = next;
            next->previous = previous;
            previous = next = this;
        }
        void insert_before(Link& at)
        {
            previous = at.previous;
            next = &at;
            previous->next = this;
            at.previous = this;
        }
    };
    struct OfGroup : Link {
    };
    struct OfSilence : Link {
    };
    struct OfRank : Link {
    };

    /// The places of one party.
    struct Group : OfRank {
        Party party;
        std::uint32_t held = 0;
        OfGroup places;                 // oldest first
        Group* next_of_slot = nullptr;  // in the table, or among the unused
    };
    struct Node : OfGroup, OfSilence {
        FairPool* pool = nullptr;
        Group* group = nullptr;
        Place* owner = nullptr;
        Node* next_unused = nullptr;
        bool silent = false;
        Displaced displaced;
    };

    [[nodiscard]] Group* find(std::uint64_t key) const;
    Group& group_of(const Party& party);
    void forget(Group& group);
    void grow_table();
    /// Files `group` under as many places for each of its clients as it holds now.
    void rank(Group& group);
    [[nodiscard]] static std::size_t rank_of(std::uint32_t held, std::uint32_t clients);
    void enter(Node& node, const Party& party);
    void leave(Node& node);
    void release(Node& node);
    void displace(Node& node);
    /// Whether `party` is who fills the pool when it has room for no more than `room`.
    [[nodiscard]] bool fills(const Party& party, std::size_t room) const;
    /// The place that goes first.
    [[nodiscard]] Node& first_to_go();

    std::size_t capacity_;
    std::size_t size_ = 0;
    std::deque<Node> nodes_;
    Node* unused_nodes_ = nullptr;
    std::deque<Group> groups_;
    Group* unused_groups_ = nullptr;
    std::size_t group_count_ = 0;
    std::vector<Group*> table_;  // by key; a power of two
    std::deque<OfRank> ranks_;   // groups by places for each client
    std::size_t most_ = 0;       // the highest rank that is not empty
    OfSilence silence_;          // silent places, the longest wait first
};

}  // namespace rw
