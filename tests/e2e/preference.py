# SPDX-License-Identifier: EUPL-1.2
"""Where queries to the root go, counted at the servers: to I and K while one of them answers, to others when both are
cut off, without a client noticing more than time; back to I and K when they return. With a sabotage: a resolver
without the preference must fail the first of these."""

import sys
import time

import ground
import root_log
from ground import percentile
from root_log import RETURN_LIMIT, Stage, failures, only_preferred, tld_names, waits

DELAYS = {"a": "1ms", "i": "40ms", "k": "60ms"}  # the nearest one is not preferred


def healthy(verdict, stage):
    asked, queries = stage.run(150)
    shares = root_log.by_letter(queries)
    verdict.expect(not failures(asked), f"I and K healthy: {len(asked)} TLDs, no failure {failures(asked)[:3] or ''}")
    verdict.expect(only_preferred(queries), f"every one of {len(queries)} resolution queries to the root went to I or K "
                                            f"{shares}, though A is 40 times nearer")
    verdict.expect(len(queries) >= len(asked), "the root was asked at least once for each TLD (the count counts)")
    verdict.figure("healthy", f"{len(asked)} asked, root queries {shares}")
    verdict.figure("healthy, p50 and p99", f"{percentile(waits(asked), .5) * 1e3:.0f} ms, "
                                           f"{percentile(waits(asked), .99) * 1e3:.0f} ms")


def cut_k(verdict, lab, stage):
    lab.router("cut k")
    asked, queries = stage.run(100)
    arrived = [q for q in queries if q.arrived]
    others = [q for q in queries if q.letter not in "ik"]
    verdict.expect(not failures(asked), f"K cut off: {len(asked)} TLDs, no failure {failures(asked)[:3] or ''}")
    verdict.expect(arrived and {q.letter for q in arrived} == {"i"} and not others,
                   f"all {len(arrived)} queries that arrived went to I; others were sent {len(others)}")
    verdict.figure("K cut off", f"{len(asked)} asked, arrived {root_log.by_letter(arrived)}, "
                                f"into the void {len(queries) - len(arrived)}")


def cut_both(verdict, lab, stage):
    lab.router("cut i")
    first, _ = stage.run(20)  # the first second, in which the silence is found out
    asked, queries = stage.run(100)
    everyone = first + asked
    arrived = [q for q in queries if q.arrived]
    verdict.expect(not failures(everyone), f"I and K cut off: {len(everyone)} TLDs, no SERVFAIL "
                                           f"{failures(everyone)[:3] or ''}")
    verdict.expect(arrived and not {q.letter for q in arrived} & {"i", "k"},
                   f"others answered in their place: {root_log.by_letter(arrived)}")
    slow = percentile(waits(asked), .99)
    verdict.expect(slow < 1.0, f"after the first second nobody waits for the silent ones: p99 {slow * 1e3:.0f} ms")
    verdict.figure("both cut off", f"{len(everyone)} asked, arrived {root_log.by_letter(arrived)}")
    verdict.figure("both cut off, slowest", f"{max(waits(first)) * 1e3:.0f} ms at first, "
                                            f"{max(waits(asked)) * 1e3:.0f} ms later")


def come_back(verdict, lab, stage):
    lab.router("restore i")
    lab.router("restore k")
    restored = time.monotonic()
    back, bad = None, []
    while back is None and time.monotonic() - restored < RETURN_LIMIT:
        asked, queries = stage.run(4)
        bad += failures(asked)
        if only_preferred(queries):
            back = time.monotonic() - restored
        time.sleep(0.2)
    verdict.expect(not bad, f"I and K restored: no failure on the way back {bad[:3] or ''}")
    verdict.expect(back is not None, f"queries went to I and K alone again within the probe interval of {RETURN_LIMIT:.0f} s")
    verdict.figure("back after", f"{back:.1f} s" if back else "not within the limit")
    asked, queries = stage.run(60)
    verdict.expect(only_preferred(queries) and not failures(asked), f"and stay there: {root_log.by_letter(queries)}")


def without_preference(verdict, lab, names):
    """Sabotage: with root.mode off the first expectation must not hold."""
    with lab.rootward({"root": {"mode": "off"}}) as ours:
        asked, queries = Stage(lab, ours, names).run(150)
    verdict.expect(not failures(asked) and not only_preferred(queries),
                   f"sabotage: without the preference the same check fails ({root_log.by_letter(queries)})")


def preferred_only(verdict, lab, names):
    with lab.rootward({"root": {"mode": "only"}}) as ours:
        stage = Stage(lab, ours, names)
        asked, queries = stage.run(30)
        verdict.expect(not failures(asked) and only_preferred(queries), "root.mode only: I and K answer")
        lab.router("cut i")
        lab.router("cut k")
        asked, queries = stage.run(6)
        others = [q for q in queries if q.letter not in "ik"]
        replies = [reply for _, reply, _ in asked if reply]
        verdict.expect(not others, "root.mode only: with both cut off others are not asked")
        verdict.expect(len(replies) == len(asked) and all(r.rcode == "SERVFAIL" and r.ede for r in replies),
                       f"and clients are told so: {sorted({(r.rcode, *r.ede) for r in replies})}")
    lab.router("restore i")
    lab.router("restore k")


def main():
    ground.in_lab("--no-alternates", "--leaves", "300")
    verdict = ground.Verdict("preference: queries to the root, counted at the servers")
    lab = ground.labkit.Lab()
    for path, delay in DELAYS.items():
        lab.router(f"delay {path} {delay}")
    names = tld_names(lab)
    with lab.rootward({"root": {"monitor": {"enabled": False}}}) as ours:
        stage = Stage(lab, ours, names)
        healthy(verdict, stage)
        cut_k(verdict, lab, stage)
        cut_both(verdict, lab, stage)
        come_back(verdict, lab, stage)
    without_preference(verdict, lab, names)
    preferred_only(verdict, lab, names)
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
