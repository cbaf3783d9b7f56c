// SPDX-License-Identifier: EUPL-1.2
// Answers made from denials that were validated before (RFC 8198): a name or type that a cached NSEC or NSEC3 RRset
// denies is denied without asking, and a name that a cached wildcard answers is answered from it. Called by the
// iterator when the answer cache has nothing; one object for each worker. It asks nobody, and whatever it says was
// proven with the same functions as a response from a server.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "resolver/cache/answer_cache.h"
#include "resolver/cache/denial_cache.h"
#include "resolver/dns/message_view.h"
#include "resolver/dnssec/nsec.h"
#include "resolver/dnssec/nsec3.h"

namespace rw::validate
{

/// A link of an answer that is secure.
struct Synthesised {
    cache::EntryKind kind = cache::EntryKind::nodata;
    bool wildcard = false;
    std::vector<dns::RRset> records;
    std::vector<dns::RRset> proof;
};

class Synthesiser
{
 public:
    /// All must outlive the object.
    Synthesiser(cache::DenialCache& denials, const cache::AnswerCache& answers, cache::Scratch& scratch)
        : denials_(denials), answers_(answers), scratch_(scratch)
    {
    }

    /// Labels of a name below the zone up to which NSEC3 is tried: 8. Each label may cost a hash. Attack: deep names.
    static constexpr std::size_t max_nsec3_depth = 8;

    /// The answer to `question`, if denials of a zone at or below `top` lead to one. Hashes are counted in `work`.
    [[nodiscard]] std::optional<Synthesised> answer(const dns::Question& question, const dns::Name& top,
                                                    cache::Seconds now, const cache::RootView& root,
                                                    dnssec::Work& work);

    /// The SOA of `zone`, if it was kept with a denial.
    [[nodiscard]] std::optional<dns::RRset> soa(const dns::Name& zone, cache::Seconds now,
                                                const cache::RootView& root) const
    {
        return denials_.soa(zone, now, root);
    }

    /// Keeps denials of `zone` that were validated.
    void keep(const dns::Name& zone, std::span<const dns::RRset> records, std::span<const dns::RRset> proof,
              std::uint32_t ttl, const cache::Origin& origin, cache::Seconds now);

 private:
    /// One look at the denials of one zone.
    struct Search {
        const dns::Question& question;
        dns::Name zone;
        cache::Seconds now;
        const cache::RootView& root;
        dnssec::Work& work;
        std::vector<dns::RRset> found{};  ///< records of the proof so far

        [[nodiscard]] bool has(const dns::Name& owner) const;
    };

    std::optional<Synthesised> from_nsec(Search& search);
    std::optional<Synthesised> from_nsec3(Search& search);
    /// Adds the record at or before `owner`; false when there is none.
    bool add(Search& search, cache::DenialForm form, const dns::Name& owner);
    /// Adds the record that matches or covers the hash of `name`; says whether it matches. Nothing: not at hand.
    std::optional<bool> add_hashed(Search& search, const dns::Name& name, const dnssec::Nsec3Parameters& parameters);
    std::optional<Synthesised> deny(Search& search, cache::EntryKind kind, bool wildcard) const;
    std::optional<Synthesised> expand(Search& search, const dns::Name& wildcard) const;

    cache::DenialCache& denials_;
    const cache::AnswerCache& answers_;
    cache::Scratch& scratch_;
    dnssec::Digester digester_;
};

}  // namespace rw::validate
