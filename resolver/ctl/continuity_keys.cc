// SPDX-License-Identifier: EUPL-1.2
// `continuity keys new`, `public` and `sign`: keys of parties, operators and zones; DNSKEY RRsets signed for a quarter
// by a key signing key that then goes back into its safe.
#include "resolver/ctl/continuity_keys.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <map>

#include "resolver/dnssec/dnskey.h"
#include "zones/continuity/zone_build.h"

namespace rw::ctl
{

using namespace zones;
using namespace zones::continuity;

namespace
{

struct KeysArguments {
    std::string out;
    std::string algorithm = "ed25519";
    bool plain = false;
    bool dnskey = false;
    std::vector<std::string> zsks;
    std::string from;
    std::int64_t slots = KeyPlan{}.slots;
    std::string slot = "10d";
    std::string validity = "21d";
    KeyOption key;
};

const std::map<std::string, dnssec::Algorithm> algorithms{{"ed25519", dnssec::Algorithm::ed25519},
                                                          {"ecdsap256sha256", dnssec::Algorithm::ecdsap256sha256},
                                                          {"rsasha256", dnssec::Algorithm::rsasha256}};

/// One line: base64 of the DNSKEY's RDATA for zone keys, of the raw key for Ed25519.
std::string public_line(const PrivateKey& signer)
{
    if (signer.algorithm() == dnssec::Algorithm::ed25519)
        return base64(signer.public_key());
    return base64(dnskey_rdata(dnssec::Dnskey::zone_flag, signer.algorithm(), signer.public_key()));
}

ExitStatus make_key(const KeysArguments& arguments, Invocation& invocation)
{
    PosixFiles files(folder_of(arguments.out));
    if (files.exists(arguments.out))
        return complain(invocation, fmt::format("{} is there already: a key is never overwritten", arguments.out));
    Result<std::string> passphrase = std::string();
    if (!arguments.plain) {
        passphrase = ask(invocation, "passphrase for the new key: ", true);
        const Result<std::string> again = ask(invocation, "once more: ", true);
        if (!passphrase || !again || passphrase->size() < 8 || *passphrase != *again)
            return complain(invocation, "the passphrases differ or have fewer than 8 characters: no key was made");
    }
    const auto algorithm = algorithms.find(arguments.algorithm);
    if (algorithm == algorithms.end())
        return complain(invocation, "a key is ed25519, ecdsap256sha256 or rsasha256");
    const Result<FileKey> signer = FileKey::generate(algorithm->second);
    if (!signer)
        return complain(invocation, signer.error().message);
    const Result<void> done = signer->write(files, arguments.out, *passphrase);
    OPENSSL_cleanse(passphrase->data(), passphrase->size());
    if (!done)
        return complain(invocation, done.error().message);
    invocation.out << public_line(*signer) << '\n';
    return ExitStatus::good;
}

ExitStatus show_public(const KeysArguments& arguments, Invocation& invocation)
{
    const Result<std::unique_ptr<PrivateKey>> signer = arguments.key.open(invocation);
    if (!signer)
        return complain(invocation, signer.error().message);
    if (arguments.dnskey)
        invocation.out << ds_text(dnskey_rdata(257, (*signer)->algorithm(), (*signer)->public_key())) << '\n';
    else
        invocation.out << public_line(**signer) << '\n';
    return ExitStatus::good;
}

ExitStatus sign(const KeysArguments& arguments, Invocation& invocation)
{
    const Result<Seconds> from =
        arguments.from.empty() ? Result<Seconds>(now_seconds() - hour) : read_moment(arguments.from);
    const Result<Seconds> slot = read_span(arguments.slot);
    const Result<Seconds> validity = read_span(arguments.validity);
    if (!from || !slot || !validity)
        return complain(invocation, !from   ? from.error().message
                                    : !slot ? slot.error().message
                                            : validity.error().message);
    std::vector<OctetBuffer> zsks;
    for (const std::string& one : arguments.zsks) {
        const Result<std::string> text = from_base64(one) ? Result<std::string>(one) : read_file_text(one);
        const std::optional<OctetBuffer> rdata = text ? from_base64(text->substr(0, text->find('\n'))) : std::nullopt;
        if (!rdata)
            return complain(invocation,
                            fmt::format("{} is no public zone signing key: the line that \"keys public\" prints", one));
        zsks.push_back(*rdata);
    }
    const Result<std::unique_ptr<PrivateKey>> ksk = arguments.key.open(invocation);
    if (!ksk)
        return complain(invocation, ksk.error().message);
    const Result<KeyBundle> bundle = sign_keys(**ksk, zsks,
                                               {.from = *from,
                                                .slots = std::clamp<std::int64_t>(arguments.slots, 1, 64),
                                                .slot = *slot,
                                                .validity = *validity});
    if (!bundle)
        return complain(invocation, bundle.error().message);
    if (Result<void> done = write_text_file(arguments.out, bundle_text(*bundle)); !done)
        return complain(invocation, done.error().message);
    const OctetBuffer anchor = dnskey_rdata(257, (*ksk)->algorithm(), (*ksk)->public_key());
    invocation.out << fmt::format("{}: {} keys, {} signatures until {}, answers of {} octets\ntrust anchor: {}\n",
                                  arguments.out, bundle->dnskeys.size(), bundle->slots.size(),
                                  time_words(bundle->slots.back().expiration), bundle->answer_octets(),
                                  ds_text(anchor));
    return ExitStatus::good;
}

}  // namespace

Result<std::string> read_file_text(const std::string& path)
{
    const Result<OctetBuffer> octets = read_named_file(path);
    if (!octets)
        return std::unexpected(octets.error());
    return std::string(text_of(*octets));
}

void add_continuity_keys(CLI::App& group, Invocation& invocation)
{
    CLI::App* keys = group.add_subcommand("keys", "Keys of parties, operators and zones.");
    keys->require_subcommand(1);
    const auto arguments = std::make_shared<KeysArguments>();
    CLI::App* made = keys->add_subcommand("new", "Make a key file (0600, with a passphrase); print the public key.");
    made->add_option("--out", arguments->out, "The key file.")->type_name("FILE")->required();
    made->add_option("--algorithm", arguments->algorithm, "ed25519 (default), ecdsap256sha256 or rsasha256.");
    made->add_flag("--no-passphrase", arguments->plain, "For tests, and for disks that are encrypted.");
    run_with(*made, invocation, arguments, make_key);
    made = keys->add_subcommand("public", "Print the public key of a key file or token.");
    made->add_flag("--ds", arguments->dnskey, "As the DS of a key signing key: a continuity trust anchor.");
    arguments->key.add_to(*made);
    run_with(*made, invocation, arguments, show_public);
    made = keys->add_subcommand("sign", "Sign the DNSKEY RRset ahead, for each slot of a quarter.");
    made->add_option("--zsk", arguments->zsks, "A public zone signing key; several bodies: give each.")->required();
    made->add_option("--from", arguments->from, "First slot (default: an hour ago).")->type_name("TIME");
    made->add_option("--slots", arguments->slots, "How many (default: 9).");
    made->add_option("--slot", arguments->slot, "Length of one (default: 10d).")->type_name("SPAN");
    made->add_option("--validity", arguments->validity, "Of each signature (default: 21d).")->type_name("SPAN");
    made->add_option("--out", arguments->out, "The bundle.")->type_name("FILE")->required();
    arguments->key.add_to(*made);
    run_with(*made, invocation, arguments, sign);
}

}  // namespace rw::ctl
