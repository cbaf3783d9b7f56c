#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Zone files made to hurt, given to `zone verify`, `delta` and `audit ingest` as a person would: each ends with one clear
sentence and a bounded peak of memory, and none gets into the log."""

import contextlib
import gzip
import json
import os
import pathlib
import random
import subprocess
import tempfile
import time

from audit_ground import CTL, check, ctl, zone_text, BASE

PEAK_MIB = 192  # 64 MiB of text, as much again while it is unpacked, and what a quarter of a million records take
CPU_S = 10      # generous: a debug build on a busy machine


def measured(*arguments):
    """Runs rootwardctl; gives exit status, output, peak of memory in MiB and CPU seconds of that process alone."""
    with tempfile.TemporaryFile() as out:
        process, peak = subprocess.Popen([CTL, *map(str, arguments)], stdout=out, stderr=out), 0
        while True:
            # Not ru_maxrss, which begins at what this script had when it forked.
            with contextlib.suppress(OSError):
                status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
                peak = max(peak, *(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            time.sleep(0.002)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return process.returncode, out.read().decode(), peak // 1024, usage.ru_utime + usage.ru_stime


def with_lines(lines, serial=2024010100):
    return (zone_text(serial, BASE) + "\n".join(lines) + "\n").encode()


def files():
    """Name, content, words of the complaint."""
    soa = zone_text(2024010100, BASE).splitlines()[0]
    yield "a million delegations", with_lines(f"t{i}. 172800 IN NS ns{i % 1000}.example." for i in range(10**6)), "100000"
    yield "a million addresses", with_lines(f"a.gtld-servers.net. 1 IN A 10.{i >> 16}.{i >> 8 & 255}.{i & 255}"
                                            for i in range(10**6)), "100000"
    yield "a million escapes", with_lines([r"x. 1 IN TXT " + r"\065" * 10**6]), "longer than 256 KiB"
    yield "a record without end", with_lines(["x. 1 IN TXT ( " + "a\n" * 10**6]), "longer than 256 KiB"
    yield "only parentheses", b"(" * 10**6, "parenthes"
    yield "no line end", b"a" * (8 << 20), "cut off"
    yield "100 MiB of comments", b";" * (100 << 20), "larger than"
    yield "a bomb in gzip", gzip.compress(b"\n" * (200 << 20)), "larger than"
    yield "cut in the middle", zone_text(2024010100, BASE).encode()[:-9], "cut off"
    yield "two SOA", with_lines([soa.replace("2024010100", "2024010101")]), "second SOA"
    yield "SOA in the middle", (soa + "\n").encode() + zone_text(2024010100, BASE).encode(), "second SOA"
    yield "another zone", b"example. 1 IN SOA a. b. 1 2 3 4 5\n", "another zone"
    yield "no SOA", b"com. 1 IN NS a.\n", "no SOA"
    yield "an unknown type", with_lines(["x. 1 IN NOSUCHTYPE 1"]), "no RR type"
    yield "an escape of 999", with_lines([r"x\999. 1 IN A 192.0.2.1"]), "no domain name"
    yield "a name too long", with_lines([".".join(["a" * 60] * 5) + ". 1 IN A 192.0.2.1"]), "no domain name"
    yield "another program's file", b"root:x:0:0:root:/root:/bin/bash\n", "without a type"
    yield "noise", random.Random(8976).randbytes(1 << 20), ""
    yield "nothing", b"", "no SOA"


NO_ZONE_FILES = {"only parentheses", "no line end", "another program's file", "noise"}  # refused as such, not judged


def main():
    with tempfile.TemporaryDirectory(prefix="rootward-hostile-") as name:
        work = pathlib.Path(name)
        good = work / "good.zone"
        good.write_text(zone_text(2024010100, BASE))
        log = ["--dir", work / "log", "--key", work / "key"]
        ctl("audit", "init", *log, "--origin", "bank.example/log")
        worst = 0
        for what, content, words in files():
            path = work / "hostile.zone"
            path.write_bytes(content)
            judged = 2 if what in NO_ZONE_FILES else 1
            for command, status in ((["zone", "verify", path], judged), (["delta", good, path], 2),
                                    (["audit", "ingest", *log, path], 1)):
                code, said, peak, cpu = measured(*command)
                if code != status or words not in said or not said.replace("\n", "").isprintable() or len(said) > 2000 or peak > PEAK_MIB or cpu > CPU_S:
                    check(False, f"{what}: {command[0]}: exit {code}, {peak} MiB, {cpu:.1f} s: {said[:300]}")
                worst = max(worst, peak)
            if judged == 1:
                verdict = json.loads(ctl("zone", "verify", path, "--json", expect=1).stdout)
                if verdict["result"] != "failed" or not verdict["reason"].isprintable():
                    check(False, f"{what}: {verdict}")
            print(f"{what}: refused, {peak} MiB, {cpu:.2f} s")
        check(worst <= PEAK_MIB, f"every hostile file is refused with a clear sentence; at most {worst} MiB were used")
        tally = json.loads(ctl("audit", "ingest", "--json", *log, good).stdout)
        check(tally["recorded"] == 1 and tally["leaves"] < 100, "and none of it is in the log")


if __name__ == "__main__":
    started = time.time()
    main()
    print(f"{time.time() - started:.0f} s")
