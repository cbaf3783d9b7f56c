// SPDX-License-Identifier: EUPL-1.2
// The one table of control verbs: words, arguments, help, example, handler. The daemon answers from it; rootwardctl
// takes its subcommands, help and completion from it. A request is one line of JSON,
//   {"verb": "cache flush", "arguments": ["example."]}
// the reply one JSON document with "schema", or {"schema": "rootward/error/1", "error": {"kind", "message"}}.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/control/service.h"

namespace rw::control
{

/// Takes the reply's JSON text, once, on the thread of the control socket.
using Reply = std::function<void(std::string)>;

struct Argument {
    std::string_view name;
    std::string_view doc;
};

struct Verb {
    std::string_view words;
    std::span<const Argument> arguments;  ///< all required
    std::string_view doc;
    std::string_view example;  ///< without the program's name
    void (*handler)(Service& service, const std::vector<std::string>& arguments, const Reply& reply);
};

/// All verbs, in the order in which help shows them.
[[nodiscard]] std::span<const Verb> verbs();
[[nodiscard]] const Verb* find_verb(std::string_view words);

/// A request longer than this (octets) is refused: two names of 1,004 characters fit (RFC 1035 §5.1 escapes).
inline constexpr std::size_t max_request_octets = 4096;
/// Rows of `inflight`; a flood must not make an operator's look at it expensive.
inline constexpr std::size_t max_inflight_rows = 1000;

/// Rows of `failures`.
inline constexpr std::size_t max_failure_rows = 100;

/// Answers the request `line` (without its line end). Every request gets exactly one reply.
void handle(std::string_view line, Service& service, const Reply& reply);

/// The request that calls `verb`, without line end.
[[nodiscard]] std::string request_line(const Verb& verb, const std::vector<std::string>& arguments);

/// The reply that says why a request was not served. `kind` is "usage" or "failed".
[[nodiscard]] std::string error_reply(std::string_view kind, std::string_view message);

}  // namespace rw::control
