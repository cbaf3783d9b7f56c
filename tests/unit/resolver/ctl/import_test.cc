// SPDX-License-Identifier: EUPL-1.2
// Configurations of other resolvers become ours: what is kept, what is said of the rest.
#include "resolver/ctl/import.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "config/load.h"
#include "config/print_differences.h"
#include "resolver/ctl/commands.h"
#include "resolver/service/checks.h"

using namespace rw;
using namespace rw::ctl;

namespace
{

/// A folder that lives as long as the test.
class ImportFolder
{
 public:
    ImportFolder() : path_(std::filesystem::temp_directory_path() / ("rw_import_" + std::to_string(::getpid())))
    {
        std::filesystem::create_directories(path_);
    }
    ~ImportFolder() { std::filesystem::remove_all(path_); }
    ImportFolder(const ImportFolder&) = delete;
    ImportFolder& operator=(const ImportFolder&) = delete;

    [[nodiscard]] std::filesystem::path put(const std::string& name, const std::string& text) const
    {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name) << text;
        return path_ / name;
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

Draft unbound(const std::string& text)
{
    const ImportFolder folder;
    const Imported draft = import_unbound(folder.put("unbound.conf", text));
    REQUIRE_MESSAGE(draft, draft.error());
    return *draft;
}

Draft named(const std::string& text)
{
    const ImportFolder folder;
    const Imported draft = import_named(folder.put("named.conf", text));
    REQUIRE_MESSAGE(draft, draft.error());
    return *draft;
}

/// The verdict on `option`, the last one when it stands several times.
std::string verdict_on(const Draft& draft, std::string_view option)
{
    std::string verdict = "not reported";
    for (const ReportLine& line : draft.report()) {
        if (line.option == option)
            verdict = verdict_name(line.verdict);
    }
    return verdict;
}

std::string yaml_of(const Draft& draft)
{
    return config::print_differences(draft.settings);
}

bool holds(const Draft& draft, std::string_view text)
{
    return yaml_of(draft).find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("Unbound's server clause becomes settings of the same meaning")
{
    const Draft draft = unbound(
        "server:\n"
        "  interface: 127.0.0.1\n"
        "  interface: 192.0.2.53@5300  # another port\n"
        "  access-control: 10.0.0.0/8 allow\n"
        "  access-control: 10.9.0.0/16 deny\n"
        "  num-threads: 4\n"
        "  prefetch: yes\n"
        "  msg-cache-size: 50m\n"
        "  rrset-cache-size: 100m\n"
        "  edns-buffer-size: 1400\n"
        "  cache-max-ttl: 43200\n"
        "  serve-expired: yes\n"
        "  serve-expired-ttl: 86400\n"
        "  qname-minimisation-strict: yes\n"
        "  use-caps-for-id: no\n");
    const config::Settings& s = draft.settings;
    REQUIRE(s.listen.size() == 2);
    CHECK(s.listen[1] == config::ListenSettings{*IpAddress::parse("192.0.2.53"), 5300});
    REQUIRE(s.access.size() == 4);  // Unbound lets its own host in beside what is written
    CHECK(s.access[3].action == config::AccessAction::drop);
    CHECK(s.workers == 4);
    CHECK(s.cache.prefetch);
    CHECK(s.cache.size == config::mebibytes(150));
    CHECK(s.edns.size == 1400);
    CHECK(s.cache.max_ttl == std::chrono::hours{12});
    CHECK(s.cache.serve_stale.enabled);
    CHECK(s.cache.serve_stale.max == std::chrono::days{1});
    CHECK(s.qname_minimisation.mode == config::MinimisationMode::strict);
    CHECK_FALSE(s.case_randomisation);
    CHECK(std::ranges::none_of(draft.report(), [](const ReportLine& l) { return l.verdict == Verdict::missing; }));
}

TEST_CASE("Unbound's local data keeps its meaning, whatever form it is written in")
{
    const Draft draft = unbound(
        "server:\n"
        "  local-data: 'lan.example IN TXT \"a b\"'\n"
        "  local-data: \"nas.lan.example A 192.0.2.20\"\n"
        "  local-zone: \"lan.example\" static\n"
        "  local-data-ptr: \"192.0.2.20 nas.lan.example\"\n"
        "  local-data: \"printer A 192.0.2.9\"\n"
        "  local-zone: \"ads.example\" always_nxdomain\n"
        "  local-zone: \"null.example\" always_null\n");
    REQUIRE(draft.settings.local_zones.size() == 4);
    CHECK(draft.settings.local_zones[0].name.text == "lan.example.");
    CHECK(draft.settings.local_zones[0].data.size() == 2);
    CHECK(holds(draft, "20.2.0.192.in-addr.arpa. 3600 IN PTR nas.lan.example."));
    CHECK(holds(draft, "suffix: ads.example., action: deny"));
    CHECK(holds(draft, "null.example. 3600 IN A 0.0.0.0"));
}

TEST_CASE("Unbound's stub and forward zones, and what of them cannot be kept")
{
    const Draft draft = unbound(
        "server:\n  domain-insecure: \"ad.example\"\n"
        "stub-zone:\n  name: ad.example\n  stub-addr: 10.0.0.10\n  stub-addr: 10.0.0.11@5353\n  stub-no-cache: yes\n"
        "forward-zone:\n  name: .\n  forward-tls-upstream: yes\n  forward-addr: 192.0.2.1@853#dns.example\n");
    REQUIRE(draft.settings.stub_zones.size() == 1);
    CHECK(draft.settings.stub_zones[0].servers[1].port == 5353);
    CHECK(draft.settings.forward_zones.empty());  // never in the clear what was meant to be encrypted
    CHECK(verdict_on(draft, "stub-no-cache") == "missing");
    CHECK(verdict_on(draft, "forward-addr") == "missing");
    CHECK(holds(draft, "ad.example."));
}

TEST_CASE("Unbound's includes are followed, with globs, and files name themselves in the report")
{
    const ImportFolder folder;
    (void)folder.put("conf.d/b.conf", "private-address: 10.0.0.0/8\n");
    (void)folder.put("conf.d/a.conf", "server:\n  num-threads: 3\n");
    const auto file =
        folder.put("unbound.conf", "server:\ninclude: conf.d/*.conf\ninclude: gone.conf\nprefetch: yes\n");
    const Imported draft = import_unbound(file);
    REQUIRE(draft);
    CHECK(draft->settings.workers == 3);
    CHECK(std::ranges::any_of(draft->report(), [](const ReportLine& line) {
        return line.option == "private-address" && line.at.file == "conf.d/b.conf" && line.at.line == 1 &&
               line.verdict == Verdict::missing;
    }));
    CHECK(verdict_on(*draft, "include") == "missing");
}

TEST_CASE("a file that includes itself, and one that is no unbound.conf, are refused")
{
    const ImportFolder folder;
    CHECK_FALSE(import_unbound(folder.put("loop.conf", "include: loop.conf\n")));
    CHECK(import_unbound(folder.put("other.conf", "options {\n")).error().find("other.conf:1:") != std::string::npos);
    CHECK_FALSE(import_unbound("/nonexistent/unbound.conf"));
}

TEST_CASE("a switch that is off asks for nothing, one that is always on cannot be switched off")
{
    const Draft draft =
        unbound("server:\n  log-queries: no\n  ip-ratelimit: 0\n  aggressive-nsec: no\n  frobnicate: yes\n");
    CHECK(verdict_on(draft, "log-queries") == "not-needed");
    CHECK(verdict_on(draft, "ip-ratelimit") == "not-needed");
    CHECK(verdict_on(draft, "aggressive-nsec") == "nearly");
    CHECK(verdict_on(draft, "frobnicate") == "missing");
}

TEST_CASE("named's options, acls and zones become settings of the same meaning")
{
    const Draft draft = named(
        "acl trusted { !10.42.9.0/24; 10.42.0.0/16; !10.42.8.0/24; 192.168.1/24; };  // nets\n"
        "/* two\n lines */\n"
        "options {\n"
        "  listen-on port 5353 { 127.0.0.1; };\n"
        "  listen-on-v6 { none; };\n"
        "  allow-query { any; };\n"
        "  allow-recursion { trusted; localhost; };\n"
        "  max-cache-size 512M;  # of memory\n"
        "  dnssec-validation auto;\n"
        "  forward only;\n"
        "  forwarders port 5300 { 192.0.2.1; 192.0.2.2 port 53; };\n"
        "  querylog yes;\n"
        "};\n"
        "zone \"corp.example\" { type forward; forward only; forwarders { 192.0.2.9; }; };\n"
        "zone \"stub.example\" IN { type static-stub; server-addresses { 192.0.2.10; }; };\n"
        "zone \"db.example\" { type primary; file \"db\"; };\n");
    const config::Settings& s = draft.settings;
    REQUIRE(s.listen.size() == 1);
    CHECK(s.listen[0].port == 5353);
    REQUIRE(s.forward_zones.size() == 2);
    CHECK(s.forward_zones[0].name.text == ".");
    CHECK(s.forward_zones[0].servers[0].port == 5300);
    CHECK(s.forward_zones[0].servers[1].port == 53);
    REQUIRE(s.stub_zones.size() == 1);
    CHECK(s.cache.size == config::mebibytes(512));
    const auto action_of = [&](const char* prefix) {
        const auto at = std::ranges::find(s.access, *Prefix::parse(prefix), &config::AccessSettings::prefix);
        return at == s.access.end()                        ? std::string("none")
               : at->action == config::AccessAction::allow ? "allow"
                                                           : "refuse";
    };
    CHECK(action_of("10.42.0.0/16") == "allow");
    CHECK(action_of("10.42.9.0/24") == "refuse");
    CHECK(action_of("10.42.8.0/24") == "none");  // BIND never gets there: the first match decides
    CHECK(action_of("192.168.1.0/24") == "allow");
    CHECK(action_of("127.0.0.0/8") == "allow");
    CHECK(action_of("0.0.0.0/0") == "none");
    CHECK(verdict_on(draft, "querylog") == "missing");
}

TEST_CASE("a named.conf that is not whole is refused with its line")
{
    const ImportFolder folder;
    CHECK(import_named(folder.put("a.conf", "options {\n  recursion yes;\n")).error().find("a.conf:1:") !=
          std::string::npos);
    CHECK_FALSE(import_named(folder.put("b.conf", "options { } }")));
    CHECK_FALSE(import_named(folder.put("c.conf", "options { directory \"x; };")));
}

TEST_CASE("Knot Resolver's YAML becomes settings of the same meaning, aliases followed")
{
    const ImportFolder folder;
    const Imported draft = import_knot(folder.put(
        "config.yaml",
        "workers: 4\n"
        "network:\n  listen:\n    - interface: &all [127.0.0.1, \"::1\"]\n    - interface: *all\n      kind: dot\n"
        "cache: {size-max: 1G, prefetch: {expiring: true}}\n"
        "dnssec: {negative-trust-anchors: [broken.example]}\n"
        "views:\n  - {subnets: [0.0.0.0/0, \"::/0\"], answer: refused}\n  - {subnets: [10.0.0.0/8], answer: allow}\n"
        "forward:\n"
        "  - {subtree: corp.example, servers: [192.0.2.1@5335], options: {authoritative: true, dnssec: false}}\n"
        "  - {subtree: ., servers: [{address: 192.0.2.2, transport: tls}]}\n"
        "local-data:\n  addresses: {printer.example: 192.0.2.9}\n  records: |\n    a.example A 192.0.2.3\n     A 192.0.2.4\n"
        "rate-limiting: {rate-limit: 100}\n"));
    REQUIRE_MESSAGE(draft, draft.error());
    const config::Settings& s = draft->settings;
    CHECK(s.workers == 4);
    CHECK(s.listen.size() == 2);
    CHECK(s.cache.size == config::gibibytes(1));
    CHECK(s.cache.prefetch);
    REQUIRE(s.stub_zones.size() == 1);
    CHECK(s.stub_zones[0].servers[0].port == 5335);
    CHECK(s.forward_zones.empty());  // never in the clear what was meant to be encrypted
    CHECK(s.access.size() == 3);
    CHECK(holds(*draft, "printer.example. 3600 A 192.0.2.9"));
    CHECK(verdict_on(*draft, "rate-limiting.rate-limit") == "missing");
    CHECK(verdict_on(*draft, "network.listen") == "missing");
}

TEST_CASE("a YAML of aliases inside aliases is refused")
{
    const ImportFolder folder;
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 9; ++i) {
        text += fmt::format("a{0}: &a{0} [", i);
        for (int k = 0; k < 10; ++k)
            text += fmt::format("{}*a{}", k == 0 ? "" : ", ", i - 1);
        text += "]\n";
    }
    CHECK_FALSE(import_knot(folder.put("bomb.yaml", text)));
}

TEST_CASE("every file of the shared configurations imports, and what is written is good and means the same")
{
    const std::filesystem::path shared = std::filesystem::path(RW_SOURCE_DIR) / "../shared/configs";
    if (!std::filesystem::exists(shared)) {
        MESSAGE("no shared configurations here: skipped");
        return;
    }
    struct File {
        const char* path;
        Imported (*read)(const std::filesystem::path&);
    };
    for (const File& file :
         {File{"01-opnsense/unbound.conf", import_unbound}, File{"02-pihole.unbound.conf", import_unbound},
          File{"04-campus.unbound.conf", import_unbound}, File{"08-views-rpz.unbound.conf", import_unbound},
          File{"09-bind-rpz/named.conf", import_named}, File{"10-bind-acl-logging.named.conf", import_named},
          File{"13-knot-resolver6.yaml", import_knot}}) {
        CAPTURE(file.path);
        const Imported draft = file.read(shared / file.path);
        REQUIRE_MESSAGE(draft, draft.error());
        CHECK(draft->report().size() > 5);
        const auto loaded = config::load_text(yaml_of(*draft), "/");
        if (!loaded)
            FAIL_CHECK(config::to_string(file.path, loaded.error().front()));
        else
            CHECK(*loaded == draft->settings);
        CHECK(service::find_problems(draft->settings).empty());
        for (const ReportLine& line : draft->report())
            CHECK_MESSAGE(line.words.find("not known here") == std::string::npos, line.option);
    }
}

TEST_CASE("the command writes the file, reports each line, and fails for what was lost and not accepted")
{
    const ImportFolder folder;
    const auto file = folder.put("unbound.conf", "server:\n  prefetch: yes\n  private-address: 10.0.0.0/8\n");
    const auto run = [&](const std::vector<std::string>& more) {
        std::ostringstream out;
        std::ostringstream err;
        std::vector<std::string> arguments{"import", "unbound", file.string(), "--out", folder.path().string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const auto status = run_command_line(arguments, out, err);
        return std::to_string(static_cast<int>(status)) + "\n" + out.str() + err.str();
    };
    const std::string report = run({});
    CHECK(report.starts_with("1\n"));
    CHECK(report.find("unbound.conf:2: same: prefetch: cache.prefetch\n") != std::string::npos);
    CHECK(report.find("unbound.conf:3: missing: private-address: ") != std::string::npos);
    CHECK(report.find("--accept-loss private-address") != std::string::npos);
    CHECK(run({"--accept-loss", "private-address"}).starts_with("0\n"));
    CHECK(run({"--accept-loss", "all"}).starts_with("0\n"));
    CHECK(run({"--accept-loss", "log-queries"}).starts_with("1\n"));
    CHECK(service::load_configuration(folder.path() / "rootward.yaml"));
}
