# SPDX-License-Identifier: EUPL-1.2
"""Everything is forwarded to somebody who lies (lying_forwarder.py): he damages responses, or answers with genuine signed
records of other names. What an honest resolver knows to be authentic is answered so, or not at all; nothing else is.

  forwarder.py [--seconds 30] [--seed 1]"""

import argparse
import collections
import random
import socket
import struct
import sys
import threading
import time

import ground
from lying_forwarder import COMPRESSED, RRSIG, Forwarder, Message, Mutator, Replayer, receive

TYPES = ("A", "A", "AAAA", "MX", "TXT", "DS", "NS", "SOA", "DNSKEY", "HTTPS", "CNAME")
AD, SERVFAIL = 0x20, 2
CLIENTS = 6


def question(rng, names):
    """A name of the lab, one beside it, below it, above it, or a wildcard there; and a type."""
    name, rrtype, chance = rng.choice(names).name, rng.choice(TYPES), rng.random()
    below = name.split(".", 1)[1]
    if chance < 0.25:
        name = f"x{rng.randrange(6)}.{name}"
    elif chance < 0.45 and below.count(".") > 1:
        name = f"y{rng.randrange(6)}.{below}"
    elif chance < 0.6 and below.count(".") > 1:
        name = f"*.{below}"
    elif chance < 0.7 and below.count(".") > 1:
        name = below
    return name, rrtype


def ask(resolver, name, rrtype):
    """The reply as it came over TCP; None when none came."""
    query = ground.labkit.lab_dns.query(name, rrtype, do=True)
    try:
        with socket.create_connection((resolver.address, resolver.port), 6) as channel:
            channel.settimeout(6)
            channel.sendall(struct.pack("!H", len(query)) + query)
            return Message(receive(channel))
    except (OSError, struct.error):
        return None


def is_authentic(reply):
    return bool(reply.flags & AD)


def content(reply):
    """What a reply says; signatures are somebody's choice."""
    return reply.flags & 15, frozenset(
        (r.owner.lower(), r.type, r.rdata.lower() if r.type in COMPRESSED else r.rdata)
        for r in reply.sections[0] if r.type != RRSIG)


class Oracle:
    """What the honest resolver says, each question once."""

    def __init__(self, resolver):
        self.resolver, self.known = resolver, {}

    def says(self, name, rrtype):
        key = (name, rrtype)
        if key not in self.known:
            reply = ask(self.resolver, name, rrtype)
            owners = {record.owner.lower() for record in reply.sections[0]} if reply else set()
            # Below an alias whose target does not exist Unbound answers with that alias, which is no answer.
            sensible = reply and (not owners or reply.name.lower() in owners)
            self.known[key] = (content(reply), is_authentic(reply)) if sensible else None
        return self.known[key]


class Clients:
    """Ask until told to stop, and judge what they get by the oracle."""

    def __init__(self, daemon, oracle, names, seed):
        self.daemon, self.oracle, self.names = daemon, oracle, names
        self.results, self.wrong = collections.Counter(), []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(seed * 100 + n,)) for n in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def _run(self, seed):
        rng = random.Random(seed)
        while not self.over.is_set():
            name, rrtype = question(rng, self.names)
            reply = ask(self.daemon, name, rrtype)
            truth = self.oracle.says(name, rrtype)
            self.results[self._judge(name, rrtype, reply, truth)] += 1

    def _judge(self, name, rrtype, reply, truth):
        if reply is None:
            return "no reply"
        if reply.flags & 15 == SERVFAIL:
            return "refused"
        if truth is None or not truth[1]:
            return "not authentic"
        if is_authentic(reply) and content(reply) == truth[0]:
            return "right"
        self.wrong.append(f"{name} {rrtype}: rcode {reply.flags & 15} {'with' if is_authentic(reply) else 'without'} AD, "
                          f"{sorted(content(reply)[1])}; the truth is {truth[0][0]}, {sorted(truth[0][1])}")
        return "WRONG"

    def finish(self):
        self.over.set()
        for thread in self.threads:
            thread.join()


def flush(daemon):
    ground.subprocess.run([str(ground.labkit.find_binary("rootwardctl")), "--socket", str(daemon.control), "cache",
                           "flush", "."], capture_output=True, check=False)


def lie(verdict, lab, oracle, names, liar, options):
    title = type(liar).__name__.lower()
    address, own = lab.new_address(), lab.new_address()
    forwarder = Forwarder(address, oracle.resolver.address, liar)
    forwarder.honest = title == "mutator"
    daemon = lab.rootward({"workers": 1, "forward-zones": [{"name": ".", "servers": [address]}],
                           "cache": {"size": "64MiB"}, "log": {"level": "warning"}}, address=own)
    if title == "replayer":  # hears the truth first
        rng = random.Random(options.seed)
        for _ in range(1500):
            daemon.ask(*question(rng, names), do=True, timeout=6)
        liar.learning = False
        verdict.figure("records to lie with", f"{sum(map(len, liar.pool.values()))} RRsets of {len(liar.pool)} zones")
    forwarder.honest = False
    clients = Clients(daemon, oracle, names, options.seed)
    deadline = time.monotonic() + options.seconds
    while time.monotonic() < deadline and daemon.process.poll() is None:
        time.sleep(2)
        flush(daemon)
    clients.finish()
    results = clients.results
    verdict.figure(title, dict(results.most_common()))
    verdict.expect(daemon.process.poll() is None, f"{title}: the daemon lives")
    verdict.expect(not clients.wrong, f"{title}: nothing forged, nothing stripped of its security "
                                      f"({len(clients.wrong)}: {clients.wrong[:5]})")
    verdict.expect(results["right"] > 50 and results["refused"] > 20,
                   f"{title}: it lied often and was right often ({results['right']} right, {results['refused']} refused)")
    forwarder.honest = True
    flush(daemon)  # also of what was concluded about zones, which is kept for 30 s when it is bogus
    replies = [daemon.ask(name.name, name.type, do=True, tries=2) for name in names[:30]]
    sound = sum(1 for reply in replies if reply and reply.ad)
    verdict.expect(sound >= 29, f"{title}: once it is honest sound names are answered again ({sound} of {len(replies)})")
    status = daemon.stop(20)
    verdict.expect(status == 0, f"{title}: the daemon ends with status {status}")


def main():
    ground.in_lab("--no-alternates", "--leaves", "400")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30, help="of lies of each kind")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    verdict = ground.Verdict("forwarder: one that lies is not believed")
    lab = ground.labkit.Lab()
    rng = random.Random(options.seed)
    kinds = collections.defaultdict(list)
    for name in lab.names(expect="secure"):
        if name.name.count(".") > 1:
            kinds[name.kind].append(name)
    names = [name for kind in sorted(kinds) for name in rng.sample(kinds[kind], min(2, len(kinds[kind])))]
    rng.shuffle(names)
    oracle = Oracle(lab.peer("unbound"))
    for liar in (Mutator(options.seed), Replayer(options.seed)):
        lie(verdict, lab, oracle, names, liar, options)
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
