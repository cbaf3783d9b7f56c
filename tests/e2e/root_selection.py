# SPDX-License-Identifier: EUPL-1.2
"""Root selection in bad weather, counted at the servers: A at 1 ms, I at 80 ms and K at 150 ms with 5 % loss; both cut
off; both slow; and the modes of `root.mode`. Times are compared with a resolver that goes by distance alone, asked in
the same minute; on a machine that others use as well they are shown, and judged only by what they are for: whether a
live query ever waited for a silent identity."""

import sys
import time

import ground
import root_control
import root_log
from ground import percentile
from root_log import waits

LEAST_SHARE = 0.999
ADDED = 0.050  # seconds at p99, with both cut off, after the first second
SLOW = 2.0


def distances(lab, **delays):
    for path, delay in {"a": "1ms", "i": "80ms", "k": "150ms", **delays}.items():
        lab.router(f"delay {path} {delay}")


def loss(verdict, lab, names):
    """5 % of round trips to I and K are lost: that is no reason to leave them."""
    distances(lab)
    for letter in "ik":
        lab.router(f"loss {letter} 5")
    with lab.rootward() as ours:
        stage = root_log.Stage(lab, ours, names)
        asked, queries = stage.run(1000)
        state = root_control.root_state(ours)
    for letter in "ik":
        lab.router(f"loss {letter} 0")
    share = root_log.share(queries)
    verdict.expect(not root_log.failures(asked), f"5 % loss on I and K: {len(asked)} TLDs, no failure "
                                                 f"{root_log.failures(asked)[:3] or ''}")
    verdict.expect(share is not None and share >= LEAST_SHARE,
                   f"{share:.2%} of {len(queries)} resolution queries were sent to I and K, although A is 80 times "
                   f"nearer {root_log.by_letter(queries)}")
    own = state["share"]["start"]
    verdict.expect(abs(own["sent_total"] - len(queries)) <= len(queries) * 0.02 + 5,
                   f"rootward counts what the router saw: {own['sent_total']} sent, {len(queries)} seen")
    verdict.expect(own["sent_preferred"] + sum(own["other"].values()) == own["sent_total"],
                   f"preferred and other queries add up: {own}")
    verdict.figure("5 % loss", f"{len(asked)} asked, root queries {root_log.by_letter(queries)}")


def both_cut(verdict, lab, names):
    distances(lab)
    with lab.rootward({"root": {"mode": "off", "monitor": {"enabled": False}}}) as plain:
        usual, _ = root_log.Stage(lab, plain, names).run(100)
    with lab.rootward() as ours:
        stage = root_log.Stage(lab, ours, names)
        stage.run(20)
        lab.router("cut i")
        lab.router("cut k")
        began, first = time.monotonic(), []
        while time.monotonic() - began < 1.0:
            first += stage.run(8)[0]
        asked, queries = stage.run(200)
        lab.router("restore i")
        lab.router("restore k")
        everyone = first + asked
        waited = [query for query in queries if query.letter in "ik"]
        verdict.expect(not root_log.failures(everyone), f"both cut off: {len(everyone)} TLDs, no SERVFAIL "
                                                        f"{root_log.failures(everyone)[:3] or ''}")
        verdict.expect(not waited, f"after the first second no live query is sent to the silent two ({len(waited)} of "
                                   f"{len(queries)}): probes find out when they are back")
        added = percentile(waits(asked), .99) - percentile(waits(usual), .99)
        sentence = (f"and clients wait at most {ADDED * 1e3:.0f} ms longer at p99 than by distance alone: "
                    f"{added * 1e3:+.0f} ms")
        if added <= ADDED or not root_control.is_busy():
            verdict.expect(added <= ADDED, sentence)
        else:
            verdict.figure("both cut off, not judged", f"{sentence} (others use this machine)")
        restored = time.monotonic()
        back = None
        while back is None and time.monotonic() - restored < root_log.RETURN_LIMIT:
            _, queries = stage.run(2)
            if root_log.only_preferred(queries):
                back = time.monotonic() - restored
        verdict.expect(back is not None, f"back at I and K within a probe interval: {back or 0:.1f} s")
        other = root_control.root_state(ours)["share"]["start"]["other"]
        verdict.expect(other["timeout"] > 0 and other["stale"] == other["mode"] == 0,
                       f"the reason is on record: {other}")
    verdict.figure("both cut off, p99", f"{percentile(waits(asked), .99) * 1e3:.0f} ms, by distance alone "
                                        f"{percentile(waits(usual), .99) * 1e3:.0f} ms")


def both_slow(verdict, lab, names):
    distances(lab, i=f"{SLOW * 1e3:.0f}ms", k=f"{SLOW * 1e3:.0f}ms")
    with lab.rootward() as ours:
        stage = root_log.Stage(lab, ours, names)
        first, queries = stage.run(16)
        asked, more = stage.run(60)
        queries += more
        other = root_control.root_state(ours)["share"]["start"]["other"]
        distances(lab)
        restored, back = time.monotonic(), None
        while back is None and time.monotonic() - restored < root_log.RETURN_LIMIT:
            _, now = stage.run(2)
            if root_log.only_preferred(now):
                back = time.monotonic() - restored
    everyone = first + asked
    verdict.expect(not root_log.failures(everyone), f"I and K slow ({SLOW:.0f} s): {len(everyone)} TLDs, no failure "
                                                    f"{root_log.failures(everyone)[:3] or ''}")
    elsewhere = [query for query in queries if query.letter not in "ik"]
    verdict.expect(elsewhere and other["timeout"] >= len(elsewhere) * 0.9 and other["mode"] == 0,
                   f"{len(elsewhere)} queries went elsewhere, and the reason is on record: {other}")
    verdict.expect(percentile(waits(asked), .5) < SLOW / 2,
                   f"once that is known half of the clients wait less than {percentile(waits(asked), .5):.2f} s")
    verdict.expect(back is not None, f"fast again: back at I and K after {back or 0:.1f} s")
    verdict.figure("both slow", f"{root_log.by_letter(queries)}, p99 {percentile(waits(asked), .99):.1f} s")


def modes(verdict, lab, names):
    distances(lab)
    with lab.rootward({"root": {"mode": "off"}}) as ours:
        _, queries = root_log.Stage(lab, ours, names).run(60)
        state = root_control.root_state(ours)
    share = state["share"]["start"]
    verdict.expect(root_log.share(queries) < 0.25, f"root.mode off: I and K, the farthest, get little "
                                                   f"{root_log.by_letter(queries)}")
    verdict.expect(state["mode"] == "off" and share["other"]["mode"] == share["sent_total"] - share["sent_preferred"],
                   f"and the share says that it is for the mode: {share}")
    with lab.rootward({"root": {"mode": "only"}}) as ours:
        lab.router("cut i")
        lab.router("cut k")
        asked, queries = root_log.Stage(lab, ours, names).run(6)
        lab.router("restore i")
        lab.router("restore k")
    texts = {text for _, reply, _ in asked if reply for _, text in reply.ede}
    verdict.expect(all(reply and reply.rcode == "SERVFAIL" for _, reply, _ in asked)
                   and texts and all("root-preferred-only" in text for text in texts),
                   f"root.mode only, both cut off: SERVFAIL that says why: {sorted(texts)}")
    verdict.expect(not [query for query in queries if query.letter not in "ik"], "and nobody else is asked")


def main():
    ground.in_lab("--no-alternates", "--leaves", "100")
    verdict = ground.Verdict("root selection: distance, loss, silence and slowness of I and K")
    lab = ground.labkit.Lab()
    names = root_log.tld_names(lab)
    loss(verdict, lab, names)
    for part in (both_cut, both_slow, modes):
        part(verdict, lab, names)
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
