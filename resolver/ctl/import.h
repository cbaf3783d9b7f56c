// SPDX-License-Identifier: EUPL-1.2
// What the importers of other resolvers' configurations share: statements as they were read, the draft of ours, and the
// report. Each peer has a reader, which makes statements of its files, and one table of its options.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"

namespace rw::ctl
{

/// Where something stands: `file` as the main file names it.
struct FileLine {
    std::string file;
    std::size_t line = 0;
};

/// One statement: an option with its words, and the statements in its block. `path` is the option with what is around
/// it, such as "server.interface", "options.rate-limit.window" or "forward.servers".
struct Statement {
    FileLine at;
    std::string path;
    std::vector<std::string> words;
    std::vector<Statement> block;
    std::string name{};  ///< the first word alone, where a path would hide where it begins (an address in a list)
};

/// How a statement came over.
enum class Verdict : std::uint8_t {
    same,        ///< has a setting of the same meaning
    built_in,    ///< is always so here
    nearly,      ///< has a setting; the words say what differs
    not_needed,  ///< means nothing here
    missing,     ///< could not be kept; the words say what to do
};

[[nodiscard]] std::string_view verdict_name(Verdict verdict);

struct ReportLine {
    FileLine at;
    Verdict verdict = Verdict::missing;
    std::string option;
    std::string words;
};

/// Our configuration in the making.
class Draft
{
 public:
    config::Settings settings;

    // What several options of a peer say together; settled when all are read.
    std::uint16_t port = 53;
    std::uint16_t tls_port = 853;
    std::uint16_t https_port = 443;
    std::uint64_t cache_octets = 0;  ///< of all caches; 0: nothing was said
    std::optional<std::uint32_t> tcp_per_thread;
    bool dns64_module = false;
    std::optional<Prefix> dns64_prefix;

    /// Brings all that into the settings.
    void settle();

    void note(const Statement& statement, Verdict verdict, std::string words);
    [[nodiscard]] const std::vector<ReportLine>& report() const { return report_; }
    [[nodiscard]] std::vector<ReportLine>& report() { return report_; }

    /// Lets clients of `prefix` in, or keeps them out; what was said of it before goes.
    void set_access(const Prefix& prefix, config::AccessAction action);
    /// Nothing at or below `name` is validated.
    void add_insecure(const config::ZoneName& name);
    /// The local zone of that name, made when there is none.
    config::LocalZoneSettings& local_zone(const config::ZoneName& name, config::LocalZoneType type);
    /// Adds a record to the deepest local zone that holds its owner, else to one of its own. The error says what is
    /// wrong with it.
    std::optional<std::string> add_record(const std::string& text);

 private:
    std::vector<ReportLine> report_;
};

/// What becomes of a statement.
struct Said {
    Verdict verdict;
    std::string words;
};

/// What an option of a peer means here. `apply` does it and may say more than the row; without one the row says all
/// there is. `D` is what the importer of that peer fills in.
template <class D>
struct OptionRow {
    std::string_view option;
    Verdict verdict = Verdict::missing;
    std::string_view words;
    Said (*apply)(D& draft, const Statement& statement) = nullptr;
};

/// The word at `i`; an empty one when there are fewer.
[[nodiscard]] const std::string& word(const Statement& statement, std::size_t i = 0);

/// The setting that add_insecure() writes to.
inline constexpr std::string_view insecure_setting = "dnssec.insecure-zones";

/// A prefix as other programs write it: "10/8" is 10.0.0.0/8 there.
[[nodiscard]] std::optional<Prefix> prefix_in(std::string_view text);
/// A server: "192.0.2.1", "192.0.2.1@5353", "2001:db8::1@53", with what stands behind '#' left out.
[[nodiscard]] std::optional<config::ServerAddress> server_in(std::string_view text);
[[nodiscard]] std::optional<config::ZoneName> zone_in(std::string_view text);
/// The name below in-addr.arpa. or ip6.arpa. that `address` is looked up by (RFC 1035 §3.5, RFC 3596 §2.5).
[[nodiscard]] std::string reverse_name(const IpAddress& address);
/// "yes", "no", "true", "false", "on", "off".
[[nodiscard]] std::optional<bool> flag_in(std::string_view text);
/// Decimal digits and nothing else.
[[nodiscard]] std::optional<std::uint32_t> number_in(std::string_view text);
/// A number of octets with a unit of one letter or a word: "50m", "4G", "1024M", "256MiB".
[[nodiscard]] std::optional<std::uint64_t> octets_in(std::string_view text);

/// Why a file cannot be imported at all; with its place.
using ImportError = std::string;

/// The draft that FILE becomes, or why it cannot be read.
using Imported = std::expected<Draft, ImportError>;
[[nodiscard]] Imported import_unbound(const std::filesystem::path& file);
[[nodiscard]] Imported import_named(const std::filesystem::path& file);
[[nodiscard]] Imported import_knot(const std::filesystem::path& file);

}  // namespace rw::ctl
