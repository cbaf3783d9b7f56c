# SPDX-License-Identifier: EUPL-1.2
"""What counts as a difference between two resolvers, and the declared classes: differences that are right, each with
the RFC section that leaves the choice, a reason and a predicate. Everything outside of them is a defect."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Seen:
    """What one resolver said to one question, TTLs apart."""
    rcode: str
    answer: tuple      # canonical RRs, sorted, signatures apart
    signatures: int    # RRSIGs in the answer section
    ad: bool
    ede: tuple
    seconds: float
    outcome: str       # NOERROR, NODATA, NXDOMAIN, SERVFAIL ...: NODATA is NOERROR without the type asked

    @staticmethod
    def from_line(line):
        return Seen(line["rcode"], tuple(line["answer"]), line["signatures"], line["ad"], tuple(line["ede"]),
                    line["us"] / 1e6, line["got"])


@dataclass(frozen=True)
class Pair:
    """The same question to ours and to a peer."""
    name: str
    type: str
    expect: str
    kind: str
    outcome: str
    ours: Seen
    theirs: Seen

    @property
    def sound(self):
        return self.expect in ("secure", "insecure")

    def differs(self):
        ours, theirs = self.ours, self.theirs
        return (ours.rcode, ours.answer, ours.signatures, ours.ad) != (theirs.rcode, theirs.answer, theirs.signatures,
                                                                       theirs.ad)

    def __str__(self):
        def one(seen):
            records = "; ".join(seen.answer[:3]) + (f" and {len(seen.answer) - 3} more" if len(seen.answer) > 3 else "")
            return (f"{seen.rcode}{' AD' if seen.ad else ''} [{records}] {seen.signatures} signatures, "
                    f"EDE {','.join(map(str, seen.ede)) or '-'}, {seen.seconds:.2f} s")
        return (f"{self.name} {self.type} ({self.kind}, {self.expect}, expected {self.outcome})\n"
                f"      ours   {one(self.ours)}\n      theirs {one(self.theirs)}")


@dataclass(frozen=True)
class Declared:
    """A class of differences that is right."""
    title: str
    rfc: str
    reason: str
    holds: Callable = field(repr=False)


def _fails(seen):
    return seen.rcode == "SERVFAIL" and not seen.answer


def _right(seen, pair):
    """As the zones were written, which the lab knows."""
    return seen.outcome == pair.outcome


def _peer_gives_up(pair):
    given_up = pair.theirs.rcode == "TIMEOUT" or _fails(pair.theirs)
    return given_up and pair.expect in ("secure", "insecure", "varies") and _right(pair.ours, pair)


def _peer_is_late(pair):
    return pair.theirs.rcode == "TIMEOUT" and pair.expect in ("broken", "varies", "bogus") and _fails(pair.ours)


def _part_of_a_chain(pair):
    failing = {pair.ours.rcode, pair.theirs.rcode} == {"SERVFAIL"}
    return failing and pair.expect in ("broken", "varies") and not pair.ours.answer and bool(pair.theirs.answer)


def _we_give_up(pair):
    return pair.expect == "varies" and _fails(pair.ours) and bool(pair.ours.ede) and _right(pair.theirs, pair)


def _empty(seen):
    return seen.rcode == "NOERROR" and not seen.answer


def _self_referral(pair):
    return pair.kind == "odd-self-referral" and _empty(pair.theirs) and _fails(pair.ours) and 22 in pair.ours.ede


def _badvers(pair):
    return pair.kind == "odd-badvers" and _empty(pair.theirs) and (_fails(pair.ours) or _right(pair.ours, pair))


def _overflow(pair):
    return pair.kind == "dname-overflow" and pair.ours.rcode == "YXDOMAIN" and \
        pair.theirs.rcode in ("YXDOMAIN", "SERVFAIL")


CLASSES = [
    Declared("the peer gives up or is silent for 12 s, we answer what the zone says", "RFC 1034 §5.3.3",
             "every server may be tried in any order and as often as the bounds on work allow", _peer_gives_up),
    Declared("the peer is silent for 12 s, we say SERVFAIL", "RFC 9520 §2.2",
             "how long to try servers that fail is left open; here every client has an answer within 5 s", _peer_is_late),
    Declared("we give up with an extended error, the peer finds a way", "RFC 9520 §3.1",
             "servers this odd may be given up or worked around; here the bounds on work and time ended it", _we_give_up),
    Declared("a referral to the zone itself", "RFC 2308 §2.2",
             "without SOA and without answer it is no denial; we call the server lame, the peer says no data",
             _self_referral),
    Declared("BADVERS to EDNS version 0", "RFC 6891 §6.1.3",
             "the upper bits of the RCODE make it no NOERROR; the peer reads the lower four and says no data", _badvers),
    Declared("SERVFAIL with the part of the chain of aliases that was followed", "RFC 2308 §7.1",
             "a failure has no answer; the peer leaves the first links of the chain in it", _part_of_a_chain),
    Declared("a name too long after DNAME", "RFC 6672 §2.2",
             "YXDOMAIN with the DNAME once; the peer repeats the record or says SERVFAIL", _overflow),
]



def read_pairs(file, ours, theirs):
    """Pairs from the JSON lines of lab_ask; `ours` and `theirs` are the servers as lab_ask was given them."""
    seen = defaultdict(dict)
    lines = {}
    with open(file, encoding="utf-8") as rows:
        for row in rows:
            line = json.loads(row)
            key = line["name"], line["type"]
            seen[key][line["server"]] = Seen.from_line(line)
            lines[key] = line
    missing = [key for key, by_server in seen.items() if ours not in by_server or theirs not in by_server]
    if missing:
        raise ValueError(f"questions that only one resolver was asked: {missing[:3]}")
    return [Pair(*key, lines[key]["expect"], lines[key]["kind"], lines[key]["outcome"], by_server[ours],
                 by_server[theirs]) for key, by_server in seen.items()]


class Comparison:
    """Judges pairs: how many agree, how many fall into each declared class, and what is left."""

    def __init__(self):
        self.compared = self.agree = 0
        self.members = Counter()
        self.kinds = defaultdict(Counter)
        self.undeclared = []

    def add(self, pair):
        self.compared += 1
        if not pair.differs():
            self.agree += 1
            return True
        for one in CLASSES:
            if one.holds(pair):
                self.members[one.title] += 1
                self.kinds[one.title][pair.kind] += 1
                return True
        self.undeclared.append(pair)
        return False

    def print(self, title, limit=25):
        print(f"\n{title}: {self.compared} compared, {self.agree} agree, "
              f"{sum(self.members.values())} in declared classes, {len(self.undeclared)} undeclared")
        for one in CLASSES:
            print(f"  {self.members[one.title]:>6}  {one.title} ({one.rfc}: {one.reason})")
            if self.kinds[one.title]:
                print(f"          {', '.join(f'{kind} {n}' for kind, n in self.kinds[one.title].most_common())}")
        kinds = Counter((pair.kind, pair.expect) for pair in self.undeclared)
        for (kind, expect), count in kinds.most_common():
            print(f"  {count:>6}  UNDECLARED {kind} ({expect})")
        shown = Counter()
        for pair in self.undeclared:
            shown[pair.kind] += 1
            if shown[pair.kind] <= 3 and sum(shown.values()) <= limit:
                print(f"    {pair}")
