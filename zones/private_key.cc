// SPDX-License-Identifier: EUPL-1.2
// Keys in files, through OpenSSL.
#include "zones/private_key.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>

namespace rw::zones
{

namespace
{

constexpr unsigned rsa_bits = 2048;
constexpr int coordinate = 32;  // octets of a P-256 coordinate, and of r and s (RFC 6605 §4)

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

OctetBuffer number(const EVP_PKEY* key, const char* name)
{
    BIGNUM* value = nullptr;
    OctetBuffer octets;
    if (EVP_PKEY_get_bn_param(key, name, &value) == 1) {
        octets.resize(static_cast<std::size_t>(BN_num_bytes(value)));
        BN_bn2bin(value, octets.data());
    }
    BN_free(value);
    return octets;
}

/// x and y of a point, each 32 octets (RFC 6605 §4).
OctetBuffer point(const EVP_PKEY* key)
{
    OctetBuffer octets(2 * coordinate);
    for (const auto& [name, at] :
         {std::pair(OSSL_PKEY_PARAM_EC_PUB_X, 0), std::pair(OSSL_PKEY_PARAM_EC_PUB_Y, coordinate)}) {
        BIGNUM* value = nullptr;
        if (EVP_PKEY_get_bn_param(key, name, &value) != 1 || BN_bn2binpad(value, octets.data() + at, coordinate) < 0)
            octets.clear();
        BN_free(value);
        if (octets.empty())
            break;
    }
    return octets;
}

/// DER to r and s beside each other.
OctetBuffer plain_ecdsa(const OctetBuffer& der)
{
    const std::uint8_t* at = der.data();
    ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    OctetBuffer octets(2 * coordinate);
    if (signature == nullptr || BN_bn2binpad(ECDSA_SIG_get0_r(signature), octets.data(), coordinate) < 0 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature), octets.data() + coordinate, coordinate) < 0)
        octets.clear();
    ECDSA_SIG_free(signature);
    return octets;
}

/// What OpenSSL calls when a file is encrypted.
struct Prompt {
    const AskPassphrase& ask;
    const std::string& path;
    std::string problem;
};

int give_passphrase(char* buffer, int size, int, void* context)
{
    auto* prompt = static_cast<Prompt*>(context);
    Result<std::string> text = prompt->ask ? prompt->ask(prompt->path) : failed("it is encrypted");
    if (!text || text->size() > static_cast<std::size_t>(size)) {
        prompt->problem = text ? "the passphrase is too long" : text.error().message;
        return -1;
    }
    std::ranges::copy(*text, buffer);
    const int length = static_cast<int>(text->size());
    OPENSSL_cleanse(text->data(), text->size());
    return length;
}

}  // namespace

OctetBuffer rsa_key_field(Octets exponent, Octets modulus)
{
    OctetBuffer field;
    if (exponent.size() < 256) {
        append_u8(field, static_cast<std::uint8_t>(exponent.size()));
    } else {
        append_u8(field, 0);
        append_u16(field, static_cast<std::uint16_t>(exponent.size()));
    }
    append(field, exponent);
    append(field, modulus);
    return field;
}

void FileKey::Free::operator()(evp_pkey_st* key) const
{
    EVP_PKEY_free(key);
}

Result<FileKey> FileKey::adopt(Handle handle)
{
    FileKey signer;
    const EVP_PKEY* key = handle.get();
    switch (key == nullptr ? 0 : EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_ED25519: {
            signer.algorithm_ = dnssec::Algorithm::ed25519;
            signer.public_key_.resize(32);
            std::size_t size = 32;
            EVP_PKEY_get_raw_public_key(key, signer.public_key_.data(), &size);
            break;
        }
        case EVP_PKEY_RSA:
            signer.algorithm_ = dnssec::Algorithm::rsasha256;
            signer.public_key_ = rsa_key_field(number(key, OSSL_PKEY_PARAM_RSA_E), number(key, OSSL_PKEY_PARAM_RSA_N));
            break;
        case EVP_PKEY_EC:
            signer.algorithm_ = dnssec::Algorithm::ecdsap256sha256;
            if (EVP_PKEY_get_bits(key) == 256)
                signer.public_key_ = point(key);
            break;
        default:
            break;
    }
    if (signer.public_key_.empty())
        return failed("it is no Ed25519, ECDSA P-256 or RSA key");
    signer.handle_ = std::move(handle);
    return signer;
}

Result<FileKey> FileKey::generate(dnssec::Algorithm algorithm)
{
    switch (algorithm) {
        case dnssec::Algorithm::ed25519:
            return adopt(Handle(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")));
        case dnssec::Algorithm::rsasha256:
            return adopt(Handle(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{rsa_bits})));
        case dnssec::Algorithm::ecdsap256sha256:
            return adopt(Handle(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")));
        default:
            return failed("keys are Ed25519, ECDSA P-256 or RSASHA256");
    }
}

Result<FileKey> FileKey::read(const std::string& path, const AskPassphrase& ask)
{
    Result<OctetBuffer> octets = read_secret_file(path);
    if (!octets)
        return std::unexpected(octets.error());
    const Bio bio(BIO_new_mem_buf(octets->data(), static_cast<int>(octets->size())));
    Prompt prompt{.ask = ask, .path = path, .problem = {}};
    Handle handle(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &prompt));
    OPENSSL_cleanse(octets->data(), octets->size());
    if (!handle)
        return failed(
            fmt::format("key file {}: {}", path,
                        prompt.problem.empty() ? "no PKCS #8 PEM key, or the passphrase is wrong" : prompt.problem));
    Result<FileKey> signer = adopt(std::move(handle));
    return signer ? std::move(signer) : failed(fmt::format("key file {}: {}", path, signer.error().message));
}

Result<void> FileKey::write(Files& files, const std::string& path, const std::string& passphrase) const
{
    const Bio bio(BIO_new(BIO_s_mem()));
    const int written = PEM_write_bio_PKCS8PrivateKey(
        bio.get(), handle_.get(), passphrase.empty() ? nullptr : EVP_aes_256_cbc(),
        passphrase.empty() ? nullptr : passphrase.data(), static_cast<int>(passphrase.size()), nullptr, nullptr);
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    if (written != 1 || size <= 0)
        return failed("OpenSSL did not write the key");
    const Result<void> done =
        replace_file_durably(files, path, octets_of({text, static_cast<std::size_t>(size)}), 0600);
    OPENSSL_cleanse(text, static_cast<std::size_t>(size));
    return done;
}

Result<OctetBuffer> FileKey::sign(Octets message)
{
    const Context context(EVP_MD_CTX_new());
    const EVP_MD* hash = algorithm_ == dnssec::Algorithm::ed25519 ? nullptr : EVP_sha256();
    std::size_t size = 0;
    OctetBuffer signature;
    bool good = EVP_DigestSignInit(context.get(), nullptr, hash, nullptr, handle_.get()) == 1 &&
                EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) == 1;
    signature.resize(size);
    good = good && EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1;
    if (!good)
        return failed("OpenSSL did not sign");
    signature.resize(size);
    return algorithm_ == dnssec::Algorithm::ecdsap256sha256 ? plain_ecdsa(signature) : signature;
}

}  // namespace rw::zones
