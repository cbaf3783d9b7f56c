# SPDX-License-Identifier: EUPL-1.2
"""The attacks of attack.py, a row each: what hostile clients ask for, from how many addresses, and how to see whether
anything that was said to them is believed afterwards. Zones of the lab are named by their kind; x1.NAME.attack. is what
attack_server.py makes of it. To add an attack, add a row, and what its server says there."""

from collections.abc import Callable
from dataclasses import dataclass

QUESTIONS = 40_000  # of one attack: more than it gets to, so that it lasts as long as innocents ask


@dataclass(frozen=True)
class Attack:
    name: str
    #: (lab, random) -> [(name, type)]
    questions: Callable
    #: addresses that it comes from
    clients: int = 2
    #: questions it has open at a time
    parallel: int = 64
    #: (resolver) -> a sentence about what is believed that must not be, or None
    believed: Callable | None = None
    #: Whether one of its questions has a cost worth measuring; not when all ask for one and the same.
    costed: bool = True


def below_kind(kind):
    """Labels nobody has asked for, below the lab's zones of one kind."""
    def questions(lab, chance):
        zones = sorted({name.name.split(".", 1)[-1] for name in lab.names(kind=kind)})
        return [(f"x{chance.randrange(10**9)}.{chance.choice(zones)}", "A") for _ in range(QUESTIONS)] if zones else []
    return questions


def of_server(name, rrtype="A"):
    """Names that attack_server.py has something to say about."""
    def questions(_, chance):
        return [(f"x{chance.randrange(10**9)}.{name}.attack", rrtype) for _ in range(QUESTIONS)]
    return questions


def junk(_, chance):
    """Top-level domains that do not exist."""
    return [(f"www.x{chance.randrange(10**12)}", "A") for _ in range(QUESTIONS)]


def one_name(_, chance):
    """The same question over and over, whose answer is long in coming."""
    return [(f"same{chance.randrange(10**9)}.slow.attack", "A")] * QUESTIONS


OF_THE_LAB = ("odd-fan-out", "odd-alias-forever", "odd-drip", "odd-slow", "odd-garbage", "odd-near-misses",
              "odd-tc-close", "dead", "dead-crowd", "cyclic", "no-such-servers", "many-servers", "iterations",
              "bad-denial", "big")

ATTACKS = (
    *(Attack(kind, below_kind(kind)) for kind in OF_THE_LAB),
    # Limits that are shared: sockets, a stranger's server, resolutions in flight, seats, connections, root tokens.
    Attack("strangers", of_server("strangers"), parallel=1000),
    Attack("ignored", of_server("ignored"), parallel=200),
    Attack("slow", of_server("slow"), clients=6, parallel=5000),
    Attack("one-name", one_name, parallel=1000, costed=False),
    Attack("mute", of_server("mute"), parallel=1000),
    Attack("junk", junk, parallel=400),
    # Cost of one question.
    Attack("drip", of_server("drip")),
    Attack("crowd", of_server("crowd")),
)
