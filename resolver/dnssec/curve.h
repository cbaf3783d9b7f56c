// SPDX-License-Identifier: EUPL-1.2
// A curve of RFC 6605 that is ready to verify: a key of OpenSSL whose point is exchanged. To make such a key costs a
// third of a verification and 4 KiB, nearly all of it for the curve; to exchange the point costs less than a
// microsecond. One object for each thread; used by PublicKey alone.
#pragma once

#include <openssl/evp.h>

#include <memory>

#include "resolver/base/octets.h"

namespace rw::dnssec
{

class Curve
{
 public:
    /// `group` as OpenSSL calls it: "P-256" or "P-384".
    explicit Curve(const char* group);

    /// Takes `point` (x | y, RFC 6605 §4) as the key of the verifications that follow; false when it is not on the
    /// curve, and then no key is there.
    [[nodiscard]] bool take(Octets point);
    /// `signature` is r | s (RFC 6605 §4), each as long as the field. An empty digest equals nothing.
    [[nodiscard]] bool verify(Octets digest, Octets signature);

 private:
    struct FreeKey {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    };
    struct FreeContext {
        void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    };
    std::unique_ptr<EVP_PKEY, FreeKey> key_;
    std::unique_ptr<EVP_PKEY_CTX, FreeContext> context_;
    bool has_point_ = false;
};

}  // namespace rw::dnssec
