#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""RRSIG records are read in resolver/dnssec and resolver/validate only.

What a signature says of itself (signer, labels, times) is anybody's until it has verified: elsewhere these facts come
from the verdict. That an RRSIG covers a type, which groups records, is what dns::covered_type() says.
"""

import re

import tree

# What a root zone publishes is reported as it stands, right or wrong.
REPORTS = ("zones/events_apex.cc", "zones/events_keys.cc")
# Makes the signatures of a zone of its own.
SIGNERS = ("zones/continuity/zone_keys.cc",)
READERS = ("resolver/dnssec/", "resolver/validate/", "tests/", "bench/") + REPORTS + SIGNERS
PARSED = re.compile(r"\bRrsig\b")
BY_HAND = re.compile(r"\bload_u(?:16|32)\s*\([^;]*\b(?:rrsig|signatures?)\b", re.IGNORECASE)


def check(files):
    findings = []
    for path, original in tree.cxx(files).items():
        if path.startswith(READERS):
            continue
        text = tree.blank(original)
        for pattern in (PARSED, BY_HAND):
            for match in pattern.finditer(text):
                findings.append(
                    f"{path}:{tree.line_of(text, match.start())}: an RRSIG is read here: take what the verdict says (dnssec/verify.h)"
                )
    return findings


def body(statement, path="resolver/iterate/a.cc"):
    return {path: "void f(const dns::RRset& set)\n{\n    " + statement + "\n}\n"}


GOOD = {
    "the verdict": body("const dns::Name owner = expanded.wildcard;"),
    "in dnssec": body("const auto rrsig = Rrsig::parse(set.signatures.front());", "resolver/dnssec/verify.cc"),
    "in validate": body("const auto rrsig = dnssec::Rrsig::parse(rdata);", "resolver/validate/signature_facts.cc"),
    "in a test": body("CHECK(Rrsig::parse(set.signatures.front()));", "tests/unit/resolver/dnssec/rrsig_test.cc"),
    "grouping": body("const bool covers = dns::covered_type(rdata) == type;"),
    "copying": body("for (const Octets signature : set.signatures)\n        append(to, signature);"),
    "a comment": body("// Rrsig::parse() is for others\n    g();"),
    "another number": body("const std::uint32_t serial = load_u32(soa.data());"),
}
BAD = {
    "parsed": body("const auto rrsig = dnssec::Rrsig::parse(set.signatures.front());"),
    "parsed in zones": body("if (dnssec::Rrsig::parse(rdata))\n        g();", "zones/verify.cc"),
    "kept": body("std::optional<Rrsig> rrsig;", "resolver/cache/a.h"),
    "by hand": body("const std::uint16_t tag = load_u16(set.signatures.front().data() + 16);"),
    "times by hand": body("const std::uint32_t end = load_u32(&rrsig[8]);", "resolver/frontend/a.cc"),
}

if __name__ == "__main__":
    tree.run(check, GOOD, BAD)
