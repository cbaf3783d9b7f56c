// SPDX-License-Identifier: EUPL-1.2
// `rootwardctl cache flush` and `cache stats` for people.
#include <fmt/format.h>

#include "resolver/ctl/daemon_command.h"
#include "resolver/ctl/table.h"

namespace rw::ctl
{

namespace
{

std::string mebibytes_of(const OrderedJson& reply, std::string_view key)
{
    return fmt::format("{:.1f} MiB", static_cast<double>(count_of(reply, key)) / (1024.0 * 1024.0));
}

}  // namespace

Shown show_cache_flush(const OrderedJson& reply)
{
    const std::string what = word_at(reply, "flushed");
    const std::string entries = number_of(reply, "entries");
    return {what == "all" ? fmt::format("the cache is empty: {} entries forgotten\n", entries)
                          : fmt::format("{} entries at and below {} forgotten\n", entries, what),
            ExitStatus::good};
}

Shown show_cache_stats(const OrderedJson& reply)
{
    const std::uint64_t hits = count_of(reply, "hits");
    const std::uint64_t asked = hits + count_of(reply, "misses");
    std::string text;
    const auto line = [&text](std::string_view name, std::string_view value) {
        text += fmt::format("{:<10}{}\n", name, value);
    };
    line("used", fmt::format("{} of {}", mebibytes_of(reply, "used_octets"), mebibytes_of(reply, "capacity_octets")));
    line("index", fmt::format("{} of that, whatever is in it", mebibytes_of(reply, "index_octets")));
    line("entries", number_of(reply, "entries"));
    line("hits", asked == 0 ? "-"
                            : fmt::format("{} of {} ({:.1f} %)", hits, asked,
                                          100.0 * static_cast<double>(hits) / static_cast<double>(asked)));
    for (const std::string_view key : {"inserted", "evicted", "expired", "refused"})
        line(key, number_of(reply, key));
    return {std::move(text), ExitStatus::good};
}

}  // namespace rw::ctl
