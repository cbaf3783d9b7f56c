# SPDX-License-Identifier: EUPL-1.2
"""The demonstration as a newcomer gets it, without a terminal: its exit status, the sentences and figures that carry the
point, and that nothing is left behind; then interrupted in the middle."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import ground

DEMO = [sys.executable, str(ground.E2E / "demo")]
MARK = "RW_DEMO_TEST"  # in the environment of everything the demonstration starts
LIMIT = 120.0  # seconds, on a machine that is busy with other tests; alone it takes a third
SENTENCES = (
    ("the trust anchor is the only change", r"\+  trust-anchors: \["),
    ("a hop names identity, operator and jurisdiction", r"[IK] root +(Netnod +SE|RIPE NCC +NL)"),
    ("all queries to the root go to I and K", r"all is well +100\.0%"),
    ("K cut off: all to I", r"K cut off +100\.0%"),
    ("both cut off: the share says 0", r"I and K cut off +0\.0%"),
    ("both back", r"both back +100\.0%"),
    ("a flood of made-up TLDs stays within the budget", r"[0-9]+ of them reached the root"),
    ("an impostor is found, by name", r"path-tampering \(critical\): K at 193\.0\.14\.129"),
    ("and is not asked", r"K: 0 queries"),
    ("no SERVFAIL", r"names asked, 0 SERVFAIL"),
    ("the daemon ended well", r"rootward ended with status 0"),
)


def leftovers(mark):
    """Processes that carry the mark in their environment, ended or not by their parents."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes():
                found.append(f"{folder.name} {(folder / 'comm').read_text().strip()}")
        except OSError:
            continue
    return found


def namespaces():
    """Network namespaces that any process of this machine is in, and those with a name."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found.add(os.readlink(folder / "ns" / "net"))
        except OSError:
            continue
    named = Path("/run/netns")
    return found | ({f"named {entry.name}" for entry in named.iterdir()} if named.exists() else set())


def start(mark):
    return subprocess.Popen(DEMO, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            env=dict(os.environ, **{MARK: mark}), start_new_session=True)


def of_mine(mark):
    """Network namespaces that processes with the mark are in."""
    inside = set()
    for entry in leftovers(mark):
        try:
            inside.add(os.readlink(f"/proc/{entry.split()[0]}/ns/net"))
        except OSError:
            continue
    return inside - {os.readlink("/proc/self/ns/net")}


def whole(verdict):
    began = time.monotonic()
    mark = f"whole-{os.getpid()}"
    demo = start(mark)
    seen_inside = set()
    lines = []
    for line in demo.stdout:
        lines.append(line)
        seen_inside |= of_mine(mark) if re.match(r"^[24]\. ", line) else set()
    status = demo.wait()
    took = time.monotonic() - began
    text = "".join(lines)
    verdict.expect(status == 0, f"exit status 0 (got {status})")
    for what, pattern in SENTENCES:
        verdict.expect(re.search(pattern, text), f"it shows: {what}")
    verdict.expect("\033[" not in text, "no colours without a terminal")
    verdict.expect(max(map(len, text.splitlines())) <= 130, "its lines fit on a page")
    verdict.expect(seen_inside, f"while it ran, there were namespaces of its own ({len(seen_inside)})")
    verdict.expect(not leftovers(mark), f"no process is left {leftovers(mark) or ''}")
    verdict.expect(not seen_inside & namespaces(), "no namespace is left")
    verdict.expect(took < LIMIT, f"it took {took:.0f} s")
    verdict.figure("whole run", f"{took:.0f} s, {len(lines)} lines")
    if verdict.failures:
        print(text)


def interrupted(verdict, number, to_group):
    """Ctrl-C in a terminal reaches the whole process group; `kill` only the first process."""
    mark = f"{number.name}-{os.getpid()}"
    demo = start(mark)
    for line in demo.stdout:
        if line.startswith("2. "):
            break
    inside = of_mine(mark)
    (os.killpg if to_group else os.kill)(demo.pid, number)
    try:
        rest, _ = demo.communicate(timeout=30)
        status = demo.returncode
    except subprocess.TimeoutExpired:
        demo.kill()
        rest, status = "", "still running after 30 s"
    verdict.expect(status == 130, f"{number.name}: exit status 130 (got {status})")
    verdict.expect("Interrupted" in rest and "Traceback" not in rest, f"{number.name}: it says so in a sentence")
    verdict.expect(inside and not leftovers(mark), f"{number.name}: no process is left {leftovers(mark) or ''}")
    verdict.expect(not inside & namespaces(), f"{number.name}: no namespace is left")
    if verdict.failures:
        print(rest[-3000:])


def main():
    reason = ground.obstacle()
    if reason:
        print(f"skipped: {reason}")
        return ground.SKIP
    verdict = ground.Verdict("demo: what a newcomer sees")
    whole(verdict)
    interrupted(verdict, signal.SIGINT, to_group=True)
    interrupted(verdict, signal.SIGTERM, to_group=False)
    return verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
