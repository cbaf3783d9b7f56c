// SPDX-License-Identifier: EUPL-1.2
// Files of the store as a stranger may leave them: whatever a file says of itself, a version comes back with the content
// that its name is the hash of, or not at all. The seal is put right, so that what lies behind it is reached.
#include "tests/fuzz/harness.h"
#include "tests/unit/zones/simulated_files.h"
#include "zones/store.h"

using namespace rw::zones;
using rw::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    if (size > 1U << 16)
        return 0;
    SimulatedFiles files;
    const Digest digest = sha256("version");
    rw::OctetBuffer file(input, input + size);
    rw::append(file, sha256(rw::Octets(file)));
    (void)files.write("log/" + Store::relative_path(digest), file, 0644);
    Store store(files, "log");
    const rw::Result<std::string> text = store.get(digest);
    must(!text || sha256(*text) == digest, "a version has the content its name says");
    const rw::Result<Digest> kept = store.put("version", std::nullopt);
    must(kept && store.get(digest), "what a stranger put in its place keeps no version out");
    return 0;
}
