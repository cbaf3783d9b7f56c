# SPDX-License-Identifier: EUPL-1.2
"""Names of all kinds of the lab, over UDP and over TCP, answered by rootward and by a peer beside it: the same rcode and
answer, or a difference of a declared class. Ends with its own sabotage: answers swapped on the way must be found."""

import argparse
import random
import sys
import time
from collections import Counter

import differences
import ground
from tamper import Tamper

OPTIONS = argparse.ArgumentParser(description=__doc__)
OPTIONS.add_argument("--udp", type=int, default=5000, help="names over UDP (default 5000)")
OPTIONS.add_argument("--tcp", type=int, default=500, help="names over TCP (default 500)")
OPTIONS.add_argument("--peers", default="unbound", help="peers to compare with, by commas: unbound, named")
OPTIONS.add_argument("--seed", type=int, default=1)
OPTIONS.add_argument("--leaves", type=int, default=3000)

SLOW_A_GROUP = 12  # broken and varying names take seconds each; so many of each kind
# As many TCP clients as the asker makes; Unbound's default is 10.
MORE_TCP = {"unbound": "incoming-num-tcp: 300", "named": "tcp-clients 300;"}
FAILURE_LIFETIME = 6.0  # seconds, longer than a failure is remembered after a first time (RFC 9520 §3.2: at least 1 s)
MOST_ASKED_AGAIN = 0.005
MOST_DECLARED = 0.10  # a class that swallows more than this share of the names is no class


def sample(names, count, seed):
    """`count` names, all kinds, expectations and outcomes evenly; the slow ones last."""
    groups = {}
    for name in names:
        groups.setdefault((name.kind, name.expect, name.outcome), []).append(name)
    chance = random.Random(seed)
    for key in sorted(groups):
        chance.shuffle(groups[key])
        if key[1] in ("broken", "varies"):
            del groups[key][SLOW_A_GROUP:]
    taken = []
    while groups and len(taken) < count:
        for key in sorted(groups):
            taken.append(groups[key].pop())
            if not groups[key]:
                del groups[key]
    taken = taken[:count]
    return [n for n in taken if n.expect not in ("broken", "varies")], \
           [n for n in taken if n.expect in ("broken", "varies")]


def ask(lab, resolvers, names, label, *options):
    """The file of JSON lines, asked with retries as a stub resolver would."""
    listed = lab.folder / f"{label}.tsv"
    listed.write_text("".join(f"{n.name}\t{n.type}\t{n.expect}\t{n.kind}\t{n.outcome}\n" for n in names))
    output = lab.folder / f"{label}.jsonl"
    status, text = lab.ask_all(resolvers, "--tries", 2, "--show", 0, *options, output=output, names=listed)
    if status != 0:
        raise RuntimeError(text)
    return output


def at(resolver):
    return f"{resolver.address}@{resolver.port}"


def compare(lab, ours, peers, names, label, *options):
    """Asks all; returns peer name -> pairs."""
    quick, slow = names
    pairs = {peer.name: [] for peer in peers}
    # A resolver takes so many connections of one client (ours: tcp.connections-per-client).
    for part, some, parallel in (("quick", quick, 48), ("slow", slow, 48 if "--tcp" in options else 160)):
        if not some:
            continue
        output = ask(lab, [ours, *peers], some, f"{label}-{part}", "--parallel", parallel, *options)
        for peer in peers:
            pairs[peer.name] += differences.read_pairs(output, at(ours), at(peer))
    return pairs


def judge(lab, verdict, ours, peer, pairs, title):
    """Prints and judges; what differs is asked once more, alone, because on a busy machine packets come late."""
    first = differences.Comparison()
    for pair in pairs:
        first.add(pair)
    again = {(pair.name, pair.type) for pair in first.undeclared}
    comparison = differences.Comparison()
    late = Counter()
    if again:
        time.sleep(FAILURE_LIFETIME)
        names = [n for n in lab.names() if (n.name, n.type) in again]
        output = ask(lab, [ours, peer], names, f"again-{peer.name}-{len(pairs)}", "--parallel", 2)
        second = {(p.name, p.type): p for p in differences.read_pairs(output, at(ours), at(peer))}
        pairs = [second.get((p.name, p.type), p) for p in pairs]
    for pair in pairs:
        if comparison.add(pair) and (pair.name, pair.type) in again:
            late[pair.kind] += 1
    comparison.print(title)
    if late:
        print(f"  {sum(late.values()):>6}  of these only when asked again, alone: "
              f"{', '.join(f'{kind} {n}' for kind, n in late.most_common())}")
    verdict.expect(not comparison.undeclared, f"{title}: every difference is of a declared class")
    verdict.expect(sum(late.values()) <= MOST_ASKED_AGAIN * len(pairs),
                   f"{title}: {sum(late.values())} had to be asked again, at most {MOST_ASKED_AGAIN:.1%} may")
    wide = [t for t, n in comparison.members.items() if n > MOST_DECLARED * comparison.compared]
    verdict.expect(not wide, f"{title}: no declared class holds more than {MOST_DECLARED:.0%} of the names {wide or ''}")
    verdict.figure(title, f"{comparison.compared} asked, {comparison.agree} agree, "
                          f"{sum(comparison.members.values())} declared, "
                          f"{len(comparison.undeclared)} undeclared, {sum(late.values())} asked again")
    return comparison


def swapped_answers_are_found(verdict, pairs):
    """In memory: each sound name gets its neighbour's answer, then SERVFAIL; no class may swallow either."""
    sound = [p for p in pairs if p.sound and p.theirs.rcode == "NOERROR" and p.ours.answer]
    for what, change in (("its neighbour's answer", lambda pair, other: other.ours),
                         ("SERVFAIL", lambda pair, _: differences.Seen("SERVFAIL", (), 0, False, (), 0.1, "SERVFAIL")),
                         ("an empty answer", lambda pair, _: differences.Seen("NOERROR", (), 0, False, (), 0.1, "NODATA"))):
        comparison = differences.Comparison()
        tried = 0
        for pair, other in zip(sound, sound[1:] + sound[:1]):
            if other.ours.answer == pair.theirs.answer:
                continue
            tried += 1
            comparison.add(differences.Pair(pair.name, pair.type, pair.expect, pair.kind, pair.outcome,
                                            change(pair, other), pair.theirs))
        verdict.expect(tried > 50 and len(comparison.undeclared) == tried,
                       f"sabotage: {what} in place of the right one is found {len(comparison.undeclared)} times "
                       f"of {tried}")


def tampering_is_found(lab, verdict, ours, peer, names):
    """On the wire: a proxy before rootward changes the last octet of one answer in ten."""
    with Tamper((ours.address, ours.port), (lab.new_address(), 53), every=10) as proxy:
        output = ask(lab, [proxy, peer], names, "tampered", "--parallel", 8)
        pairs = differences.read_pairs(output, at(proxy), at(peer))
    comparison = differences.Comparison()
    for pair in pairs:
        comparison.add(pair)
    found = {(p.name, p.type) for p in comparison.undeclared}
    verdict.expect(proxy.changed and found == proxy.changed,
                   f"sabotage: {len(proxy.changed)} answers changed on the wire, {len(found)} found")


def main():
    options = OPTIONS.parse_args()
    ground.in_lab("--no-alternates", "--leaves", str(options.leaves))
    verdict = ground.Verdict("compare: the same answers as the peers")
    lab = ground.labkit.Lab()
    # BIND listens only on addresses that an interface has.
    peers = [lab.peer(name, address="127.0.0.1" if name == "named" else None, extra=MORE_TCP.get(name, ""))
             for name in options.peers.split(",")]
    with lab.rootward() as ours:
        secure = lab.names(expect="secure", kind="nsec", limit=1)[0]
        verdict.expect(ours.ask(secure.name, secure.type, do=True).ad, f"{secure.name} is secure: rootward validates")
        everything = lab.names()
        started = time.monotonic()
        udp = compare(lab, ours, peers, sample(everything, options.udp, options.seed), "udp")
        verdict.figure("UDP took", f"{time.monotonic() - started:.0f} s")
        tcp = compare(lab, ours, peers, sample(everything, options.tcp, options.seed + 1), "tcp", "--tcp")
        for peer in peers:
            judge(lab, verdict, ours, peer, udp[peer.name], f"UDP, beside {peer.name}")
            judge(lab, verdict, ours, peer, tcp[peer.name], f"TCP, beside {peer.name}")
        first = peers[0]
        swapped_answers_are_found(verdict, udp[first.name])
        named = [n for n in lab.names(kind="nsec") if n.outcome == "NOERROR" and n.type == "A"][:300]
        tampering_is_found(lab, verdict, ours, first, named)
        slowest = max((p.ours.seconds for pairs in udp.values() for p in pairs), default=0)
        verdict.expect(slowest < 5.5, f"every question was answered by rootward within 5 s (slowest {slowest:.2f} s, "
                                      "with the asker's own queueing)")
        verdict.expect(ours.stop() == 0, "rootward ends with status 0 on SIGTERM")
    for peer in peers:
        peer.stop()
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
