#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""A second opinion in another language: recomputes the root and inclusion proofs of an audit log from its plain files,
checks its Ed25519 signature with openssl, and compares zones line by line. Shares no code with the program it judges."""

import base64
import hashlib
import ipaddress
import json
import pathlib
import struct
import subprocess
import tempfile

from audit_ground import need


def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def root_of(hashes):
    """MTH of RFC 6962 section 2.1."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    while len(hashes) > 1:
        row = [hashlib.sha256(b"\1" + a + b).digest() for a, b in zip(hashes[::2], hashes[1::2])]
        hashes = row + hashes[len(row) * 2:]
    return hashes[0]


def path_of(index, hashes):
    """PATH of RFC 6962 section 2.1.1: siblings from the leaf up."""
    if len(hashes) <= 1:
        return []
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    if index < split:
        return path_of(index, hashes[:split]) + [root_of(hashes[split:])]
    return path_of(index - split, hashes[split:]) + [root_of(hashes[:split])]


def tile_name(index):
    parts = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        parts.insert(0, f"x{index % 1000:03}")
    return "/".join(parts)


def entries_of(folder, size):
    entries = []
    for index in range((size + 255) // 256):
        width = min(256, size - index * 256)
        path = pathlib.Path(folder) / "tile" / "entries" / tile_name(index)
        if width < 256:
            path = path.with_name(path.name + ".p") / str(width)
        data, at = path.read_bytes(), 0
        while at < len(data):
            (length,) = struct.unpack_from(">H", data, at)
            entries.append(data[at + 2:at + 2 + length])
            at += 2 + length
    return entries


def read_checkpoint(text):
    body, signatures = text.rsplit("\n\n", 1)
    origin, size, root = (body + "\n").splitlines()[:3]
    return origin, int(size), base64.b64decode(root), body + "\n", signatures.splitlines()


def signed_by(vkey, body, signatures):
    """Ed25519 through openssl: the key as DER, the note's text, the 64 octets behind the key id."""
    name, key_id, encoded = vkey.split("+", 2)
    key = base64.b64decode(encoded)
    need(key[0] == 1 and hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8] == key_id, f"{vkey} has another key id")
    for line in signatures:
        _, signer, value = line.split(" ")
        octets = base64.b64decode(value)
        if signer != name or octets[:4].hex() != key_id:
            continue
        with tempfile.TemporaryDirectory() as folder:
            work = pathlib.Path(folder)
            (work / "key").write_bytes(bytes.fromhex("302a300506032b6570032100") + key[1:])
            (work / "text").write_bytes(body.encode())
            (work / "signature").write_bytes(octets[4:])
            return subprocess.run(
                ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", work / "key", "-rawin", "-in",
                 work / "text", "-sigfile", work / "signature"], capture_output=True).returncode == 0
    return False


def read_log(folder, vkey):
    """The leaves of a log whose root and signature are right."""
    origin, size, root, body, signatures = read_checkpoint((pathlib.Path(folder) / "checkpoint").read_text())
    entries = entries_of(folder, size)
    need(len(entries) == size, f"{len(entries)} entries, not {size}")
    need(root_of([leaf_hash(e) for e in entries]) == root, "the entries have the signed root")
    need(signed_by(vkey, body, signatures), "the checkpoint is signed")
    need(origin == vkey.split("+")[0], f"the checkpoint is of {vkey}")
    leaves = [json.loads(e) for e in entries]
    for index, (leaf, entry) in enumerate(zip(leaves, entries)):
        need(leaf["index"] == index, f"leaf {index} says its index")
        canonical = json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        need(canonical == entry, f"leaf {index} is in canonical form")
    return leaves, [leaf_hash(e) for e in entries]


def proof_in_bundle(text):
    """Index, proof and leaf of a bundle (C2SP tlog-proof)."""
    lines = text.splitlines()
    need(lines[0] == "c2sp.org/tlog-proof@v1", "a bundle begins with its kind")
    entry = base64.b64decode(lines[1].removeprefix("extra "))
    index = int(lines[2].removeprefix("index "))
    return index, [base64.b64decode(h) for h in lines[3:lines.index("")]], entry


UNLISTED = {"SOA", "RRSIG", "NSEC", "ZONEMD"}


def rdata_form(kind, words):
    if kind in ("NS", "CNAME"):
        return words[0].lower()
    if kind in ("A", "AAAA"):
        return str(ipaddress.ip_address(words[0]))
    if kind == "DS":
        return " ".join(words[:3]) + " " + "".join(words[3:]).upper()
    if kind == "DNSKEY":
        return " ".join(words[:3]) + " " + "".join(words[3:])
    return " ".join(words)


def rrsets_of_lines(lines):
    """(owner, type) to (ttl, set of RDATA). One record a line, as published root zones are."""
    found = {}
    for line in lines:
        owner, ttl, _, kind, *words = line.split()
        if kind in UNLISTED:
            continue
        old_ttl, data = found.setdefault((owner.lower(), kind), (int(ttl), set()))
        data.add(rdata_form(kind, words))
        found[(owner.lower(), kind)] = (min(old_ttl, int(ttl)), data)
    return found


def zone_diff(before, after):
    """Changes between two zone texts as {(owner, type): (added, removed, ttl before, ttl after)}."""
    old_lines, new_lines = before.splitlines(), after.splitlines()
    common = set(old_lines) & set(new_lines)
    places = {tuple(l.split()[i] for i in (0, 3)) for l in old_lines + new_lines if l not in common}
    keep = lambda lines: [l for l in lines if tuple(l.split()[i] for i in (0, 3)) in places]
    old, new = rrsets_of_lines(keep(old_lines)), rrsets_of_lines(keep(new_lines))
    changes = {}
    for key in old.keys() | new.keys():
        old_ttl, old_data = old.get(key, (None, set()))
        new_ttl, new_data = new.get(key, (None, set()))
        if (old_ttl, old_data) != (new_ttl, new_data):
            changes[key] = (new_data - old_data, old_data - new_data, old_ttl, new_ttl)
    return changes


def leaf_changes(leaves):
    """The same shape from delta leaves."""
    return {(c["owner"], c["type"]): (set(c["added"]), set(c["removed"]), c["ttl_before"], c["ttl_after"])
            for leaf in leaves for c in leaf["changes"]}
