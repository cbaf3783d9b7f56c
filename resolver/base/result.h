// SPDX-License-Identifier: EUPL-1.2
// Result of an operation that can fail. `Error` is for people (files, configuration, tools): it says what happened,
// where, and what to do. Resolution failures are `Failure` (failure.h), one table, because clients read them as RCODE
// and EDE. No exception crosses a module border.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace rw
{

/// A failure that a person reads. `message` is a whole sentence without a trailing newline.
struct Error {
    std::string message;
};

template <class T, class E = Error>
using Result = std::expected<T, E>;

/// Shorthand for returning an error: `return failed("cannot open " + path)`.
inline std::unexpected<Error> failed(std::string message)
{
    return std::unexpected(Error{std::move(message)});
}

}  // namespace rw
