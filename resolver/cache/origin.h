// SPDX-License-Identifier: EUPL-1.2
// Under which root something was learnt, and whether another root may use it. Everything cached carries the id of its
// root and, below a TLD, the lineage: a hash of that TLD's delegation (NS, glue, DS). Under another root only that is
// shared whose TLD is delegated in exactly the same way; with one root the check is one comparison.
#pragma once

#include <cstdint>

#include "resolver/dns/name.h"

namespace rw::cache
{

struct Origin {
    std::uint32_t root = 0;     ///< id of the root zone's source, not of a version of it
    std::uint32_t lineage = 0;  ///< keyed hash of the TLD's delegation; 0 for the root zone's own data: never shared

    bool operator==(const Origin&) const = default;
};

/// Says how the TLD of a name is delegated under the root of a look-up. Called only when roots differ.
class LineageSource
{
 public:
    virtual ~LineageSource() = default;
    /// 0 when it is not known: then nothing is shared. Must be callable from every worker.
    [[nodiscard]] virtual std::uint32_t lineage_of(const dns::Name& name) const = 0;
};

/// The root that a look-up is made under.
struct RootView {
    std::uint32_t root = 0;
    const LineageSource* lineages = nullptr;  ///< without one nothing of another root is used

    [[nodiscard]] bool may_use(const Origin& origin, const dns::Name& name) const
    {
        return origin.root == root || may_share(origin, name);
    }

 private:
    [[nodiscard]] bool may_share(const Origin& origin, const dns::Name& name) const
    {
        return origin.lineage != 0 && lineages != nullptr && lineages->lineage_of(name) == origin.lineage;
    }
};

}  // namespace rw::cache
