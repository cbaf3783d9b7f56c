# SPDX-License-Identifier: EUPL-1.2
"""What the demonstration acts on: the shipped configuration with the lab's trust anchor, the identities with operator
and jurisdiction, and the names to ask."""

import concurrent.futures
import difflib
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import ground
from daemon import ctl

SHIPPED = ground.TOP / "config" / "rootward.yaml"
IDENTITIES = ground.TOP / "config" / "root-identities.yaml"
# Round trips as a resolver in Europe might see them, with one twist: A is the nearest, and still not preferred.
ROUND_TRIPS = {"a": 2, "b": 150, "c": 9, "d": 8, "e": 6, "f": 5, "g": 90, "h": 95, "i": 22, "j": 4, "k": 12, "l": 7,
               "m": 30}
KINDS = ("nsec", "cname-chain", "wildcard", "no-glue", "ipv6-only", "children", "unsigned")


@dataclass(frozen=True)
class Identity:
    letter: str
    operator: str
    jurisdiction: str
    ipv4: str
    ipv6: str


def identities():
    """letter -> Identity, from the shipped list."""
    blocks = re.split(r"^\s*- letter:\s*", IDENTITIES.read_text(), flags=re.M)[1:]
    found = {}
    for block in blocks:
        letter, *lines = block.splitlines()
        fields = dict(re.match(r"\s*([\w-]+):\s*(.*)", line).groups() for line in lines if ":" in line)
        found[letter.strip()] = Identity(letter.strip(), *(fields[name].strip() for name in
                                                           ("operator", "jurisdiction", "ipv4", "ipv6")))
    return found


def watching_closely(file):
    """The same configuration, with the monitor at its shortest interval: the file."""
    closer = file.with_name("rootward-watch.yaml")
    closer.write_text(file.read_text().replace("root:\n", "root:\n  monitor: {interval: 1m}\n", 1))
    return closer


def configuration(lab):
    """The shipped file with the lab's trust anchor in place of the Internet's: (file, unified diff)."""
    shipped = SHIPPED.read_text()
    changed = re.sub(r"^(dnssec:\n(?:  .*\n)*?  enabled: true\n)", rf"\1  trust-anchors: [{lab.folder}/anchor.ds]\n",
                     shipped, count=1, flags=re.M)
    if changed == shipped:
        raise ValueError(f"{SHIPPED} has no dnssec section to put the lab's trust anchor in")
    file = lab.folder / "rootward.yaml"
    file.write_text(changed)
    diff = difflib.unified_diff(shipped.splitlines(), changed.splitlines(), "config/rootward.yaml",
                                "the configuration of this run", n=1, lineterm="")
    return file, list(diff)


def start(lab, file):
    """The daemon with that file, ready to answer. The unit file would make /run/rootward."""
    Path("/run/rootward").mkdir(exist_ok=True)
    log = lab.folder / "log" / "rootward.log"
    command = [str(ground.labkit.find_binary("rootward")), "-c", str(file)]
    return ground.labkit.Resolver("rootward", command, "127.0.0.1", 53, log).await_answer()


def control(*words):
    """What `rootwardctl WORDS` prints; None when there is no such program or it does not succeed."""
    try:
        done = ctl(*words, limit=5)
    except (ground.labkit.LabError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


@dataclass(frozen=True)
class Asked:
    name: str
    type: str
    reply: object  # None: no reply
    seconds: float

    @property
    def rcode(self):
        return self.reply.rcode if self.reply else "no reply"

    @property
    def failed(self):
        return self.rcode in ("SERVFAIL", "no reply")


def ask(resolver, name, rrtype):
    began = time.monotonic()
    reply = resolver.ask(name, rrtype, timeout=5.0, tries=2)
    return Asked(name, rrtype, reply, time.monotonic() - began)


def ask_all(resolver, names, parallel=8):
    with concurrent.futures.ThreadPoolExecutor(parallel) as pool:
        return list(pool.map(lambda name: ask(resolver, name.name, name.type), names))


def showcase(lab):
    """One name of each kind that tells a story, in different TLDs, and one that does not exist."""
    chosen, seen = [], set()
    sound = [name for name in lab.names(expect="sound") if name.outcome == "NOERROR" and name.type in ("A", "AAAA")]
    for kind in KINDS:
        for name in sound:
            top = name.name.rstrip(".").rpartition(".")[2]
            if name.kind == kind and top not in seen:
                seen.add(top)
                chosen.append(name)
                break
    missing = next((name for name in lab.names(kind="nsec3") if name.outcome == "NXDOMAIN" and
                    name.name.rstrip(".").rpartition(".")[2] not in seen), None)
    return chosen[:5] + ([missing] if missing else []), seen


def fresh_tlds(lab, seen):
    """A question about each TLD that nobody asked about yet: each needs one query to the root."""
    return (name for name in lab.names(kind="tld-apex") if name.sound and name.name.rstrip(".") not in seen)
