# SPDX-License-Identifier: EUPL-1.2
"""Hostile clients that ask as much as they can, one kind of attack after the other (attack_kinds.py), and innocents beside
them: work done for one client must not be felt by another.

- Innocents who ask names that are cached: 99 in 100 within 5 ms.
- Innocents who ask names that nobody has asked for: none fails, and 99 in 100 take no longer than twice what they take
  without an attack.
- Nothing that was said to attackers is believed.
- One attack question costs no more CPU than five normal cold ones, signed when its own zone is, or than normal ones that
  need as many queries to name servers.

rootward has one core for one worker and everybody else the other, so that what is measured is its own doing. `--cost` and
`--innocents` measure one half only; names of attacks, only those."""

import json
import os
import random
import subprocess
import sys
import time
import urllib.request

import attack_says
import attack_signed
import ground
from attack_kinds import ATTACKS, QUESTIONS

CACHED_LATEST = 5000  # us, of 99 in 100
FRESH_FACTOR = 2  # of what 99 in 100 take without an attack
COST_FACTOR = 5  # of a normal cold question
ASKED, RATE = 1500, 500  # cached names, and how many a second
FRESH_ASKED, FRESH_RATE = 300, 100
SHARED_ASKED = 5  # times that innocents ask what hostile clients ask for
SETTLE = 2.0  # seconds that an attack goes on before innocents ask: until what it fills is full
COSTED = 300  # questions whose cost is measured
SOUND_COSTED, WARM_UP = 800, 100
# Questions without anything wrong; COST_FACTOR is what others may cost beside them.
NORMAL = ("sound", "plain", "lengthy", "abroad")
SAME_FACTOR = 1.25  # beside a question that differs in what is attacked alone
OUR_CORE, OTHERS_CORE = 0, 1
STATUS_PORT = 9453
CACHED_CLIENT, FRESH_CLIENT, COLD_CLIENT = "127.0.1.1", "127.0.1.2", "127.0.1.3"
HOSTILE = ("chrt", "--other", "0", "nice", "-n", "10")  # how hostile programs are run
LEAST_FRESH_P99 = 20_000  # us: below this twice as long is the jitter of the machine


def run_first():
    """Where that is allowed this program and all that it starts go before everything else of the machine, which is not to be
    measured."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        pass


def start(command, hostile, **options):
    return subprocess.Popen([*(HOSTILE if hostile else ()), *command], **options)


class Servers:
    """attack_server.py in both roles, beside the daemon."""

    def __enter__(self):
        program = [sys.executable, str(ground.E2E / "attack_server.py")]
        self.running = [start([*program, role], role == "hostile") for role in ("hostile", "innocent")]
        deadline = time.monotonic() + 10
        for address, zone in ((attack_says.HOSTILE[-1], "sound.attack"), (attack_says.INNOCENT, attack_says.INNOCENT_ZONE)):
            while ground.labkit.lab_dns.ask(address, f"x.{zone}", "A", timeout=0.2) is None:
                if time.monotonic() > deadline:
                    raise ground.labkit.LabError(f"nobody answers at {address}")
                time.sleep(0.02)
        return self

    def __exit__(self, *_):
        for server in self.running:
            server.kill()
            server.wait()


def settings(lab):
    hostile, innocent = attack_says.HOSTILE[0], attack_says.INNOCENT
    zones = [{"name": attack_says.INNOCENT_ZONE, "servers": [innocent]},
             *({"name": zone, "servers": [hostile]} for zone in (attack_says.ZONE, *attack_signed.ZONES))]
    return {"workers": 1, "stub-zones": zones, "upstream": {"do-not-query": []},
            "dnssec": {"negative-trust-anchors": [attack_says.ZONE],
                       "trust-anchors": [str(lab.folder / "anchor.ds"), *attack_signed.anchors()]},
            "status": {"listen": f"127.0.0.1:{STATUS_PORT}"}}


def sent():
    """Queries to name servers so far."""
    with urllib.request.urlopen(f"http://127.0.0.1:{STATUS_PORT}/metrics", timeout=30) as page:
        lines = page.read().decode().splitlines()
    wanted = 'rootward_upstream_queries_total{outcome="sent'
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(wanted))


class Stage:
    """The lab, the daemon and who asks it."""

    def __init__(self, lab, ours):
        self.lab, self.ours = lab, ours
        self.chance = random.Random(time.time_ns())
        sound = [n for n in lab.names(expect="secure", kind="nsec") if n.outcome == "NOERROR"][:300]
        self.cached = self.write("cached", [(self.chance.choice(sound).name, "A") for _ in range(ASKED)])
        plain = [n for n in lab.names(expect="insecure") if n.outcome == "NOERROR" and not n.kind.startswith("odd")]
        self.zones = sorted({n.name.split(".", 1)[-1] for n in plain if n.name.startswith("www.")})[:50]

    def sound(self, kind, count):
        """Questions without anything wrong: of attack_says.py, or `abroad`, in zones of the lab, whose servers are across a
        wire."""
        zones = self.zones if kind == "abroad" else [f"{kind}.attack"]
        return [(f"c{self.chance.randrange(10**12)}.{self.chance.choice(zones)}", "A") for _ in range(count)]

    def write(self, label, questions):
        file = self.lab.folder / f"attack-{label}.tsv"
        file.write_text("".join(f"{name}\t{rrtype}\tvaries\tattack\tNOERROR\n" for name, rrtype in questions))
        return file

    def fresh(self, count):
        """Names that nobody has asked for: below zones of the lab, whose servers deny them, and below the innocent one."""
        zones = [*self.zones, attack_says.INNOCENT_ZONE]
        names = [(f"w{self.chance.randrange(10**12)}.{zones[-1] if number % 2 else self.chance.choice(zones)}", "A")
                 for number in range(count)]
        return self.write("fresh", names)

    def ask(self, names, label, parallel, clients, *options, hostile=False):
        program = ground.labkit.lab_paths.program("lab_ask")
        sources = [word for client in clients for word in ("--from", client)]
        output = self.lab.folder / f"attack-{label}.jsonl"
        process = start([str(program), "--names", str(names), "--parallel", str(parallel), "--show", "0",
                         "--server", f"{self.ours.address}@{self.ours.port}", "--output", str(output),
                         "--tries", "1", *sources, *options], hostile, stdout=subprocess.DEVNULL)
        return process, output

    def innocents(self):
        """(times of cached names, times of fresh names, fresh names that failed), in us."""
        fresh_names = self.fresh(FRESH_ASKED)
        cached, cached_output = self.ask(self.cached, "cached", 4, [CACHED_CLIENT], "--rate", str(RATE))
        fresh, fresh_output = self.ask(fresh_names, "fresh", 50, [FRESH_CLIENT], "--rate", str(FRESH_RATE))
        for process in (cached, fresh):
            process.wait(180)
        rows = replies(fresh_output)
        failed = [row["name"] for row in rows if row["rcode"] not in ("NOERROR", "NXDOMAIN")]
        missing = FRESH_ASKED - len(rows)
        return [row["us"] for row in replies(cached_output)], [row["us"] for row in rows], len(failed) + missing

    def beside(self, attack, questions):
        """The innocents while `attack` goes on, and how many of its questions were answered."""
        for name, rrtype in attack.known:
            self.ours.ask(name, rrtype, source=FRESH_CLIENT)
        clients = [f"127.0.66.{number + 1}" for number in range(attack.clients)]
        hostile, output = self.ask(self.write(attack.name, questions), "hostile", attack.parallel, clients,
                                   hostile=True)
        time.sleep(SETTLE)
        cached, fresh, failed = self.innocents()
        for _ in range(SHARED_ASKED if attack.shared else 0):
            reply = self.ours.ask(attack.shared, source=FRESH_CLIENT)
            failed += reply is None or reply.rcode != "NOERROR"
        hostile.terminate()
        hostile.wait(60)
        return cached, fresh, failed, len(replies(output))

    def cost(self, questions, parallel):
        """(CPU time in us, queries to name servers) of one of `questions`, so many at a time."""
        before = self.cpu(), sent()
        asking, output = self.ask(self.write("cost", questions), "cost", parallel, [COLD_CLIENT])
        asking.wait(900)
        time.sleep(1)
        after = self.cpu(), sent()
        answered = len(replies(output))
        if answered < len(questions):
            print(f"  {len(questions) - answered} of {len(questions)} questions were not answered")
        return (after[0] - before[0]) / len(questions), (after[1] - before[1]) / len(questions)

    def cpu(self):
        """us that all threads of the daemon have run (the first number of schedstat is ns on a CPU)."""
        tasks = f"/proc/{self.ours.process.pid}/task"
        return sum(int(open(f"{tasks}/{thread}/schedstat").read().split()[0]) for thread in os.listdir(tasks)) / 1000


def replies(file):
    """The last line may be half written when its writer was ended."""
    return [json.loads(line) for line in file.read_text().split("\n")[:-1]]


def pin(resolver):
    for thread in map(int, os.listdir(f"/proc/{resolver.process.pid}/task")):
        os.sched_setaffinity(thread, {OUR_CORE})


def ms(microseconds, share):
    return ground.percentile(microseconds, share) / 1e3 if microseconds else float("inf")


def measure_innocents(stage, verdict, attacks):
    for _ in range(2):
        stage.ask(stage.cached, "warm", 4, [CACHED_CLIENT])[0].wait(120)
    stage.innocents()  # the servers of the zones that fresh names are in become known
    cached, fresh, failed = stage.innocents()
    verdict.expect(failed == 0, f"without an attack no fresh name fails ({failed})")
    quiet = max(ms(fresh, .99), LEAST_FRESH_P99 / 1e3)
    rows = [("none", f"{ms(cached, .5):.2f}", f"{ms(cached, .99):.2f}", f"{ms(fresh, .5):.1f}", f"{ms(fresh, .99):.1f}",
             str(failed), "-")]
    for attack in attacks:
        questions = attack.questions(stage.lab, stage.chance)
        if not verdict.expect(len(questions) == QUESTIONS, f"{attack.name}: there is something to ask"):
            continue
        cached, fresh, failed, answered = stage.beside(attack, questions)
        late, fresh_late = ms(cached, .99), ms(fresh, .99)
        rows.append((attack.name, f"{ms(cached, .5):.2f}", f"{late:.2f}", f"{ms(fresh, .5):.1f}", f"{fresh_late:.1f}",
                     str(failed), str(answered)))
        verdict.expect(late < CACHED_LATEST / 1e3,
                       f"{attack.name}: 99 in 100 cached names within {CACHED_LATEST / 1e3:.0f} ms ({late:.2f} ms)")
        verdict.expect(failed == 0, f"{attack.name}: no fresh name fails ({failed} of {FRESH_ASKED})")
        verdict.expect(fresh_late <= FRESH_FACTOR * quiet,
                       f"{attack.name}: 99 in 100 fresh names within {FRESH_FACTOR * quiet:.0f} ms ({fresh_late:.1f} ms)")
        believed = attack.believed(stage.ours) if attack.believed else None
        verdict.expect(believed is None, f"{attack.name}: nothing is believed ({believed or 'nothing'})")
        time.sleep(5)  # until the last of its questions is over
    print()
    ground.table(("attack", "cached p50 ms", "p99 ms", "fresh p50 ms", "p99 ms", "failed", "attackers answered"), rows)


def measure_cost(stage, verdict, attacks):
    """Each beside a question of the same kind without anything wrong, which is measured anew: the machine changes."""
    rows = []
    for attack in attacks:
        questions = attack.questions(stage.lab, stage.chance)[:COSTED]
        if not attack.costed or not questions:
            continue
        sound = stage.sound(attack.sound, SOUND_COSTED)
        stage.cost(sound[:WARM_UP], attack.parallel)
        cold, queries = stage.cost(sound[WARM_UP:], attack.parallel)
        cost, sent_for_it = stage.cost(questions, attack.parallel)
        factor = cost / cold
        allowed = max(COST_FACTOR if attack.sound in NORMAL else SAME_FACTOR, sent_for_it / queries)
        rows.append((attack.name, f"{cost:.0f}", f"{sent_for_it:.1f}", attack.sound, f"{cold:.0f}", f"{queries:.1f}",
                     f"{factor:.1f}", f"{allowed:.1f}"))
        verdict.expect(factor <= allowed, f"{attack.name}: one question costs {factor:.1f} of `{attack.sound}`, "
                                          f"with {sent_for_it:.1f} queries at most {allowed:.1f}")
    print()
    ground.table(("one question of", "CPU us", "queries", "beside", "CPU us", "queries", "times", "allowed"), rows)


def main():
    if "RW_LAB_DIR" not in os.environ and os.cpu_count() > 1:
        os.sched_setaffinity(0, {OTHERS_CORE})
        run_first()
    ground.in_lab("--no-alternates", "--leaves", "1500")
    verdict = ground.Verdict("attack: innocents beside hostile clients")
    named = [word for word in sys.argv[1:] if not word.startswith("--")]
    attacks = [attack for attack in ATTACKS if not named or attack.name in named]
    verdict.expect(len(attacks) == len(named or ATTACKS), f"attacks: {' '.join(attack.name for attack in attacks)}")
    lab = ground.labkit.Lab()
    with Servers(), lab.rootward(settings(lab)) as ours:
        pin(ours)
        stage = Stage(lab, ours)
        if "--cost" not in sys.argv:
            measure_innocents(stage, verdict, attacks)
        if "--innocents" not in sys.argv:
            measure_cost(stage, verdict, attacks)
        verdict.expect(ours.stop() == 0, "rootward ends with status 0")
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
