// SPDX-License-Identifier: EUPL-1.2
// `compare` against two resolvers on loopback that say what the test wants.
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include "resolver/control/json.h"
#include "resolver/ctl/commands.h"
#include "resolver/ctl/dns_client.h"
#include "resolver/dns/message_writer.h"
#include "tests/unit/resolver/control/control_server.h"

using namespace rw;
using ctl::ExitStatus;

namespace
{

/// What a resolver of the test answers.
struct Says {
    Rcode rcode = Rcode::noerror;
    bool authentic = false;
    std::vector<std::uint8_t> last_octets{1};  ///< of the A records, in this order
    unsigned ignored = 0;                      ///< queries without a reply, at first
};

/// A resolver on UDP that answers everything alike.
class Resolver
{
 public:
    explicit Resolver(Says says) : says_(std::move(says)), socket_(::socket(AF_INET, SOCK_DGRAM, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        socklen_t size = sizeof address;
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
        endpoint_ = Endpoint::from_sockaddr(reinterpret_cast<const sockaddr&>(address));
        timeval patience{0, 20'000};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        thread_ = std::thread([this] { serve(); });
    }
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;
    ~Resolver()
    {
        ended_ = true;
        thread_.join();
        ::close(socket_);
    }
    [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }
    [[nodiscard]] std::string text() const { return endpoint_.to_string(); }

 private:
    void serve()
    {
        std::array<std::uint8_t, 1500> query{};
        while (!ended_) {
            sockaddr_storage peer{};
            socklen_t size = sizeof peer;
            const ssize_t count =
                ::recvfrom(socket_, query.data(), query.size(), 0, reinterpret_cast<sockaddr*>(&peer), &size);
            if (count <= 0)
                continue;
            if (says_.ignored > 0) {
                --says_.ignored;
                continue;
            }
            const auto view = dns::MessageView::parse(Octets(query).first(static_cast<std::size_t>(count)));
            if (!view)
                continue;
            std::array<std::uint8_t, 1500> room{};
            dns::MessageWriter writer(room);
            const auto flags =
                static_cast<std::uint16_t>(dns::Header::qr | dns::Header::ra | (says_.authentic ? dns::Header::ad : 0) |
                                           static_cast<unsigned>(says_.rcode));
            writer.set_header(view->header().id, flags);
            const dns::Question question = view->question();
            writer.add_question(question);
            for (const std::uint8_t octet : says_.last_octets) {
                const std::array<std::uint8_t, 4> address{192, 0, 2, octet};
                writer.add_record(dns::Section::answer, question.name, dns::RRType::a, dns::RRClass::in, 60, address);
            }
            const Octets reply = writer.finish();
            ::sendto(socket_, reply.data(), reply.size(), 0, reinterpret_cast<const sockaddr*>(&peer), size);
        }
    }

    Says says_;
    int socket_;
    Endpoint endpoint_;
    std::atomic<bool> ended_ = false;
    std::thread thread_;
};

struct Compared {
    ExitStatus status = ExitStatus::good;
    control::OrderedJson report;
    std::string text;
};

Compared compare(const std::string& ours, const std::string& theirs)
{
    const control::test::ScratchFolder folder;
    const std::string names = (folder.path() / "names").string();
    std::ofstream(names) << "# a comment\nwww.example.org\nexample.org A  # the same type\n\n";
    std::ostringstream json;
    std::ostringstream text;
    std::ostringstream err;
    const std::vector<std::string> words{"compare", "--at", ours, "--with", theirs, "--names", names};
    std::vector<std::string> with_json = words;
    with_json.emplace_back("--json");
    const ExitStatus status = ctl::run_command_line(with_json, json, err);
    static_cast<void>(ctl::run_command_line(words, text, err));
    return {status, control::OrderedJson::parse(json.str()), text.str()};
}

Compared compare(const Resolver& ours, const Resolver& theirs)
{
    return compare(ours.text(), theirs.text());
}

}  // namespace

TEST_CASE("a resolver that is not there is unreachable, whatever the other says")
{
    const Resolver there({.last_octets = {1}});
    const std::string gone = Resolver({.last_octets = {1}}).text();
    CHECK(compare(gone, there.text()).status == ExitStatus::unreachable);
    CHECK(compare(there.text(), gone).status == ExitStatus::unreachable);
}

TEST_CASE("resolvers that say the same, in another order, are the same")
{
    const Resolver ours({.last_octets = {1, 2, 3}});
    const Resolver theirs({.last_octets = {3, 1, 2}});
    const Compared outcome = compare(ours, theirs);
    CHECK(outcome.status == ExitStatus::good);
    CHECK(outcome.report["schema"] == "rootward/compare/1");
    CHECK(outcome.report["asked"] == 2);
    CHECK(outcome.report["same"] == 2);
    CHECK(outcome.report["differences"].empty());
}

TEST_CASE("every difference is shown: rcode, answer and AD")
{
    const Resolver ours({.authentic = true, .last_octets = {1}});
    const Resolver theirs({.rcode = Rcode::nxdomain, .last_octets = {}});
    const Compared outcome = compare(ours, theirs);
    CHECK(outcome.status == ExitStatus::bad);
    REQUIRE(outcome.report["differences"].size() == 2);
    const control::OrderedJson first = outcome.report["differences"][0];
    CHECK(first["name"] == "www.example.org.");
    CHECK(first["kinds"] == control::OrderedJson::array({"rcode", "answer", "ad"}));
    CHECK(first["ours"]["answer"][0] == "www.example.org. A 192.0.2.1");
    CHECK(first["theirs"]["rcode"] == "NXDOMAIN");
    CHECK(outcome.text.find("2 asked") != std::string::npos);
    CHECK(outcome.text.find("rcode 2, answer 2, ad 2") != std::string::npos);
}

TEST_CASE("a lost query is asked again")
{
    SeededRandom random(1);
    const Resolver resolver({.ignored = 1});
    const dns::Question question{*dns::Name::parse("example.org."), dns::RRType::a, dns::RRClass::in};
    const auto reply = ctl::ask_resolver(resolver.endpoint(), question, random);
    REQUIRE(reply);
    CHECK(reply->answers == std::vector<std::string>{"example.org. A 192.0.2.1"});
}

TEST_CASE("a reply to another question, or with another id, is none")
{
    std::array<std::uint8_t, 512> room{};
    dns::MessageWriter writer(room);
    const dns::Question asked{*dns::Name::parse("example.org."), dns::RRType::a, dns::RRClass::in};
    const dns::Question other{*dns::Name::parse("example.net."), dns::RRType::a, dns::RRClass::in};
    writer.set_header(7, dns::Header::qr);
    writer.add_question(asked);
    const Octets message = writer.finish();
    CHECK(ctl::read_reply(message, asked, 7));
    CHECK_FALSE(ctl::read_reply(message, asked, 8));
    CHECK_FALSE(ctl::read_reply(message, other, 7));
    CHECK_FALSE(ctl::read_reply(message.first(11), asked, 7));
}
