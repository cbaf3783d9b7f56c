# SPDX-License-Identifier: EUPL-1.2
"""Whom queries reach, by the router's query log. Resolution queries to the root are those that a client's question
caused; questions about the root itself (priming, probes, monitor) are told apart by their QNAME, which is the root.
`Stage` asks fresh TLDs and tells what reached the root meanwhile."""

import concurrent.futures
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

LETTERS = "abcdefghijklm"
RETURN_LIMIT = 20.0  # seconds: the longest probe interval (16 s) and a round of questions


@dataclass(frozen=True)
class Query:
    """One query that crossed the router."""
    time: float
    path: str
    address: str
    protocol: str
    name: str
    type: int
    outcome: str

    @property
    def arrived(self):
        return self.outcome == "delivered"

    @property
    def to_root(self):
        return len(self.path) == 1 and self.path in LETTERS

    @property
    def letter(self):
        return self.path

    @property
    def resolution(self):
        return self.to_root and self.name != "." and not self.name.endswith(".root-servers.net.")


class RootLog:
    """The log of one lab; `mark()` sets where reading starts."""

    _number = 0

    def __init__(self, lab):
        RootLog._number += 1
        self.file = Path(lab.folder / f"queries-{RootLog._number}.log")
        lab.router(f"log {self.file}")
        self.at = 0

    def mark(self):
        self.at = self.file.stat().st_size

    def since_mark(self):
        with open(self.file, encoding="latin-1") as log:
            log.seek(self.at)
            return [_read(line) for line in log if line.endswith("\n")]

    def resolution_since_mark(self):
        return [query for query in self.since_mark() if query.resolution]

    def wait_for_silence(self, quiet=0.15, limit=3.0):
        """Until nothing crossed the router for a moment."""
        deadline, size = time.monotonic() + limit, -1
        while time.monotonic() < deadline and self.file.stat().st_size != size:
            size = self.file.stat().st_size
            time.sleep(quiet)


def _read(line):
    stamp, path, address, protocol, name, rrtype, outcome, *_ = line.rstrip("\n").split("\t")
    return Query(int(stamp) / 1e9, path, address, protocol, name.lower(), int(rrtype), outcome)


def by_letter(queries):
    return dict(sorted(Counter(query.letter for query in queries).items()))


def share(queries, letters="ik"):
    """Of these queries, the part that went to the letters; None when there are none."""
    return sum(query.letter in letters for query in queries) / len(queries) if queries else None


def only_preferred(queries):
    return bool(queries) and {query.letter for query in queries if query.arrived} <= {"i", "k"}


def tld_names(lab):
    """One question about each TLD, none of which can be answered without asking the root first."""
    return [name for name in lab.names(kind="tld-apex") if name.sound]


def ask_many(resolver, names, parallel=16):
    """[(name, reply, seconds)]; a question is asked as a stub resolver does: three times, 5 s each."""
    def one(name):
        started = time.monotonic()
        reply = resolver.ask(name.name, name.type, tries=3)
        return name, reply, time.monotonic() - started
    with concurrent.futures.ThreadPoolExecutor(parallel) as pool:
        return list(pool.map(one, names))


def failures(asked):
    return [f"{name.name} {name.type}: {reply.rcode if reply else 'no reply'}" for name, reply, _ in asked
            if reply is None or reply.rcode == "SERVFAIL"]


def waits(asked):
    """Seconds until each reply."""
    return [seconds for _, _, seconds in asked]


class Stage:
    """Asks a slice of fresh TLDs and looks at what reached the root meanwhile."""

    def __init__(self, lab, resolver, names):
        self.log, self.resolver, self.names = RootLog(lab), resolver, iter(names)

    def run(self, count):
        self.log.mark()
        asked = ask_many(self.resolver, [next(self.names) for _ in range(count)])
        time.sleep(0.3)  # what is still on its way
        return asked, self.log.resolution_since_mark()
