// SPDX-License-Identifier: EUPL-1.2
// The real file system in hostile hands: links, FIFOs and devices below the folder an operator named, names that steer
// a terminal, and two processes at one lock.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "zones/files.h"

namespace rw::zones
{

namespace
{

/// A folder of its own for each test.
class Scratch
{
 public:
    Scratch()
    {
        std::string name = (std::filesystem::temp_directory_path() / "rootward-files-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() { std::filesystem::remove_all(path_); }

    [[nodiscard]] std::string at(const std::string& name) const { return path_ + "/" + name; }
    void put(const std::string& name, const std::string& text) const { std::ofstream(at(name)) << text; }
    [[nodiscard]] std::string get(const std::string& name) const
    {
        std::ifstream file(at(name));
        return {std::istreambuf_iterator<char>(file), {}};
    }

 private:
    std::string path_;
};

template <class T>
std::string refusal_to(const Result<T>& result)
{
    return result ? "" : result.error().message;
}

}  // namespace

TEST_CASE("no link is followed below the folder that an operator named, whatever part of the path it is")
{
    const Scratch scratch;
    std::filesystem::create_directories(scratch.at("log/tile"));
    std::filesystem::create_directories(scratch.at("elsewhere"));
    scratch.put("elsewhere/letter", "precious");
    std::filesystem::create_symlink(scratch.at("elsewhere"), scratch.at("log/store"));
    std::filesystem::create_symlink(scratch.at("elsewhere/letter"), scratch.at("log/commit"));
    PosixFiles files(scratch.at("log"));
    CHECK(refusal_to(files.read(scratch.at("log/commit"))).find("links are not followed") != std::string::npos);
    CHECK_FALSE(files.read(scratch.at("log/store/letter")));
    CHECK_FALSE(files.write(scratch.at("log/store/new"), octets_of("x"), 0644));
    CHECK_FALSE(files.remove(scratch.at("log/store/letter")));
    CHECK_FALSE(files.make_folder(scratch.at("log/store/new")));
    CHECK_FALSE(files.rename(scratch.at("log/store/letter"), scratch.at("log/tile/letter")));
    CHECK_FALSE(files.sync_folder(scratch.at("log/store")));
    CHECK_FALSE(files.lock(scratch.at("log/commit")));
    CHECK_FALSE(files.list(scratch.at("log/store")));
    CHECK(refusal_to(files.list(scratch.at("log"))).find("is a link, which does not belong here") != std::string::npos);
    // Replacing a link replaces the link.
    REQUIRE(replace_file_durably(files, scratch.at("log/commit"), octets_of("ours")));
    CHECK(scratch.get("log/commit") == "ours");
    CHECK(scratch.get("elsewhere/letter") == "precious");
}

TEST_CASE("the way to the folder may be a link: that is the operator's choice")
{
    const Scratch scratch;
    std::filesystem::create_directories(scratch.at("disk/log"));
    std::filesystem::create_symlink(scratch.at("disk"), scratch.at("here"));
    PosixFiles files(scratch.at("here/log"));
    REQUIRE(replace_file_durably(files, scratch.at("here/log/commit"), octets_of("x")));
    CHECK(scratch.get("disk/log/commit") == "x");
    CHECK(files.list(scratch.at("here/log")) == std::vector<std::string>{"commit"});
}

TEST_CASE("a path that leads out of the folder is refused")
{
    const Scratch scratch;
    std::filesystem::create_directories(scratch.at("log"));
    scratch.put("secret", "x");
    PosixFiles files(scratch.at("log"));
    CHECK(refusal_to(files.read(scratch.at("log/../secret"))).find("leads out of") != std::string::npos);
    CHECK(refusal_to(files.read(scratch.at("secret"))).find("is not below") != std::string::npos);
    CHECK(refusal_to(files.read(scratch.at("logs"))).find("is not below") != std::string::npos);
}

TEST_CASE("a FIFO, a device and a folder where a file should be are refused at once")
{
    const Scratch scratch;
    std::filesystem::create_directories(scratch.at("log/keys"));
    REQUIRE(::mkfifo(scratch.at("log/commit").c_str(), 0644) == 0);
    PosixFiles files(scratch.at("log"));
    CHECK(refusal_to(files.read(scratch.at("log/commit"))).find("is a FIFO") != std::string::npos);
    CHECK(refusal_to(files.read(scratch.at("log/keys"))).find("is a folder") != std::string::npos);
    CHECK(refusal_to(files.list(scratch.at("log"))).find("is a FIFO") != std::string::npos);
    CHECK(refusal_to(files.lock(scratch.at("log/commit"))).find("is a FIFO") != std::string::npos);
    CHECK_FALSE(files.write(scratch.at("log/keys"), octets_of("x"), 0644));
    CHECK(refusal_to(read_named_file("/dev/zero")).find("is a device") != std::string::npos);
    CHECK(refusal_to(read_named_file(scratch.at("log"))).find("is a folder") != std::string::npos);
}

TEST_CASE("writing does not reach a file elsewhere through a second name of it")
{
    const Scratch scratch;
    std::filesystem::create_directories(scratch.at("log"));
    scratch.put("letter", "precious");
    REQUIRE(::link(scratch.at("letter").c_str(), scratch.at("log/commit.tmp").c_str()) == 0);
    PosixFiles files(scratch.at("log"));
    REQUIRE(replace_file_durably(files, scratch.at("log/commit"), octets_of("ours")));
    CHECK(scratch.get("letter") == "precious");
    CHECK(scratch.get("log/commit") == "ours");
}

TEST_CASE("a name that steers a terminal is shown without its escapes")
{
    const Scratch scratch;
    std::filesystem::create_directories(scratch.at("log"));
    const std::string name = "\x1b]0;owned\x07\x9b";
    REQUIRE(::mkfifo(scratch.at("log/" + name).c_str(), 0644) == 0);
    PosixFiles files(scratch.at("log"));
    for (const std::string& message :
         {refusal_to(files.list(scratch.at("log"))), refusal_to(files.read(scratch.at("log/" + name))),
          refusal_to(files.read(scratch.at("log/" + name + "/x")))}) {
        CHECK(message.find("?]0;owned?") != std::string::npos);
        CHECK(std::ranges::all_of(message, [](char c) { return c >= ' ' && c <= '~'; }));
    }
}

TEST_CASE("a lock is held once, also when its file was taken away meanwhile")
{
    const Scratch scratch;
    std::filesystem::create_directories(scratch.at("log"));
    PosixFiles files(scratch.at("log"));
    {
        const Result<FileLock> lock = files.lock(scratch.at("log/lock"));
        REQUIRE(lock);
        CHECK(refusal_to(files.lock(scratch.at("log/lock"))).find("another process holds") != std::string::npos);
    }
    CHECK(files.lock(scratch.at("log/lock")));
}

TEST_CASE("a key file that others may read is refused, judged by the very file that is read")
{
    const Scratch scratch;
    scratch.put("key", "secret");
    ::chmod(scratch.at("key").c_str(), 0640);
    CHECK(refusal_to(read_secret_file(scratch.at("key"))).find("chmod 600") != std::string::npos);
    ::chmod(scratch.at("key").c_str(), 0600);
    CHECK(read_secret_file(scratch.at("key")));
    REQUIRE(::mkfifo(scratch.at("fifo").c_str(), 0600) == 0);
    CHECK(refusal_to(read_secret_file(scratch.at("fifo"))).find("is a FIFO") != std::string::npos);
}

}  // namespace rw::zones
