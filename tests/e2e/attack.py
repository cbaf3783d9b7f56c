# SPDX-License-Identifier: EUPL-1.2
"""Clients that ask for hostile names as fast as they can, one kind after the other, and innocents beside them: work
done for one client must not be felt by another. Innocents ask names that are cached; 99 in 100 within 5 ms. rootward has
one core for one worker and everybody else the other, so that what is measured is its own doing."""

import json
import os
import random
import subprocess
import sys

import ground

KINDS = ("odd-fan-out", "odd-alias-forever", "odd-drip", "odd-slow", "odd-garbage", "odd-near-misses", "odd-tc-close",
         "dead", "dead-crowd", "cyclic", "no-such-servers", "many-servers", "iterations", "bad-denial", "big")
ATTACKERS, INNOCENTS = 64, 4  # questions each side has open at a time
QUESTIONS = 40_000  # of the attack on each kind: more than it gets to, so that it lasts as long as the innocents ask
ASKED, RATE = 1500, 500  # by the innocents, and how many a second
LATEST = 5000  # us, of 99 in 100 innocents
OUR_CORE, OTHERS_CORE = 0, 1


def write(lab, label, questions):
    file = lab.folder / f"attack-{label}.tsv"
    file.write_text("".join(f"{name}\t{rrtype}\tvaries\tattack\tNOERROR\n" for name, rrtype in questions))
    return file


def asker(resolver, names, parallel, output, *options):
    program = ground.labkit.lab_paths.program("lab_ask")
    return subprocess.Popen([str(program), "--names", str(names), "--server", f"{resolver.address}@{resolver.port}",
                             "--parallel", str(parallel), "--show", "0", "--output", str(output), *options],
                            stdout=subprocess.DEVNULL)


def random_names(names, chance):
    """Labels nobody has asked for, below the zones of one kind."""
    zones = sorted({n.name.split(".", 1)[-1] for n in names})
    return [(f"x{chance.randrange(10**9)}.{chance.choice(zones)}", "A") for _ in range(QUESTIONS)]


def pin(resolver):
    for thread in os.listdir(f"/proc/{resolver.process.pid}/task"):
        os.sched_setaffinity(int(thread), {OUR_CORE})


def times(file):
    """The last line may be half written when its writer was ended."""
    lines = file.read_text().split("\n")[:-1]
    return [json.loads(line)["us"] for line in lines]


def beside(lab, ours, attack, hot):
    """The innocents' times while `attack` goes on, and the attackers'."""
    bad, good = lab.folder / "attack-bad.jsonl", lab.folder / "attack-good.jsonl"
    attackers = asker(ours, attack, ATTACKERS, bad)
    innocents = asker(ours, hot, INNOCENTS, good, "--rate", str(RATE))
    innocents.wait(120)
    attackers.terminate()
    attackers.wait(60)
    return times(good), times(bad)


def main():
    if "RW_LAB_DIR" not in os.environ and os.cpu_count() > 1:
        os.sched_setaffinity(0, {OTHERS_CORE})
    ground.in_lab("--no-alternates", "--leaves", "1500")
    verdict = ground.Verdict("attack: innocents beside hostile clients")
    lab = ground.labkit.Lab()
    chance = random.Random(1)
    sound = [n for n in lab.names(expect="secure", kind="nsec") if n.outcome == "NOERROR"][:300]
    hot = write(lab, "innocent", [(chance.choice(sound).name, "A") for _ in range(ASKED)])
    rows = []
    with lab.rootward({"workers": 1}) as ours:
        pin(ours)
        for _ in range(2):
            asker(ours, hot, INNOCENTS, lab.folder / "warm.jsonl").wait(120)
        for kind in KINDS:
            names = lab.names(kind=kind)
            if not names:
                verdict.expect(False, f"the lab has names of kind {kind}")
                continue
            quiet, late = beside(lab, ours, write(lab, kind, random_names(names, chance)), hot)
            p99 = ground.percentile(quiet, .99)
            rows.append((kind, f"{ground.percentile(quiet, .5) / 1e3:.2f}", f"{p99 / 1e3:.2f}", str(len(late))))
            verdict.expect(p99 < LATEST, f"{kind}: 99 in 100 innocents within {LATEST / 1e3:.0f} ms ({p99 / 1e3:.2f} ms)")
        verdict.expect(ours.stop() == 0, "rootward ends with status 0")
    print()
    ground.table(("attack", "innocents p50 ms", "p99 ms", "attackers answered"), rows)
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
