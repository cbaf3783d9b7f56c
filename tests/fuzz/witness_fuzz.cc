// SPDX-License-Identifier: EUPL-1.2
// Requests to a witness: nothing here is signed by the one log it serves, so nothing is cosigned and nothing remembered.
#include "tests/fuzz/harness.h"
#include "tests/unit/zones/simulated_files.h"
#include "zones/audit/witness.h"

using namespace rw::zones;
using rw::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    static SimulatedFiles files;
    static audit::WitnessDesk desk = [] {
        const audit::WitnessPlace place{.state = files, .folder = "w", .beside_key = files, .key_path = "w.key"};
        audit::SigningKey key = audit::SigningKey::generate("w.example", audit::KeyType::witness).value();
        (void)audit::WitnessDesk::init(place, key.verifier());
        const audit::VerifierKey log{.name = "fuzz.example/log", .type = audit::KeyType::log, .key = {}};
        return audit::WitnessDesk::open(place, std::move(key), {log}).value();
    }();
    const std::uint64_t before = files.operations();
    const audit::WitnessReply reply = desk.add_checkpoint(rw::text_of({input, size}), 1);
    must(reply.status >= 400 && reply.status < 500, "what nobody signed is refused");
    must(files.operations() == before, "and leaves no trace");
    return 0;
}
