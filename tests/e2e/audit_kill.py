#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Smoke test: `audit ingest` is killed with SIGKILL at random moments (200 times with --rounds 200) and started again.
The log must verify after each kill, never shrink, and in the end hold every version once."""

import argparse
import json
import pathlib
import random
import subprocess
import tempfile
import time

from audit_ground import CTL, check, ctl, need, zone_text, BASE


def zones(folder, count):
    paths = []
    for i in range(count):
        rrsets = dict(BASE)
        rrsets[("d.nic.fr.", "A")] = [f"194.0.{i // 250}.{i % 250 + 1}"]
        serial = 2024010100 + i // 2 % 28 * 100 + i % 2 + i // 56 * 10000
        paths.append(folder / f"{serial}.zone")
        paths[-1].write_text(zone_text(serial, rrsets))
    return paths


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    rng = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory(prefix="rootward-kill-") as name:
        work = pathlib.Path(name)
        paths = zones(work, 4 * arguments.rounds)
        log = ["--dir", work / "log", "--key", work / "key"]
        vkey = ctl("audit", "init", *log, "--origin", "bank.example/log").stdout.strip()
        size = killed = 0
        for round_number in range(arguments.rounds):
            process = subprocess.Popen([CTL, "audit", "ingest", *map(str, log), *map(str, paths)],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(rng.uniform(0.005, 0.12))
            process.kill()
            killed += process.wait() == -9
            # What a crash leaves is whole for what was published; recovery is the next writer's work.
            ctl("audit", "heartbeat", *log)
            report = json.loads(ctl("audit", "verify", work / "log", "--key", vkey, "--json").stdout)
            need(report["good"] and report["size"] >= size, f"after a kill: {report}")
            size = report["size"]
        check(killed > 0, f"{killed} of {arguments.rounds} runs were killed; the log verified after each")
        ctl("audit", "ingest", *log, *paths)
        report = json.loads(ctl("audit", "verify", work / "log", "--key", vkey, "--json").stdout)
        check(report["good"] and report["versions"] == len(paths), "every version is on record exactly once")


if __name__ == "__main__":
    main()
