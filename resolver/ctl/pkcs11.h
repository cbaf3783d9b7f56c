// SPDX-License-Identifier: EUPL-1.2
// Keys in tokens, through PKCS#11's C interface (header and module loading by p11-kit). The private key never leaves
// the token; no key material is in this process but the PIN, which is cleansed after the login.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "zones/private_key.h"

namespace rw::ctl
{

/// Asks a person for the PIN of a token.
using AskPin = std::function<Result<std::string>(const std::string& token)>;

/// `uri`: "pkcs11:token=LABEL;object=LABEL". `module`: path of a PKCS#11 library; empty: those that p11-kit is
/// configured for. Ed25519 (CKM_EDDSA), ECDSA P-256 (CKM_ECDSA) and RSA (CKM_RSA_PKCS) keys.
[[nodiscard]] Result<std::unique_ptr<zones::PrivateKey>> open_token_key(const std::string& uri,
                                                                        const std::string& module, const AskPin& ask);

}  // namespace rw::ctl
