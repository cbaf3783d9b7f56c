# SPDX-License-Identifier: EUPL-1.2
"""Nothing is used after its end, and nothing by two threads at once: the daemon on a line that loses one packet in five,
while operators explain and look up, clients ask over UDP and TCP and break off, metrics are read, the configuration changes
(negative trust anchors, validation off and on, caches flushed) and root servers come and go; then it is ended in the middle
of it. Any build can be run; a build with sanitizers (`--build build/asan`, `build/tsan`) also says what it saw."""

import argparse
import os
import random
import re
import socket
import struct
import sys
import threading
import time
import urllib.request
from pathlib import Path

import ground
from daemon import Daemon, Operator, ctl

STATUS = "127.0.0.78:9153"
REPORTS = re.compile(r"ERROR: (?:Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error:|SUMMARY: ")
OPERATORS, UDP_CLIENTS, TCP_CLIENTS = 4, 3, 2
TYPES = (1, 28, 15, 16, 2, 48, 43, 6, 65)


def question(chance, name, rrtype):
    flags = 0x0100 | (0x10 if chance.random() < 0.2 else 0)  # RD, and CD now and then
    wire = b"".join(bytes([len(label)]) + label.encode() for label in name.strip(".").split(".") if label) + b"\0"
    edns = b"\0" + struct.pack("!HHIH", 41, 1232, 0x8000 if chance.random() < 0.5 else 0, 0)
    return (struct.pack("!HHHHHH", chance.randrange(65536), flags, 1, 0, 0, 1) + wire + struct.pack("!HH", rrtype, 1) + edns)


class Actor(threading.Thread):
    """Does one thing again and again until the test ends; what goes wrong on its side is no matter here."""

    def __init__(self, ended, step, seed, pause=0.0):
        super().__init__(daemon=True)
        self.ended, self.step, self.pause = ended, step, pause
        self.chance = random.Random(seed)
        self.done = 0

    def run(self):
        while not self.ended.wait(self.pause):
            try:
                self.step(self.chance)
                self.done += 1
            except (OSError, ValueError, ground.labkit.LabError):
                pass


def some_name(chance, names):
    name = chance.choice(names).name
    return f"x{chance.randrange(10**6)}.{name}" if chance.random() < 0.3 else name


def operate(daemon, names):
    def step(chance):
        name = some_name(chance, names)
        words = chance.choice((["explain", name, "A"], ["explain", name, "AAAA"], ["lookup", name, "A"], ["failures"],
                               ["inflight"], ["servers", name], ["status"], ["root"], ["cache", "stats"],
                               ["cache", "flush", name], ["cache", "flush", "."]))
        ctl(*words, control=daemon.control, limit=60)

    return step


def ask_udp(daemon, names):
    def step(chance):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(0.02)
            client.connect((daemon.address, 53))
            for _ in range(8):
                client.send(question(chance, some_name(chance, names), chance.choice(TYPES)))
            for _ in range(8):
                client.recv(4096)

    return step


def ask_tcp(daemon, names):
    def step(chance):
        with socket.create_connection((daemon.address, 53), 2) as client:
            client.settimeout(0.3)
            for _ in range(chance.randrange(1, 12)):
                message = question(chance, some_name(chance, names), chance.choice(TYPES))
                client.sendall(struct.pack("!H", len(message)) + message)
            if chance.random() < 0.5:
                client.recv(2000)
            if chance.random() < 0.5:  # breaks off with replies under way
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return step


def read_metrics(chance):
    for page in ("/metrics", "/livez", "/readyz"):
        urllib.request.urlopen(f"http://{STATUS}{page}", timeout=5).read()


def reload(operator, names):
    anchors = {"trust-anchors": ["own/anchor.ds"]}
    bogus = sorted({n.name for n in names if n.expect == "bogus"})[:3]
    variants = ({"dnssec": anchors}, {"dnssec": {**anchors, "enabled": False}},
                {"dnssec": {**anchors, "negative-trust-anchors": bogus}},
                {"root": {"prefer": ["a"]}, "cache": {"max-ttl": "60s"}}, {"root": {"prefer": ["k", "i"]}})
    return lambda chance: operator.reload(**chance.choice(variants))


def disturb(lab):
    def step(chance):
        letter = chance.choice("abcdefghijklm")
        lab.router(chance.choice(("delay all 10ms", "delay all 40ms", f"cut {letter}", f"restore {letter}",
                                  f"restore {letter}", "loss all 5", "loss all 20")))

    return step


def start(daemon, lab, names, ended):
    operator = Operator(daemon)
    actors = {"operators": [(operate(daemon, names), 0.0)] * OPERATORS,
              "UDP clients": [(ask_udp(daemon, names), 0.02)] * UDP_CLIENTS,
              "TCP clients": [(ask_tcp(daemon, names), 0.02)] * TCP_CLIENTS,
              "readers of metrics": [(read_metrics, 0.2)],
              "reloads": [(reload(operator, names), 1.0)],
              "disturbances": [(disturb(lab), 1.5)]}
    running = {what: [Actor(ended, step, seed, pause) for seed, (step, pause) in enumerate(steps)]
               for what, steps in actors.items()}
    for group in running.values():
        for actor in group:
            actor.start()
    return running


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--build", type=Path, help="another build of the daemon, with sanitizers")
    options = parser.parse_args()
    ground.in_lab("--no-alternates", "--leaves", "300")
    for tool in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):  # one report is enough to find what is wrong
        os.environ.setdefault(tool, "halt_on_error=1:exitcode=66:print_stacktrace=1:second_deadlock_stack=1")
    verdict = ground.Verdict("lifetimes: loss, explanations, reloads and an end in the middle of it")
    lab = ground.labkit.Lab()
    names = lab.names()
    program = str(options.build / "rootward") if options.build else None
    settings = {"workers": 3, "cache": {"size": "32MiB"}, "status": {"listen": STATUS}}
    daemon = Daemon(lab, settings, address="127.0.0.78", program=program)
    log = []
    reader = threading.Thread(target=lambda: log.extend(daemon.process.stdout), daemon=True)
    reader.start()
    verdict.expect(daemon.await_tcp() is not None, "it starts")
    for line in ("delay all 40ms", "loss all 20"):
        lab.router(line)
    ended = threading.Event()
    running = start(daemon, lab, names, ended)
    until = time.monotonic() + options.seconds
    while time.monotonic() < until and daemon.process.poll() is None:
        time.sleep(0.2)
    verdict.expect(daemon.process.poll() is None, f"it lives through it (status {daemon.process.poll()})")
    if daemon.process.poll() is None:
        daemon.process.terminate()  # while everything goes on
    status = daemon.process.wait(60)
    ended.set()
    reader.join(10)
    verdict.expect(status == 0, f"it ends with status 0 ({status})")
    reports = [line.strip() for line in log if REPORTS.search(line)]
    verdict.expect(not reports, f"no sanitizer reports anything ({len(reports)}: {reports[:3]})")
    if reports or status != 0:
        print("".join(log[-200:]))
    for what, group in running.items():
        done = sum(actor.done for actor in group)
        verdict.expect(done > 0, f"{what} had their way ({done} times)")
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
