// SPDX-License-Identifier: EUPL-1.2
// Ed25519 through OpenSSL and the key files. Seeds pass through plain strings only while a file is read or written, and
// those are cleansed.
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "zones/audit/note.h"

namespace rw::zones::audit
{

namespace
{

constexpr std::string_view private_prefix = "PRIVATE+KEY+";

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

/// Ordinates of the points of small order on edwards25519, little-endian, both spellings of 0 and of 1: solutions of
/// 8P = O (RFC 8032 §5.1.7). The sign bit is left out.
constexpr std::array<std::string_view, 7> small_order{
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"};

/// Under such a key a signature that nobody made fits one message in eight, or every one. Attack: a party or a witness
/// that registers it, and whose votes anybody can cast.
bool has_small_order(Digest key)
{
    key.back() &= 0x7f;
    return std::ranges::find(small_order, hex_lower(key)) != small_order.end();
}

/// Wipes a text that held a private key.
class Cleansed
{
 public:
    explicit Cleansed(std::string& text) : text_(text) {}
    ~Cleansed() { OPENSSL_cleanse(text_.data(), text_.size()); }
    Cleansed(const Cleansed&) = delete;
    Cleansed& operator=(const Cleansed&) = delete;

 private:
    std::string& text_;
};

}  // namespace

bool ed25519_verifies(const Digest& key, std::string_view message, Octets signature)
{
    EVP_PKEY* handle = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size());
    const Context context(EVP_MD_CTX_new());
    const bool good = handle != nullptr && signature.size() == 64 && !has_small_order(key) &&
                      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, handle) == 1 &&
                      EVP_DigestVerify(context.get(), signature.data(), signature.size(), octets_of(message).data(),
                                       message.size()) == 1;
    EVP_PKEY_free(handle);
    return good;
}

void SigningKey::Free::operator()(evp_pkey_st* key) const
{
    EVP_PKEY_free(key);
}

Result<SigningKey> SigningKey::adopt(Handle handle, std::string name, KeyType type)
{
    if (!is_key_name(name))
        return failed(fmt::format("\"{}\" cannot name a key: use letters, digits, '.', '/', '-'", name));
    SigningKey key;
    key.verifier_.name = std::move(name);
    key.verifier_.type = type;
    std::size_t size = key.verifier_.key.size();
    if (!handle || EVP_PKEY_get_raw_public_key(handle.get(), key.verifier_.key.data(), &size) != 1)
        return failed("OpenSSL refused the Ed25519 key");
    key.handle_ = std::move(handle);
    return key;
}

Result<SigningKey> SigningKey::generate(std::string name, KeyType type)
{
    return adopt(Handle(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")), std::move(name), type);
}

Result<SigningKey> SigningKey::read(std::string_view text)
{
    if (!text.starts_with(private_prefix))
        return failed("a key file line does not start with PRIVATE+KEY+");
    text.remove_prefix(private_prefix.size());
    const std::size_t first = text.find('+');
    const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos)
        return failed("a private key has fewer than five parts");
    std::optional<OctetBuffer> octets = from_base64(text.substr(second + 1));
    if (!octets || octets->size() != 33)
        return failed("a private key is not an Ed25519 seed in base64");
    const std::uint8_t type = octets->front();
    Handle handle(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, octets->data() + 1, 32));
    OPENSSL_cleanse(octets->data(), octets->size());
    if (type != static_cast<std::uint8_t>(KeyType::log) && type != static_cast<std::uint8_t>(KeyType::witness))
        return failed("a private key is of an unknown type");
    Result<SigningKey> key = adopt(std::move(handle), std::string(text.substr(0, first)), static_cast<KeyType>(type));
    if (key && text.substr(first + 1, second - first - 1) != fmt::format("{:08x}", key->verifier().id()))
        return failed("a private key's id does not belong to its name and seed");
    return key;
}

std::string SigningKey::private_text() const
{
    OctetBuffer octets{static_cast<std::uint8_t>(verifier_.type)};
    octets.resize(33);
    std::size_t size = 32;
    EVP_PKEY_get_raw_private_key(handle_.get(), octets.data() + 1, &size);
    std::string text = fmt::format("{}{}+{:08x}+{}", private_prefix, verifier_.name, verifier_.id(), base64(octets));
    OPENSSL_cleanse(octets.data(), octets.size());
    return text;
}

OctetBuffer SigningKey::sign(std::string_view message) const
{
    OctetBuffer signature(64);
    std::size_t size = signature.size();
    const Context context(EVP_MD_CTX_new());
    if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, handle_.get()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &size, octets_of(message).data(), message.size()) != 1)
        signature.clear();
    return signature;
}

Result<std::vector<SigningKey>> read_key_file(const std::string& path)
{
    const Result<OctetBuffer> octets = read_secret_file(path);
    if (!octets)
        return std::unexpected(octets.error());
    std::string text(text_of(*octets));
    const Cleansed wipe(text);
    std::vector<SigningKey> keys;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = std::string_view(text).substr(at, end - at);
        at = end + 1;
        if (line.empty() || line.front() == '#')
            continue;
        Result<SigningKey> key = SigningKey::read(line);
        if (!key)
            return failed(fmt::format("key file {}: {}", path, key.error().message));
        keys.push_back(std::move(*key));
    }
    if (keys.empty())
        return failed(fmt::format("key file {} holds no key", path));
    return keys;
}

Result<void> write_key_file(Files& files, const std::string& path, const std::vector<SigningKey>& keys)
{
    std::string text = "# Private audit key: whoever reads this can sign in your name.\n";
    const Cleansed wipe(text);
    for (const SigningKey& key : keys) {
        std::string line = key.private_text();
        text += line + "\n";
        OPENSSL_cleanse(line.data(), line.size());
    }
    return replace_file_durably(files, path, octets_of(text), 0600);
}

}  // namespace rw::zones::audit
