// SPDX-License-Identifier: EUPL-1.2
// What reading and writing messages costs: a signed referral of a TLD's size, as it comes from a root server, parsed
// and read as the iterator reads it; the query for it; and the same message written.
#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <vector>

#include "resolver/base/random.h"
#include "resolver/base/room.h"
#include "resolver/dns/message_view.h"
#include "resolver/dns/message_writer.h"
#include "resolver/iterate/reading.h"
#include "resolver/upstream/query.h"

namespace
{

using namespace rw;

constexpr std::uint16_t udp_octets = 1232;
using Buffer = std::array<std::uint8_t, 4096>;

const dns::Question question{*dns::Name::parse("www.example.test"), dns::RRType::a, dns::RRClass::in};

/// The referral to "test.": six servers with an address of each family, DS and its signature.
Octets write_referral(Buffer& buffer)
{
    const dns::Name zone = *dns::Name::parse("test");
    dns::MessageWriter writer(buffer);
    writer.set_header(1, dns::Header::qr);
    writer.add_question(question);
    std::vector<dns::Name> servers;
    for (char letter = 'a'; letter < 'g'; ++letter)
        servers.push_back(*dns::Name::parse(std::string(1, letter) + ".nic.test"));
    for (const dns::Name& server : servers)
        writer.add_record(dns::Section::authority, zone, dns::RRType::ns, dns::RRClass::in, 172800, server.wire());
    const std::vector<std::uint8_t> ds(36, 7);
    writer.add_record(dns::Section::authority, zone, dns::RRType::ds, dns::RRClass::in, 86400, ds);
    std::vector<std::uint8_t> rrsig{0, 43, 13, 1};
    rrsig.resize(19 + 64, 1);
    rrsig[18] = 0;  // signed by the root
    writer.add_record(dns::Section::authority, zone, dns::RRType::rrsig, dns::RRClass::in, 86400, rrsig);
    for (const dns::Name& server : servers) {
        const std::array<std::uint8_t, 4> v4{192, 0, 2, 1};
        const std::array<std::uint8_t, 16> v6{0x20, 1, 0xd, 0xb8};
        writer.add_record(dns::Section::additional, server, dns::RRType::a, dns::RRClass::in, 172800, v4);
        writer.add_record(dns::Section::additional, server, dns::RRType::aaaa, dns::RRClass::in, 172800, v6);
    }
    writer.begin_edns(udp_octets, 0, true);
    return writer.finish();
}

void parse(benchmark::State& state)
{
    Buffer buffer;
    const Octets message = write_referral(buffer);
    for (auto _ : state)
        benchmark::DoNotOptimize(dns::MessageView::parse(message));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(message.size()));
}
BENCHMARK(parse);

void read_a_referral(benchmark::State& state)
{
    Buffer buffer;
    const auto view = dns::MessageView::parse(write_referral(buffer));
    if (!view) {
        state.SkipWithError("the referral cannot be parsed");
        return;
    }
    for (auto _ : state)
        benchmark::DoNotOptimize(iterate::read(*view, dns::Name{}, question, {}));
}
BENCHMARK(read_a_referral);

void encode(benchmark::State& state)
{
    Buffer buffer;
    for (auto _ : state)
        benchmark::DoNotOptimize(write_referral(buffer).data());
}
BENCHMARK(encode);

void write_a_query(benchmark::State& state)
{
    SecureRandom random;
    rw::Room<std::uint8_t, upstream::max_query_octets> buffer;
    for (auto _ : state) {
        upstream::QueryForm form;
        form.question = question;
        upstream::randomise_case(form.question.name, random);
        benchmark::DoNotOptimize(upstream::write_query(form, random.u16(), buffer).data());
    }
}
BENCHMARK(write_a_query);

}  // namespace

BENCHMARK_MAIN();
