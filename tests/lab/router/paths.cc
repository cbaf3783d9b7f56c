// SPDX-License-Identifier: EUPL-1.2
// Implements paths.h.
#include "tests/lab/router/paths.h"

#include <algorithm>

namespace rw::lab
{

PathTable::PathTable()
{
    paths_.emplace_back("default");
}

void PathTable::add(const std::string& name, const std::vector<Prefix>& prefixes)
{
    auto found = std::ranges::find(paths_, name, &Path::name);
    if (found == paths_.end()) {
        paths_.emplace_back(name);
        found = std::prev(paths_.end());
    }
    found->prefixes.insert(found->prefixes.end(), prefixes.begin(), prefixes.end());
    memo_.clear();
}

Path* PathTable::find(const std::string& name)
{
    const auto found = std::ranges::find(paths_, name, &Path::name);
    if (found != paths_.end()) {
        return &*found;
    }
    const auto prefix = Prefix::parse(name);
    if (!prefix) {
        return nullptr;
    }
    const Conditions inherited = of(prefix->base).conditions;
    add(name, {*prefix});
    paths_.back().conditions = inherited;
    return &paths_.back();
}

Path& PathTable::of(const Address& server)
{
    if (const auto known = memo_.find(server); known != memo_.end()) {
        return *known->second;
    }
    Path* best = &paths_.front();
    int best_bits = -1;
    for (Path& path : paths_) {
        for (const Prefix& prefix : path.prefixes) {
            if (static_cast<int>(prefix.bits) >= best_bits && prefix.contains(server)) {
                best = &path;
                best_bits = static_cast<int>(prefix.bits);
            }
        }
    }
    if (memo_.size() >= kMemoLimit) {
        memo_.clear();
    }
    memo_.emplace(server, best);
    return *best;
}

const Address& PathTable::undo_redirect(const Address& server) const
{
    const auto found = redirected_.find(server);
    return found == redirected_.end() ? server : found->second;
}

std::expected<void, std::string> PathTable::redirect(Path& path, const Address& target)
{
    const bool v4 = target.is_v4();
    const auto own = std::ranges::find_if(
        path.prefixes, [&](const Prefix& prefix) { return prefix.base.is_v4() == v4 && prefix.bits == 128; });
    if (own == path.prefixes.end()) {
        return std::unexpected("path " + path.name + " has no single address of that family");
    }
    auto& slot = v4 ? path.redirect_v4 : path.redirect_v6;
    const auto taken = redirected_.find(target);
    if (taken != redirected_.end() && taken->second != own->base) {
        return std::unexpected(target.text() + " already stands in for " + taken->second.text());
    }
    if (slot) {
        redirected_.erase(*slot);
    }
    slot = target;
    redirected_.insert_or_assign(target, own->base);
    return {};
}

void PathTable::clear_redirects(Path& path)
{
    for (auto* slot : {&path.redirect_v4, &path.redirect_v6}) {
        if (*slot) {
            redirected_.erase(**slot);
            slot->reset();
        }
    }
}

}  // namespace rw::lab
