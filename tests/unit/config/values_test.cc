// SPDX-License-Identifier: EUPL-1.2
#include "config/values.h"

#include <doctest/doctest.h>

#include <string>

#include "config/names.h"

using namespace rw::config;
using namespace std::chrono_literals;

namespace
{

template <class T>
std::optional<T> read(std::string_view text)
{
    T value{};
    if (!read_value(text, Origin{"/etc/rootward"}, value))
        return std::nullopt;
    return value;
}

/// What is written of the value that `text` stands for.
template <class T>
std::string written_again(std::string_view text)
{
    const auto value = read<T>(text);
    REQUIRE(value);
    return write_value(*value);
}

}  // namespace

TEST_CASE("sizes need a unit and are powers of two")
{
    CHECK(read<ByteSize>("64KiB") == ByteSize{65536});
    CHECK(read<ByteSize>("256MiB") == mebibytes(256));
    CHECK(read<ByteSize>("0B") == ByteSize{0});
    CHECK(read<ByteSize>("1TiB") == gibibytes(1024));
    for (const char* wrong : {"", "64", "64kb", "64 KiB", "-1KiB", "KiB", "1.5MiB", "64KiBx", "0x10KiB"}) {
        CAPTURE(wrong);
        CHECK_FALSE(read<ByteSize>(wrong));
    }
}

TEST_CASE("a size that overflows 64 bits is refused")
{
    CHECK_FALSE(read<ByteSize>("18446744073709551616B"));
    CHECK_FALSE(read<ByteSize>("16777216TiB"));
    CHECK(read<ByteSize>("18446744073709551615B"));
}

TEST_CASE("durations need a unit")
{
    CHECK(read<milliseconds>("1800ms") == 1800ms);
    CHECK(read<seconds>("15m") == 15min);
    CHECK(read<seconds>("3d") == 72h);
    CHECK(read<seconds>("2w") == 336h);
    CHECK(read<seconds>("0s") == 0s);
    for (const char* wrong : {"", "5", "-5s", "5 s", "s", "5sec", "1h30m", "1.5h", "99999999999999999999s"}) {
        CAPTURE(wrong);
        CHECK_FALSE(read<milliseconds>(wrong));
    }
}

TEST_CASE("a duration longer than 1000 years is refused, so that sums cannot overflow")
{
    CHECK(read<milliseconds>("365000d"));
    CHECK_FALSE(read<milliseconds>("365001d"));
}

TEST_CASE("a setting in whole seconds does not silently round milliseconds")
{
    CHECK(read<seconds>("2000ms") == 2s);
    CHECK_FALSE(read<seconds>("1500ms"));
}

TEST_CASE("what is written reads back as the same text")
{
    CHECK(written_again<bool>("true") == "true");
    CHECK(written_again<std::uint16_t>("65535") == "65535");
    CHECK(written_again<ByteSize>("256MiB") == "256MiB");
    CHECK(written_again<ByteSize>("0B") == "0B");
    CHECK(written_again<milliseconds>("1800ms") == "1800ms");
    CHECK(written_again<seconds>("0s") == "0s");
    CHECK(written_again<seconds>("7d") == "7d");
    CHECK(written_again<rw::IpAddress>("2001:db8::1") == "2001:db8::1");
    CHECK(written_again<rw::Endpoint>("127.0.0.1:9153") == "127.0.0.1:9153");
    CHECK(written_again<rw::Endpoint>("[::1]:9153") == "[::1]:9153");
    CHECK(written_again<rw::Prefix>("64:ff9b::/96") == "64:ff9b::/96");
    CHECK(written_again<ZoneName>("a\\.b.example.") == "a\\.b.example.");
    CHECK(written_again<IdentityLetter>("k") == "k");
    CHECK(written_again<ServerAddress>("192.0.2.1") == "192.0.2.1");
    CHECK(written_again<ServerAddress>("192.0.2.1:5353") == "192.0.2.1:5353");
    CHECK(written_again<ServerAddress>("[2001:db8::1]:5353") == "[2001:db8::1]:5353");
    CHECK(written_again<NegativeTrustAnchor>("broken.example.") == "broken.example.");
    CHECK(written_again<NegativeTrustAnchor>("broken.example. until 2027-01-11T00:00:00Z") ==
          "broken.example. until 2027-01-11T00:00:00Z");
    const std::string anchor = ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D";
    CHECK(written_again<TrustAnchorSource>(anchor) == anchor);
    CHECK(written_again<TrustAnchorSource>("/etc/root.key") == "/etc/root.key");
    CHECK(written_again<std::chrono::sys_seconds>("2024-02-29T23:59:59Z") == "2024-02-29T23:59:59Z");
    CHECK(written_again<AccessAction>("allow-snoop") == "allow-snoop");
    CHECK(written_again<LocalZoneType>("static") == "static");
    CHECK(written_again<rw::LogLevel>("warning") == "warning");
}

TEST_CASE("weeks are read but written as days")
{
    CHECK(write_value(*read<seconds>("2w")) == "14d");
}

TEST_CASE("whole numbers are decimal and fit their type")
{
    CHECK(read<std::uint16_t>("53") == 53);
    for (const char* wrong : {"", "-1", "+1", "0x35", "5 3", "65536", "99999999999999999999", "5.0"}) {
        CAPTURE(wrong);
        CHECK_FALSE(read<std::uint16_t>(wrong));
    }
}

TEST_CASE("only true and false are truth values")
{
    CHECK(read<bool>("true") == true);
    CHECK(read<bool>("false") == false);
    for (const char* wrong : {"yes", "on", "1", ""})
        CHECK_FALSE(read<bool>(wrong));
}

TEST_CASE("an IPv6 endpoint needs brackets, because its last group could be a port")
{
    CHECK(read<rw::Endpoint>("[::1]:53"));
    for (const char* wrong :
         {"::1:53", "[::1]", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", ":53", "[]:53", "]:53"}) {
        CAPTURE(wrong);
        CHECK_FALSE(read<rw::Endpoint>(wrong));
    }
}

TEST_CASE("a server may have a port of its own")
{
    CHECK_FALSE(read<ServerAddress>("192.0.2.1")->port);
    CHECK(read<ServerAddress>("192.0.2.1:5353")->port == 5353);
    CHECK(read<ServerAddress>("2001:db8::53")->address == *rw::IpAddress::parse("2001:db8::53"));
    CHECK_FALSE(read<ServerAddress>("ns.example."));
}

TEST_CASE("identity letters go from a to m, in either case")
{
    CHECK(read<IdentityLetter>("K") == IdentityLetter{'k'});
    for (const char* wrong : {"n", "", "ik", "1", "!", "."})
        CHECK_FALSE(read<IdentityLetter>(wrong));
}

TEST_CASE("relative paths start at the folder of the file")
{
    CHECK(read<std::filesystem::path>("root.hints") == "/etc/rootward/root.hints");
    CHECK(read<std::filesystem::path>("../root.hints") == "/etc/root.hints");
    CHECK(read<std::filesystem::path>("/srv/root.hints") == "/srv/root.hints");
    CHECK_FALSE(read<std::filesystem::path>(""));
}

TEST_CASE("times are UTC and real dates")
{
    CHECK(read<std::chrono::sys_seconds>("1970-01-02T00:00:01Z")->time_since_epoch() == 86401s);
    for (const char* wrong : {"2027-02-29T00:00:00Z", "2027-13-01T00:00:00Z", "2027-01-11", "2027-01-11T24:00:00Z",
                              "2027-01-11T00:00:00+01:00", "2027-01-11 00:00:00Z", "20x7-01-11T00:00:00Z"}) {
        CAPTURE(wrong);
        CHECK_FALSE(read<std::chrono::sys_seconds>(wrong));
    }
}

TEST_CASE("keywords are words in any case")
{
    RootMode mode{};
    CHECK(read_value("OFF", Origin{}, mode));
    CHECK(mode == RootMode::off);
    CHECK(read_value("Prefer", Origin{}, mode));
    CHECK(mode == RootMode::prefer);
    bool truth = false;
    CHECK(read_value("True", Origin{}, truth));
    CHECK(truth);
    CHECK(read_value("FALSE", Origin{}, truth));
    CHECK_FALSE(truth);
    CHECK_FALSE(read_value("yes", Origin{}, truth));
}

TEST_CASE("a wrong name of an enumeration lists the right ones")
{
    RootMode mode{};
    const auto result = read_value("prefered", Origin{}, mode);
    REQUIRE_FALSE(result);
    CHECK(result.error().message == "expected one of: prefer, only, off");
}
