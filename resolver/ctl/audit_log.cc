// SPDX-License-Identifier: EUPL-1.2
// `audit init`, `ingest`, `heartbeat` and `rotate`: the commands that write a log.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <array>
#include <functional>

#include "resolver/ctl/audit.h"
#include "resolver/ctl/severity_option.h"
#include "zones/audit/recorder.h"
#include "zones/zone_file.h"

namespace rw::ctl
{

using namespace zones;

namespace
{

struct InitArguments {
    WriterOptions where;
    std::string origin;
    bool unused_key = false;
};

struct IngestArguments {
    WriterOptions where;
    std::vector<std::string> sources;
    std::string anchor;
    bool no_anchor = false;
    SeverityFiles tables;
};

struct HeartbeatArguments {
    WriterOptions where;
};

struct RotateArguments {
    WriterOptions where;
    bool retire = false;
};

std::string default_origin()
{
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0')
        return "rootward.invalid/audit";
    return fmt::format("{}/audit", name.data());
}

/// The key that is there, or a fresh one, written first.
Result<std::vector<audit::SigningKey>> keys_for_init(WriterDisk& disk, const InitArguments& arguments)
{
    if (disk.beside_key.exists(arguments.where.key))
        return audit::read_key_file(arguments.where.key);
    Result<audit::SigningKey> key = audit::SigningKey::generate(
        arguments.origin.empty() ? default_origin() : arguments.origin, audit::KeyType::log);
    if (!key)
        return std::unexpected(key.error());
    std::vector<audit::SigningKey> keys;
    keys.push_back(std::move(*key));
    if (Result<void> done = audit::write_key_file(disk.beside_key, arguments.where.key, keys); !done)
        return std::unexpected(done.error());
    return keys;
}

ExitStatus init(const InitArguments& arguments, Invocation& invocation)
{
    WriterDisk disk(arguments.where);
    if (disk.log.exists(arguments.where.dir + "/commit"))
        return refuse(invocation, arguments.where.dir + " holds a log already");
    const bool had_key = disk.beside_key.exists(arguments.where.key);
    Result<audit::Signer> signer =
        audit::Signer::open(disk.beside_key, arguments.where.key, [&] { return keys_for_init(disk, arguments); });
    if (!signer)
        return refuse(invocation, signer.error().message);
    if (had_key && !signer->last() && !arguments.unused_key)
        return refuse(
            invocation,
            fmt::format("the key {} is there and {} is not: if it has signed a log before, \"audit restore\" goes "
                        "on with that one; if it never has, say --unused-key",
                        arguments.where.key, signer->head_path()));
    const Result<audit::LogWriter> log = audit::LogWriter::create(disk.log, arguments.where.dir, std::move(*signer));
    if (!log)
        return refuse(invocation, log.error().message);
    const std::string vkey = log->keys().front().verifier().text();
    if (invocation.json)
        invocation.out << canonical_json(Json{{"schema", 1}, {"dir", arguments.where.dir}, {"vkey", vkey}}) << '\n';
    else
        invocation.out << fmt::format("{}\n", vkey);
    if (!invocation.json)
        invocation.err << fmt::format(
            "log in {}; private key in {} (0600: keep it out of the published folder, and {}.head with it)\n"
            "give the line above to everybody who is to verify the log\n",
            printable(arguments.where.dir), printable(arguments.where.key), printable(arguments.where.key));
    return ExitStatus::good;
}

/// How versions are judged.
struct Judging {
    const Anchor* anchor = nullptr;
    const Severities* severities = &Severities::shipped();
};

using Work = std::function<Result<void>(WriterDisk&, audit::Recorder&)>;

/// Opens the log, lets `work` write to it, and publishes: with a policy only what its witnesses cosigned.
Result<void> with_log(const WriterOptions& where, const Judging& judging, std::ostream& err, const Work& work)
{
    const Result<std::optional<audit::Policy>> policy = read_policy(where.policy);
    if (!policy)
        return std::unexpected(policy.error());
    const audit::Policy* witnesses = policy->has_value() ? &**policy : nullptr;
    WriterDisk disk(where);
    Result<audit::LogWriter> log = open_log(disk, where);
    if (!log)
        return std::unexpected(log.error());
    if (witnesses != nullptr) {
        if (Result<void> done = check_witnesses(disk.log, *log, *witnesses, err); !done)
            return done;
    }
    const SystemClock clock;
    Result<audit::Recorder> recorder = audit::Recorder::open(
        disk.log, std::move(*log),
        {.anchor = judging.anchor, .severities = judging.severities, .clock = &clock, .publish = witnesses == nullptr});
    if (!recorder)
        return std::unexpected(recorder.error());
    if (Result<void> done = work(disk, *recorder); !done)
        return done;
    if (witnesses == nullptr)
        return {};
    const Result<std::size_t> cosigned = ask_witnesses(disk.log, recorder->log(), *witnesses, err);
    return cosigned ? Result<void>{} : std::unexpected(cosigned.error());
}

struct Ingested {
    std::size_t recorded = 0;
    std::size_t known = 0;
    std::size_t unreadable = 0;
    std::array<std::size_t, 4> results{};
    std::array<std::size_t, 5> severities{};

    void count(const audit::Recorded& one)
    {
        known += one.known ? 1 : 0;
        recorded += one.known ? 0 : 1;
        if (one.known)
            return;
        ++results.at(static_cast<std::size_t>(one.verdict.result));
        for (const Finding& finding : one.findings)
            ++severities.at(static_cast<std::size_t>(finding.severity));
    }
    [[nodiscard]] std::string page(std::uint64_t leaves) const
    {
        std::vector<std::string> verdicts;
        for (std::size_t i = 0; i < results.size(); ++i) {
            if (results.at(i) > 0)
                verdicts.push_back(fmt::format("{} {}", results.at(i), result_name(static_cast<ZoneResult>(i))));
        }
        std::vector<std::string> found;
        for (std::size_t i = severities.size(); i-- > 0;) {
            if (severities.at(i) > 0)
                found.push_back(fmt::format("{} {}", severities.at(i), severity_name(static_cast<Severity>(i))));
        }
        return fmt::format(
            "{} versions recorded ({}), {} known already, {} unreadable\nevents: {}\n{} leaves in the log\n", recorded,
            verdicts.empty() ? "nothing new" : fmt::format("{}", fmt::join(verdicts, ", ")), known, unreadable,
            found.empty() ? "none" : fmt::format("{}", fmt::join(found, ", ")), leaves);
    }
    [[nodiscard]] Json json(std::uint64_t leaves) const
    {
        Json findings = Json::object();
        for (std::size_t i = 0; i < severities.size(); ++i)
            findings[std::string(severity_name(static_cast<Severity>(i)))] = severities.at(i);
        Json verdicts = Json::object();
        for (std::size_t i = 0; i < results.size(); ++i)
            verdicts[std::string(result_name(static_cast<ZoneResult>(i)))] = results.at(i);
        return Json{{"schema", 1},         {"recorded", recorded}, {"known", known},  {"unreadable", unreadable},
                    {"results", verdicts}, {"events", findings},   {"leaves", leaves}};
    }
};

/// Worst findings of a version on the terminal: high and critical.
void announce(const audit::Recorded& one, std::ostream& err)
{
    for (const Finding& finding : one.findings) {
        if (finding.severity >= Severity::high)
            err << fmt::format("{} {:<8} {}\n", one.serial, severity_name(finding.severity),
                               printable(finding.event.summary));
    }
}

Result<Ingested> record_all(audit::Recorder& recorder, const IngestArguments& arguments, Invocation& invocation)
{
    Ingested tally;
    for (std::size_t i = 0; i < arguments.sources.size(); ++i) {
        const std::string& path = arguments.sources[i];
        Result<Zone> zone = read_zone_file(path);
        if (!zone) {
            // A file that is no zone does not end the run; a log that cannot be written does.
            invocation.err << fmt::format("rootwardctl: {}\n", printable(zone.error().message));
            ++tally.unreadable;
            continue;
        }
        const Result<audit::Recorded> one = recorder.record(std::move(*zone), path.substr(path.rfind('/') + 1));
        if (!one)
            return failed(fmt::format("{}: {}", path, one.error().message));
        tally.count(*one);
        announce(*one, invocation.err);
        if ((i + 1) % 100 == 0)
            invocation.err << fmt::format("{} of {} files\n", i + 1, arguments.sources.size());
    }
    return tally;
}

ExitStatus ingest(const IngestArguments& arguments, Invocation& invocation)
{
    const Result<Severities> severities = arguments.tables.read();
    Result<Anchor> anchor = shipped_anchor();
    if (!arguments.anchor.empty())
        anchor = read_anchor_file(arguments.anchor);
    if (!severities || !anchor)
        return refuse(invocation, severities ? anchor.error().message : severities.error().message);
    const Judging judging{.anchor = arguments.no_anchor ? nullptr : &*anchor, .severities = &*severities};
    Ingested tally;
    std::uint64_t leaves = 0;
    const Result<void> done =
        with_log(arguments.where, judging, invocation.err, [&](WriterDisk&, audit::Recorder& recorder) -> Result<void> {
            if (Result<void> started = recorder.start(clock_facts()); !started)
                return started;
            Result<Ingested> all = record_all(recorder, arguments, invocation);
            if (!all)
                return std::unexpected(all.error());
            tally = *all;
            Result<void> stopped = recorder.stop("ingest finished");
            leaves = recorder.log().committed().head.size;
            return stopped;
        });
    if (!done)
        return refuse(invocation, done.error().message);
    invocation.out << (invocation.json ? tally.json(leaves).dump() + "\n" : tally.page(leaves));
    return tally.unreadable > 0 ? ExitStatus::bad : ExitStatus::good;
}

/// Opens the log for one small entry.
ExitStatus write_fact(const WriterOptions& where, Invocation& invocation, const Work& write)
{
    const Result<void> done = with_log(where, {}, invocation.err, write);
    return done ? ExitStatus::good : refuse(invocation, done.error().message);
}

Result<std::vector<audit::VerifierKey>> published_keys(Files& files, const std::string& dir)
{
    const Result<OctetBuffer> octets = files.read(dir + "/keys");
    if (!octets)
        return std::unexpected(octets.error());
    return audit::read_vkeys(text_of(*octets));
}

/// A new key signs beside the old one from here on. The fact is logged, and the key file written first: a log whose
/// tree head wants a key that is nowhere would be lost.
Result<void> introduce_key(WriterDisk& disk, audit::Recorder& recorder, const std::string& path)
{
    Result<audit::SigningKey> fresh =
        audit::SigningKey::generate(recorder.log().committed().head.origin, audit::KeyType::log);
    Result<std::vector<audit::SigningKey>> keys = audit::read_key_file(path);
    Result<std::vector<audit::VerifierKey>> published = published_keys(disk.log, recorder.log().folder());
    if (!fresh || !keys || !published)
        return failed("the key files cannot be read");
    const audit::VerifierKey verifier = fresh->verifier();
    keys->push_back(std::move(*fresh));
    if (Result<void> done = audit::write_key_file(disk.beside_key, path, *keys); !done)
        return done;
    published->push_back(verifier);
    if (Result<void> done = recorder.log().write_public_keys(*published); !done)
        return done;
    recorder.log().use_keys(std::move(*keys));
    return recorder.note_key("introduced", verifier);
}

/// The oldest key signs for the last time, under the leaf that says so.
Result<void> retire_key(WriterDisk& disk, audit::Recorder& recorder, const std::string& path)
{
    Result<std::vector<audit::SigningKey>> keys = audit::read_key_file(path);
    if (!keys)
        return std::unexpected(keys.error());
    if (keys->size() < 2)
        return failed("the log has one key only: \"audit rotate\" introduces another first");
    if (Result<void> done = recorder.note_key("retired", keys->front().verifier()); !done)
        return done;
    keys->erase(keys->begin());
    return audit::write_key_file(disk.beside_key, path, *keys);
}

ExitStatus heartbeat(const HeartbeatArguments& arguments, Invocation& invocation)
{
    return write_fact(arguments.where, invocation,
                      [](WriterDisk&, audit::Recorder& recorder) { return recorder.heartbeat(); });
}

ExitStatus rotate(const RotateArguments& arguments, Invocation& invocation)
{
    return write_fact(arguments.where, invocation, [&](WriterDisk& disk, audit::Recorder& recorder) {
        return arguments.retire ? retire_key(disk, recorder, arguments.where.key)
                                : introduce_key(disk, recorder, arguments.where.key);
    });
}

/// Has `command` run `handle` once it is known where the log is.
template <class Arguments>
void run_settled(CLI::App& command, Invocation& invocation, const std::shared_ptr<Arguments>& arguments,
                 ExitStatus (*handle)(const Arguments&, Invocation&))
{
    command.callback([&invocation, arguments, handle] {
        invocation.run = [&invocation, arguments, handle] {
            Result<WriterOptions> where = arguments->where.settled(invocation);
            if (!where)
                return refuse(invocation, where.error().message);
            arguments->where = std::move(*where);
            return handle(*arguments, invocation);
        };
    });
}

}  // namespace

void add_audit_log(CLI::App& group, Invocation& invocation)
{
    CLI::App* command = group.add_subcommand("init", "Make an empty log and, unless it is there, its key.");
    const auto fresh = std::make_shared<InitArguments>();
    fresh->where.add_to(*command);
    command->add_option("--origin", fresh->origin, "Name of the log, like example.org/rootward.")->type_name("NAME");
    command->add_flag("--unused-key", fresh->unused_key, "The key file is there already, and never signed a log.");
    run_settled(*command, invocation, fresh, init);

    command = group.add_subcommand("ingest", "Put zone files on record, each judged at the time it was signed.");
    const auto files = std::make_shared<IngestArguments>();
    files->where.add_to(*command);
    files->tables.add_options(*command);
    command->add_option("FILES", files->sources, "Zone files, in the order of their serials.")->required();
    command->add_option("--anchor", files->anchor, "DS or DNSKEY records to trust (default: the root's).")
        ->type_name("FILE");
    command->add_flag("--no-anchor", files->no_anchor, "Do not verify: record versions as not-checked.");
    run_settled(*command, invocation, files, ingest);

    command = group.add_subcommand("heartbeat", "Record that the log is alive and nothing is new.");
    const auto beat = std::make_shared<HeartbeatArguments>();
    beat->where.add_to(*command);
    run_settled(*command, invocation, beat, heartbeat);

    command = group.add_subcommand("rotate", "Introduce a new key beside the old one; later retire the old one.");
    const auto keys = std::make_shared<RotateArguments>();
    keys->where.add_to(*command);
    command->add_flag("--retire", keys->retire, "Let the oldest key sign for the last time.");
    run_settled(*command, invocation, keys, rotate);
}

}  // namespace rw::ctl
