# SPDX-License-Identifier: EUPL-1.2
"""The network comes late, goes and comes back: /readyz and priming follow within a second or so, the log says why and when
next, and what is cached is answered all the while."""

import http.client
import subprocess
import sys
import time

import ground
from daemon import Daemon

STATUS_PORT = 9198
LIMIT = 2.0  # seconds: one to see it, one for a busy machine


def ready():
    connection = http.client.HTTPConnection("127.0.0.1", STATUS_PORT, timeout=5)
    try:
        connection.request("GET", "/readyz")
        reply = connection.getresponse()
        return reply.status, reply.read().decode().strip()
    finally:
        connection.close()


def await_status(wanted, limit=10.0):
    """(seconds until /readyz had that status, what it said)"""
    began = time.monotonic()
    status, text = ready()
    while status != wanted and time.monotonic() - began < limit:
        time.sleep(0.02)
        status, text = ready()
    return (time.monotonic() - began if status == wanted else limit), text


def ip(family, *words):
    done = subprocess.run(["ip", family, *words], capture_output=True, text=True, check=True)
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]


class Routes:
    """The ways out of the resolver's side: all but those of loopback."""

    def __init__(self):
        self.kept = [(family, line) for family in ("-4", "-6") for line in ip(family, "route", "show")
                     if " lo" not in line and not line.startswith(("fe80", "multicast"))]

    def cut(self):
        for family, line in self.kept:
            ip(family, "route", "del", *line.split())

    def restore(self):
        for family, line in self.kept:
            words = [word for word in line.split() if word not in ("linkdown", "dead")]
            ip(family, "route", "add", *words)


def main():
    ground.in_lab("--no-alternates", "--leaves", "20")
    verdict = ground.Verdict("network: readiness follows it")
    lab = ground.labkit.Lab()
    name = next(n for n in lab.names(kind="tld-apex") if n.sound and n.outcome == "NOERROR")
    routes = Routes()
    verdict.figure("ways out", len(routes.kept))
    routes.cut()
    daemon = Daemon(lab, {"status": {"listen": f"127.0.0.1:{STATUS_PORT}"}}, address="127.0.0.75")
    daemon.await_tcp()
    time.sleep(1.5)
    status, text = ready()
    verdict.expect(status == 503 and "no route to any root server" in text, f"without a network: {status} {text}")
    reply = daemon.ask(name.name, name.type, timeout=6)
    verdict.expect(reply and reply.rcode == "SERVFAIL" and [code for code, _ in reply.ede] == [23],
                   f"a question fails with EDE 23 ({reply and (reply.rcode, reply.ede)})")
    routes.restore()
    seconds, text = await_status(200)
    verdict.expect(seconds < LIMIT, f"the network comes: ready after {seconds:.2f} s")
    deadline = time.monotonic() + 10
    reply = None
    while (reply is None or reply.rcode != "NOERROR") and time.monotonic() < deadline:
        reply = daemon.ask(name.name, name.type, timeout=6)
        time.sleep(0.2)
    verdict.expect(reply and reply.rcode == "NOERROR", "and names are resolved")
    for again in range(2):
        routes.cut()
        seconds, text = await_status(503)
        verdict.expect(seconds < LIMIT and "no route to any root server" in text,
                       f"the network goes: not ready after {seconds:.2f} s ({text})")
        reply = daemon.ask(name.name, name.type)
        verdict.expect(reply and reply.rcode == "NOERROR", "what is cached is answered")
        routes.restore()
        seconds, text = await_status(200)
        verdict.expect(seconds < LIMIT, f"it is back: ready after {seconds:.2f} s")
    status, _, log = daemon.end()
    for part, times in (("priming: this host has no route to any root server; going on with what is known, next try in", 1),
                        ("the root servers are known again after", 1),
                        ("this host has no route to any root server any more", 2),
                        ("there is a route to the root servers again after", 2)):
        verdict.expect(log.count(part) == times, f"the log says {times} times: {part}")
    verdict.expect(status == 0, f"it ends with status {status}")
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
