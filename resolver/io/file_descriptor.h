// SPDX-License-Identifier: EUPL-1.2
// Ownership of one file descriptor.
#pragma once

#include <utility>

namespace rw::io
{

/// A file descriptor that closes itself.
class FileDescriptor
{
 public:
    FileDescriptor() = default;
    explicit FileDescriptor(int number) : number_(number) {}
    FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept
    {
        std::swap(number_, other.number_);
        return *this;
    }
    ~FileDescriptor();

    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] bool valid() const { return number_ >= 0; }

 private:
    int number_ = -1;
};

}  // namespace rw::io
