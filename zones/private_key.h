// SPDX-License-Identifier: EUPL-1.2
// A private key that signs, wherever it lives: a file here, a token elsewhere (resolver/ctl/pkcs11.h). Algorithms are
// DNSSEC's numbers; signatures and public keys have DNSSEC's form (RFC 3110, RFC 6605, RFC 8080), which for Ed25519 is
// the raw one that DSSE envelopes use too.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "resolver/base/result.h"
#include "resolver/dnssec/algorithm.h"
#include "zones/files.h"

struct evp_pkey_st;

namespace rw::zones
{

class PrivateKey
{
 public:
    virtual ~PrivateKey() = default;
    [[nodiscard]] virtual dnssec::Algorithm algorithm() const = 0;
    [[nodiscard]] virtual const OctetBuffer& public_key() const = 0;  ///< the key field of a DNSKEY
    [[nodiscard]] virtual Result<OctetBuffer> sign(Octets message) = 0;
};

/// Asks a person for the passphrase of `what`; what it gives is cleansed after use.
using AskPassphrase = std::function<Result<std::string>(const std::string& what)>;

/// Ed25519, ECDSA P-256 and RSA keys in PKCS #8 PEM files.
class FileKey final : public PrivateKey
{
 public:
    /// RSA keys have 2048 bits: the size of IANA's, and three keys fit a DNSKEY answer of 1,232 octets.
    [[nodiscard]] static Result<FileKey> generate(dnssec::Algorithm algorithm);
    /// Refuses a file that others than its owner may read.
    [[nodiscard]] static Result<FileKey> read(const std::string& path, const AskPassphrase& ask);
    /// With mode 0600, durably; encrypted (scrypt, AES-256) unless `passphrase` is empty.
    [[nodiscard]] Result<void> write(Files& files, const std::string& path, const std::string& passphrase) const;

    [[nodiscard]] dnssec::Algorithm algorithm() const override { return algorithm_; }
    [[nodiscard]] const OctetBuffer& public_key() const override { return public_key_; }
    [[nodiscard]] Result<OctetBuffer> sign(Octets message) override;

 private:
    struct Free {
        void operator()(evp_pkey_st* key) const;
    };
    using Handle = std::unique_ptr<evp_pkey_st, Free>;
    static Result<FileKey> adopt(Handle handle);

    Handle handle_;
    dnssec::Algorithm algorithm_ = dnssec::Algorithm::ed25519;
    OctetBuffer public_key_;
};

/// The key field of an RSA DNSKEY (RFC 3110 §2): length of the exponent, exponent, modulus.
[[nodiscard]] OctetBuffer rsa_key_field(Octets exponent, Octets modulus);

}  // namespace rw::zones
