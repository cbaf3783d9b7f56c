# SPDX-License-Identifier: EUPL-1.2
"""What an end-to-end test imports. A test is a program that runs inside the lab (`lab run -- python3 test.py`):

    import labkit
    lab = labkit.Lab()
    with lab.rootward({"root": {"prefer": ["i", "k"]}}) as ours, lab.peer("unbound") as theirs:
        lab.router("cut k")
        print(ours.ask("www.nsec-0000.se", "A", do=True).rcode, lab.router.counts()["i"]["udp_queries"])

`run_in_lab()` as the first statement makes a test start its own lab when it is run outside of one."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import lab_dns
import lab_paths
import lab_peers
from lab_control import Router
from lab_paths import LAB, LabError


@dataclass
class Name:
    """One line of names.tsv."""
    name: str
    type: str
    expect: str
    kind: str
    outcome: str

    @property
    def sound(self):
        return self.expect in ("secure", "insecure")


def run_in_lab(*options):
    """Outside the lab: runs this same program inside one and exits with its status. Inside: nothing."""
    if "RW_LAB_DIR" in os.environ:
        return
    os.execv(sys.executable, [sys.executable, str(LAB / "lab"), "run", "--quiet", *options, "--",
                              sys.executable, *sys.argv])


class Resolver:
    """A resolver that runs in the foreground; ends with the `with` block."""

    def __init__(self, name, command, address, port, log, cwd=None):
        self.name, self.address, self.port, self.log = name, address, port, Path(log)
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=cwd)

    def await_answer(self, name=".", rrtype="NS", limit=15.0):
        """Until the resolver answers a question with NOERROR; raises with its log when it does not."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline and self.process.poll() is None:
            reply = self.ask(name, rrtype, timeout=1.0)
            if reply is not None and reply.rcode == "NOERROR":
                return self
            time.sleep(0.05)
        state = self.process.poll()
        self.stop()
        raise LabError(f"{self.name} does not answer at {self.address}@{self.port} "
                       f"({'running' if state is None else f'ended with {state}'}); its log:\n{self.read_log()}")

    def ask(self, name, rrtype="A", **options):
        return lab_dns.ask(self.address, name, rrtype, port=self.port, **options)

    def read_log(self):
        return self.log.read_text(errors="replace")[-4000:]

    def stop(self, limit=10.0):
        """SIGTERM, and SIGKILL when that does not do; returns the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(limit)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Lab:
    def __init__(self):
        self.router = Router()
        self.folder = self.router.folder
        self._addresses = itertools.count(11)

    def names(self, expect=None, kind=None, limit=None):
        """Lines of names.tsv; `expect` may be `sound`."""
        found = []
        for line in (self.folder / "names.tsv").read_text().splitlines():
            name = Name(*line.split("\t"))
            if kind not in (None, name.kind) or (expect not in (None, name.expect) and
                                                 not (expect == "sound" and name.sound)):
                continue
            found.append(name)
            if limit is not None and len(found) == limit:
                break
        return found

    def new_address(self):
        """A loopback address that no other resolver of this test uses."""
        return f"127.0.0.{next(self._addresses)}"

    def peer(self, peer, address=None, port=53, **options):
        """Another resolver (unbound, named, pdns_recursor, kresd), ready to answer."""
        address = address or self.new_address()
        command = lab_peers.command(peer, lab_peers.PeerOptions(address=address, port=port, **options), self.folder)
        return Resolver(peer, command, address, port, self._log(peer, address)).await_answer()

    def rootward_settings(self, settings, address, port=53):
        """What a test adds to the shipped defaults: the lab's anchor, where to listen, a control socket."""
        own = {"listen": [{"address": address, "port": port, "protocol": "dns"}],
               "dnssec": {"trust-anchors": [str(self.folder / "anchor.ds")]},
               "control": {"socket": str(self.folder / f"rootward-{address}.sock")}}
        for section, values in (settings or {}).items():
            own[section] = {**own[section], **values} if isinstance(own.get(section), dict) else values
        return own

    def rootward(self, settings=None, address=None, port=53, binary=None, wait=True):
        """`rootward` with these settings (a dict, merged section by section), ready to answer."""
        address = address or self.new_address()
        home = self.folder / "rootward" / address
        home.mkdir(parents=True, exist_ok=True)
        # YAML is a superset of JSON, so no YAML writer is needed.
        (home / "rootward.yaml").write_text(json.dumps(self.rootward_settings(settings, address, port), indent=1))
        program = binary or find_binary("rootward")
        resolver = Resolver("rootward", [str(program), "-c", str(home / "rootward.yaml")], address, port,
                            self._log("rootward", address), cwd=home)
        resolver.control = self.folder / f"rootward-{address}.sock"
        return resolver.await_answer() if wait else resolver

    def ask_all(self, resolvers, *options, output=None, names=None):
        """Runs lab_ask against resolvers; returns (exit status, what it printed)."""
        command = [str(lab_paths.program("lab_ask")), "--names", str(names or self.folder / "names.tsv")]
        for resolver in resolvers:
            command += ["--server", f"{resolver.address}@{resolver.port}"]
        command += ["--output", str(output)] if output else []
        done = subprocess.run([*command, *map(str, options)], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def _log(self, name, address):
        return self.folder / "log" / f"{name}-{address}.log"


def find_binary(name):
    """A program of the build: `<build>/rootward`, or wherever below the build it is."""
    build = lab_paths.build_folder()
    for candidate in (build / name, *sorted(build.glob(f"*/**/{name}"))):
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate
    raise LabError(f"no {name} in {build}")
