// SPDX-License-Identifier: EUPL-1.2
// A file that a test gives to code which wants a path.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace rw::test
{

/// A file that lives as long as the test, in a place of its own.
class ScratchFile
{
 public:
    explicit ScratchFile(const std::string& content)
    {
        static int count = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("rootward-test-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
        std::ofstream(path_, std::ios::binary) << content;
    }
    ~ScratchFile() { std::filesystem::remove(path_); }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

}  // namespace rw::test
