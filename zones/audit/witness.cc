// SPDX-License-Identifier: EUPL-1.2
// The witness's decisions, status by status as C2SP tlog-witness orders them.
#include "zones/audit/witness_memory.h"

#include <fmt/format.h>

#include <algorithm>

namespace rw::zones::audit
{

namespace
{

constexpr std::size_t proof_limit = 63;  // C2SP tlog-witness: lines a client may send

struct WitnessRequest {
    std::uint64_t old_size = 0;
    std::vector<Digest> proof;
    Checkpoint checkpoint;
};

Result<WitnessRequest> read_request(std::string_view text)
{
    WitnessRequest request;
    bool first = true;
    for (;;) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos)
            return failed("the request has no empty line before its checkpoint");
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 1);
        if (first) {
            const auto size = line.starts_with("old ") ? decimal(line.substr(4)) : std::nullopt;
            if (!size)
                return failed("the first line is not \"old SIZE\"");
            request.old_size = *size;
            first = false;
            continue;
        }
        if (line.empty())
            break;
        const std::optional<Digest> hash = digest_from_base64(line);
        if (!hash || request.proof.size() == proof_limit)
            return failed("a proof line is no hash, or there are more than 63");
        request.proof.push_back(*hash);
    }
    Result<Checkpoint> checkpoint = read_checkpoint(text);
    if (!checkpoint)
        return std::unexpected(checkpoint.error());
    request.checkpoint = std::move(*checkpoint);
    return request;
}

WitnessReply refusal(int status, std::string_view why)
{
    return {.status = status, .body = fmt::format("{}\n", why)};
}

WitnessReply conflict(std::uint64_t size)
{
    return {.status = 409, .body = fmt::format("{}\n", size), .content_type = "text/x.tlog.size"};
}

}  // namespace

WitnessDesk::WitnessDesk(WitnessDesk&& other) noexcept = default;
WitnessDesk::~WitnessDesk() = default;

WitnessDesk::WitnessDesk(std::unique_ptr<Memory> memory, SigningKey key, std::vector<VerifierKey> logs)
    : memory_(std::move(memory)), key_(std::move(key)), logs_(std::move(logs))
{
}

Result<void> WitnessDesk::init(const WitnessPlace& place, const VerifierKey& key)
{
    return Memory::make(place, key);
}

Result<WitnessDesk> WitnessDesk::open(const WitnessPlace& place, SigningKey key, std::vector<VerifierKey> logs)
{
    Result<Memory> memory = Memory::open(place, key.verifier());
    if (!memory)
        return std::unexpected(memory.error());
    for (const VerifierKey& log : logs) {
        if (memory->last(log.name) != nullptr)
            continue;
        if (!memory->is_new())
            return failed(
                fmt::format("nothing is remembered about the log {}: if this witness never cosigned it, say so "
                            "with --introduce {}",
                            log.name, log.text()));
        if (Result<void> done = memory->begin(log.name); !done)
            return std::unexpected(done.error());
    }
    if (memory->is_new() && !logs.empty()) {
        if (Result<void> done = memory->settle(); !done)
            return std::unexpected(done.error());
    }
    return WitnessDesk(std::make_unique<Memory>(std::move(*memory)), std::move(key), std::move(logs));
}

Result<void> WitnessDesk::introduce(const WitnessPlace& place, const VerifierKey& key, const std::string& origin)
{
    Result<Memory> memory = Memory::open(place, key);
    if (!memory)
        return std::unexpected(memory.error());
    if (const TreeHead* known = memory->last(origin); known != nullptr)
        return failed(fmt::format("the log {} is known, with {} leaves", origin, known->size));
    return memory->begin(origin);
}

WitnessReply WitnessDesk::add_checkpoint(std::string_view request, std::uint64_t posix_time)
{
    if (request.size() > witness_request_limit)
        return refusal(413, "the request is too large");
    const Result<WitnessRequest> parsed = read_request(request);
    if (!parsed)
        return refusal(400, parsed.error().message);
    const Checkpoint& checkpoint = parsed->checkpoint;
    const bool known =
        std::ranges::any_of(logs_, [&](const VerifierKey& log) { return log.name == checkpoint.head.origin; });
    if (!known)
        return refusal(404, "this witness does not serve that log");
    if (Result<SignatureReport> report = check_log_signature(checkpoint, logs_); !report)
        return refusal(403, report.error().message);
    if (parsed->old_size > checkpoint.head.size)
        return refusal(400, "the old size is larger than the checkpoint's");
    return decide(checkpoint, parsed->old_size, parsed->proof, posix_time);
}

WitnessReply WitnessDesk::decide(const Checkpoint& checkpoint, std::uint64_t old_size, const std::vector<Digest>& proof,
                                 std::uint64_t posix_time)
{
    const TreeHead* last = memory_->last(checkpoint.head.origin);
    if (last == nullptr)
        return refusal(500, "nothing is remembered about this log");
    if (last->size != old_size)
        return conflict(last->size);
    if (old_size == checkpoint.head.size && last->root != checkpoint.head.root)
        return conflict(last->size);
    if (Result<void> good = check_consistency(old_size, last->root, checkpoint.head.size, checkpoint.head.root, proof);
        !good)
        return refusal(422, good.error().message);
    // Durable before the answer: a witness that forgets would cosign a fork after a restart.
    if (Result<void> kept = memory_->keep(checkpoint); !kept)
        return refusal(500, kept.error().message);
    return {.status = 200, .body = cosign(key_, checkpoint.note.text, posix_time).line()};
}

std::string witness_request(std::uint64_t old_size, const std::vector<Digest>& proof, const SignedNote& checkpoint)
{
    std::string body = fmt::format("old {}\n", old_size);
    for (const Digest& hash : proof)
        body += base64(hash) + "\n";
    return body + "\n" + checkpoint.whole();
}

}  // namespace rw::zones::audit
