// SPDX-License-Identifier: EUPL-1.2
// What validation may cost one client query. Everything in this folder that verifies a signature or computes a digest
// draws on a `Work` of the caller and says so when it is used up; nothing here refills it. Costs come from tables, not
// from a clock, so that a replayed query does exactly the same.
#pragma once

#include <cstdint>

namespace rw::dnssec
{

/// Limits of one query. Microseconds are nominal: the cost table's idea of one core of a 2026 server.
struct WorkLimits {
    /// 12,000 us for all signatures: a cold chain through six zones signed with P-256 costs about 700 us, eleven
    /// aliases in a zone signed with P-384 or five such zones below each other about 8,000 us. Attack: chains of
    /// aliases through zones with the dearest algorithm.
    std::uint32_t signature_microseconds = 12'000;
    /// 600 us for signatures that turn out wrong, ten with P-256; the one that crosses the line is the last. Honest
    /// zones have one or two (two keys with one tag). Attack: KeyTrap (CVE-2023-50387).
    std::uint32_t failed_microseconds = 600;
    /// 1,500 compressions of SHA-1, about 300 us: 29 names at 50 iterations, 700 at none. Attack: NSEC3 encloser
    /// search (CVE-2023-50868, CVE-2026-1519), long salts.
    std::uint32_t nsec3_compressions = 1500;
    /// 64 digests of a DNSKEY compared with a DS. Attack: many DS records that share one key tag (KeyTrap's kin).
    std::uint32_t ds_digests = 64;
};

class Work
{
 public:
    Work() = default;
    explicit Work(const WorkLimits& limits) : limits_(limits) {}
    /// For whole zones, whose size is bounded elsewhere. Counters saturate and then refuse: after four billion.
    static Work unlimited() { return Work({UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX}); }

    /// False when no signature may be verified any more; otherwise counts one of that cost.
    [[nodiscard]] bool start_signature(std::uint32_t microseconds)
    {
        if (spent_.signature_microseconds >= limits_.signature_microseconds ||
            spent_.failed_microseconds >= limits_.failed_microseconds)
            return refuse();
        ++signatures_;
        add(spent_.signature_microseconds, microseconds);
        return true;
    }
    /// Less than half of what signatures may cost is spent: enough is left for one that nothing depends on.
    [[nodiscard]] bool is_ample() const
    {
        return spent_.signature_microseconds < limits_.signature_microseconds / 2 &&
               spent_.failed_microseconds < limits_.failed_microseconds / 2;
    }
    void signature_failed(std::uint32_t microseconds) { add(spent_.failed_microseconds, microseconds); }

    [[nodiscard]] bool start_nsec3_hash(std::uint32_t compressions)
    {
        if (limits_.nsec3_compressions - spent_.nsec3_compressions < compressions)
            return refuse();
        ++nsec3_hashes_;
        add(spent_.nsec3_compressions, compressions);
        return true;
    }
    [[nodiscard]] bool start_ds_digest()
    {
        if (spent_.ds_digests >= limits_.ds_digests)
            return refuse();
        add(spent_.ds_digests, 1);
        return true;
    }

    /// Something was refused for want of budget.
    [[nodiscard]] bool exhausted() const { return exhausted_; }
    [[nodiscard]] std::uint32_t signatures() const { return signatures_; }
    [[nodiscard]] std::uint32_t nsec3_hashes() const { return nsec3_hashes_; }
    [[nodiscard]] const WorkLimits& spent() const { return spent_; }

 private:
    bool refuse()
    {
        exhausted_ = true;
        return false;
    }
    static void add(std::uint32_t& counter, std::uint32_t amount)
    {
        counter = counter > UINT32_MAX - amount ? UINT32_MAX : counter + amount;
    }

    WorkLimits limits_;
    WorkLimits spent_{0, 0, 0, 0};
    std::uint32_t signatures_ = 0;
    std::uint32_t nsec3_hashes_ = 0;
    bool exhausted_ = false;
};

}  // namespace rw::dnssec
