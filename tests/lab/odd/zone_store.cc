// SPDX-License-Identifier: EUPL-1.2
// Implements zone_store.h.
#include "tests/lab/odd/zone_store.h"

#include <ldns/ldns.h>

#include <algorithm>
#include <cctype>
#include <memory>

namespace rw::lab
{
namespace
{

struct FreeRecord {
    void operator()(ldns_rr* record) const { ldns_rr_free(record); }
};
struct FreeBuffer {
    void operator()(ldns_buffer* buffer) const { ldns_buffer_free(buffer); }
};

}  // namespace

std::optional<WireName> parent_of(const WireName& name)
{
    if (name.size() <= 1) {
        return std::nullopt;
    }
    return name.substr(static_cast<std::size_t>(static_cast<unsigned char>(name.front())) + 1);
}

WireName lower_case(WireName name)
{
    // Length octets are below 64 and so never letters.
    std::ranges::transform(name, name.begin(),
                           [](unsigned char octet) { return static_cast<char>(std::tolower(octet)); });
    return name;
}

std::expected<void, std::string> ZoneStore::add(const std::string& line)
{
    ldns_rr* raw = nullptr;
    if (ldns_rr_new_frm_str(&raw, line.c_str(), 3600, nullptr, nullptr) != LDNS_STATUS_OK) {
        return std::unexpected("bad record: " + line);
    }
    const std::unique_ptr<ldns_rr, FreeRecord> record(raw);
    const std::unique_ptr<ldns_buffer, FreeBuffer> buffer(ldns_buffer_new(65536));
    ldns_rr_rdata2buffer_wire(buffer.get(), raw);
    const ldns_rdf* owner = ldns_rr_owner(raw);
    WireRecord wire;
    wire.owner = lower_case(std::string(reinterpret_cast<const char*>(ldns_rdf_data(owner)), ldns_rdf_size(owner)));
    wire.type = static_cast<std::uint16_t>(ldns_rr_get_type(raw));
    wire.ttl = ldns_rr_ttl(raw);
    wire.rdata.assign(reinterpret_cast<const char*>(ldns_buffer_begin(buffer.get())),
                      ldns_buffer_position(buffer.get()));
    owners_[wire.owner] = true;
    for (auto above = parent_of(wire.owner); above; above = parent_of(*above)) {
        ancestors_[*above] = true;
    }
    records_[{wire.owner, wire.type}].push_back(std::move(wire));
    return {};
}

std::optional<WireName> ZoneStore::zone_of(const WireName& name) const
{
    for (std::optional<WireName> at = name; at; at = parent_of(*at)) {
        if (find(*at, kSoa) != nullptr) {
            return at;
        }
    }
    return std::nullopt;
}

const std::vector<WireRecord>* ZoneStore::find(const WireName& name, std::uint16_t type) const
{
    const auto found = records_.find({name, type});
    return found == records_.end() ? nullptr : &found->second;
}

bool ZoneStore::exists(const WireName& name) const
{
    return owners_.contains(name) || ancestors_.contains(name);
}

}  // namespace rw::lab
