# SPDX-License-Identifier: EUPL-1.2
"""100,000 queries for made-up TLDs in a minute: what reaches the root stays within root.query-budget, and TLDs that exist
resolve meanwhile, those nobody asked about before too."""

import argparse
import random
import socket
import string
import sys
import threading
import time

import ground
import root_control
import root_log

OPTIONS = argparse.ArgumentParser(description=__doc__)
OPTIONS.add_argument("--queries", type=int, default=100_000)
OPTIONS.add_argument("--seconds", type=float, default=60.0)
PER_SECOND, BURST = 50, 500  # the shipped root.query-budget
dns = ground.labkit.lab_dns


class Flood(threading.Thread):
    """Sends made-up TLDs at an even pace and counts what comes back."""

    def __init__(self, address, queries, seconds):
        super().__init__(daemon=True)
        self.address, self.queries, self.seconds = address, queries, seconds
        self.sent = self.replies = self.took = 0

    def run(self):
        chance = random.Random(1)
        began = time.monotonic()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
            channel.connect((self.address, 53))
            channel.setblocking(False)
            while self.sent < self.queries:
                due = min(self.queries, int((time.monotonic() - began) / self.seconds * self.queries) + 1)
                for _ in range(min(64, due - self.sent)):
                    label = "".join(chance.choices(string.ascii_lowercase, k=chance.randint(4, 14)))
                    self._send(channel, dns.query(f"www.{label}.", "A"))
                self._drain(channel)
                time.sleep(0.002)
            self.took = time.monotonic() - began
            time.sleep(1)
            self._drain(channel)

    def _send(self, channel, packet):
        try:
            channel.send(packet)
        except BlockingIOError:
            return
        self.sent += 1

    def _drain(self, channel):
        try:
            while channel.recv(4096):
                self.replies += 1
        except (BlockingIOError, ConnectionError):
            return


def ask_meanwhile(ours, flood, names):
    """Real TLDs, one after the other, as a stub resolver asks: at most three tries."""
    asked = []
    for name in names:
        if not flood.is_alive():
            break
        reply = None
        for _ in range(3):
            reply = ours.ask(name.name, name.type, timeout=5.0)
            if reply is not None and reply.rcode != "SERVFAIL":
                break
        asked.append((name, reply))
        time.sleep(0.3)
    return asked


def cold_start(verdict, lab, names):
    """Every TLD at once, from one client, with an empty cache: the budget is not there for that."""
    lab.router("delay all 40ms")
    missing = [name for name in lab.names(kind="root-nxdomain")][:200]
    with lab.rootward() as ours:
        began = time.monotonic()
        asked = root_log.ask_many(ours, names + missing, parallel=64)
        took = time.monotonic() - began
        refused = root_control.root_state(ours)["budget"]["refused"]
    bad = root_log.failures(asked)
    verdict.expect(not bad and refused == 0, f"cold start over {len(names)} TLDs and {len(missing)} that do not exist, "
                                             f"64 at a time: {len(bad)} failures, {refused} refused {bad[:3] or ''}")
    verdict.figure("cold start", f"{len(asked) / took:.0f} names a second")


def main():
    options = OPTIONS.parse_args()
    ground.in_lab("--no-alternates", "--leaves", "100")
    verdict = ground.Verdict(f"flood: {options.queries} queries for made-up TLDs in {options.seconds:.0f} s")
    lab = ground.labkit.Lab()
    names = root_log.tld_names(lab)
    known, fresh = names[:10], names[10:]
    cold_start(verdict, lab, names)
    lab.router("delay all 10ms")
    with lab.rootward() as ours:
        for name in known:
            ours.ask(name.name, name.type)
        log = root_log.RootLog(lab)
        log.mark()
        flood = Flood(ours.address, options.queries, options.seconds)
        flood.start()
        time.sleep(min(5.0, options.seconds / 4))
        asked = ask_meanwhile(ours, flood, fresh)
        flood.join()
        log.wait_for_silence()
        queries = log.resolution_since_mark()
        state = root_control.root_state(ours)
        again = [ours.ask(name.name, name.type) for name in known]
    bad = [f"{name.name}: {reply.rcode if reply else 'no reply'}" for name, reply in asked
           if reply is None or reply.rcode == "SERVFAIL"]
    allowed = BURST + PER_SECOND * (flood.took + 1)
    verdict.expect(flood.sent == options.queries, f"{flood.sent} queries were sent in {flood.took:.0f} s")
    verdict.expect(len(queries) <= allowed + len(asked),
                   f"{len(queries)} queries reached out to the root; the budget allows {allowed:.0f}, and {len(asked)} "
                   f"TLDs that were found gave theirs back")
    verdict.expect(len(asked) >= 10 and not bad, f"{len(asked)} TLDs that nobody had asked about resolved meanwhile "
                                                 f"{bad[:3] or ''}")
    verdict.expect(all(reply and reply.rcode != "SERVFAIL" for reply in again), "and those known before still do")
    spilt = {query.letter for query in queries} - {"i", "k"}
    verdict.expect(not spilt, f"nothing spilt to other identities {sorted(spilt) or ''}")
    verdict.figure("sent to the root", f"{len(queries)} {root_log.by_letter(queries)}")
    verdict.figure("refused a query", state["budget"]["refused"])
    verdict.figure("replies to the flood", f"{flood.replies} of {flood.sent}")
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
