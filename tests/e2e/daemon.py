# SPDX-License-Identifier: EUPL-1.2
"""The daemon as tests start, steer and end it: with a configuration of the test's own in a folder of its own, changed and
reloaded, asked by `rootwardctl`. `lab.rootward()` of labkit is the shorter way when only its answers matter."""

import functools
import json
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import ground

START_LIMIT = 5.0  # seconds


@functools.cache
def _program():
    return str(ground.labkit.find_binary("rootwardctl"))


def ctl(*words, control=None, limit=30):
    """`rootwardctl WORDS`, done: exit status and what it wrote. `control`: the daemon's socket, when it is not the shipped
    one."""
    where = ["--socket", str(control)] if control else []
    return subprocess.run([_program(), *where, *map(str, words)], capture_output=True, text=True, timeout=limit, check=False)


def write(folder, text, name="rootward.yaml"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text if isinstance(text, str) else json.dumps(text))
    return folder / name


def resident_kib(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


class Daemon:
    """`rootward` with a configuration of the test's own, started in its folder with a relative path."""

    def __init__(self, lab, settings, address="127.0.0.70", prefix=(), port=53, program=None):
        self.home = lab.folder / "daemon" / address
        self.control = self.home / "control.sock"
        self.address = address
        shutil.rmtree(self.home, ignore_errors=True)
        own = lab.rootward_settings(settings, address, port)
        own["control"] = {"socket": "control.sock", **settings.get("control", {})}
        shutil.copytree(lab.folder, self.home / "own", ignore=lambda _f, names: [n for n in names if n != "anchor.ds"])
        own["dnssec"] = {"trust-anchors": ["own/anchor.ds"]}
        write(self.home, own)
        self.began = time.monotonic()
        program = program or str(ground.labkit.find_binary("rootward"))
        self.process = subprocess.Popen([*prefix, program, "-c", "rootward.yaml"], cwd=self.home, text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def await_tcp(self):
        """Seconds until TCP port 53 takes a connection; None when it does not."""
        while time.monotonic() - self.began < START_LIMIT and self.process.poll() is None:
            try:
                socket.create_connection((self.address, 53), timeout=1).close()
                return time.monotonic() - self.began
            except OSError:
                time.sleep(0.02)
        return None

    def ask(self, *words, **options):
        return ground.labkit.lab_dns.ask(self.address, *words, **options)

    def end(self, number=signal.SIGTERM):
        """(exit status, seconds, what it wrote)"""
        began = time.monotonic()
        self.process.send_signal(number)
        try:
            text, _ = self.process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            text, _ = self.process.communicate()
            return None, time.monotonic() - began, text
        return self.process.returncode, time.monotonic() - began, text


class Operator:
    """Changes the daemon's file and asks for a reload."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.file = daemon.home / "rootward.yaml"
        self.settings = json.loads(self.file.read_text())

    def ctl(self, *words):
        done = ctl("--json", *words, control=self.daemon.control)
        return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr

    def reload(self, **changes):
        """The reply to `reload` with these sections in place of the file's; straight through the socket, because a
        thousand processes take longer than a thousand reloads."""
        self.settings.update(changes)
        write(self.daemon.home, self.settings)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as control:
            control.settimeout(30)
            control.connect(str(self.daemon.control))
            control.sendall(b'{"verb": "reload"}\n')
            text = b""
            while part := control.recv(65536):
                text += part
        return json.loads(text) if text else {"applied": False, "problems": "no reply"}

    def hits(self):
        return self.ctl("cache", "stats")[1]["hits"]
