// SPDX-License-Identifier: EUPL-1.2
// ldns parses and prints single records; everything it allocates is freed through unique_ptr.
#include "zones/ldns_bridge.h"

#include <fmt/format.h>
#include <ldns/ldns.h>

#include <memory>

namespace rw::zones
{

namespace
{

struct FreeRecord {
    void operator()(ldns_rr* record) const { ldns_rr_free(record); }
};
struct FreeField {
    void operator()(ldns_rdf* field) const { ldns_rdf_deep_free(field); }
};
struct FreeBuffer {
    void operator()(ldns_buffer* buffer) const { ldns_buffer_free(buffer); }
};
struct FreeText {
    void operator()(char* text) const { std::free(text); }  // NOLINT: ldns allocates with malloc
};

/// 128 KiB: ldns needs memory of several times the text; RDATA has at most 64 KiB.
constexpr std::size_t text_limit = 128U << 10;

/// WKS (RFC 1035 §3.4.2): for each port the library reads the host's table of services anew, 8 KiB of bitmap take four
/// seconds. Nobody has used the type since 1989 (RFC 1123 §2.2).
constexpr auto wks = static_cast<dns::RRType>(11);

}  // namespace

Result<void> ldns_read_rdata(dns::RRType type, std::span<const Word> words, const dns::Name& origin, OctetBuffer& out)
{
    if (type == wks)
        return failed("this type is read in the form of RFC 3597 only");
    std::string text = fmt::format(". 0 IN {}", dns::type_name(type));
    for (const Word& word : words) {
        text += word.quoted ? " \"" : " ";
        text += word.text;
        text += word.quoted ? "\"" : "";
        if (text.size() > text_limit)
            return failed("the data is too long");
    }
    const std::unique_ptr<ldns_rdf, FreeField> base(
        ldns_dname_new_frm_data(static_cast<std::uint16_t>(origin.size()), origin.wire().data()));
    ldns_rr* raw = nullptr;
    const ldns_status status = ldns_rr_new_frm_str(&raw, text.c_str(), 0, base.get(), nullptr);
    const std::unique_ptr<ldns_rr, FreeRecord> record(raw);
    if (status != LDNS_STATUS_OK)
        return failed(fmt::format("{} data: {}", dns::type_name(type), ldns_get_errorstr_by_id(status)));
    const std::unique_ptr<ldns_buffer, FreeBuffer> buffer(ldns_buffer_new(1024));
    if (!buffer || ldns_rr_rdata2buffer_wire(buffer.get(), record.get()) != LDNS_STATUS_OK)
        return failed(fmt::format("{} data does not fit", dns::type_name(type)));
    out.assign(ldns_buffer_begin(buffer.get()), ldns_buffer_current(buffer.get()));
    return {};
}

std::string ldns_rdata_text(dns::RRType type, Octets rdata)
{
    if (type == wks)
        return {};
    OctetBuffer wire{0};
    append_u16(wire, static_cast<std::uint16_t>(type));
    append_u16(wire, 1);
    append_u32(wire, 0);
    append_u16(wire, static_cast<std::uint16_t>(rdata.size()));
    append(wire, rdata);
    ldns_rr* raw = nullptr;
    std::size_t at = 0;
    const ldns_status status = ldns_wire2rr(&raw, wire.data(), wire.size(), &at, LDNS_SECTION_ANSWER);
    const std::unique_ptr<ldns_rr, FreeRecord> record(raw);
    if (status != LDNS_STATUS_OK || at != wire.size())
        return {};
    std::string text;
    for (std::size_t i = 0; i < ldns_rr_rd_count(record.get()); ++i) {
        const std::unique_ptr<char, FreeText> field(ldns_rdf2str(ldns_rr_rdf(record.get(), i)));
        if (!field)
            return {};
        text += (i == 0 ? "" : " ") + std::string(field.get());
    }
    return text;
}

}  // namespace rw::zones
