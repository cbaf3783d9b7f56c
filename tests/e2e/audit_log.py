#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""From generated zones to a verified log, with a second opinion at every step: root, proofs, signature, diffs, canonical
export, rotation of keys, witnesses over HTTP, a log read over HTTP, a watcher that sees a rollback."""

import contextlib
import functools
import hashlib
import http.server
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import tempfile
import threading

import audit_independent as independent
from audit_ground import CTL, WITNESS, check, ctl, generated_zones, make_keys, need, sign, write_zones


@contextlib.contextmanager
def served(folder):
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    handler.log_message = lambda *_: None
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@contextlib.contextmanager
def witness(work, name, log_vkey):
    key = work / f"{name}.key"
    vkey = subprocess.run([WITNESS, "--init", f"{name}.example", "--key", key, "--state", work / name], check=True,
                          capture_output=True, text=True).stdout.strip()
    process = subprocess.Popen([WITNESS, "--key", key, "--state", work / name, "--log", log_vkey, "--listen",
                                "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    port = re.search(r"\d+", process.stdout.readline())[0]
    yield vkey, f"http://127.0.0.1:{port}"
    process.terminate()
    check(process.wait(timeout=10) == 0, f"witness {name} ends on SIGTERM")


def record(work):
    zones = write_zones(work / "zones")
    vkey = ctl("audit", "init", "--dir", work / "log", "--key", work / "key", "--origin", "bank.example/log").stdout.strip()
    check(stat.S_IMODE(os.stat(work / "key").st_mode) == 0o600, "the key file is for its owner alone")
    (work / "vkey").write_text(vkey + "\n")
    tally = json.loads(ctl("audit", "ingest", "--json", "--dir", work / "log", "--key", work / "key", *zones).stdout)
    check(tally["recorded"] == 6 and tally["results"]["unverifiable"] == 6, "six versions are on record")
    again = json.loads(ctl("audit", "ingest", "--json", "--dir", work / "log", "--key", work / "key", *zones).stdout)
    check(again["recorded"] == 0 and again["known"] == 6, "a second run records nothing twice")
    return vkey, zones


def compare_with_second_opinion(work, vkey, zones):
    leaves, hashes = independent.read_log(work / "log", vkey)
    check(True, f"root and signature of {len(leaves)} leaves recomputed in Python")
    for index in range(len(leaves)):
        bundle = ctl("audit", "prove", index, "--dir", work / "log").stdout
        where, proof, entry = independent.proof_in_bundle(bundle)
        need(where == index and proof == independent.path_of(index, hashes) and json.loads(entry) == leaves[index],
             f"the proof of leaf {index} is the one Python computes")
    check(True, "every inclusion proof is the one Python computes")
    for before, after in zip(zones, zones[1:]):
        expected = independent.zone_diff(before.read_text(), after.read_text())
        parts = [l for l in leaves if l["kind"] == "delta" and str(l["to"]) == after.stem]
        need(independent.leaf_changes(parts) == expected, f"the leaves of {after} hold the delta")
        shown = json.loads(ctl("delta", before, after, "--json").stdout)
        need(independent.leaf_changes([shown]) == expected, f"delta {after} shows the delta")
    check(True, "every delta is the one Python computes")
    events = {(l["class"], l["tld"]): l for l in leaves if l["kind"] == "event"}
    for wanted in (("glue-renumbered", "fr."), ("root-server-address", "."), ("tld-added", "xn--tckwe."),
                   ("tld-removed", "comcast."), ("ds-withdrawn", "fr."), ("serial-missing", ".")):
        need(wanted in events, f"{wanted} is an event")
    check(events[("ds-withdrawn", "fr.")]["severity"] == "critical", "a Union TLD that loses its DS is critical")
    gaps = [l["missing"] for l in leaves if l["kind"] == "gap"]
    check(gaps == [[2023112801]], "the missing serial is a fact of its own")
    for leaf in (l for l in leaves if l["kind"] == "version"):
        text = ctl("audit", "export-zone", leaf["serial"], "--dir", work / "log", "--key", vkey, text=False).stdout
        need(hashlib.sha256(text).hexdigest() == leaf["sha256"], f"version {leaf['serial']} comes back as it was")
    check(True, "every version comes back with the hash on record")


def judge(work, vkey):
    good = ctl("audit", "verify", work / "log", "--key", vkey)
    check("unwitnessed: protects against outsiders only" in good.stdout, "verify says that nobody witnesses")
    (work / "bundle").write_text(ctl("audit", "prove", 3, "--dir", work / "log").stdout)
    check("good" in ctl("audit", "check", work / "bundle", "--key", work / "vkey").stdout, "a bundle checks alone")
    shutil.copytree(work / "log", work / "bad")
    tile = work / "bad" / "tile" / "0" / "000.p" / str(max(int(p.name) for p in (work / "bad/tile/0/000.p").iterdir()))
    data = bytearray(tile.read_bytes())
    data[40] ^= 1
    tile.write_bytes(data)
    check("BAD" in ctl("audit", "verify", work / "bad", "--key", vkey, expect=1).stdout, "a changed tile is found")
    for form in ("jsonl", "syslog", "ocsf", "csv"):
        lines = ctl("audit", "export", "--dir", work / "log", "--key", vkey, "--format", form).stdout.splitlines()
        need(lines, f"{form} has lines")
        if form in ("jsonl", "ocsf"):
            need(all(json.loads(line) for line in lines), f"{form} is JSON")
    check(True, "exports in four forms")
    ctl("audit", "verify", work / "log", expect=2)
    ctl("audit", "verify", work / "nothing", "--key", vkey, expect=1)


def watch(work, key, *places, expect=0):
    return json.loads(ctl("audit", "watch", "--json", "--state", work / "follow", "--key", key, *places, expect=expect).stdout)


def from_configuration(work, vkey):
    """The daemon's own file says where log and key are, relative to itself."""
    (work / "rootward.yaml").write_text("audit: {dir: log, key: key}\n")
    where = ["-c", work / "rootward.yaml"]
    ctl(*where, "audit", "heartbeat")
    ctl(*where, "audit", "verify", "--key", vkey)
    lines = ctl(*where, "audit", "export", "--kind", "heartbeat").stdout.splitlines()
    check(len(lines) == 1, "the log is found in the daemon's configuration")
    (work / "rootward.yaml").write_text("audit: {folder: log}\n")
    check("folder" in ctl(*where, "audit", "heartbeat", expect=2).stderr, "and a mistake in it is named")


def rotate(work, vkey):
    watch(work, vkey, work / "log")
    shutil.copy(work / "log" / "checkpoint", work / "old-checkpoint")
    ctl("audit", "rotate", "--dir", work / "log", "--key", work / "key")
    watch(work, vkey, work / "log")
    keys = (work / "log" / "keys").read_text().split()
    check(len(keys) == 2 and keys[0] == vkey, "a second key is published beside the first")
    check(len((work / "log" / "checkpoint").read_text().split("\n\n")[1].splitlines()) == 2, "both sign")
    for key in keys:
        ctl("audit", "verify", work / "log", "--key", key, "--since", work / "old-checkpoint", expect=None)
    ctl("audit", "verify", work / "log", "--key", keys[0])
    ctl("audit", "rotate", "--retire", "--dir", work / "log", "--key", work / "key")
    ctl("audit", "heartbeat", "--dir", work / "log", "--key", work / "key")
    ctl("audit", "verify", work / "log", "--key", keys[0], expect=1)
    ctl("audit", "verify", work / "log", "--key", keys[1])
    check(stat.S_IMODE(os.stat(work / "key").st_mode) == 0o600, "the key file stays for its owner alone")
    ctl("audit", "verify", work / "log", "--key", keys[0], "--key", keys[1], "--since", work / "old-checkpoint")
    check(True, "after the overlap the new key signs alone, and the log still grew from the old checkpoint")
    followed = watch(work, vkey, work / "log")
    check(followed["alarms"] == [] and followed["logs"][0]["new_leaves"] == 2, "a watcher with the first key followed it")
    return keys[1]


def witnessed_and_watched(work, vkey):
    with witness(work, "w1", vkey) as (k1, u1), witness(work, "w2", vkey) as (k2, u2):
        policy = work / "policy"
        policy.write_text(f"log {vkey}\nwitness W1 {k1} {u1}\nwitness W2 {k2} {u2}\ngroup all all W1 W2\nquorum all\n")
        done = ctl("audit", "witness", "--dir", work / "log", "--key", work / "key", "--policy", policy)
        check("2 witness(es) cosigned" in done.stdout, "two witnesses cosign over HTTP")
        ctl("audit", "verify", work / "log", "--key", vkey, "--policy", policy)
        more = work / "zones" / "2023112901.zone"
        more.write_text((work / "zones" / "2023112900.zone").read_text().replace("2023112900", "2023112901"))
        ctl("audit", "ingest", "--dir", work / "log", "--key", work / "key", "--policy", policy, more)
        verdict = json.loads(ctl("audit", "verify", work / "log", "--key", vkey, "--policy", policy, "--json").stdout)
        check(verdict["witnesses"] == 2, "what is published later is witnessed again, with a consistency proof")
    with served(work / "log") as url:
        ctl("audit", "verify", url, "--key", vkey)
        check(True, "a published log verifies over HTTP")
        (work / "bundle").write_text(ctl("audit", "prove", 0, url).stdout)
        ctl("audit", "check", work / "bundle", "--key", vkey, "--policy", work / "policy")
        state = work / "state"
        watched = json.loads(ctl("audit", "watch", "--json", "--state", state, "--key", vkey, url).stdout)
        check(watched["alarms"] == [] and len(watched["events"]) >= 6, "a watcher follows it without alarm")
    shutil.copy(work / "old-checkpoint", work / "log" / "checkpoint")
    alarm = ctl("audit", "watch", "--state", state, "--key", vkey, "--key", work / "vkey", work / "log", expect=1)
    check("ALARM rollback" in alarm.stdout, "and alarms when it returns to an older checkpoint")


def signed_zones(work):
    keys, anchor = make_keys(work / "zones")
    at = 1701043200
    zone = sign(work / "zones" / "2023112700.zone", keys, at)
    done = json.loads(ctl("zone", "verify", zone, "--anchor", anchor, "--at", at + 60, "--json").stdout)
    check(done["result"] == "verified" and done["signatures"] == done["rrsets"], "a signed zone is verified")
    zone.write_text(zone.read_text().replace("194.0.9.2", "194.0.9.3"))
    done = json.loads(ctl("zone", "verify", zone, "--anchor", anchor, "--at", at + 60, "--json", expect=1).stdout)
    check(done["result"] == "failed" and "digest" in done["reason"], "one changed glue address fails it")


def main():
    with tempfile.TemporaryDirectory(prefix="rootward-audit-") as folder:
        work = pathlib.Path(folder)
        vkey, zones = record(work)
        compare_with_second_opinion(work, vkey, zones)
        judge(work, vkey)
        from_configuration(work, vkey)
        witnessed_and_watched(work, rotate(work, vkey))
        signed_zones(work)
    check(len(list(generated_zones())) == 6 and CTL.exists(), "done")


if __name__ == "__main__":
    main()
