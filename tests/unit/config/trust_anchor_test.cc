// SPDX-License-Identifier: EUPL-1.2
#include "config/trust_anchor.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace rw::config;

namespace
{

constexpr const char* ksk_2017 = ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D";

/// A file that lives as long as the test.
class ScratchFile
{
 public:
    explicit ScratchFile(const std::string& content)
        : path_(std::filesystem::temp_directory_path() / ("rw_anchor_" + std::to_string(::getpid())))
    {
        std::ofstream(path_, std::ios::binary) << content;
    }
    ~ScratchFile() { std::filesystem::remove(path_); }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

std::string error_of(const std::string& text)
{
    const auto anchor = parse_trust_anchor(text);
    return anchor ? "" : anchor.error().message;
}

}  // namespace

TEST_CASE("a DS record is decoded")
{
    const auto anchor = parse_trust_anchor(ksk_2017);
    REQUIRE(anchor);
    CHECK(anchor->owner.text == ".");
    const auto& ds = std::get<DsAnchor>(anchor->record);
    CHECK(ds.key_tag == 20326);
    CHECK(ds.algorithm == 8);
    CHECK(ds.digest_type == 2);
    REQUIRE(ds.digest.size() == 32);
    CHECK(ds.digest[0] == 0xe0);
    CHECK(ds.digest[31] == 0x8d);
}

TEST_CASE("TTL and class may stand or be missing, and the digest may be cut by blanks")
{
    const auto plain = parse_trust_anchor(ksk_2017);
    REQUIRE(plain);
    CHECK(parse_trust_anchor(". 172800 IN DS 20326 8 2 e06d44b80b8f1d39a95c0b0d7c65d084 "
                             "58e880409bbc683457104237c7f8ec8d") == *plain);
    CHECK(parse_trust_anchor(".\tDS\t20326 8 2 ( E06D44B80B8F1D39A95C0B0D7C65D084\n"
                             "58E880409BBC683457104237C7F8EC8D )") == *plain);
}

TEST_CASE("a DNSKEY record is decoded and printed again")
{
    const auto anchor = parse_trust_anchor("example. DNSKEY 257 3 13 AQIDBAU=");
    REQUIRE(anchor);
    const auto& key = std::get<DnskeyAnchor>(anchor->record);
    CHECK(key.flags == 257);
    CHECK(key.algorithm == 13);
    CHECK(key.key == rw::OctetBuffer{1, 2, 3, 4, 5});
    CHECK(to_string(*anchor) == "example. IN DNSKEY 257 3 13 AQIDBAU=");
    CHECK(to_string(*parse_trust_anchor("a. DNSKEY 257 3 13 AQIDBA==")) == "a. IN DNSKEY 257 3 13 AQIDBA==");
    CHECK(to_string(*parse_trust_anchor("a. DNSKEY 257 3 13 AQID")) == "a. IN DNSKEY 257 3 13 AQID");
}

TEST_CASE("a digest of the wrong length is refused: it was cut while copying")
{
    CHECK(error_of(". IN DS 20326 8 2 E06D44") == "a digest of type 2 has 32 octets, this one has 3");
    CHECK(error_of(". IN DS 20326 8 1 E06D44") == "a digest of type 1 has 20 octets, this one has 3");
    CHECK(parse_trust_anchor(". IN DS 20326 8 250 E06D44"));  // an unknown type has no known length
}

TEST_CASE("records that cannot be anchors are refused with the reason")
{
    CHECK(error_of("") != "");
    CHECK(error_of(".") != "");
    CHECK(error_of(". IN A 192.0.2.1").find("DS or a DNSKEY") != std::string::npos);
    CHECK(error_of(". IN DS 65536 8 2 E0").find("numbers") != std::string::npos);
    CHECK(error_of(". IN DS 1 256 2 E0").find("numbers") != std::string::npos);
    CHECK(error_of(". IN DS 1 8").find("key tag") != std::string::npos);
    CHECK(error_of(". IN DS 1 8 250 E0G0").find("hexadecimal") != std::string::npos);
    CHECK(error_of(". IN DS 1 8 250 E0E").find("hexadecimal") != std::string::npos);
    CHECK(error_of(". IN DNSKEY 257 2 8 AQID").find("protocol") != std::string::npos);
    CHECK(error_of(". IN DNSKEY 0 3 8 AQID").find("zone key flag") != std::string::npos);
    CHECK(error_of(". IN DNSKEY 257 3 8 AQI").find("base64") != std::string::npos);
    CHECK(error_of(". IN DNSKEY 257 3 8 A=ID").find("base64") != std::string::npos);
    CHECK(error_of("a..b. IN DS 1 8 250 E0").find("empty label") != std::string::npos);
}

TEST_CASE("a file name is told from a record")
{
    CHECK(looks_like_record(ksk_2017));
    CHECK(looks_like_record("example. dnskey 257 3 8 AQID"));
    CHECK_FALSE(looks_like_record("/etc/rootward/root.key"));
    CHECK_FALSE(looks_like_record("DS.key"));
}

TEST_CASE("text in the forms people write: parentheses join lines, zone signing keys are left out, RDATA is wire form")
{
    const auto anchors = read_trust_anchors(
        "; comment\n"
        ". 172800 IN DS 20326 8 2 ( E06D44B80B8F1D39A95C0B0D7C65D084\n"
        "    58E880409BBC683457104237C7F8EC8D ) ; KSK-2017\n"
        "\r\n"
        "example. DNSKEY 257 3 13 AQID BAU=\n"
        "example. DNSKEY 256 3 13 AQIDBAU=");
    REQUIRE(anchors);
    REQUIRE(anchors->size() == 2);
    CHECK(anchors->front() == *parse_trust_anchor(ksk_2017));
    const rw::OctetBuffer ds = rdata_of(anchors->front());
    CHECK(ds.size() == 36);
    CHECK(ds[0] == 0x4f);
    CHECK(ds[35] == 0x8d);
    CHECK(rdata_of(anchors->back()) == rw::OctetBuffer{1, 1, 3, 13, 1, 2, 3, 4, 5});
    CHECK(read_trust_anchors("\n\n. A 192.0.2.1").error().message.starts_with("3: "));
    CHECK(read_trust_anchors("")->empty());
}

TEST_CASE("an anchor file holds records one a line, with comments")
{
    const ScratchFile file(std::string("; comment\n\n") + ksk_2017 + " ; KSK-2017\nexample. DNSKEY 257 3 13 AQID");
    const auto anchors = load_anchor_file(file.path());
    REQUIRE(anchors);
    CHECK(anchors->size() == 2);
    CHECK(anchors->back().owner.text == "example.");
}

TEST_CASE("a mistake in an anchor file is reported with its line")
{
    const ScratchFile file(std::string(ksk_2017) + "\n\n. IN DS x 8 2 00\n");
    const auto anchors = load_anchor_file(file.path());
    REQUIRE_FALSE(anchors);
    CHECK(anchors.error().message.find(file.path().string() + ":3: ") == 0);
}

TEST_CASE("an anchor file that is empty, missing, a folder or without end is refused")
{
    const ScratchFile file("; nothing here\n");
    CHECK_FALSE(load_anchor_file(file.path()));
    CHECK_FALSE(load_anchor_file("/nonexistent/root.key"));
    CHECK_FALSE(load_anchor_file("/"));
    CHECK(load_anchor_file("/dev/zero").error().message.find("larger than") != std::string::npos);
}
