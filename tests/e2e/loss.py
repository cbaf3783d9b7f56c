# SPDX-License-Identifier: EUPL-1.2
"""A bad line between resolver and servers: 20 % of round trips lost, 200 ms +- 200 ms on the way. The client asks as a
stub resolver does by glibc's defaults (two tries of 5 s each; SERVFAIL uses up a try like silence does): 99.9 % of sound
names must be answered as the zones say."""

import argparse
import concurrent.futures
import sys
import time

import ground

OPTIONS = argparse.ArgumentParser(description=__doc__)
OPTIONS.add_argument("--names", type=int, default=1000)
TRIES, PATIENCE = 2, 5.0
LEAST = 0.999
# Only where every server is sound: what an odd server needs in further round trips is not what is measured here.
KINDS = ("nsec", "nsec3", "unsigned", "plain", "wildcard", "tld-apex", "tld-host", "tld-nxdomain", "root-nxdomain",
         "cname-chain", "types", "children", "opt-out")
dns = ground.labkit.lab_dns


def outcome(reply, rrtype):
    if reply is None:
        return "no reply"
    wanted = dns.type_number(rrtype)
    return "NODATA" if reply.rcode == "NOERROR" and not any(t == wanted for _, t, _, _ in reply.answers) else reply.rcode


def ask(resolver, name):
    """(as the zone says, tries, seconds, what came last)"""
    began = time.monotonic()
    for number in range(1, TRIES + 1):
        reply = resolver.ask(name.name, name.type, timeout=PATIENCE)
        if reply is not None and reply.tc:
            reply = resolver.ask(name.name, name.type, timeout=PATIENCE, tcp=True)
        got = outcome(reply, name.type)
        if got not in ("SERVFAIL", "no reply"):
            break
    return got == name.outcome, number, time.monotonic() - began, got


def main():
    options = OPTIONS.parse_args()
    ground.in_lab("--no-alternates", "--leaves", "1000")
    verdict = ground.Verdict("loss: 20 % of round trips lost, 200 ms jitter")
    lab = ground.labkit.Lab()
    sound = [n for n in lab.names(expect="sound") if n.kind in KINDS and n.type in dns.TYPES]
    names = sound[::max(1, len(sound) // options.names)]
    with lab.rootward() as ours:
        for line in ("delay all 200ms", "jitter all 200ms", "loss all 20", "counts reset"):
            lab.router(line)
        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            asked = list(pool.map(lambda name: ask(ours, name), names))
        took = time.monotonic() - began
        verdict.expect(ours.stop() == 0, "rootward ends with status 0")
    good = sum(right for right, *_ in asked)
    first = sum(right and tries == 1 for right, tries, *_ in asked)
    times = [seconds for _, _, seconds, _ in asked]
    counts = lab.router.counts().values()
    lost, sent = sum(row["lost"] for row in counts), sum(row["sent"] for row in counts)
    for name, (right, tries, seconds, got) in zip(names, asked):
        if not right:
            print(f"        {name.name} {name.type} ({name.kind}): {got} instead of {name.outcome} after {tries} tries, "
                  f"{seconds:.1f} s")
    verdict.expect(lost > 0.05 * sent, f"the line was bad: {lost} of {sent} packets to the servers lost")
    verdict.expect(good >= LEAST * len(names), f"{good} of {len(names)} sound names ({good / len(names):.2%}) answered as "
                                               f"the zones say, with at most {TRIES} tries of {PATIENCE:.0f} s")
    verdict.figure("answered", f"{good} of {len(names)} ({first} at the first try) in {took:.0f} s")
    verdict.figure("time to answer", f"median {ground.percentile(times, .5) * 1e3:.0f} ms, p99 "
                                     f"{ground.percentile(times, .99) * 1e3:.0f} ms, longest {max(times):.1f} s")
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
