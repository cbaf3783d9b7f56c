// SPDX-License-Identifier: EUPL-1.2
// Reading and writing of notes and vkeys. Every text has one accepted spelling, so a changed octet is a changed note.
#include "zones/audit/note.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace rw::zones::audit
{

namespace
{

constexpr std::string_view dash = "\xE2\x80\x94 ";  // U+2014 and a space start a signature line

bool is_key_type(std::uint8_t type)
{
    return type == static_cast<std::uint8_t>(KeyType::log) || type == static_cast<std::uint8_t>(KeyType::witness);
}

/// No ASCII control characters but newline. Octets above 0x7F pass unread: origins are compared octet by octet.
bool has_control(std::string_view text)
{
    return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < 0x20 && c != '\n') || c == 0x7f; });
}

Result<NoteSignature> read_signature_line(std::string_view line)
{
    if (!line.starts_with(dash))
        return failed("a signature line does not start with an em dash and a space");
    line.remove_prefix(dash.size());
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || !is_key_name(line.substr(0, space)))
        return failed("a signature line has no key name");
    const std::optional<OctetBuffer> octets = from_base64(line.substr(space + 1));
    if (!octets || octets->size() < 5)
        return failed("a signature line has no valid base64 signature");
    return NoteSignature{.name = std::string(line.substr(0, space)),
                         .key_id = load_u32(octets->data()),
                         .octets = OctetBuffer(octets->begin() + 4, octets->end())};
}

}  // namespace

bool is_key_name(std::string_view name)
{
    return !name.empty() && name.size() <= 255 &&
           std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7f && c != '+'; });
}

std::uint32_t VerifierKey::id() const
{
    const std::array<std::uint8_t, 1> kind{static_cast<std::uint8_t>(type)};
    const Digest digest = Sha256().add(name).add("\n").add(kind).add(key).finish();
    return load_u32(digest.data());
}

std::string VerifierKey::text() const
{
    OctetBuffer octets{static_cast<std::uint8_t>(type)};
    append(octets, key);
    return fmt::format("{}+{:08x}+{}", name, id(), base64(octets));
}

Result<VerifierKey> read_vkey(std::string_view text)
{
    const std::size_t first = text.find('+');
    const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos || !is_key_name(text.substr(0, first)))
        return failed(fmt::format("\"{}\" is not a vkey (name+keyid+base64)", text.substr(0, 80)));
    const std::optional<OctetBuffer> octets = from_base64(text.substr(second + 1));
    if (!octets || octets->size() != 33 || !is_key_type(octets->front()))
        return failed(fmt::format("vkey {}: not an Ed25519 log or witness key", text.substr(0, first)));
    VerifierKey key;
    key.name = text.substr(0, first);
    key.type = static_cast<KeyType>(octets->front());
    std::copy(octets->begin() + 1, octets->end(), key.key.begin());
    if (text.substr(first + 1, second - first - 1) != fmt::format("{:08x}", key.id()))
        return failed(fmt::format("vkey {}: the key id does not belong to name and key; it was mistyped", key.name));
    return key;
}

Result<std::vector<VerifierKey>> read_vkeys(std::string_view text)
{
    std::vector<VerifierKey> keys;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line.front() == '#')
            continue;
        Result<VerifierKey> key = read_vkey(line);
        if (!key)
            return std::unexpected(key.error());
        keys.push_back(std::move(*key));
    }
    if (keys.empty())
        return failed("no vkey (name+keyid+base64) in the text");
    return keys;
}

std::string NoteSignature::line() const
{
    OctetBuffer all;
    append_u32(all, key_id);
    append(all, octets);
    return fmt::format("{}{} {}\n", dash, name, base64(all));
}

std::string SignedNote::whole() const
{
    std::string all = text + "\n";
    for (const NoteSignature& signature : signatures)
        all += signature.line();
    return all;
}

Result<SignedNote> read_note(std::string_view whole)
{
    if (whole.size() > note_size_limit)
        return failed(fmt::format("the note is longer than {} octets", note_size_limit));
    if (has_control(whole))
        return failed("the note has a control character");
    const std::size_t split = whole.rfind("\n\n");
    if (split == std::string_view::npos)
        return failed("the note has no blank line before its signatures");
    Result<std::vector<NoteSignature>> signatures = read_signature_lines(whole.substr(split + 2));
    if (!signatures)
        return std::unexpected(signatures.error());
    return SignedNote{.text = std::string(whole.substr(0, split + 1)), .signatures = std::move(*signatures)};
}

Result<std::vector<NoteSignature>> read_signature_lines(std::string_view lines)
{
    std::vector<NoteSignature> signatures;
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        if (end == std::string_view::npos)
            return failed("the last signature line has no end: the note is cut");
        Result<NoteSignature> signature = read_signature_line(lines.substr(0, end));
        if (!signature)
            return std::unexpected(signature.error());
        signatures.push_back(std::move(*signature));
        lines.remove_prefix(end + 1);
    }
    if (signatures.empty())
        return failed("the note has no signature");
    return signatures;
}

}  // namespace rw::zones::audit
