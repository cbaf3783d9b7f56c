# SPDX-License-Identifier: EUPL-1.2
"""The soak: mixed load on a small cache, with reloads, identities cut off and servers that lose packets, for as long as
it is told (--minutes 30). Memory stays flat, no question stays without a reply, and nothing is in the log that is not
explained."""

import argparse
import random
import re
import sys
import threading
import time

import ground
from daemon import Daemon, Operator, resident_kib

# What the log may say above `info`, and why.
EXPLAINED = (r"root: ", r"identit", r"no-reachable-authority", r"not answered for", r"metrics and health")


class Load(threading.Thread):
    """One client: every name once, so that tables that are bounded fill up early; then names by a Zipf-like choice, a part
    of them fresh, some over TCP."""

    def __init__(self, daemon, names, ended, seed):
        super().__init__()
        self.daemon_under_load, self.names, self.ended, self.random = daemon, names, ended, random.Random(seed)
        self.asked = self.failed = 0
        self.silent = []

    def run(self):
        first = self.random.sample(self.names, len(self.names))
        while not self.ended.is_set():
            rank = min(int(self.random.paretovariate(0.7)), len(self.names)) - 1
            name = first.pop() if first else self.names[rank]
            fresh = not first and self.random.random() < 0.15
            owner = f"x{self.random.getrandbits(40):x}.{name.name}" if fresh else name.name
            reply = None
            for _ in range(2):  # as stub resolvers do
                reply = self.daemon_under_load.ask(owner, name.type, tcp=self.random.random() < 0.05, timeout=6)
                if reply:
                    break
            self.asked += 1
            if not reply:
                self.silent.append(owner)
            elif reply.rcode == "SERVFAIL":
                self.failed += 1


def disturb(lab, operator, ended, counts):
    """Reloads, cut-offs and loss, one after the other."""
    rounds = 0
    while not ended.wait(2.0):
        rounds += 1
        applied = operator.reload(**{"local-zones": [{"name": "lan.", "type": "static",
                                                      "data": [f"h{rounds % 97}.lan. 60 A 192.0.2.1"]}]})
        counts["reloads"] += 1 if applied.get("applied") else 0
        if rounds % 5 == 0:
            letter = "ikm"[rounds // 5 % 3]
            lab.router(f"cut {letter}")
            ended.wait(5.0)
            lab.router(f"restore {letter}")
            counts["cut-offs"] += 1
        if rounds % 7 == 0:
            lab.router("loss all 10%")
            ended.wait(3.0)
            lab.router("loss all 0%")
            counts["losses"] += 1


def main():
    ground.in_lab("--no-alternates", "--leaves", "2000")
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--clients", type=int, default=4)
    arguments = parser.parse_args()
    verdict = ground.Verdict("soak: mixed load with reloads, cut-offs and cache pressure")
    lab = ground.labkit.Lab()
    names = [n for n in lab.names() if n.sound and n.type in ground.labkit.lab_dns.TYPES]
    random.Random(1).shuffle(names)
    daemon = Daemon(lab, {"cache": {"size": "2MiB"}}, address="127.0.0.77")
    log = []
    reader = threading.Thread(target=lambda: log.extend(daemon.process.stdout), daemon=True)
    daemon.await_tcp()
    reader.start()
    operator = Operator(daemon)
    ended = threading.Event()
    clients = [Load(daemon, names, ended, seed) for seed in range(arguments.clients)]
    counts = {"reloads": 0, "cut-offs": 0, "losses": 0}
    disturber = threading.Thread(target=disturb, args=(lab, operator, ended, counts))
    for thread in (*clients, disturber):
        thread.start()
    seconds = arguments.minutes * 60
    resident = []  # KiB, thirty times
    for _ in range(30):
        time.sleep(seconds / 30)
        resident.append(resident_kib(daemon.process.pid))
    ended.set()
    for thread in (*clients, disturber):
        thread.join()
    stats = operator.ctl("cache", "stats")[1]
    daemon.process.terminate()
    status = daemon.process.wait(15)
    reader.join(5)
    verdict.expect(all(client.asked > seconds for client in clients), "every client asked all the time")
    judge(verdict, clients, resident, log)
    verdict.expect(status == 0, f"it ends with status {status}")
    verdict.expect(counts["reloads"] > 0 and stats["evicted"] > 0, f"there was pressure: {counts}, {stats['evicted']} evicted")
    verdict.figure("disturbed by", ", ".join(f"{n} {what}" for what, n in counts.items()))
    verdict.finish()


def judge(verdict, clients, resident, log):
    asked, failed = sum(c.asked for c in clients), sum(c.failed for c in clients)
    silent = [name for client in clients for name in client.silent]
    first, last = resident[9], resident[-1]
    verdict.expect(not silent, f"no question stayed without a reply ({len(silent)} of {asked}: {silent[:5]})")
    verdict.expect(failed < asked / 50, f"few failed while identities were cut off and packets lost ({failed} of {asked})")
    verdict.expect(last < first * 1.05 + 512, f"memory is flat: {first} KiB after a third, {last} KiB at the end")
    alarming = [line for line in log if re.search(r" (warning|error|critical) ", line) and
                not any(re.search(words, line) for words in EXPLAINED)]
    verdict.expect(not alarming, f"nothing unexplained in the log ({len(alarming)}: {alarming[:3]})")
    verdict.figure("questions", f"{asked}, {failed} failed, {len(silent)} silent")
    verdict.figure("resident memory, KiB", " ".join(map(str, resident[::3])))


if __name__ == "__main__":
    sys.exit(main())
