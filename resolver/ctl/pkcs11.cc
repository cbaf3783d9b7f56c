// SPDX-License-Identifier: EUPL-1.2
// One session with one token: find the key pair by its label, read the public half, sign with the private one.
#include "resolver/ctl/pkcs11.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "resolver/dnssec/digest.h"

namespace rw::ctl
{

namespace
{

// PKCS#11 3.0 names that p11-kit's header of Debian 12 lacks.
constexpr CK_KEY_TYPE ec_edwards_key = 0x40UL;  // CKK_EC_EDWARDS
constexpr CK_MECHANISM_TYPE eddsa = 0x1057UL;   // CKM_EDDSA
/// DER of DigestInfo for SHA-256 (RFC 8017 §9.2): CKM_RSA_PKCS pads what it is given.
constexpr std::array<std::uint8_t, 19> sha256_info{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                                   0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
constexpr std::size_t edwards_octets = 32;
constexpr std::size_t p256_octets = 64;
constexpr CK_ULONG object_limit = 2;  // more than one of a label is one too many

std::unexpected<Error> token_failure(std::string_view what, CK_RV code)
{
    return failed(fmt::format("the token refused to {}: {}", what, p11_kit_strerror(code)));
}

/// A public point: raw, or wrapped in an OCTET STRING (tokens differ), with or without the 4 of an uncompressed one.
std::optional<OctetBuffer> plain_point(Octets point, std::size_t wanted)
{
    const auto unwrapped = [&](Octets octets) -> std::optional<OctetBuffer> {
        if (octets.size() == wanted + 1 && wanted == p256_octets && octets.front() == 4)
            octets = octets.subspan(1);
        if (octets.size() != wanted)
            return std::nullopt;
        return OctetBuffer(octets.begin(), octets.end());
    };
    if (point.size() > 2 && point[0] == 0x04 && point[1] == point.size() - 2) {
        if (std::optional<OctetBuffer> inner = unwrapped(point.subspan(2)))
            return inner;
    }
    return unwrapped(point);
}

/// Value of `name` in "pkcs11:name=value;name=value".
std::string uri_part(const std::string& uri, std::string_view name)
{
    std::string_view rest = std::string_view(uri).substr(uri.find(':') + 1);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(';'), rest.size());
        const std::string_view part = rest.substr(0, end);
        if (part.starts_with(name) && part.size() > name.size() && part[name.size()] == '=')
            return std::string(part.substr(name.size() + 1));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

std::string label_of(const CK_TOKEN_INFO& about)
{
    std::string label(reinterpret_cast<const char*>(about.label), sizeof about.label);  // padded with blanks
    label.erase(label.find_last_not_of(' ') + 1);
    return label;
}

/// Modules that were loaded, released when this ends.
class Modules
{
 public:
    static Result<std::unique_ptr<Modules>> load(const std::string& path)
    {
        std::unique_ptr<Modules> modules(new Modules);
        if (path.empty()) {
            modules->list_ = p11_kit_modules_load_and_initialize(0);
            if (modules->list_ == nullptr)
                return failed(fmt::format("no PKCS#11 module: {}", message()));
            return modules;
        }
        modules->single_ = p11_kit_module_load(path.c_str(), P11_KIT_MODULE_CRITICAL);
        if (modules->single_ == nullptr)
            return failed(fmt::format("PKCS#11 module {} cannot be loaded: {}", path, message()));
        if (const CK_RV code = p11_kit_module_initialize(modules->single_); code != CKR_OK)
            return token_failure("start", code);
        modules->ready_ = true;
        return modules;
    }
    ~Modules()
    {
        if (list_ != nullptr)
            p11_kit_modules_finalize_and_release(list_);
        if (single_ != nullptr && ready_)
            p11_kit_module_finalize(single_);
        if (single_ != nullptr)
            p11_kit_module_release(single_);
    }
    Modules(const Modules&) = delete;
    Modules& operator=(const Modules&) = delete;

    [[nodiscard]] std::vector<CK_FUNCTION_LIST*> all() const
    {
        std::vector<CK_FUNCTION_LIST*> found;
        for (CK_FUNCTION_LIST** at = list_; at != nullptr && *at != nullptr; ++at)
            found.push_back(*at);
        if (single_ != nullptr)
            found.push_back(single_);
        return found;
    }

 private:
    Modules() = default;
    static std::string message()
    {
        const char* text = p11_kit_message();
        return text == nullptr ? "is p11-kit configured?" : text;
    }
    CK_FUNCTION_LIST** list_ = nullptr;
    CK_FUNCTION_LIST* single_ = nullptr;
    bool ready_ = false;
};

class TokenKey final : public zones::PrivateKey
{
 public:
    TokenKey(std::unique_ptr<Modules> modules, CK_FUNCTION_LIST* api, CK_SESSION_HANDLE session)
        : modules_(std::move(modules)), api_(api), session_(session)
    {
    }
    ~TokenKey() override { api_->C_CloseSession(session_); }
    TokenKey(const TokenKey&) = delete;
    TokenKey& operator=(const TokenKey&) = delete;

    [[nodiscard]] dnssec::Algorithm algorithm() const override { return algorithm_; }
    [[nodiscard]] const OctetBuffer& public_key() const override { return public_key_; }

    Result<void> find_key(const std::string& label)
    {
        const Result<CK_OBJECT_HANDLE> key = find(CKO_PRIVATE_KEY, label);
        const Result<CK_OBJECT_HANDLE> open = find(CKO_PUBLIC_KEY, label);
        if (!key || !open)
            return std::unexpected(!key ? key.error() : open.error());
        private_ = *key;
        return read_public(*open);
    }

    Result<OctetBuffer> sign(Octets message) override
    {
        CK_MECHANISM mechanism{};
        OctetBuffer input(message.begin(), message.end());
        if (algorithm_ == dnssec::Algorithm::ed25519) {
            mechanism.mechanism = eddsa;
        } else {
            dnssec::Digester digester;
            const dnssec::Digest digest = digester.of(dnssec::Hash::sha256, message);
            const bool rsa = algorithm_ == dnssec::Algorithm::rsasha256;
            mechanism.mechanism = rsa ? CKM_RSA_PKCS : CKM_ECDSA;
            input.assign(sha256_info.begin(), rsa ? sha256_info.end() : sha256_info.begin());
            append(input, digest.view());
        }
        if (const CK_RV code = api_->C_SignInit(session_, &mechanism, private_); code != CKR_OK)
            return token_failure("sign", code);
        OctetBuffer signature(512);  // RSA of 4,096 bits, the largest that DNSSEC allows
        CK_ULONG size = signature.size();
        if (const CK_RV code = api_->C_Sign(session_, input.data(), input.size(), signature.data(), &size);
            code != CKR_OK)
            return token_failure("sign", code);
        signature.resize(size);
        return signature;
    }

 private:
    Result<CK_OBJECT_HANDLE> find(CK_OBJECT_CLASS kind, const std::string& label)
    {
        std::string name = label;
        std::array<CK_ATTRIBUTE, 2> wanted{{{CKA_CLASS, &kind, sizeof kind}, {CKA_LABEL, name.data(), name.size()}}};
        if (const CK_RV code = api_->C_FindObjectsInit(session_, wanted.data(), wanted.size()); code != CKR_OK)
            return token_failure("search", code);
        std::array<CK_OBJECT_HANDLE, object_limit> found{};
        CK_ULONG count = 0;
        const CK_RV code = api_->C_FindObjects(session_, found.data(), object_limit, &count);
        api_->C_FindObjectsFinal(session_);
        if (code != CKR_OK)
            return token_failure("search", code);
        if (count != 1)
            return failed(fmt::format("the token has {} {} key called {}", count == 0 ? "no" : "more than one",
                                      kind == CKO_PRIVATE_KEY ? "private" : "public", label));
        return found.front();
    }

    Result<OctetBuffer> attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type)
    {
        CK_ATTRIBUTE wanted{type, nullptr, 0};
        CK_RV code = api_->C_GetAttributeValue(session_, object, &wanted, 1);
        constexpr CK_ULONG most = 4'096;  // octets of any attribute we read
        if (code != CKR_OK || wanted.ulValueLen > most)
            return token_failure("show its public key", code);
        OctetBuffer value(wanted.ulValueLen);
        wanted.pValue = value.data();
        code = api_->C_GetAttributeValue(session_, object, &wanted, 1);
        if (code != CKR_OK)
            return token_failure("show its public key", code);
        return value;
    }

    Result<void> read_public(CK_OBJECT_HANDLE object)
    {
        CK_KEY_TYPE type = 0;
        CK_ATTRIBUTE wanted{CKA_KEY_TYPE, &type, sizeof type};
        if (const CK_RV code = api_->C_GetAttributeValue(session_, object, &wanted, 1); code != CKR_OK)
            return token_failure("show its public key", code);
        if (type == CKK_RSA) {
            algorithm_ = dnssec::Algorithm::rsasha256;
            const Result<OctetBuffer> exponent = attribute(object, CKA_PUBLIC_EXPONENT);
            const Result<OctetBuffer> modulus = attribute(object, CKA_MODULUS);
            if (!exponent || !modulus)
                return std::unexpected(!exponent ? exponent.error() : modulus.error());
            public_key_ = zones::rsa_key_field(*exponent, *modulus);
            return {};
        }
        if (type != CKK_EC && type != ec_edwards_key)
            return failed("the key is no Ed25519, ECDSA P-256 or RSA key");
        const bool edwards = type == ec_edwards_key;
        algorithm_ = edwards ? dnssec::Algorithm::ed25519 : dnssec::Algorithm::ecdsap256sha256;
        const Result<OctetBuffer> point = attribute(object, CKA_EC_POINT);
        if (!point)
            return std::unexpected(point.error());
        const std::optional<OctetBuffer> plain = plain_point(*point, edwards ? edwards_octets : p256_octets);
        if (!plain)
            return failed("the key's public point has a form that is not Ed25519's or P-256's");
        public_key_ = *plain;
        return {};
    }

    std::unique_ptr<Modules> modules_;
    CK_FUNCTION_LIST* api_;
    CK_SESSION_HANDLE session_;
    CK_OBJECT_HANDLE private_ = 0;
    dnssec::Algorithm algorithm_ = dnssec::Algorithm::ed25519;
    OctetBuffer public_key_;
};

struct Slot {
    CK_FUNCTION_LIST* api;
    CK_SLOT_ID id;
};

std::optional<Slot> find_token(const Modules& modules, const std::string& label)
{
    for (CK_FUNCTION_LIST* api : modules.all()) {
        std::array<CK_SLOT_ID, 64> slots{};
        CK_ULONG count = slots.size();
        if (api->C_GetSlotList(CK_TRUE, slots.data(), &count) != CKR_OK)
            continue;
        for (CK_ULONG i = 0; i < count; ++i) {
            CK_TOKEN_INFO about{};
            if (api->C_GetTokenInfo(slots.at(i), &about) == CKR_OK && label_of(about) == label)
                return Slot{.api = api, .id = slots.at(i)};
        }
    }
    return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<zones::PrivateKey>> open_token_key(const std::string& uri, const std::string& module,
                                                          const AskPin& ask)
{
    const std::string token = uri_part(uri, "token");
    const std::string object = uri_part(uri, "object");
    if (token.empty() || object.empty())
        return failed(fmt::format("{} does not say token and object: write pkcs11:token=LABEL;object=LABEL", uri));
    Result<std::unique_ptr<Modules>> modules = Modules::load(module);
    if (!modules)
        return std::unexpected(modules.error());
    const std::optional<Slot> slot = find_token(**modules, token);
    if (!slot)
        return failed(fmt::format("no token is called {}", token));
    CK_SESSION_HANDLE session = 0;
    if (const CK_RV code = slot->api->C_OpenSession(slot->id, CKF_SERIAL_SESSION, nullptr, nullptr, &session);
        code != CKR_OK)
        return token_failure("open a session", code);
    auto signer = std::make_unique<TokenKey>(std::move(*modules), slot->api, session);
    Result<std::string> pin = ask(token);
    if (!pin)
        return std::unexpected(pin.error());
    const CK_RV code =
        slot->api->C_Login(session, CKU_USER, reinterpret_cast<unsigned char*>(pin->data()), pin->size());
    OPENSSL_cleanse(pin->data(), pin->size());
    if (code != CKR_OK)
        return token_failure("log in", code);
    if (Result<void> done = signer->find_key(object); !done)
        return std::unexpected(done.error());
    return signer;
}

}  // namespace rw::ctl
