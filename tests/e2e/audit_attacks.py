#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""An outsider with file access, as a person would meet him: backups put back in part, sources swapped, two requests at
once, disks that are not mounted or full, links and FIFOs in folders, names that steer a terminal. Each ends with a
refusal or an alarm in one sentence, and nothing is signed twice."""

import contextlib
import functools
import http.server
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from audit_ground import CTL, WITNESS, check, ctl, zone_text, BASE


def zone(folder, serial, name_server="d.nic.fr."):
    path = folder / f"{serial}-{name_server}zone"
    path.write_text(zone_text(serial, {**BASE, ("fr.", "NS"): [name_server]}))
    return path


class Log:
    """One institution's log in a folder of its own."""

    def __init__(self, work, name):
        self.dir, self.key, self.work = work / name, work / f"{name}.key", work
        self.where = ["--dir", self.dir, "--key", self.key]
        self.vkey = ctl("audit", "init", *self.where, "--origin", f"{name}.example/log").stdout.strip()

    def ingest(self, *zones, expect=0):
        return ctl("audit", "ingest", "--no-anchor", *self.where, *zones, expect=expect)

    def size(self):
        return int((self.dir / "checkpoint").read_text().splitlines()[1])


def one_sentence(done, words):
    said = (done.stdout + done.stderr).strip()
    return words in said and said.replace("\n", "").isprintable()


def backups(work):
    log = Log(work, "bank")
    log.ingest(zone(work, 2026112001))
    old = work / "old"
    shutil.copytree(work / "bank", old)
    old_head = (work / "bank.key.head").read_bytes()
    log.ingest(zone(work, 2026112002))
    published = work / "published"
    shutil.copytree(work / "bank", published)
    size, head = log.size(), (work / "bank.key.head").read_bytes()
    evil = zone(work, 2026112002, "evil.example.")
    for what in (["commit"], ["commit", "checkpoint"], ["commit", "checkpoint", "tile", "store", "keys"]):
        for name in what:
            target = work / "bank" / name
            shutil.rmtree(target) if target.is_dir() else target.unlink()
            (shutil.copytree if (old / name).is_dir() else shutil.copy)(old / name, target)
        done = log.ingest(evil, expect=2)
        check(one_sentence(done, "second history"), f"{', '.join(what)} put back: refused")
    (work / "bank.key.head").write_bytes(old_head)
    shutil.copy(published / "checkpoint", work / "bank" / "checkpoint")
    check(one_sentence(log.ingest(evil, expect=2), "second history"), "what is beside the key put back too: refused")
    (work / "bank.key.head").unlink()
    check(one_sentence(log.ingest(evil, expect=2), "key.head is not there"), "the memory beside the key lost: refused")
    check(one_sentence(ctl("audit", "restore", *log.where, "--from", old, expect=2), "does not lead there"),
          "a copy that is too old restores nothing")
    done = ctl("audit", "restore", *log.where, "--from", published)
    check(f"goes on from {size} leaves" in done.stdout and (work / "bank.key.head").read_bytes() == head,
          "a copy of what was published restores the log")
    ctl("audit", "verify", log.dir, "--key", log.vkey, "--since", published / "checkpoint")
    log.ingest(evil)
    ctl("audit", "verify", log.dir, "--key", log.vkey, "--since", published / "checkpoint")
    check(log.size() > size, "and it goes on from there")
    check(one_sentence(ctl("audit", "init", "--dir", work / "second", "--key", log.key, expect=2), "another key"),
          "the same key makes no second log")


def export(work):
    log = Log(work, "feed")
    log.ingest(zone(work, 2026112001), zone(work, 2026112002, "b.nic.fr."))
    good = ctl("audit", "export", log.dir, "--key", log.vkey, "--format", "syslog").stdout
    check("b.nic.fr" in good, "an export of a good log has its events")
    check(one_sentence(ctl("audit", "export", log.dir, expect=2), "--key VKEY is wanted"), "without a key nothing is exported")
    bundles = log.dir / "tile" / "entries" / "000.p"
    tile = max(bundles.iterdir(), key=lambda path: int(path.name))
    tile.write_bytes(tile.read_bytes().replace(b"b.nic.fr", b"x.nic.fr"))
    for command in (["export", log.dir], ["export-zone", "2026112002", "--dir", log.dir]):
        done = ctl("audit", *command, "--key", log.vkey, expect=None)
        check(done.returncode in (1, 2) and not done.stdout and "tampered" in done.stderr,
              f"{command[0]} of a changed entry: refused, nothing comes out")


def follower(work):
    a, b = Log(work, "a"), Log(work, "b")
    keys = work / "keys"
    keys.write_text(f"{a.vkey}\n{b.vkey}\n")
    first = zone(work, 2026112001)
    for log in (a, b):
        log.ingest(first)
    state = ["--state", work / "state", "--key", keys]
    ctl("audit", "watch", a.dir, b.dir, *state)
    a.ingest(zone(work, 2026112002, "good.example."))
    b.ingest(zone(work, 2026112002, "bad.example."))
    done = ctl("audit", "watch", a.dir, b.dir, *state, expect=1)
    check("ALARM disagreement" in done.stdout, "institutions that disagree alarm")
    shutil.move(b.dir, work / "hidden")
    shutil.copytree(a.dir, b.dir)
    done = ctl("audit", "watch", a.dir, b.dir, *state, expect=1)
    check("ALARM swapped      b.example/log" in done.stdout, "a source that shows another log alarms")


class Slow(http.server.SimpleHTTPRequestHandler):
    """Each answer comes, in its own time."""

    def do_GET(self):
        time.sleep(1.2)
        super().do_GET()

    def log_message(self, *_):
        """Quiet."""


def slow_source(work):
    slow, good = Log(work, "slow"), Log(work, "good")
    for log in (slow, good):
        log.ingest(zone(work, 2026112001))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Slow, directory=slow.dir))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    began = time.monotonic()
    done = ctl("audit", "watch", f"http://127.0.0.1:{server.server_port}/", good.dir, "--patience", 1, "--state",
               work / "state", "--key", slow.vkey, "--key", good.vkey, expect=1)
    check("ALARM unreachable" in done.stdout and "took more than 1 seconds" in done.stdout and "log good.example/log" in done.stdout
          and time.monotonic() - began < 10, "a source that drips its answers holds up nobody else's alarms")
    server.shutdown()


def ask(work, tree, state, key, vkey, *more):
    request = "old 0\n\n" + (tree / "checkpoint").read_text()
    return subprocess.run([WITNESS, "--state", state, "--key", key, "--log", vkey, "--once", *more], input=request,
                          capture_output=True, text=True)


def fork_of(work, log, name, serial):
    """What the key holder could do: the same key, with a memory of its own, over a copy of the folder."""
    shutil.copytree(log.dir, work / name)
    shutil.copy(log.key, work / f"{name}.key")
    shutil.copy(f"{log.key}.head", work / f"{name}.key.head")
    ctl("audit", "ingest", "--no-anchor", "--dir", work / name, "--key", work / f"{name}.key",
        zone(work, serial, "fork.example."))
    return work / name


def witnesses(work):
    log = Log(work, "seen")
    log.ingest(zone(work, 2026112001))
    fork = fork_of(work, log, "fork", 2026112002)
    log.ingest(zone(work, 2026112002))
    both = 0
    for i in range(20):
        state, key = work / f"w{i}", work / f"w{i}.key"
        subprocess.run([WITNESS, "--init", "w.example", "--key", key, "--state", state], check=True, capture_output=True)
        replies = []
        threads = [threading.Thread(target=lambda tree=tree: replies.append(ask(work, tree, state, key, log.vkey)))
                   for tree in (log.dir, fork)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        both += sum(reply.stdout.startswith("\u2014 w.example") for reply in replies) > 1
    check(both == 0, "of two requests at once a witness never cosigns both forks")
    disk, key = work / "disk", work / "w0.key"
    shutil.copytree(work / "w0", disk / "state")
    moved = disk.rename(work / "unmounted")
    disk.mkdir()
    done = ask(work, fork, disk / "state", key, log.vkey)
    check(done.returncode == 2 and "mounted?" in done.stderr and not (disk / "state").exists(),
          "a witness whose disk is not mounted does not start")
    check(moved.exists() and ask(work, log.dir, work / "none", key, log.vkey).returncode == 2,
          "and makes no folder by itself")


def folders(work):
    log = Log(work, "links")
    log.ingest(zone(work, 2026112001))
    elsewhere = work / "elsewhere"
    elsewhere.mkdir()
    for name in ("letter.tmp", "999", "commit.tmp"):
        (elsewhere / name).write_text("precious")
    before = sorted((p.name, p.read_text()) for p in elsewhere.iterdir())
    hostile = {
        "a link": lambda path: path.symlink_to(elsewhere),
        "a FIFO": os.mkfifo,
        "a name of escapes": lambda path: os.mkfifo(path.parent / "\x1b]0;owned\x07"),
        "a huge name": lambda path: (path.parent / ("n" * 250)).mkdir(),
    }
    for what, make in hostile.items():
        for folder in ("", "tile", "store"):
            place = log.dir / folder / "strange"
            make(place)
            done = ctl("audit", "verify", log.dir, "--key", log.vkey, expect=None)
            if what != "a huge name":
                check(done.returncode == 1 and one_sentence(done, "does not belong here"),
                      f"{what} in {folder or 'the log'}: verify says so")
            done = ctl("audit", "heartbeat", *log.where, expect=None)
            check((done.stdout + done.stderr).replace("\n", "").isprintable(), "and nothing steers the terminal")
            for path in (log.dir / folder).iterdir():
                if path.name in ("strange", "\x1b]0;owned\x07") or path.name.startswith("nnn"):
                    path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    check(sorted((p.name, p.read_text()) for p in elsewhere.iterdir()) == before, "nothing elsewhere was touched")
    real = log.dir / "tile" / "0"
    real.rename(work / "moved")
    real.symlink_to(work / "moved")
    check(ctl("audit", "heartbeat", *log.where, expect=None).returncode == 2, "a link in the middle of a path is refused")
    real.unlink()
    (work / "moved").rename(real)
    ctl("audit", "heartbeat", *log.where)
    fifo = work / "2026112003.zone"
    os.mkfifo(fifo)
    started = subprocess.Popen([CTL, "audit", "ingest", *map(str, log.where), str(fifo)], stderr=subprocess.PIPE)
    with contextlib.suppress(subprocess.TimeoutExpired):
        started.wait(timeout=1)
    check(started.poll() is None, "a FIFO in an archive is waited for (a minute at most)")
    started.kill()
    started.communicate()


def two_at_once(work):
    log = Log(work, "twice")
    zones = [zone(work, 2026112100 + i) for i in range(40)]
    command = [CTL, "audit", "ingest", "--no-anchor", *map(str, log.where), *map(str, zones)]
    runs = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    results = [(run.communicate()[1], run.returncode) for run in runs]
    refused = [said for said, code in results if code == 2]
    check(any(code == 0 for _, code in results) and all("another process" in said for said in refused),
          f"of four writers at once {len(refused)} were refused")
    ctl("audit", "verify", log.dir, "--key", log.vkey)


def full_disk(work):
    disk = work / "small"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", disk], capture_output=True).returncode != 0:
        print("not run: a full disk needs the right to mount a tmpfs")
        return
    try:
        log = Log(disk, "log")
        log.ingest(zone(work, 2026112001))
        size = log.size()
        (disk / "ballast").write_bytes(b"x" * 150_000)
        for i in range(200):
            done = log.ingest(zone(work, 2026112200 + i), expect=None)
            if done.returncode != 0:
                break
        check(done.returncode == 2 and one_sentence(done, "No space left"), "a full disk ends the run with a sentence")
        (disk / "ballast").unlink()
        log.ingest(zone(work, 2026112001))
        ctl("audit", "verify", log.dir, "--key", log.vkey)
        check(log.size() > size, "and with room again the log goes on, whole")
    finally:
        subprocess.run(["umount", disk], check=True)


def main():
    for act in (backups, export, follower, slow_source, witnesses, folders, two_at_once, full_disk):
        with tempfile.TemporaryDirectory(prefix="rootward-attacks-") as folder:
            act(pathlib.Path(folder))


if __name__ == "__main__":
    sys.exit(main())
