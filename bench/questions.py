# SPDX-License-Identifier: EUPL-1.2
"""What is asked: lists of names made from the lab's own names. All files are name<TAB>type."""

import random

NXDOMAIN_SHARE = 0.15  # of queries that resolvers see, about
POPULAR = 100_000  # names of the mixed run


def write(lab, label, questions):
    file = lab.folder / f"bench-{label}.tsv"
    file.write_text("".join(f"{name}\t{rrtype}\n" for name, rrtype in questions))
    return file


def zone_of(name):
    return name.name.split(".", 1)[1]


def hot(lab, count=1000):
    """Small positive answers, the same for everybody."""
    names = [n for n in lab.names(expect="secure", kind="nsec") if n.outcome == "NOERROR" and n.type in ("A", "AAAA")]
    return write(lab, "hot", [(n.name, n.type) for n in names[:count]])


def cold(lab, count):
    """One name of each signed zone: every zone has keys of its own, so nothing but root and TLDs is shared."""
    seen, questions = set(), []
    for name in lab.names(expect="secure"):
        apex = ".".join(name.name.rstrip(".").split(".")[-2:])
        if name.kind in ("nsec", "nsec3") and name.outcome == "NOERROR" and apex not in seen:
            seen.add(apex)
            questions.append((name.name, name.type))
    if len(questions) < count:
        raise ValueError(f"the lab has {len(questions)} signed zones, {count} are wanted: give it more leaves")
    random.Random(1).shuffle(questions)
    return write(lab, "cold", questions[:count])


def mixed(lab, count=POPULAR):
    """Sound names of all types, then names that do not exist below their zones; in the order of popularity."""
    chance = random.Random(2)
    sound = [n for n in lab.names(expect="sound") if n.kind != "zero-ttl"]
    missing = [n for n in sound if n.kind in ("nsec", "nsec3", "unsigned", "plain")]
    wild = [n for n in sound if n.kind in ("wildcard", "wildcard-unsigned") and n.outcome == "NOERROR"]
    questions = [(n.name, n.type) for n in sound]
    while len(questions) < count * (1 - NXDOMAIN_SHARE) and wild:
        at = chance.choice(wild)
        questions.append((f"w{chance.randrange(10**9)}.{zone_of(at)}", at.type))
    del questions[int(count * (1 - NXDOMAIN_SHARE)):]
    while len(questions) < count:
        questions.append((f"no{chance.randrange(10**9)}.{zone_of(chance.choice(missing))}", "A"))
    chance.shuffle(questions)
    return write(lab, "mixed", questions)


def dead(lab):
    """Names whose servers never answer."""
    names = lab.names(kind="dead") + lab.names(kind="dead-crowd")
    return write(lab, "dead", [(f"d{i}.{zone_of(n)}", "A") for i in range(200) for n in names])


def many(lab, count):
    """As many RRsets of one shape as wanted: an unsigned wildcard makes each."""
    zones = sorted({zone_of(n) for n in lab.names(kind="wildcard-unsigned") if n.name.startswith("any.")})
    return write(lab, "many", [(f"m{i}.{zones[i % len(zones)]}", "A") for i in range(count)])
