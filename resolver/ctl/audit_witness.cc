// SPDX-License-Identifier: EUPL-1.2
// `audit witness`: the log's side of C2SP tlog-witness. Asks each witness of the policy to cosign the last commit and
// publishes it with the cosignatures once the quorum is there.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "resolver/ctl/audit.h"
#include "resolver/ctl/fetch.h"
#include "zones/audit/witness.h"

namespace rw::ctl
{

using namespace zones;

namespace
{

Result<HttpReply> submit(Files& files, const audit::LogWriter& log, const audit::Witness& witness,
                         std::uint64_t old_size)
{
    audit::FolderSource source(files, log.folder());
    audit::LogReader reader(source, log.committed().head.size);
    const Result<std::vector<Digest>> proof = audit::consistency_proof(reader.subtrees(), old_size, reader.size());
    if (!proof)
        return std::unexpected(proof.error());
    const std::string body = audit::witness_request(old_size, *proof, log.committed().note);
    std::string url = witness.url;
    while (url.ends_with('/'))
        url.pop_back();
    return http(url + "/add-checkpoint", &body, audit::note_size_limit);
}

/// What a witness says of the tree it knows: its size, when that is another one than it was asked about.
std::optional<std::uint64_t> size_in(const HttpReply& reply)
{
    const std::string_view text = text_of(reply.body);
    return decimal(text.substr(0, text.find('\n')));
}

/// Asks once with size 0, and again with the size that the witness says it knows.
Result<audit::NoteSignature> ask(Files& files, const audit::LogWriter& log, const audit::Witness& witness,
                                 std::int64_t now)
{
    Result<HttpReply> reply = submit(files, log, witness, 0);
    if (reply && reply->status == 409) {
        const std::optional<std::uint64_t> known = size_in(*reply);
        if (!known || *known > log.committed().head.size)
            return failed("it knows a tree larger than ours");
        reply = submit(files, log, witness, *known);
    }
    if (!reply)
        return std::unexpected(reply.error());
    if (reply->status != 200)
        return failed(fmt::format("it refused with status {}: {}", reply->status,
                                  printable(text_of(reply->body).substr(0, 200))));
    const Result<std::vector<audit::NoteSignature>> lines = audit::read_signature_lines(text_of(reply->body));
    if (!lines)
        return std::unexpected(lines.error());
    for (const audit::NoteSignature& signature : *lines) {
        const auto at = audit::cosigned_at(witness.key, log.committed().note.text, signature);
        if (at && std::abs(static_cast<std::int64_t>(*at) - now) > audit::clock_allowance_s)
            return failed(fmt::format("its clock and ours are {} minutes apart",
                                      std::abs(static_cast<std::int64_t>(*at) - now) / 60));
        if (at)
            return signature;
    }
    return failed("its answer has no cosignature by the key in the policy");
}

ExitStatus run(const WriterOptions& given, Invocation& invocation)
{
    const Result<WriterOptions> settled = given.settled(invocation);
    if (!settled)
        return refuse(invocation, settled.error().message);
    const WriterOptions& where = *settled;
    const Result<std::optional<audit::Policy>> policy = read_policy(where.policy);
    if (!policy || !policy->has_value())
        return refuse(invocation, policy ? "--policy FILE is wanted: it names the witnesses" : policy.error().message);
    WriterDisk disk(where);
    Result<audit::LogWriter> log = open_log(disk, where);
    if (!log)
        return refuse(invocation, log.error().message);
    if (Result<void> done = check_witnesses(disk.log, *log, **policy, invocation.err); !done)
        return refuse(invocation, done.error().message);
    const Result<std::size_t> witnesses = ask_witnesses(disk.log, *log, **policy, invocation.err);
    if (!witnesses) {
        invocation.err << "rootwardctl: " << printable(witnesses.error().message) << '\n';
        return ExitStatus::bad;
    }
    invocation.out << fmt::format("{} witness(es) cosigned {} leaves\n", *witnesses, log->committed().head.size);
    return ExitStatus::good;
}

}  // namespace

Result<void> check_witnesses(Files& files, const audit::LogWriter& log, const audit::Policy& policy, std::ostream& err)
{
    const std::uint64_t size = log.committed().head.size;
    for (const audit::Witness& witness : policy.witnesses()) {
        if (size == 0 || witness.url.empty())
            continue;
        // "I know what you know": a witness that knows something else says its size.
        const Result<HttpReply> reply = submit(files, log, witness, size);
        if (!reply)
            err << fmt::format("witness {}: cannot be asked how far it has seen this log: {}\n",
                               printable(witness.name), printable(reply.error().message));
        if (!reply || reply->status != 409)
            continue;
        const std::optional<std::uint64_t> known = size_in(*reply);
        if (known && *known < size)
            continue;
        if (known && *known > size)
            return failed(
                fmt::format("witness {} has seen {} leaves of this log, and here are {}: it was put back to an "
                            "older state. \"audit restore\" brings it back from a copy of what was published",
                            witness.name, *known, size));
        return failed(
            fmt::format("witness {} has seen another tree of {} leaves of this log: somebody signed a second "
                        "history with its key",
                        witness.name, size));
    }
    return {};
}

Result<std::size_t> ask_witnesses(Files& files, audit::LogWriter& log, const audit::Policy& policy, std::ostream& err)
{
    std::vector<audit::NoteSignature> cosignatures;
    std::vector<audit::VerifierKey> signers;
    for (const audit::Witness& witness : policy.witnesses()) {
        const Result<audit::NoteSignature> signature =
            witness.url.empty() ? failed("the policy gives no URL")
                                : ask(files, log, witness, SystemClock().wall_seconds().time_since_epoch().count());
        if (!signature) {
            err << fmt::format("witness {}: {}\n", printable(witness.name), printable(signature.error().message));
            continue;
        }
        cosignatures.push_back(*signature);
        signers.push_back(witness.key);
    }
    if (!policy.fulfilled_by(signers))
        return failed(
            fmt::format("only {} of the witnesses cosigned: the commit is safe and not published; run "
                        "\"audit witness\" again",
                        signers.size()));
    if (Result<void> done = log.publish(cosignatures); !done)
        return std::unexpected(done.error());
    return signers.size();
}

void add_audit_witness(CLI::App& group, Invocation& invocation)
{
    CLI::App* command = group.add_subcommand("witness", "Have the log's last commit cosigned, then publish it.");
    const auto where = std::make_shared<WriterOptions>();
    where->add_to(*command);
    command->callback(
        [where, &invocation] { invocation.run = [where, &invocation] { return run(*where, invocation); }; });
}

}  // namespace rw::ctl
