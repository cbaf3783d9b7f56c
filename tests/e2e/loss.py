# SPDX-License-Identifier: EUPL-1.2
"""A bad line between resolver and servers: 20 % of round trips lost, 200 ms +- 200 ms on the way. The client asks as
stub resolvers do (glibc's defaults: two tries of 5 s each); 99.9 % of sound names must be answered as the zones say."""

import argparse
import sys
import time

import differences
import ground

OPTIONS = argparse.ArgumentParser(description=__doc__)
OPTIONS.add_argument("--names", type=int, default=2000)
TRIES, PATIENCE_MS = 2, 5000  # glibc: options attempts:2 timeout:5
LEAST = 0.999
# Only where every server is sound: a name whose servers are odd needs more round trips than a lossy line gives.
KINDS = ("nsec", "nsec3", "unsigned", "plain", "wildcard", "tld-apex", "tld-host", "tld-nxdomain", "root-nxdomain",
         "cname-chain", "types", "children", "opt-out")


def main():
    options = OPTIONS.parse_args()
    ground.in_lab("--no-alternates", "--leaves", "1000")
    verdict = ground.Verdict("loss: 20 % of round trips lost, 200 ms jitter")
    lab = ground.labkit.Lab()
    sound = [n for n in lab.names(expect="sound") if n.kind in KINDS]
    step = max(1, len(sound) // options.names)
    names = lab.folder / "loss.tsv"
    names.write_text("".join(f"{n.name}\t{n.type}\t{n.expect}\t{n.kind}\t{n.outcome}\n" for n in sound[::step]))
    output = lab.folder / "loss.jsonl"
    with lab.rootward() as ours:
        for line in ("delay all 200ms", "jitter all 200ms", "loss all 20"):
            lab.router(line)
        began = time.monotonic()
        status, text = lab.ask_all([ours], "--tries", TRIES, "--timeout-ms", PATIENCE_MS, "--parallel", 32,
                                   "--show", 3, "--no-kinds", output=output, names=names)
        took = time.monotonic() - began
        verdict.expect(status == 0, "the questions could be asked")
        verdict.expect(ours.stop() == 0, "rootward ends with status 0")
    pairs = differences.read_pairs(output, f"{ours.address}@{ours.port}", f"{ours.address}@{ours.port}")
    good = [pair for pair in pairs if pair.ours.outcome == pair.outcome]
    times = sorted(pair.ours.seconds for pair in pairs)
    lost = sum(row["lost"] for row in lab.router.counts().values())
    sent = sum(row["sent"] for row in lab.router.counts().values())
    verdict.expect(lost > 0.05 * sent, f"the line was bad: {lost} of {sent} packets lost")
    verdict.expect(len(good) >= LEAST * len(pairs),
                   f"{len(good)} of {len(pairs)} sound names ({len(good) / len(pairs):.2%}) answered as the zones say, "
                   f"with at most {TRIES} tries of {PATIENCE_MS // 1000} s")
    if len(good) < len(pairs):
        print(text)
    verdict.figure("answered", f"{len(good)} of {len(pairs)} in {took:.0f} s")
    verdict.figure("time to answer", f"median {times[len(times) // 2] * 1e3:.0f} ms, "
                                     f"p99 {times[int(len(times) * .99)] * 1e3:.0f} ms, longest {times[-1]:.1f} s")
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
