// SPDX-License-Identifier: EUPL-1.2
// HTTP(S) for the audit commands: reading a published log, asking a witness. libcurl does it; zones/ stays without
// sockets and sees a LogSource. Redirects are not followed and answers are bounded: the other side is a stranger.
#pragma once

#include <memory>
#include <string>

#include "zones/audit/log_source.h"

namespace rw::ctl
{

struct HttpReply {
    long status = 0;
    OctetBuffer body;
};

/// One GET, or a POST when `body` is given. Error when nothing came back within 30 s or more than `limit` octets did.
[[nodiscard]] Result<HttpReply> http(const std::string& url, const std::string* body, std::size_t limit);

[[nodiscard]] bool is_url(const std::string& text);

/// A log at a URL or in a folder. `files` must outlive it.
[[nodiscard]] std::unique_ptr<zones::audit::LogSource> open_source(zones::Files& files, const std::string& place);

}  // namespace rw::ctl
