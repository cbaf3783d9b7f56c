#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The most expensive zone files we could think of, each up to the limit of 64 MiB, given to `zone verify`, and to `audit
ingest` after a small version and after one as large: none may take more than two seconds of CPU. Meant for a release build on
a quiet machine; `--only WORDS` takes those whose name has the words, `--seconds` another bound."""

import argparse
import base64
import gzip
import pathlib
import random
import struct
import sys
import tempfile

from audit_ground import check, ctl, zone_text, BASE
from audit_hostile import measured

LIMIT = 64 << 20
RECORDS = 99_000


def root(serial, lines):
    """A root zone of so many lines as fit the limit."""
    head = zone_text(serial, BASE)
    room, kept = LIMIT - len(head) - 1, []
    for line in lines:
        room -= len(line) + 1
        if room < 0 or len(kept) == RECORDS:
            break
        kept.append(line)
    return (head + "\n".join(kept) + "\n").encode()


def rrsig(owner, covered, number):
    signature = base64.b64encode(struct.pack(">I", number)).decode()
    return f"{owner} 1 IN RRSIG {covered} 13 1 1 20270101000000 20260101000000 {number % 65536} . {signature}"


def signatures(types, each):
    for t in range(types):
        yield f"x. 1 IN TYPE{300 + t} \\# 1 00"
        for i in range(each):
            yield rrsig("x.", f"TYPE{300 + t}", t * each + i)


def key(number):
    data = base64.b64encode(random.Random(number).randbytes(64)).decode()
    return f". 3600 IN DNSKEY 257 3 13 {data}"


def keys_and_signatures():
    """64 keys whose tags collide with nothing, and eight signatures over each of the many RRsets."""
    yield from (key(i) for i in range(64))
    for i in range(RECORDS // 9):
        yield f"t{i}. 1 IN TXT x"
        yield from (rrsig(f"t{i}.", "TXT", i * 8 + n) for n in range(8))


def bitmaps(count, windows=256):
    full = "".join(f"{window:02X}20" + "FF" * 32 for window in range(windows))
    for i in range(count):
        yield f"n{i}. 1 IN NSEC \\# {1 + len(full) // 2} 00{full}"


def name_of_255(number):
    label = "\\001" * 60
    return f"{label}.{label}.{label}.{'z' * 50}{number:06}."


def packed(count, part):
    return part * (min(LIMIT, count * len(part)) // len(part))


def ldns_texts():
    """Types that only the library knows, with as much in one record as a record may have."""
    many = 250_000
    yield "WKS", "192.0.2.1 6 " + " ".join(str(i % 65536) for i in range(many // 6))
    yield "APL", " ".join(f"1:192.0.2.{i % 256}/32" for i in range(many // 16))
    yield "SVCB", "1 . " + " ".join(f"key{i + 10}=x" for i in range(many // 12))
    yield "HIP", "2 200100107B1A74DF365639CC39F1D578 AwEAAbdx " + " ".join("a.example." for _ in range(many // 11))
    yield "NSEC3", "1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr " + " ".join(f"TYPE{i}" for i in range(many // 10))
    yield "CSYNC", "66 3 " + " ".join(f"TYPE{i}" for i in range(many // 10))
    yield "SPF", " ".join('"' + "a" * 250 + '"' for _ in range(240))
    yield "NAPTR", '100 50 "s" "z3950+I2L+I2C" "" _z3950._tcp.gatech.edu.'


def files():
    """Name and content."""
    yield "eight signatures on each of many types at one owner", root(1, signatures(27_000, 8))
    yield "a hundred signatures on each type", root(1, signatures(2_000, 100))
    yield "many types at one owner", root(1, (f"x. 1 IN TYPE{300 + t} \\# 1 00" for t in range(60_000)))
    yield "keys and signatures", root(1, keys_and_signatures())
    yield "100,000 keys", root(1, map(key, range(100_000)))
    yield "full type bitmaps without end", root(1, bitmaps(4_000))
    yield "type bitmaps up to the limit of a record, and of text", root(1, bitmaps(255, 94))
    yield "octets that are written as escapes, up to both limits", root(1, (f"x{i}. 1 IN TXT " + " ".join('"' + "\\128" * 255 + '"' for _ in range(200))
                                                                            for i in range(260)))
    yield "delegations", root(1, (f"t{i}. 1 IN NS ns{i}.t{i}." for i in range(RECORDS)))
    yield "delegations with glue", root(1, (f"{'' if i % 2 else 'a.'}t{i // 2}. 1 IN {'NS a.t' + str(i // 2) + '.' if i % 2 else 'A 192.0.2.1'}"
                                           for i in range(RECORDS)))
    yield "one host for all", root(1, (f"t{i}. 1 IN NS a.gtld-servers.net." for i in range(RECORDS)))
    yield "names in falling order", root(1, (f"t{RECORDS - i}. 1 IN NS a." for i in range(RECORDS)))
    yield "names of 255 octets", root(1, (f"{name_of_255(i)} 1 IN A 192.0.2.1" for i in range(RECORDS)))
    yield "one name of 255 octets", root(1, (f"{name_of_255(0)} 1 IN TYPE999 \\# 4 {i:08X}" for i in range(RECORDS)))
    yield "text that is all escapes", root(1, (f"t{i}. 1 IN TXT " + " ".join('"' + "\\001" * 250 + '"' for _ in range(4))
                                              for i in range(RECORDS)))
    yield "large records that differ at their end", root(1, (f"x{i % 9}. 1 IN TYPE999 \\# 60004 {'00' * 60000}{i:08X}" for i in range(600)))
    yield "a signature for each name", root(1, (rrsig(f"t{i}.", "NS", i) for i in range(RECORDS)))
    yield "ZONEMD of unknown schemes", root(1, (f". 1 IN ZONEMD 1 {2 + i % 250} 240 {i:024X}" for i in range(80_000)))
    yield "only line ends", b"\n" * LIMIT
    yield "only comments", b";x\n" * (LIMIT // 3)
    yield "parentheses", root(1, ("x. 1 IN TXT ( " + "a\n" * 100_000 + ")" for _ in range(300)))
    for name, text in ldns_texts():
        yield f"{name} as the library reads it", root(1, (f"x{i}. 1 IN {name} {text}" for i in range(100_000)))
    yield "WKS in octets", root(1, (f"x{i}. 1 IN WKS \\# 8197 C000020106{'FF' * 8192}" for i in range(3_000)))
    yield "empty frames of zstd", packed(1 << 30, b"\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00")
    yield "empty members of gzip", packed(1 << 30, gzip.compress(b""))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--seconds", type=float, default=2)
    arguments = parser.parse_args()
    worst = 0
    with tempfile.TemporaryDirectory(prefix="rootward-worst-") as name:
        work = pathlib.Path(name)
        small = work / "small.zone"
        small.write_text(zone_text(2024010100, BASE))
        for number, (what, content) in enumerate(files()):
            if arguments.only not in what:
                continue
            path, other = work / "worst.zone", work / "other.zone"
            path.write_bytes(content)
            other.write_bytes(content.replace(b" 1 1800 900 ", b" 2 1800 900 ").replace(b"\nt", b"\nu").replace(b"192.0.2.1", b"192.0.2.2"))
            where = ["--dir", work / f"log{number}", "--key", work / f"key{number}"]
            ctl("audit", "init", *where, "--origin", "bank.example/log")
            ctl("audit", "ingest", *where, small)
            times = []
            for command in (["zone", "verify", path], ["audit", "ingest", *where, path], ["audit", "ingest", *where, other]):
                code, said, peak, cpu = measured(*command)
                times.append(cpu)
                if code not in (0, 1) or cpu > arguments.seconds:
                    print(f"FAILED: {what}: {command[:2]}: exit {code}, {cpu:.2f} s, {peak} MiB: {said[:200]}")
                    worst = max(worst, cpu, arguments.seconds + (code not in (0, 1)))
            worst = max(worst, *times)
            print(f"{what}: {len(content) >> 20} MiB: verify {times[0]:.2f} s, ingest {times[1]:.2f} s, again {times[2]:.2f} s")
    check(worst <= arguments.seconds, f"no file takes more than {arguments.seconds} s: at most {worst:.2f}")


if __name__ == "__main__":
    sys.exit(main())
