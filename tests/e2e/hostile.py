# SPDX-License-Identifier: EUPL-1.2
"""Servers that are broken or hostile, one kind after the other: SERVFAIL with the right extended error within 5 s (or an
answer, where the right one can be had), while sound names keep being answered."""

import sys
import threading
import time

import ground

LIMIT = 5.0  # seconds until every client has its answer
SHARE = 0.999  # of sound names, meanwhile
A_KIND = 4  # names of each kind
CACHED = 13  # EDE: the failure was remembered (RFC 9520)
# kind -> extended errors (RFC 8914) that say what is wrong: 22 no reachable authority, 23 network error (responses that
# are none), 0 with text (bounds on work, loops).
REASONS = {
    "dead": {22}, "dead-crowd": {22}, "lame": {22}, "cyclic": {22}, "no-such-servers": {22},
    "odd-refused": {22}, "odd-servfail": {22}, "odd-notimp": {22, 23}, "odd-upward": {22}, "odd-self-referral": {22},
    "odd-tc-close": {22, 23}, "odd-drip": {22}, "odd-wrong-question": {22, 23}, "odd-query-back": {22, 23},
    "odd-garbage": {22, 23}, "odd-cut-short": {22, 23}, "odd-fan-out": {0, 22}, "odd-alias-forever": {0},
    "cname-loop": {0}, "cname-too-long": {0},
}


class Innocents(threading.Thread):
    """Asks sound names one after the other until told to stop."""

    def __init__(self, resolver, names):
        super().__init__(daemon=True)
        self.resolver, self.names = resolver, names
        self.over = threading.Event()
        self.asked, self.bad, self.times = 0, [], []

    def run(self):
        for name in self.names:
            if self.over.wait(0.02):
                break
            began = time.monotonic()
            reply = self.resolver.ask(name.name, name.type, tries=2)
            self.times.append(time.monotonic() - began)
            self.asked += 1
            if reply is None or reply.rcode not in ("NOERROR", "NXDOMAIN"):
                self.bad.append(f"{name.name} {name.type} {reply.rcode if reply else 'no reply'}")

    def finish(self):
        self.over.set()
        self.join()
        return self.times


def ask_kind(resolver, names):
    found = [None] * len(names)

    def one(number):
        began = time.monotonic()
        reply = resolver.ask(names[number].name, names[number].type, timeout=8.0)
        found[number] = (names[number], reply, time.monotonic() - began)
    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(names))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def judge(verdict, kind, asked):
    rows = []
    for name, reply, seconds in asked:
        rcode = reply.rcode if reply else "no reply"
        codes = [code for code, _ in reply.ede] if reply else []
        rows.append((kind, rcode, ",".join(map(str, codes)) or "-", f"{seconds:.2f}",
                     reply.ede[0][1] if reply and reply.ede else ""))
        if rcode != "SERVFAIL" or seconds > LIMIT:
            verdict.expect(False, f"{kind}: {name.name} {name.type} gives {rcode} after {seconds:.2f} s")
        elif kind in REASONS and not set(codes) & (REASONS[kind] | {CACHED}):
            verdict.expect(False, f"{kind}: {name.name} {name.type} has EDE {codes or 'none'}, "
                                  f"expected one of {sorted(REASONS[kind])}")
        elif not codes:
            verdict.expect(False, f"{kind}: {name.name} {name.type} has no extended error")
    return rows


def spread(names):
    """A few names of each kind, of different zones where there are some."""
    kinds = {}
    for name in names:
        zones = kinds.setdefault(name.kind, {})
        zones.setdefault(name.name.split(".", 1)[-1], name)
    return {kind: list(zones.values())[:A_KIND] for kind, zones in sorted(kinds.items())}


def main():
    ground.in_lab("--no-alternates", "--leaves", "1500")
    verdict = ground.Verdict("hostile: broken and hostile servers")
    lab = ground.labkit.Lab()
    kinds = spread(lab.names(expect="broken"))
    sound = [n for n in lab.names(expect="sound") if n.kind in ("nsec", "nsec3", "unsigned", "wildcard", "tld-apex")]
    rows, longest = [], 0.0
    with lab.rootward() as ours:
        innocents = Innocents(ours, sound)
        innocents.start()
        for kind, names in kinds.items():
            asked = ask_kind(ours, names)
            rows += judge(verdict, kind, asked)
            longest = max(longest, *(seconds for *_, seconds in asked))
        times = innocents.finish()
        verdict.expect(ours.stop() == 0, "rootward ends with status 0")
    print()
    ground.table(("kind", "rcode", "EDE", "s", "text"), sorted(set(rows)))
    print()
    verdict.expect(len(kinds) >= 10, f"the lab has {len(kinds)} broken kinds")
    unknown = sorted(set(kinds) - set(REASONS))
    verdict.expect(not unknown, f"of every broken kind it is known what to say {unknown or ''}")
    verdict.expect(not verdict.failures, "each gave SERVFAIL with the right extended error within 5 s")
    good = 1 - len(innocents.bad) / max(1, innocents.asked)
    verdict.expect(innocents.asked > 100 and good >= SHARE,
                   f"meanwhile {innocents.asked} sound names were asked, {good:.2%} answered {innocents.bad[:3] or ''}")
    verdict.figure("broken names", f"{len(rows)} of {len(kinds)} kinds, the slowest {longest:.2f} s")
    verdict.figure("sound names meanwhile", f"{innocents.asked}, median {ground.percentile(times, .5) * 1e3:.0f} ms, "
                                            f"p99 {ground.percentile(times, .99) * 1e3:.0f} ms")
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
