#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Tables are hashed with a secret (resolver/base/keyed_table.h).

Outside tests there is no std::hash, used or specialised, and no unordered container that would use it: keys that come from
outside go into KeyedMap or KeyedSet; numbers that are keyed hashes already, and keys that carry one, name their hasher.
"""

import re

import tree

ROOMS = ("resolver/", "config/", "zones/", "bench/")
HOME = "resolver/base/keyed_table.h"
CONTAINER = re.compile(r"\bunordered_(?:multi)?(map|set)\s*<")
HASHERS = re.compile(r"\b(?:AlreadyKeyed|KeyedHash|Key::Hash|Hash)$")
STD_HASH = re.compile(r"\bstd\s*::\s*hash\b|\bstruct\s+hash\s*<")


def arguments(text, start):
    """The template arguments behind the `<` in front of `start`."""
    found, depth, at, begin = [], 0, start, start
    while at < len(text):
        c = text[at]
        if c in "<([":
            depth += 1
        elif c in ">)]":
            if depth == 0:
                break
            depth -= 1
        elif c == "," and depth == 0:
            found.append(text[begin:at].strip())
            begin = at + 1
        at += 1
    return found + [text[begin:at].strip()]


def check(files):
    findings = []
    for path, original in tree.cxx(files).items():
        if not path.startswith(ROOMS) or path == HOME:
            continue
        text = tree.blank(original)
        for match in STD_HASH.finditer(text):
            findings.append(f"{path}:{tree.line_of(text, match.start())}: std::hash has no secret: use keyed_hash()")
        for match in CONTAINER.finditer(text):
            given = arguments(text, match.end())
            hasher = given[2:] if match.group(1) == "map" else given[1:]
            if not hasher or not HASHERS.search(hasher[0]):
                findings.append(f"{path}:{tree.line_of(text, match.start())}: this table has no secret: use KeyedMap or KeyedSet")
    return findings


def header(line):
    return {"resolver/a.h": line + "\n"}


GOOD = {
    "keyed map": header("KeyedMap<Endpoint, std::list<Entry>> servers_;"),
    "keyed set": header("KeyedSet<std::string_view> wires(secret);"),
    "keyed numbers": header("using Tlds = std::unordered_set<std::uint64_t, AlreadyKeyed>;"),
    "a key with its hash": header("std::unordered_map<Key, std::pair<int, Zone>, Key::Hash> zones;"),
    "ordered": header("std::map<std::uint16_t, Attempt*> waiting_;"),
    "a comment": header("// no std::hash<Name>, no std::unordered_map<Name, int>"),
    "a test": {"tests/a_test.cc": "std::unordered_set<int> seen;\n"},
}
BAD = {
    "map by name": header("std::unordered_map<dns::Name, Zone> zones_;"),
    "set by address": header("std::unordered_set<IpAddress> clients_;"),
    "map by text": header("std::unordered_map<std::string, int> by_name_;"),
    "map by number": header("std::unordered_map<std::uint16_t, Attempt*> waiting_;"),
    "map of pairs": header("std::unordered_map<dns::Name, std::pair<int, Hash>> zones_;"),
    "another hasher": header("std::unordered_map<dns::Name, int, std::hash<dns::Name>> zones_;"),
    "multimap": header("std::unordered_multimap<dns::Name, int> zones_;"),
    "use": header("auto bucket = std::hash<dns::Name>{}(name) % 16;"),
    "specialisation": header("template <>\nstruct std::hash<rw::dns::Name> {\n};"),
    "specialisation inside std": header("namespace std {\ntemplate <>\nstruct hash<rw::dns::Name> {\n};\n}"),
}

if __name__ == "__main__":
    tree.run(check, GOOD, BAD)
