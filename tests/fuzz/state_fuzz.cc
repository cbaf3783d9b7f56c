// SPDX-License-Identifier: EUPL-1.2
// Files that our own programs left on a disk that others can write: the states of watcher, witness and signer. Each is
// taken as it was meant or refused; none is believed about who signed.
#include "tests/fuzz/harness.h"
#include "tests/unit/zones/simulated_files.h"
#include "zones/audit/signer.h"
#include "zones/audit/watch.h"
#include "zones/audit/witness.h"

using namespace rw::zones;
using rw::fuzz::must;

namespace
{

const audit::SigningKey& key()
{
    static const audit::SigningKey one = audit::SigningKey::generate("fuzz.example/log", audit::KeyType::log).value();
    return one;
}

void read_watcher(const char* name, rw::Octets octets)
{
    SimulatedFiles files;
    (void)files.make_folder("state");
    (void)files.write(std::string("state/") + name, octets, 0600);
    (void)audit::Watcher::open(files, "state", {.keys = {key().verifier()}});
}

void read_witness(rw::Octets octets)
{
    SimulatedFiles files;
    const audit::WitnessPlace place{.state = files, .folder = "w", .beside_key = files, .key_path = "w.key"};
    (void)audit::WitnessDesk::init(place, key().verifier());
    for (const char* name : {"w/witness", "w.key.heads", "w/log-x"}) {
        const SimulatedFiles::Backup good = files.backup("w");
        (void)files.write(name, octets, 0600);
        (void)audit::WitnessDesk::introduce(place, key().verifier(), "fuzz.example/log");
        for (const auto& [path, content] : files.backup("w"))
            files.put_back(good, path);
    }
}

void read_signer(rw::Octets octets)
{
    SimulatedFiles files;
    (void)files.write("key.head", octets, 0600);
    const rw::Result<audit::Signer> signer =
        audit::Signer::open(files, "key", []() -> rw::Result<std::vector<audit::SigningKey>> {
            std::vector<audit::SigningKey> keys;
            keys.push_back(audit::SigningKey::read(key().private_text()).value());
            return keys;
        });
    must(!signer || signer->last(), "a memory that is there is read or refused");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    const rw::Octets octets{input, size};
    read_watcher("serials.json", octets);
    read_watcher("sources.json", octets);
    read_watcher(("log-" + hex_lower(sha256("fuzz.example/log")) + ".json").c_str(), octets);
    read_witness(octets);
    read_signer(octets);
    return 0;
}
