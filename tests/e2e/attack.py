# SPDX-License-Identifier: EUPL-1.2
"""Clients that ask for hostile names as fast as they can, one kind after the other, and innocents beside them: work
done for one client must not be felt by another. Innocents ask names that are cached; 99 in 100 within 5 ms."""

import json
import random
import subprocess
import sys

import ground

KINDS = ("odd-fan-out", "odd-alias-forever", "odd-drip", "odd-slow", "odd-garbage", "odd-near-misses", "odd-tc-close",
         "dead", "dead-crowd", "cyclic", "no-such-servers", "many-servers", "iterations", "bad-denial", "big")
ATTACKERS, INNOCENTS = 64, 4  # questions each side has open at a time
QUESTIONS = 400  # of the attack on each kind
ASKED = 1500  # by the innocents meanwhile
LATEST = 5000  # us, of 99 in 100 innocents


def write(lab, label, questions):
    file = lab.folder / f"attack-{label}.tsv"
    file.write_text("".join(f"{name}\t{rrtype}\tvaries\tattack\tNOERROR\n" for name, rrtype in questions))
    return file


def asker(resolver, names, parallel, output):
    program = ground.labkit.lab_paths.program("lab_ask")
    return subprocess.Popen([str(program), "--names", str(names), "--server", f"{resolver.address}@{resolver.port}",
                             "--parallel", str(parallel), "--show", "0", "--output", str(output)],
                            stdout=subprocess.DEVNULL)


def random_names(names, chance):
    """Labels nobody has asked for, below the zones of one kind."""
    zones = sorted({n.name.split(".", 1)[-1] for n in names})
    return [(f"x{chance.randrange(10**9)}.{chance.choice(zones)}", "A") for _ in range(QUESTIONS)]


def times(file):
    return sorted(json.loads(line)["us"] for line in file.read_text().splitlines())


def beside(lab, ours, attack, hot):
    """The innocents' times while `attack` goes on, and how long the attackers waited at most."""
    bad, good = lab.folder / "attack-bad.jsonl", lab.folder / "attack-good.jsonl"
    attackers = asker(ours, attack, ATTACKERS, bad)
    innocents = asker(ours, hot, INNOCENTS, good)
    innocents.wait(120)
    attackers.wait(240)
    return times(good), times(bad)


def main():
    ground.in_lab("--no-alternates", "--leaves", "1500")
    verdict = ground.Verdict("attack: innocents beside hostile clients")
    lab = ground.labkit.Lab()
    chance = random.Random(1)
    sound = [n for n in lab.names(expect="secure", kind="nsec") if n.outcome == "NOERROR"][:300]
    hot = write(lab, "innocent", [(chance.choice(sound).name, "A") for _ in range(ASKED)])
    rows = []
    with lab.rootward() as ours:
        for _ in range(2):
            asker(ours, hot, INNOCENTS, lab.folder / "warm.jsonl").wait(120)
        for kind in KINDS:
            names = lab.names(kind=kind)
            if not names:
                verdict.expect(False, f"the lab has names of kind {kind}")
                continue
            quiet, late = beside(lab, ours, write(lab, kind, random_names(names, chance)), hot)
            p99 = quiet[int(len(quiet) * 0.99)]
            rows.append((kind, f"{quiet[len(quiet) // 2] / 1e3:.2f}", f"{p99 / 1e3:.2f}", f"{late[-1] / 1e6:.2f}"))
            verdict.expect(p99 < LATEST, f"{kind}: 99 in 100 innocents within {LATEST / 1e3:.0f} ms ({p99 / 1e3:.2f} ms)")
        verdict.expect(ours.stop() == 0, "rootward ends with status 0")
    print()
    ground.table(("attack", "innocents p50 ms", "p99 ms", "attackers' longest s"), rows)
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
