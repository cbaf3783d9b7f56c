# SPDX-License-Identifier: EUPL-1.2
"""The runs, each for one resolver: what is done and what comes out, as a dict of figures."""

import json
import subprocess

import labkit
import questions
from contestants import Floor

WINDOW = 256  # queries that wait at a time in closed runs
COLD_WINDOW = 64
TCP_WINDOW = 16  # connections at a time
COLD_EXCHANGES, ROOT_SERVER = 3, "193.0.14.129"  # any server of the lab costs the asker the same
SMALLEST_MIB = 4  # cache of a resolver that has next to none
SOUND_RATE, DEAD_SHARE = 3000, 0.05  # queries a second of the tail run, and how many more go to dead servers


def start_load(contestant, names, *options):
    program = labkit.lab_paths.build_folder() / "bench" / "bench_load"
    command = [str(program), "--address", contestant.address, "--port", str(contestant.port), "--names", str(names)]
    return subprocess.Popen([*command, *map(str, options)], stdout=subprocess.PIPE, text=True)


def load(contestant, names, *options):
    running = start_load(contestant, names, *options)
    text, _ = running.communicate(timeout=900)
    if running.returncode != 0:
        raise OSError(f"load ended with {running.returncode}")
    return json.loads(text)


def measured(contestant, names, *options):
    """A load with the processor time it took."""
    before = contestant.cpu_seconds()
    result = load(contestant, names, *options)
    used = contestant.cpu_seconds() - before
    result["cpu_us"] = used / max(1, result["answered"]) * 1e6
    result["busy"] = used / max(1e-9, result["seconds"])
    return result


def brief(result, *more):
    return {key: result[key] for key in ("per_second", "cpu_us", "busy", "sent", "answered", "lost", "strange",
                                         "rcodes", "reply_octets", "latency_us", *more)}


def warm(contestant, names):
    """Asks every name twice: once to fetch it, once for what was lost."""
    for _ in range(2):
        load(contestant, names, "--order", "once", "--window", COLD_WINDOW)


def hits(run, resolver, *options):
    """A run over names that are in the cache."""
    with run.stable.start(resolver) as contestant:
        warm(contestant, run.names)
        return brief(measured(contestant, run.names, "--seconds", run.seconds, *options))


class Hot:
    """Answers that are in the cache."""
    name, figure, unit = "hot", "cpu_us", "us of CPU a query"

    def __init__(self, lab, stable, size):
        self.lab, self.stable, self.seconds = lab, stable, size["hot_seconds"]
        self.names = questions.hot(lab)

    def measure(self, resolver):
        return hits(self, resolver, "--window", WINDOW)

    def floor(self, ours):
        """The same queries sent back at once, at the size of our replies."""
        with Floor(self.lab, "echo", round(ours["reply_octets"])) as echo:
            return brief(measured(echo, self.names, "--seconds", self.seconds, "--window", WINDOW))


class FreshTcp:
    """Answers that are in the cache, each over a TCP connection of its own."""
    name, figure, unit = "fresh-tcp", "cpu_us", "us of CPU a query"

    def __init__(self, lab, stable, size):
        self.lab, self.stable, self.seconds = lab, stable, size["hot_seconds"]
        self.names = questions.hot(lab)

    def measure(self, resolver):
        return hits(self, resolver, "--window", TCP_WINDOW, "--fresh-tcp")


class Cold:
    """Every name once, each in a zone with its own key, validated; also without the time of the signatures."""
    name, figure, unit = "cold", "cpu_us", "us of CPU a query"

    def __init__(self, lab, stable, size):
        self.lab, self.stable = lab, stable
        self.names = questions.cold(lab, size["cold_names"])

    def measure(self, resolver):
        with self.stable.start(resolver, clock=True) as contestant:
            before = contestant.clock.read()
            result = measured(contestant, self.names, "--order", "once", "--window", COLD_WINDOW)
            checked, spent = (after - first for after, first in zip(contestant.clock.read(), before))
        result["signatures"] = checked / result["answered"]
        result["signature_us"] = spent / result["answered"] / 1e3
        result["cpu_us_without_signatures"] = result["cpu_us"] - result["signature_us"]
        return brief(result, "signatures", "signature_us", "cpu_us_without_signatures")

    def floor(self, _):
        """The exchanges of a cold query with nothing done about them: a referral, the answer, the keys of its zone."""
        with Floor(self.lab, "exchanges", ROOT_SERVER, COLD_EXCHANGES) as exchanges:
            result = measured(exchanges, self.names, "--order", "once", "--window", COLD_WINDOW)
        result["cpu_us_without_signatures"] = result["cpu_us"]
        return brief(result, "cpu_us_without_signatures")


class Mixed:
    """Popular and rare names (Zipf), all types, 15 % that do not exist."""
    name, figure, unit = "mixed", "cpu_us", "us of CPU a query"

    def __init__(self, lab, stable, size):
        self.stable, self.seconds = stable, size["mixed_seconds"]
        self.names = questions.mixed(lab)

    def measure(self, resolver):
        with self.stable.start(resolver) as contestant:
            return brief(measured(contestant, self.names, "--order", "zipf", "--seconds", self.seconds, "--window", 128))


class Workers:
    """One worker and two at the same offered load: what sharing costs."""
    name, figure, unit = "workers", "ratio", "CPU a query, two workers / one"

    def __init__(self, lab, stable, size):
        self.stable, self.seconds = stable, size["hot_seconds"]
        self.names = questions.hot(lab)
        self.rate = size["workers_rate"]

    def measure(self, resolver):
        costs = []
        for workers in (1, 2):
            with self.stable.start(resolver, workers=workers) as contestant:
                warm(contestant, self.names)
                contestant.pin({0, 1} if workers == 2 else {0})
                waits = contestant.lock_waits(workers)
                result = measured(contestant, self.names, "--seconds", self.seconds, "--rate", self.rate,
                                  "--sockets", 64)
                waited = waits.stop()
                costs.append(result["cpu_us"])
        return {"one_us": costs[0], "two_us": costs[1], "ratio": costs[1] / costs[0],
                "lock_wait_percent": 100 * waited}


class Memory:
    """Resident octets for each RRset in the cache."""
    name, figure, unit = "memory", "octets", "octets an RRset"

    def __init__(self, lab, stable, size):
        self.stable, self.count = stable, size["memory_rrsets"]
        self.names = questions.many(lab, self.count)

    def measure(self, resolver):
        with self.stable.start(resolver, cache_mib=SMALLEST_MIB) as contestant:
            before = contestant.resident_octets()  # what the program takes without its cache, index and all
        # A peer's cache grows with what it holds and is given more than it needs; ours takes its index at the start, so it
        # has the size that it ships with.
        with self.stable.start(resolver, cache_mib=256 if resolver == "rootward" else 2048) as contestant:
            result = load(contestant, self.names, "--order", "once", "--window", COLD_WINDOW)
            grown = contestant.resident_octets() - before
        good = result["rcodes"].get("0", 0)
        return {"octets": grown / max(1, good), "rrsets": good, "lost": result["lost"], "rcodes": result["rcodes"]}


class Tail:
    """How late the latest are: mixed names at a fixed rate, and one query in twenty for servers that are dead."""
    name, figure, unit = "tail", "p99_us", "us until 99 % are answered"

    def __init__(self, lab, stable, size):
        self.stable, self.seconds = stable, size["tail_seconds"]
        self.names, self.dead = questions.mixed(lab), questions.dead(lab)

    def measure(self, resolver):
        with self.stable.start(resolver) as contestant:
            load(contestant, self.names, "--order", "zipf", "--seconds", self.seconds, "--window", 128)
            troubled = start_load(contestant, self.dead, "--order", "uniform", "--seconds", self.seconds,
                                  "--rate", SOUND_RATE * DEAD_SHARE, "--give-up", 6)
            result = load(contestant, self.names, "--order", "zipf", "--seconds", self.seconds, "--rate", SOUND_RATE,
                          "--give-up", 6, "--seed", 7)
            dead = json.loads(troubled.communicate(timeout=60)[0])
        return {"p50_us": result["latency_us"]["p50"], "p99_us": result["latency_us"]["p99"],
                "p99.9_us": result["latency_us"]["p99.9"], "lost": result["lost"], "answered": result["answered"],
                "rcodes": result["rcodes"], "dead": {key: dead[key] for key in ("sent", "answered", "lost", "rcodes")}}


class StartUp:
    """From the start of the program to the first answer."""
    name, figure, unit = "start-up", "ms", "ms to the first answer"

    def __init__(self, lab, stable, size):
        self.stable = stable
        self.question = lab.names(expect="secure", kind="nsec", limit=1)[0]

    def measure(self, resolver):
        return {"ms": self.stable.start_up(resolver, self.question) * 1e3}


RUNS = {run.name: run for run in (Hot, FreshTcp, Cold, Mixed, Workers, Memory, Tail, StartUp)}
QUICK = {"repeats": 1, "hot_seconds": 1.5, "cold_names": 300, "mixed_seconds": 2, "workers_rate": 20_000,
         "memory_rrsets": 100_000, "tail_seconds": 2, "leaves": 2000}
FULL = {"repeats": 3, "hot_seconds": 5, "cold_names": 2000, "mixed_seconds": 10, "workers_rate": 40_000,
        "memory_rrsets": 1_000_000, "tail_seconds": 10, "leaves": 12_000}


def middle(measurements, figure):
    """The measurement with the median figure, with the spread of all beside it."""
    ordered = sorted(measurements, key=lambda one: one[figure])
    chosen = dict(ordered[(len(ordered) - 1) // 2])
    chosen["spread"] = [ordered[0][figure], ordered[-1][figure]]
    chosen["repeats"] = len(ordered)
    return chosen
