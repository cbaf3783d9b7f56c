// SPDX-License-Identifier: EUPL-1.2
// Names in both forms, with ldns as oracle for what is a name, for order and for ancestry. The input is two texts with
// a zero octet between them.
#include <memory>
#include <string>

#include "resolver/base/siphash.h"
#include "resolver/dns/name.h"
#include "tests/allocations.h"
#include "tests/fuzz/harness.h"

// Behind everything else: its macros break standard headers.
#include <ldns/ldns.h>

using rw::Octets;
using rw::dns::Name;
using rw::fuzz::must;

namespace
{

struct FreeRdf {
    void operator()(ldns_rdf* field) const { ldns_rdf_deep_free(field); }
};
using Field = std::unique_ptr<ldns_rdf, FreeRdf>;

Field read_with_ldns(const std::string& text)
{
    ldns_rdf* field = nullptr;
    return Field(ldns_str2rdf_dname(&field, text.c_str()) == LDNS_STATUS_OK ? field : nullptr);
}

Octets octets_of_field(const Field& field)
{
    return {ldns_rdf_data(field.get()), ldns_rdf_size(field.get())};
}

void check_text(const std::string& text, const std::optional<Name>& name, const Field& theirs)
{
    must(!name || theirs, "ldns reads every name that we read");
    if (!name)
        return;
    must(rw::equal(name->wire(), octets_of_field(theirs)), "both read the same octets");
    const auto again = Name::parse(name->to_string());
    must(again && again->identical(*name), "what is printed reads back");
    const Field printed = read_with_ldns(name->to_string());
    must(printed && rw::equal(name->wire(), octets_of_field(printed)), "ldns reads what we print");
    const auto wire = Name::from_wire(name->wire());
    must(wire && wire->identical(*name) && wire->label_count() == name->label_count(), "wire form reads back");
    must(text.empty() || name->size() <= rw::dns::max_name_octets, "the limit holds");
}

constexpr rw::HashKey key{1, 2};

void check_pair(const Name& a, const Name& b, const Field& x, const Field& y)
{
    const int theirs = ldns_dname_compare(x.get(), y.get());
    const auto ours = a <=> b;
    must((ours < 0) == (theirs < 0) && (ours > 0) == (theirs > 0), "canonical order is that of ldns");
    must((a == b) == (theirs == 0), "equality is that of ldns");
    must(a != b || keyed_hash(key, a) == keyed_hash(key, b), "equal names have equal hashes");
    ldns_dname2canonical(x.get());  // ldns_dname_is_subdomain minds case
    ldns_dname2canonical(y.get());
    must(a.is_below(b) == ldns_dname_is_subdomain(x.get(), y.get()), "ancestry is that of ldns");
    const std::size_t common = a.common_labels(b);
    must(a.ancestor(common) == b.ancestor(common), "common labels are common");
    must(common == std::min(a.label_count(), b.label_count()) || a.ancestor(common + 1) != b.ancestor(common + 1),
         "no further label is common");
    must(a.is_at_or_below(b) == (common == b.label_count()), "a name is below what it shares all labels with");
    if (a.is_at_or_below(b)) {
        const auto same = a.rebase(b, b);
        must(same && *same == a, "rebasing onto the same name changes nothing");
        const auto onto_root = a.rebase(b, Name{});
        must(onto_root && onto_root->label_count() == a.label_count() - b.label_count(), "the part below is kept");
    }
    if (!a.is_root()) {
        const auto whole = a.parent().prepend(a.first_label());
        must(whole && whole->identical(a), "a name is its first label in front of its parent");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    const std::string both(reinterpret_cast<const char*>(input), size);
    const std::size_t border = std::min(both.find('\0'), both.size());
    const std::string first = both.substr(0, border);
    const std::string rest = both.substr(std::min(border + 1, both.size()));
    const std::string second = rest.substr(0, rest.find('\0'));
    const std::size_t before = rw::test::allocation_count();
    const auto a = Name::parse(first);
    const auto b = Name::parse(second);
    must(rw::test::allocation_count() == before, "reading a name never allocates");
    const Field x = read_with_ldns(first);
    const Field y = read_with_ldns(second);
    check_text(first, a, x);
    if (a && b && y)
        check_pair(*a, *b, x, y);
    (void)Name::from_wire({input, size});
    return 0;
}
