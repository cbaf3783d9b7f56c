// SPDX-License-Identifier: EUPL-1.2
// A client's message as the front end reads and judges it: what is let in is a question that can be answered, and
// nothing in it stands for something else inside.
#include "resolver/frontend/client_query.h"
#include "resolver/frontend/sentinel.h"
#include "tests/fuzz/harness.h"

using rw::dns::RRClass;
using rw::dns::RRType;
using rw::fuzz::must;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size)
{
    const auto read = rw::frontend::read_query({input, size}, {});
    if (!read)
        return 0;
    const rw::frontend::ClientQuery& query = read->query;
    must(query.dnssec_ok ? query.edns : true, "DO is said with EDNS only");
    if (read->failure)
        return 0;
    must(query.has_question && query.opcode == rw::dns::Opcode::query, "what is let in is a question");
    must(query.question.rrclass == RRClass::in || query.question.rrclass == RRClass::ch, "of a class that is served");
    const RRType type = query.question.type;
    must(type == RRType::any || !rw::dns::is_meta(type), "for a type that data may have, or for ANY");
    must(!rw::dns::is_reserved(type), "never for a type that stands for none");
    const auto sentinel = rw::frontend::read_sentinel(query.question);
    must(!sentinel || type == RRType::a || type == RRType::aaaa,
         "a sentinel is a question for addresses (RFC 8509 §3)");
    return 0;
}
