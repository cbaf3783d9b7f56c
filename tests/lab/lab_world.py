# SPDX-License-Identifier: EUPL-1.2
"""Brings the lab up inside its own world: two network namespaces, the router between them, the servers; then runs one
command on the resolver side. Runs as the first process of a process namespace (lab_namespaces)."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import lab_dns
import lab_plan
import lab_servers
from lab_namespaces import ENDING, enter_network, new_network
from lab_paths import LAB, LabError, LabImpossible, build_folder, program

FOLDER = Path("/run/rw-lab")
# What a test may use as source addresses on the resolver side, beside 127.0.0.0/8 and ::1.
RESOLVER_V4 = [f"198.19.0.{n}" for n in range(1, 9)]
RESOLVER_V6 = [f"2001:2:0:ffff::{n}" for n in range(1, 9)]
GRACE = 10  # seconds that a command has to end after a signal
START_LIMIT = 60.0  # seconds until every server must answer


class World:
    def __init__(self, zones_folder, seed, rtt="0ms", alternates=True):
        self.zones_folder = zones_folder
        self.seed = seed
        self.rtt = rtt
        self.processes = {}  # pid -> name
        self.servers = lab_plan.servers(zones_folder)
        self.alternates = alternates
        self.resolver_side = new_network()
        self.server_side = new_network()  # where this process stays

    def bring_up(self):
        started = time.monotonic()
        self._make_folder()
        self._start_router()
        self._address()
        for server in self.servers:
            if not server.alternate:
                self._start(server)
        self._await([s for s in self.servers if not s.alternate])
        if self.alternates:
            # The thread must not take signals: only a system call of the main thread is to be interrupted by them.
            signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
            threading.Thread(target=self._start_alternates, daemon=True).start()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        return time.monotonic() - started

    def run(self, command):
        """Runs the command on the resolver side; returns its exit status when it ends."""
        environment = dict(os.environ, RW_LAB_DIR=str(FOLDER), RW_BUILD=str(build_folder()))
        environment["PATH"] = f"{LAB}:{environment.get('PATH', '')}:/usr/sbin:/sbin"
        # Signals wait until there is somebody to pass them on to.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        child = subprocess.Popen(command, env=environment, preexec_fn=self._enter_resolver_side)

        def stop(_number, _frame):
            child.send_signal(signal.SIGTERM)
            signal.alarm(GRACE)

        for number in ENDING:
            signal.signal(number, stop)
        # A command that does not end when asked is ended with everything else.
        signal.signal(signal.SIGALRM, lambda *_: os._exit(128 + signal.SIGKILL))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        return self._reap_until(child.pid)

    def _enter_resolver_side(self):
        enter_network(self.resolver_side)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)

    def _reap_until(self, wanted):
        while True:
            pid, status = os.waitpid(-1, 0)
            code = os.waitstatus_to_exitcode(status)
            if pid == wanted:
                return 128 - code if code < 0 else code
            if pid in self.processes:
                name = self.processes.pop(pid)
                print(f"lab: {name} ended by itself ({code}); its log: {self._tail(name)}", file=sys.stderr)

    def _make_folder(self):
        (FOLDER / "log").mkdir(parents=True)
        for name in ("names.tsv", "anchor.ds", "anchor.key", "plan.tsv", "zones.tsv"):
            shutil.copy(self.zones_folder / name, FOLDER / name)
        (FOLDER / "zones").symlink_to(self.zones_folder)
        hints = []
        for letter, (v4, v6) in lab_plan.identities().items():
            host = f"{letter}.root-servers.net."
            hints += [f". 3600000 NS {host}", f"{host} 3600000 A {v4}", f"{host} 3600000 AAAA {v6}"]
        (FOLDER / "root.hints").write_text("\n".join(hints) + "\n")
        (FOLDER / "router.script").write_text(
            lab_plan.router_script(self.servers) + f"delay all {self.rtt}\n")

    def _popen(self, name, command, **options):
        with open(FOLDER / "log" / f"{name}.log", "wb") as log:
            try:
                process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log, start_new_session=True,
                                           **({"stdout": log} | options))
            except FileNotFoundError as error:
                raise LabError(f"{command[0]} is not installed (see .ci/packages)") from error
        self.processes[process.pid] = name
        return process

    def _make_link(self):
        """A TUN device where this user may have one (the router makes it), else a veth pair on each side."""
        try:
            os.close(os.open("/dev/net/tun", os.O_RDWR))
            return []
        except OSError:
            pass
        for side in (self.resolver_side, self.server_side):
            try:
                self._ip(side, ["link add rw0 type veth peer name rw0p", "link set rw0 arp off",
                                "link set rw0p arp off addrgenmode none mtu 1500 up"])
            except LabError as error:
                raise LabImpossible(f"neither /dev/net/tun nor veth may be used here: {error}") from error
        return ["--veth"]

    def _start_router(self):
        veth = self._make_link()
        router = self._popen("router", [
            str(program("lab_router")), "--resolver-namespace", str(self.resolver_side), "--server-namespace",
            str(self.server_side), "--control", str(FOLDER / "router.sock"), "--script",
            str(FOLDER / "router.script"), "--seed", str(self.seed), *veth],
            stdout=subprocess.PIPE, pass_fds=(self.resolver_side, self.server_side))
        if router.stdout.readline() != b"ready\n":
            raise LabImpossible(self._tail("router"))
        self.router = router

    def _address(self):
        common = ["link set lo up", "link set rw0 mtu 1500 txqueuelen 10000 up"]
        resolver = [f"addr add {a}/32 dev rw0" for a in RESOLVER_V4]
        resolver += [f"addr add {a}/128 dev rw0 nodad" for a in RESOLVER_V6]
        servers = [f"addr add {a}/{128 if ':' in a else 32} dev lo"
                   for s in self.servers if s.software != "dead" for a in s.addresses]
        for side, addresses, v4, v6 in ((self.resolver_side, resolver, f" src {RESOLVER_V4[0]}",
                                         f" src {RESOLVER_V6[0]}"), (self.server_side, servers, "", "")):
            routes = [f"route add default dev rw0{v4}", f"-6 route add default dev rw0{v6}"]
            self._ip(side, common + addresses + routes)

    def _ip(self, side, lines):
        plain = [line for line in lines if not line.startswith("-6 ")]
        six = [line.removeprefix("-6 ") for line in lines if line.startswith("-6 ")]
        for flags, batch in (([], plain), (["-6"], six)):
            done = subprocess.run(["ip", *flags, "-batch", "-"], input="\n".join(batch), text=True, check=False,
                                  capture_output=True, preexec_fn=lambda: enter_network(side))
            if done.returncode != 0:
                raise LabError(f"cannot set addresses: {done.stderr.strip()}")

    def _start(self, server):
        home = FOLDER / "server" / server.name
        command = lab_servers.command(server, self.zones_folder, home)
        if command:
            self._popen(server.name, command)

    def _await(self, servers):
        """Every server must answer on its first and last address for its last zone (without zones: refuse)."""
        deadline = time.monotonic() + START_LIMIT
        for server in servers:
            if server.software == "dead":
                continue
            zone, wanted = (server.zones[-1][0], "NOERROR") if server.zones else (".", "REFUSED")
            for address in (server.addresses[0], server.addresses[-1 if server.zones else 0]):
                while not self._answers(address, zone, wanted):
                    if time.monotonic() > deadline or self._has_ended(server.name):
                        raise LabError(f"{server.name} does not answer at {address}; its log: "
                                       f"{self._tail(server.name)}")
                    time.sleep(0.05)

    def _has_ended(self, name):
        return any(known == name and os.waitpid(pid, os.WNOHANG)[0] for pid, known in self.processes.items())

    @staticmethod
    def _answers(address, zone, wanted):
        reply = lab_dns.ask(address, zone, "SOA", timeout=0.3, rd=False)
        return reply is not None and reply.rcode == wanted

    def _start_alternates(self):
        alternates = [s for s in self.servers if s.alternate]
        for server in alternates:
            self._start(server)
        self._await(alternates)
        (FOLDER / "alternates-ready").touch()

    @staticmethod
    def _tail(name):
        log = FOLDER / "log" / f"{name}.log"
        text = log.read_text(errors="replace") if log.exists() else ""
        more = FOLDER / "server" / name / "nsd.log"
        if more.exists():
            text += more.read_text(errors="replace")
        return text.strip()[-2000:] or "(empty)"
