// SPDX-License-Identifier: EUPL-1.2
// Puts entries together to a reply: the links of an alias chain into the answer section, denials and proofs into the
// authority section. Each worker owns one and reuses it; nothing is allocated. Header, question and OPT are the
// caller's business. The question's case is kept by itself: owners point at it.
//
//   composer.begin(writer, {.now = now, .dnssec_ok = dnssec_ok});
//   std::size_t base = dns::header_octets;                      // the question's name
//   while (auto hit = answers.find(name, type, ...)) {
//       composer.add(hit->entry, base);
//       if (hit->entry.kind() != EntryKind::alias) break;
//       base = composer.next_base(); name = hit->entry.target();
//   }
//   composer.finish();                                          // then TC if composer.truncated()
#pragma once

#include <array>
#include <cstdint>

#include "resolver/cache/entry.h"
#include "resolver/dns/message_writer.h"

namespace rw::cache
{

struct ComposeOptions {
    Seconds now = 0;
    bool dnssec_ok = false;       ///< DO: with signatures and proofs
    std::uint32_t stale_ttl = 0;  ///< TTL of what has expired (RFC 8767 §4 says 30); 0 for what was never cacheable
};

class Composer
{
 public:
    /// Header and question must be in `writer` already, which must live until finish().
    void begin(dns::MessageWriter& writer, const ComposeOptions& options);

    /// Appends one link. `base` is where the entry's name stands in the message: header_octets for the question's,
    /// next_base() behind an alias, more for an ancestor of the question's name (NXDOMAIN cut). After something did not
    /// fit nothing more is written: what is there are whole RRsets.
    void add(const EntryView& entry, std::size_t base);

    /// Where the target of the alias that was added last stands.
    [[nodiscard]] std::size_t next_base() const { return next_base_; }

    /// Writes what goes to the authority section.
    void finish();

    /// Something that belongs into the reply did not fit: TC (RFC 2181 §9, RFC 4035 §3.1).
    [[nodiscard]] bool truncated() const { return truncated_; }
    /// Everything added was secure and no denial rested on opt-out: AD may be set.
    [[nodiscard]] bool authentic() const { return authentic_; }
    [[nodiscard]] bool bogus() const { return bogus_; }
    /// Something is insecure for its zone's NSEC3 iterations (RFC 9276 §3.2: EDE 27).
    [[nodiscard]] bool too_many_iterations() const { return too_many_iterations_; }
    /// NXDOMAIN when the last link is one (RFC 6604 §3), YXDOMAIN when a DNAME made the name too long, otherwise NOERROR.
    [[nodiscard]] Rcode rcode() const { return rcode_; }

 private:
    bool add_to_answer(const EntryView& entry, std::size_t base, std::uint32_t ttl);
    /// Whether the DNAME in front of `entry` stands in the answer already: an RRset stands in a message once (RFC 2181 §5.5).
    /// Remembers it otherwise.
    [[nodiscard]] bool has_dname(const EntryView& entry, std::size_t base);
    bool keep_for_authority(const EntryView& entry, std::size_t first_octet, EntryView::Part part, std::size_t base,
                            std::uint32_t ttl);

    dns::MessageWriter* writer_ = nullptr;
    ComposeOptions options_;
    std::size_t next_base_ = 0;
    Rcode rcode_ = Rcode::noerror;
    bool truncated_ = false;
    bool authentic_ = true;
    bool bogus_ = false;
    bool too_many_iterations_ = false;
    /// Where the owners of the DNAMEs in the answer stand. A chain has at most as many links.
    std::array<std::uint16_t, 16> dnames_{};
    std::size_t dname_count_ = 0;
    std::uint16_t authority_records_ = 0;
    std::uint16_t authority_size_ = 0;
    std::array<std::uint8_t, 65535> authority_{};  ///< a chain's answers come first, so proofs wait here
};

}  // namespace rw::cache
