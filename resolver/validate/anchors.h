// SPDX-License-Identifier: EUPL-1.2
// Where chains of trust start and where they are cut off on purpose: trust anchors, and negative trust anchors (RFC
// 7646). A set is immutable; AnchorStore hands the current one to every worker and takes a new one when a key rolls
// (RFC 5011), a negative anchor expires or an operator says so.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "resolver/base/clock.h"
#include "resolver/dns/name.h"
#include "resolver/dnssec/trust_anchor.h"

namespace rw::validate
{

/// What of the settings turns validation off at and below a name.
enum class Exemption : std::uint8_t {
    negative_anchor,  ///< dnssec.negative-trust-anchors: until the zone validates again (RFC 7646 §2)
    insecure_zone,    ///< dnssec.insecure-zones: for good
    configured_zone,  ///< `validate: false` of a stub or forward zone: for good
};

struct NegativeAnchor {
    dns::Name name;
    WallSeconds until = WallSeconds::max();  ///< ends by itself then (RFC 7646 §2)
    Exemption exemption = Exemption::negative_anchor;
    bool operator==(const NegativeAnchor&) const = default;

    /// "a negative trust anchor for example. says not to validate"
    [[nodiscard]] std::string sentence() const;
};

struct AnchorSet {
    std::vector<dnssec::TrustAnchor> anchors;
    std::vector<NegativeAnchor> negative;
    std::uint64_t generation = 0;  ///< grows with every change: what was derived from an older set is forgotten
    bool operator==(const AnchorSet&) const = default;

    /// The owner of the anchors closest to `name`, at or above it; nothing when there is none.
    [[nodiscard]] std::optional<dns::Name> closest(const dns::Name& name) const;
    /// Anchors owned by exactly `name`.
    [[nodiscard]] std::vector<const dnssec::TrustAnchor*> at(const dns::Name& name) const;
    /// The negative anchor that `name` is at or below, unless a positive one stands closer (RFC 7646 §1.1).
    [[nodiscard]] const NegativeAnchor* negative_for(const dns::Name& name, WallSeconds now) const;
};

/// The set in force. Readable from every worker.
class AnchorStore
{
 public:
    AnchorStore() : current_(std::make_shared<const AnchorSet>()) {}
    [[nodiscard]] std::shared_ptr<const AnchorSet> current() const { return current_.load(); }
    /// Puts `set` in force with the next generation.
    void replace(AnchorSet set);
    /// The same with what `change(AnchorSet&)` makes of the current set. From any thread: no change is lost.
    template <class Change>
    void change(Change&& change)
    {
        const std::scoped_lock lock(changing_);
        AnchorSet set = *current();
        change(set);
        put(std::move(set));
    }
    /// Has every worker forget what it derived from the anchors so far.
    void renew()
    {
        change([](const AnchorSet&) {});
    }

 private:
    void put(AnchorSet set);

    std::mutex changing_;
    std::atomic<std::shared_ptr<const AnchorSet>> current_;
};

}  // namespace rw::validate
