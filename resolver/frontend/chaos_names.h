// SPDX-License-Identifier: EUPL-1.2
// Names of class CHAOS that tell about the server (RFC 4892): id.server, hostname.bind, version.server, version.bind.
// Off unless the operator set a text.
#pragma once

#include <optional>

#include "config/settings.h"
#include "resolver/dns/message_view.h"

namespace rw::frontend
{

class ChaosNames
{
 public:
    /// `settings` must outlive the object.
    explicit ChaosNames(const config::ServerSettings& settings) : settings_(settings) {}

    /// RDATA of the TXT record that answers `question`; nothing when there is none.
    [[nodiscard]] std::optional<OctetBuffer> find(const dns::Question& question) const;

 private:
    const config::ServerSettings& settings_;
};

}  // namespace rw::frontend
