// SPDX-License-Identifier: EUPL-1.2
// The resolver's network on virtual time: datagrams and streams to hosts behind addresses, with delay, jitter and loss
// for each path, and a record of everything that was sent. Datagrams may overtake each other; octets of a stream do
// not.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "resolver/base/random.h"
#include "resolver/io/network.h"
#include "tests/scenarios/simulator/host.h"
#include "tests/scenarios/simulator/world.h"

namespace rw::scenarios
{

/// One way of a path; the way back has the same.
struct Path {
    Duration delay = std::chrono::milliseconds{5};
    Duration jitter{};  ///< up to this much is added, uniformly
    double loss = 0;    ///< share of datagrams lost each way; streams lose nothing but time

    bool operator==(const Path&) const = default;
};

enum class FamilyState : std::uint8_t {
    works,
    absent,      ///< no socket of that family can be had
    black_hole,  ///< everything sent is lost
    unreachable  ///< the network answers "unreachable"
};

/// One message the resolver sent, or one that came back to it.
struct Sent {
    Instant at;
    Endpoint server;
    bool stream = false;
    bool from_server = false;
    std::uint16_t source_port = 0;  ///< of datagrams
    OctetBuffer octets;
};

class SimulatedNetwork final : public io::Network
{
 public:
    SimulatedNetwork(World& world, Random& random) : world_(world), random_(random) {}
    ~SimulatedNetwork() override;

    std::unique_ptr<io::DatagramSocket> open_datagram(const Endpoint& server, io::DatagramReceiver& receiver) override;
    std::unique_ptr<io::Stream> connect(const Endpoint& server, io::StreamReceiver& receiver) override;

    /// `host` must outlive the network. Addresses without a host swallow what is sent to them.
    void put(const IpAddress& address, Host& host) { hosts_[address] = &host; }
    [[nodiscard]] Host* host_at(const IpAddress& address) const;
    /// Where everything goes that has no host of its own.
    void put_elsewhere(Host& host) { elsewhere_ = &host; }
    void set_path(const IpAddress& address, const Path& path) { paths_[address] = path; }
    void set_default_path(const Path& path) { default_path_ = path; }
    [[nodiscard]] const Path& default_path() const { return default_path_; }
    [[nodiscard]] FamilyState family(Family family) const { return family == Family::ipv4 ? ipv4_ : ipv6_; }
    void set_family(Family family, FamilyState state) { (family == Family::ipv4 ? ipv4_ : ipv6_) = state; }

    [[nodiscard]] const std::vector<Sent>& record() const { return record_; }
    /// Streams that were asked for since the start.
    [[nodiscard]] std::size_t connections() const { return connections_; }
    [[nodiscard]] std::size_t open_sockets() const { return ends_.size(); }

 private:
    friend class Datagrams;
    friend class Connection;
    class Ends;
    class DatagramChannel;
    class StreamChannel;

    struct End {
        Endpoint server;
        io::DatagramReceiver* datagrams = nullptr;
        io::StreamReceiver* stream = nullptr;
        std::uint16_t source_port = 0;
        OctetBuffer unread{};     ///< what a stream sent and no message was cut from yet
        Instant last_delivery{};  ///< octets of a stream arrive in order
        bool mute = false;        ///< what is sent on it is lost
    };

    [[nodiscard]] const Path& path_to(const IpAddress& address) const;
    [[nodiscard]] FamilyState family_state(const IpAddress& address) const;
    Duration one_way(const Path& path);
    End* find(std::uint64_t id);
    void close(std::uint64_t id) { ends_.erase(id); }
    bool send_datagram(std::uint64_t id, Octets octets);
    void send_stream(std::uint64_t id, Octets octets);
    void cut_messages(std::uint64_t id, OctetBuffer octets);
    void deliver_to_host(std::uint64_t id, const OctetBuffer& message, bool stream);
    void deliver_datagram(std::uint64_t id, OctetBuffer octets, Duration after);
    void deliver_stream(std::uint64_t id, OctetBuffer octets, Duration after);
    void note(const End& end, Octets octets, bool stream, bool from_server);

    World& world_;
    Random& random_;
    std::map<IpAddress, Host*> hosts_;
    Host* elsewhere_ = nullptr;
    std::map<IpAddress, Path> paths_;
    Path default_path_;
    FamilyState ipv4_ = FamilyState::works;
    FamilyState ipv6_ = FamilyState::works;
    std::map<std::uint64_t, End> ends_;
    std::uint64_t opened_ = 0;
    std::size_t connections_ = 0;
    std::vector<Sent> record_;
};

}  // namespace rw::scenarios
