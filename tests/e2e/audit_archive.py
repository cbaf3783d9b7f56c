#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The 1,082 real root zones of 2023-11-04 to 2024-12-31 in one run: memory flat, CPU per version within its limit, every
change equal to an independent diff, the known events right, one gap, at most one critical. Skips without the archive."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import audit_independent as independent
from audit_ground import CTL, REAL, check, ctl

CPU_LIMIT_MS = 100  # of a version, release build


def unpack(work):
    archive = REAL / "2023-2024.tar.zst"
    if not archive.exists() or not shutil.which("zstd"):
        print(f"SKIPPED: the archive of real root zones is not there ({archive})")
        sys.exit(77)
    subprocess.run(f"zstd -d --long=27 < '{archive}' | tar x -C '{work}'", shell=True, check=True)
    return sorted(work.glob("*.zone"))


def resident(pid):
    """Memory of a process in KiB; 0 when it is gone."""
    try:
        return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") // 1024
    except (OSError, IndexError):
        return 0


def ingest(log, zones):
    """Runs the command and watches this one process: tally, CPU for each version, largest memory in each quarter."""
    start, samples = time.time(), []
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen([CTL, "audit", "ingest", "--json", *map(str, log), *map(str, zones)], stdout=out,
                                   stderr=subprocess.DEVNULL)
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            samples.append(resident(process.pid))
            time.sleep(0.05)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        tally = json.load(out)
    check(process.returncode == 0, "ingest ends well")
    cpu = (usage.ru_utime + usage.ru_stime) * 1000 / len(zones)
    size = len(samples) // 4
    quarters = [max(samples[i * size:(i + 1) * size]) // 1024 for i in range(4)]
    print(f"{len(zones)} versions in {time.time() - start:.0f} s, {cpu:.1f} ms of CPU each, peak "
          f"{usage.ru_maxrss // 1024} MiB, by quarters {quarters} MiB; {tally}")
    return tally, cpu, quarters


def verify_speed(work, zone):
    """CPU of one `zone verify`, the least of five runs."""
    def cpu(path, at):
        least = 1e9
        for _ in range(5):
            process = subprocess.Popen([CTL, "zone", "verify", path, "--at", at], stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            check(process.returncode == 0, f"{path.name} is no bad zone") if least == 1e9 else None
            least = min(least, (usage.ru_utime + usage.ru_stime) * 1000)
        return least
    whole = work / "2022021501.zone"
    subprocess.run(["zstd", "-dqf", REAL / "2022021501.zone.zst", "-o", whole], check=True)
    for path, at, limit in ((whole, "2022-02-20", 200), (zone, "2023-11-05", 100)):
        least = cpu(path, at)
        print(f"zone verify {path.name}: {least:.0f} ms of CPU")
        if "release" in str(CTL):
            check(least <= limit, f"within {limit} ms")


def compare_all(leaves, zones):
    deltas = {}
    for leaf in leaves:
        if leaf["kind"] == "delta":
            deltas.setdefault(str(leaf["to"]), []).append(leaf)
    previous, count = zones[0].read_text(), 0
    for path in zones[1:]:
        text = path.read_text()
        expected = independent.zone_diff(previous, text)
        found = independent.leaf_changes(deltas.pop(path.stem))
        if found != expected:
            sys.exit(f"FAILED: {path.stem}: {found} is not {expected}")
        count += len(expected)
        previous = text
    check(not deltas, f"all {count} changes equal the independent diff")


def known_events(leaves, zones):
    events = {}
    for leaf in leaves:
        if leaf["kind"] == "event":
            events.setdefault((leaf["serial"], leaf["class"]), set()).add(leaf["tld"])
    for serial, name, tld in ((2023112002, "tld-removed", "volkswagen."), (2024020700, "tld-removed", "comcast."),
                              (2024020700, "tld-removed", "xfinity."), (2024022801, "ds-withdrawn", "fj."),
                              (2024051102, "ds-withdrawn", "ad."), (2023112702, "root-server-address", "."),
                              (2023120602, "zonemd-hash-changed", "."), (2023122000, "zsk-prepublished", "."),
                              (2024011100, "zsk-removed", ".")):
        check(tld in events.get((serial, name), ()), f"{serial}: {name} {tld}")
    renumbered = [l for l in leaves if l.get("class") == "root-server-address"]
    check(len(renumbered) == 1 and "170.247.170.2" in renumbered[0]["summary"] and "2801:1b8:10::b" in
          renumbered[0]["summary"], "b.root-servers.net. got both its new addresses, and nothing else moved")
    gaps = [l["missing"] for l in leaves if l["kind"] == "gap"]
    check(gaps == [[2024050201]], f"exactly one gap: {gaps}")
    daily = [l["serial"] for l in leaves if l.get("class") == "serials-per-day"]
    busy = sorted({z.stem[:8] for z in zones if int(z.stem[8:]) >= 3})
    check(sorted(str(s)[:8] for s in daily) == busy, f"each of the {len(busy)} days with a fourth serial is an event, once")
    critical = [l for l in leaves if l.get("severity") == "critical"]
    for leaf in critical:
        print(f"critical: {leaf['serial']} {leaf['summary']} ({leaf['reason']})")
    check(len(critical) <= 1, f"{len(critical)} critical in these two years")
    failed = [l for l in leaves if l.get("result") == "failed"]
    check(not failed, "no version failed")


def main():
    with tempfile.TemporaryDirectory(prefix="rootward-archive-") as name:
        work = pathlib.Path(name)
        zones = unpack(work)
        log = ["--dir", work / "log", "--key", work / "key"]
        vkey = ctl("audit", "init", *log, "--origin", "bank.example/log").stdout.strip()
        tally, cpu, quarters = ingest(log, zones)
        check(tally["recorded"] == len(zones) == 1082, "all versions are on record")
        check(quarters[3] <= quarters[0] + 4, f"memory is flat: {quarters} MiB in the quarters of the run")
        if "release" in str(CTL):
            check(cpu <= CPU_LIMIT_MS, f"{cpu:.1f} ms of CPU for a version")
        leaves, _ = independent.read_log(work / "log", vkey)
        check(True, f"{len(leaves)} leaves recomputed in Python")
        known_events(leaves, zones)
        compare_all(leaves, zones)
        ctl("audit", "verify", work / "log", "--key", vkey)
        check(True, "the log verifies")
        verify_speed(work, zones[0])
        size = sum(f.stat().st_size for f in (work / "log").rglob("*") if f.is_file())
        print(f"the log with all versions takes {size / 1e6:.1f} MB")


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    main()
