# SPDX-License-Identifier: EUPL-1.2
"""The attacks of attack.py, a row each: what hostile clients ask for, from how many addresses, and how to see whether
anything that was said to them is believed afterwards. Zones of the lab are named by their kind; x1.NAME.attack. is what
attack_says.py makes of it. To add an attack, add a row, and a function there."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from attack_message import SOUND_ADDRESS

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
    #: (name, type) that innocents have asked before, so that they are cached
    known: tuple = ()
    #: a name that innocents ask as well while it goes on
    shared: str | None = None
    #: The question without anything wrong that one of its own is compared with
    sound: str = "sound"
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
    """The same question over and over, whose answer is long in coming and must not be kept."""
    return [("same.held.attack", "A")] * QUESTIONS


def of_keys(_, chance):
    """What is signed by a key that stands among the keys of a zone, and these keys, again and again."""
    zones = [f"x{chance.randrange(10**9)}.zsk.attack" for _ in range(QUESTIONS // 2)]
    return [row for zone in zones for row in ((f"www.{zone}", "A"), (zone, "DNSKEY"))]


def said(*expected):
    """What is believed when one of `expected`, (name with * for a new label, type, rcode, address or None), is not what
    is answered."""
    def believed(resolver):
        for name, rrtype, rcode, address in expected:
            asked = name.replace("*", f"b{random.randrange(10**9)}", 1)
            reply = resolver.ask(asked, rrtype, do=True, timeout=8)
            if reply is None or reply.rcode != rcode:
                return f"{asked} {rrtype}: {'nothing' if reply is None else reply.rcode} in place of {rcode}"
            wrong = [rdata for _, number, _, rdata in reply.answers if address and number == 1 and rdata != address]
            if wrong:
                return f"{asked} {rrtype}: {wrong[0]!r}"
        return None
    return believed


def wildcard_believed(resolver):
    """The zone has one wildcard; data of that one must not be that of another."""
    literal = resolver.ask("*.wild.attack", "A", do=True, timeout=8)
    if literal is None or literal.rcode != "NXDOMAIN":
        return f"*.wild.attack A: {'nothing' if literal is None else literal.rcode}"
    return said(("n.w*.wild.attack", "A", "NOERROR", SOUND_ADDRESS), ("*.wild.attack", "A", "NXDOMAIN", None))(resolver)


def keys_believed(resolver):
    """Keys that were changed under the signature of one that may not sign them, once the sound ones are no longer cached."""
    zone = f"b{random.randrange(10**9)}.zsk.attack"
    sound = resolver.ask(f"www.{zone}", "A", do=True, timeout=8)
    if sound is None or sound.rcode != "NOERROR" or not sound.ad:
        return f"www.{zone} A is not validated"
    time.sleep(2.5)
    shown = resolver.ask(zone, "DNSKEY", do=True, timeout=8)
    if shown is not None and shown.rcode == "NOERROR" and shown.ad:
        return f"{zone} DNSKEY, signed by a zone signing key alone"
    forged = resolver.ask(f"evil.{zone}", "A", do=True, timeout=8)
    if forged is None or forged.rcode != "SERVFAIL":
        return f"evil.{zone} A: {'nothing' if forged is None else forged.rcode}"
    return None


OF_THE_LAB = ("odd-fan-out", "odd-alias-forever", "odd-drip", "odd-slow", "odd-garbage", "odd-near-misses",
              "odd-tc-close", "dead", "dead-crowd", "cyclic", "no-such-servers", "many-servers", "iterations",
              "bad-denial", "big")

ATTACKS = (
    *(Attack(kind, below_kind(kind), sound="abroad") for kind in OF_THE_LAB),
    # What nobody signed, or nobody who may, is not believed; nor what was guessed, or stands beside an answer.
    Attack("wild", lambda *of: [(f"n.w{name}", rrtype) for name, rrtype in of_server("wild")(*of)],
           believed=wildcard_believed, sound="plain"),
    Attack("cut", lambda *of: [(f"y.{name}", rrtype) for name, rrtype in of_server("cut")(*of)],
           believed=said(("y.*.cut.attack", "A", "SERVFAIL", None)), sound="plain"),
    Attack("zsk", of_keys, believed=keys_believed, sound="plain"),
    Attack("rank", of_server("rank"), known=(("www.rank.attack", "A"),),
           believed=said(("www.rank.attack", "A", "NOERROR", SOUND_ADDRESS))),
    Attack("bare", of_server("bare"), believed=said(("*.bare.attack", "A", "NOERROR", SOUND_ADDRESS),
                                                    ("*x.bare.attack", "A", "NOERROR", SOUND_ADDRESS))),
    # Limits that are shared: sockets, a stranger's server, resolutions in flight, seats, connections, root tokens.
    Attack("strangers", of_server("strangers"), parallel=1000, sound="abroad"),
    Attack("ignored", of_server("ignored"), parallel=200),
    Attack("slow", of_server("slow"), clients=6, parallel=5000),
    Attack("one-name", one_name, parallel=1000, shared="same.held.attack", costed=False),
    Attack("mute", of_server("mute"), parallel=1000, sound="lengthy"),
    Attack("junk", junk, parallel=400, sound="abroad"),
    # Tables.
    Attack("collide", of_server("collide"), parallel=1000, sound="strangers6"),
    # Cost of one question.
    Attack("drip", of_server("drip"), sound="lengthy"),
    Attack("crowd", of_server("crowd")),
    Attack("selfish", of_server("selfish")),
    Attack("circle", of_server("circle")),
    Attack("camp", of_server("camp")),
    Attack("aliases", of_server("aliases")),
    Attack("deep", lambda *of: [("l." * 50 + name, rrtype) for name, rrtype in of_server("deep")(*of)],
           sound="plain"),
)
