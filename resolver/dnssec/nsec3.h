// SPDX-License-Identifier: EUPL-1.2
// Proofs of non-existence with NSEC3 (RFC 5155 §8, RFC 9276). The caller adds NSEC3 RRsets that it has verified with
// the keys of one zone, or verifies when they are leant on, then asks about one name and its relatives. Every hash is counted in the caller's Work and made
// once.
#pragma once

#include <array>
#include <expected>
#include <optional>
#include <vector>

#include "resolver/dns/rrset.h"
#include "resolver/dnssec/denial.h"
#include "resolver/dnssec/digest.h"
#include "resolver/dnssec/type_bitmap.h"
#include "resolver/dnssec/work.h"

namespace rw::dnssec
{

inline constexpr std::size_t nsec3_hash_octets = 20;  // SHA-1, the one algorithm there is (RFC 5155 §11)
using Nsec3Hash = std::array<std::uint8_t, nsec3_hash_octets>;

/// Additional iterations up to which a proof is looked at; above, it is insecure with EDE 27 (RFC 9276 §3.2). 50, as
/// BIND and Knot Resolver have it. Attack: CVE-2023-50868.
inline constexpr std::uint16_t max_nsec3_iterations = 50;

struct Nsec3Parameters {
    std::uint16_t iterations = 0;
    Octets salt;
    bool operator==(const Nsec3Parameters& other) const
    {
        return iterations == other.iterations && equal(salt, other.salt);
    }
};

struct Nsec3 {
    static constexpr std::uint8_t opt_out_flag = 0x01;
    static constexpr std::uint8_t sha1_algorithm = 1;

    Nsec3Hash owner{};
    Nsec3Hash next{};
    std::uint8_t algorithm = 0;
    std::uint8_t flags = 0;
    Nsec3Parameters parameters;
    TypeBitmap types;

    /// Reads the record and checks that it may prove anything about `zone`.
    static std::expected<Nsec3, DenialProblem> parse(const dns::Name& owner, Octets rdata, const dns::Name& zone);

    [[nodiscard]] bool is_opt_out() const { return (flags & opt_out_flag) != 0; }
    [[nodiscard]] bool covers(const Nsec3Hash& hash) const;
};

/// RFC 5155 §5. Nothing when the work is used up.
[[nodiscard]] std::optional<Nsec3Hash> nsec3_hash(const dns::Name& name, const Nsec3Parameters& parameters,
                                                  Digester& digester, Work& work);

class Nsec3Proof
{
 public:
    Nsec3Proof(const dns::Name& zone, Digester& digester, Work& work) : zone_(zone), digester_(digester), work_(work) {}

    /// Takes a verified NSEC3 RRset; says why when it may not be used. The first sets iterations and salt.
    DenialProblem add(const dns::RRset& rrset) { return take(rrset, nullptr, 0); }
    /// Takes one that `voucher`, which must outlive the proof, verifies under `number` when the proof leans on it. Only once
    /// there is a verified one, and when may_wait(): otherwise what nobody has signed would decide what is hashed.
    DenialProblem claim(const dns::RRset& rrset, Voucher& voucher, std::size_t number)
    {
        return take(rrset, &voucher, number);
    }
    /// Whether `rrset` says nothing about how the others are read.
    [[nodiscard]] bool may_wait(const dns::RRset& rrset) const;
    [[nodiscard]] bool empty() const { return records_.empty() && !too_many_iterations_; }

    [[nodiscard]] Denial prove_name_error(const dns::Name& name);
    [[nodiscard]] Denial prove_no_data(const dns::Name& name, dns::RRType type);
    [[nodiscard]] Denial prove_wildcard_answer(const dns::Name& name, std::size_t encloser_labels);
    [[nodiscard]] DsDenial prove_no_ds(const dns::Name& name);

 private:
    /// Closest encloser proof (§8.3): the encloser matches a record, the next closer name is covered by one.
    struct Encloser {
        DenialOutcome outcome = DenialOutcome::unproven;
        std::size_t labels = 0;
        const Nsec3* cover = nullptr;
    };
    struct Known {
        std::size_t labels;
        bool wildcard;
        Nsec3Hash hash;
    };

    DenialProblem take(const dns::RRset& rrset, Voucher* voucher, std::size_t number);
    [[nodiscard]] std::optional<DenialOutcome> refuse(const dns::Name& name);
    std::optional<Nsec3Hash> hash_of(std::size_t labels, bool wildcard);
    const Nsec3* find_match(const Nsec3Hash& hash) const;
    const Nsec3* find_cover(const Nsec3Hash& hash) const;
    Encloser find_encloser();
    Denial no_data_without_match(dns::RRType type);

    dns::Name zone_;
    Digester& digester_;
    Work& work_;
    /// The first verified record that `fits`.
    template <class Fits>
    [[nodiscard]] const Nsec3* find(Fits&& fits) const;
    std::vector<Claimed<Nsec3>> records_;
    bool too_many_iterations_ = false;
    dns::Name subject_;         // the name asked about; hashes below are of its ancestors and their wildcards
    std::vector<Known> known_;  // at most 2 x 128
};

}  // namespace rw::dnssec
