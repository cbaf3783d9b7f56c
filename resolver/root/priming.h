// SPDX-License-Identifier: EUPL-1.2
// Priming (RFC 9609): asks a root server for the root's name servers and their addresses, and again before they expire.
// Deliberately a preferred server first, where RFC 9609 §3.2 says any at random; of the preferred, any at random. The
// NS RRset is validated when it can be; addresses cannot be (root-servers.net is unsigned), so they are used at once
// but preferred only when published. A failed priming changes nothing: resolution goes on with what is known.
#pragma once

#include "resolver/dns/message_view.h"
#include "resolver/io/task.h"
#include "resolver/root/apex_query.h"
#include "resolver/root/root_keys.h"
#include "resolver/root/root_servers.h"

namespace rw::root
{

/// What a priming response says: the root's servers, the addresses that came along, and for how long. Pure. Nothing
/// when it is no priming response. Without any address it is one nevertheless: 26 of them do not fit every reply.
struct Primed {
    std::vector<HintedAddress> addresses;
    std::vector<dns::Name> names;
    std::uint32_t ttl = 0;
};
[[nodiscard]] std::optional<Primed> read_priming(const dns::MessageView& message);

/// `primed`, completed for servers whose addresses it lacks from what was known. A published address of an identity
/// stays beside another one that the response gives: nobody signs addresses, so none may drive it out.
[[nodiscard]] std::vector<HintedAddress> merge(const Primed& primed, const std::vector<RootServer>& known);

/// Why a priming came to nothing.
enum class PrimingTrouble : std::uint8_t {
    no_network,  ///< nothing could be sent
    silence,     ///< nobody answered
    unusable,    ///< what came is no list of root servers, or does not validate
};

/// When to prime again after failures.
class PrimingPauses
{
 public:
    /// After one more failure, `failing_for` behind the first of them. A network that comes back is followed within a
    /// second: without one an attempt costs no packet, in silence it is one query per second to one root server; after
    /// an hour of it, one in 16 s. What is unusable is not asked for again and again (BIND primed on nearly every
    /// lookup until 2026): 1 minute, doubled each time, at most an hour.
    [[nodiscard]] Duration after(PrimingTrouble trouble, Duration failing_for);
    void primed() { unusable_ = {}; }

 private:
    Duration unusable_{};
};

/// Primes now and for ever again. Both must outlive the task.
io::Task<void> keep_primed(const RootContext& context, RootKeys& keys);

}  // namespace rw::root
