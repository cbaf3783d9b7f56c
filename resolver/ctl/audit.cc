// SPDX-License-Identifier: EUPL-1.2
// The `audit` group and what its commands share.
#include "resolver/ctl/audit.h"

#include <fmt/format.h>
#include <sys/timex.h>

#include "config/load.h"
#include "resolver/ctl/commands.h"

namespace rw::ctl
{

using namespace zones;

void WriterOptions::add_to(CLI::App& command)
{
    command.add_option("--dir", dir, "The log's folder (default: audit.dir of the -c file, else audit).")
        ->type_name("DIR");
    command.add_option("--key", key, "The log's private key file (default: audit.key of the -c file, else audit.key).")
        ->type_name("FILE");
    command.add_option("--policy", policy, "Witnesses that must cosign before anything is published.")
        ->type_name("FILE");
}

Result<WriterOptions> WriterOptions::settled(const Invocation& invocation) const
{
    WriterOptions all = *this;
    config::AuditSettings settings;
    if (invocation.config && (dir.empty() || key.empty())) {
        const config::Loaded loaded = config::load_file(*invocation.config);
        if (!loaded) {
            std::string message = "the configuration does not tell where the log is:";
            for (const config::Problem& problem : loaded.error())
                message += "\n" + config::to_string(invocation.config->string(), problem);
            return failed(message);
        }
        settings = loaded->audit;
    }
    if (dir.empty())
        all.dir = settings.dir ? settings.dir->string() : "audit";
    if (key.empty())
        all.key = settings.key ? settings.key->string() : "audit.key";
    return all;
}

Result<std::string> settled_place(const std::string& given, const Invocation& invocation)
{
    const Result<WriterOptions> where = WriterOptions{.dir = given, .key = "unused", .policy = {}}.settled(invocation);
    return where ? Result<std::string>(where->dir) : std::unexpected(where.error());
}

void TrustOptions::add_to(CLI::App& command)
{
    add_optional_to(command);
    command.get_option("--key")->required();
}

void TrustOptions::add_optional_to(CLI::App& command)
{
    command.add_option("--key", keys, "A key to trust: a vkey, or a file of them. Give each.")->type_name("VKEY|FILE");
    command.add_option("--policy", policy, "Witnesses, and how many of them must have cosigned.")->type_name("FILE");
}

Result<std::string> read_text_file(const std::string& path)
{
    const Result<OctetBuffer> octets = read_named_file(path);
    if (!octets)
        return std::unexpected(octets.error());
    return std::string(text_of(*octets));
}

Result<std::vector<audit::VerifierKey>> TrustOptions::read_keys() const
{
    std::vector<audit::VerifierKey> all;
    for (const std::string& item : keys) {
        const Result<std::string> text = read_text_file(item);
        if (!text) {
            Result<audit::VerifierKey> key = audit::read_vkey(item);
            if (!key)
                return failed(item.find('+') != std::string::npos ? key.error().message : text.error().message);
            all.push_back(std::move(*key));
            continue;
        }
        if (text->find("PRIVATE+KEY+") != std::string::npos) {
            const Result<std::vector<audit::SigningKey>> own = audit::read_key_file(item);
            if (!own)
                return std::unexpected(own.error());
            for (const audit::SigningKey& key : *own)
                all.push_back(key.verifier());
            continue;
        }
        const Result<std::vector<audit::VerifierKey>> some = audit::read_vkeys(*text);
        if (!some)
            return failed(fmt::format("{}: {}", item, some.error().message));
        all.insert(all.end(), some->begin(), some->end());
    }
    return all;
}

Result<std::optional<audit::Policy>> read_policy(const std::string& path)
{
    if (path.empty())
        return std::optional<audit::Policy>();
    const Result<std::string> text = read_text_file(path);
    if (!text)
        return std::unexpected(text.error());
    Result<audit::Policy> policy = audit::Policy::read(*text);
    if (!policy)
        return failed(fmt::format("{}: {}", path, policy.error().message));
    return std::optional(std::move(*policy));
}

Result<std::vector<audit::VerifierKey>> TrustOptions::read_keys_or_own(const Invocation& invocation) const
{
    if (!keys.empty())
        return read_keys();
    const Result<WriterOptions> where = WriterOptions{.dir = "unused", .key = {}, .policy = {}}.settled(invocation);
    if (!where)
        return std::unexpected(where.error());
    const Result<std::vector<audit::SigningKey>> own = audit::read_key_file(where->key);
    if (!own)
        return failed(
            "--key VKEY is wanted: a log is not believed by what it says of itself (\"audit init\" printed the "
            "vkey of this one)");
    std::vector<audit::VerifierKey> all;
    for (const audit::SigningKey& key : *own)
        all.push_back(key.verifier());
    return all;
}

Result<audit::VerifiedLog> open_verified(audit::LogSource& source, const TrustOptions& trust,
                                         const Invocation& invocation)
{
    const Result<std::vector<audit::VerifierKey>> keys = trust.read_keys_or_own(invocation);
    const Result<std::optional<audit::Policy>> policy = read_policy(trust.policy);
    if (!keys || !policy)
        return failed(keys ? policy.error().message : keys.error().message);
    return audit::VerifiedLog::open(source, *keys, policy->has_value() ? &**policy : nullptr);
}

Result<audit::Signer> open_signer(WriterDisk& disk, const WriterOptions& where)
{
    return audit::Signer::open(disk.beside_key, where.key, [&] { return audit::read_key_file(where.key); });
}

Result<audit::LogWriter> open_log(WriterDisk& disk, const WriterOptions& where)
{
    Result<audit::Signer> signer = open_signer(disk, where);
    if (!signer)
        return std::unexpected(signer.error());
    return audit::LogWriter::open(disk.log, where.dir, std::move(*signer));
}

audit::ClockFacts clock_facts()
{
    struct timex about{};
    const int state = ::adjtimex(&about);
    const bool synchronised = state >= 0 && state != TIME_ERROR && (about.status & STA_UNSYNC) == 0;
    const std::int64_t offset = (about.status & STA_NANO) != 0 ? about.offset / 1000 : about.offset;
    return {.source = synchronised ? "kernel-synchronised" : "unsynchronised",
            .offset_us = offset,
            .max_error_us = about.maxerror};
}

ExitStatus refuse(Invocation& invocation, const std::string& message)
{
    invocation.err << "rootwardctl: " << printable_lines(message) << '\n';
    return ExitStatus::usage;
}

void add_audit(CLI::App& app, Invocation& invocation)
{
    CLI::App* group = app.add_subcommand("audit", "The tamper-evident record of root zones.");
    group->require_subcommand(1);
    add_audit_log(*group, invocation);
    add_audit_restore(*group, invocation);
    add_audit_check(*group, invocation);
    add_audit_export(*group, invocation);
    add_audit_watch(*group, invocation);
    add_audit_witness(*group, invocation);
}

}  // namespace rw::ctl
