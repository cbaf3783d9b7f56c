# SPDX-License-Identifier: EUPL-1.2
"""The root monitor on real servers: K frozen a day behind is demoted within three probes and comes back when it catches
up; an identity that answers from another root zone is found, never preferred and never believed; two signed zones of one
serial are a split view; a restart forgets all of it. The shortest interval, a minute, in place of a quarter of an hour."""

import sys
import time

import ground
import root_control
import root_log

INTERVAL = 60.0
PROBES = 3 * INTERVAL * 1.25 + 15  # three rounds with jitter, and the last probe itself
SETTINGS = {"root": {"monitor": {"interval": "1m"}}, "log": {"level": "info"}}


def is_stale(state, letter="k"):
    return "stale" in root_control.address_states(state, letter)


def all_stale(state, letter="k"):
    return root_control.address_states(state, letter) == ["stale", "stale"]


def frozen(verdict, lab, names):
    lab.router("freeze k 1")
    with lab.rootward(SETTINGS) as ours:
        stage = root_log.Stage(lab, ours, names)
        found, state = root_control.wait_for(ours, all_stale, PROBES)
        verdict.expect(found is not None, f"K frozen a day behind: stale at both addresses within three probes "
                                          f"({found or 0:.0f} s; {root_control.address_states(state, 'k')})")
        told = root_control.events(state, "stale")
        verdict.expect(told and all(event["identity"] == "k" for event in told),
                       f"an event says so: {told[0]['text'] if told else None}")
        k, i = root_control.identity(state, "k"), root_control.identity(state, "i")
        verdict.expect(k["serial_validated"] and k["serial"] < i["serial"] == state["reference_serial"],
                       f"serials: K {k['serial']}, I {i['serial']}, reference {state['reference_serial']}")
        asked, queries = stage.run(60)
        verdict.expect(not root_log.failures(asked) and {q.letter for q in queries} == {"i"},
                       f"demoted: all goes to I {root_log.by_letter(queries)}")
        lab.router("restore k")
        back, state = root_control.wait_for(ours, lambda now: not is_stale(now), 2 * INTERVAL)
        verdict.expect(back is not None and root_control.events(state, "caught-up"),
                       f"K catches up: good again after {back or 0:.0f} s, with an event")
        queries = []
        for _ in range(8):  # what one slow answer made of K's round-trip time has to wear off
            queries += stage.run(60)[1]
            if "k" in root_log.by_letter(queries):
                break
        verdict.expect("k" in root_log.by_letter(queries) and root_log.only_preferred(queries),
                       f"and preferred again {root_log.by_letter(queries)}")
    verdict.figure("frozen: demoted after", f"{found or 0:.0f} s at one probe a minute and address")


def both_frozen(verdict, lab, names):
    lab.router("freeze k 1")
    lab.router("freeze i 3")
    with lab.rootward(SETTINGS) as ours:
        found, state = root_control.wait_for(ours, lambda now: root_control.events(now, "preferred-all-stale"),
                                             PROBES + INTERVAL)
        verdict.expect(found is not None, f"I three days and K one day behind: an event says that both are "
                                          f"({found or 0:.0f} s)")
        asked, queries = root_log.Stage(lab, ours, names).run(40)
        verdict.expect(not root_log.failures(asked) and {q.letter for q in queries} == {"k"},
                       f"the fresher one is kept: {root_log.by_letter(queries)}")
        second = root_control.root_state(ours)
    with lab.rootward(SETTINGS) as ours:
        state = root_control.root_state(ours)
        verdict.expect(not root_control.events(state, "stale") and not is_stale(state)
                       and state["share"]["start"]["sent_total"] < second["share"]["start"]["sent_total"],
                       "after a restart nothing is remembered: no judgement, no event, no count")
    lab.router("restore k")
    lab.router("restore i")


def impostor(verdict, lab, names):
    """K answers from a root zone of somebody else's, with a TLD of its own."""
    lab.router("other k")
    with lab.rootward(SETTINGS) as ours:
        stage = root_log.Stage(lab, ours, names)
        found, state = root_control.wait_for(ours, lambda now: "tampered" in root_control.address_states(now, "k"), 30,
                                             every=0.3)
        told = root_control.events(state, "path-tampering")
        verdict.expect(found is not None and told and told[-1]["severity"] == "critical",
                       f"K answers from another root zone: found after {found or 0:.1f} s; "
                       f"{told[-1]['text'] if told else 'no event'}")
        found, state = root_control.wait_for(
            ours, lambda now: root_control.address_states(now, "k") == ["tampered"] * 2, INTERVAL, every=0.5)
        asked, queries = stage.run(60)
        verdict.expect(not root_log.failures(asked), f"{len(asked)} TLDs resolve {root_log.failures(asked)[:3] or ''}")
        verdict.expect({query.letter for query in queries} == {"i"},
                       f"never preferred: all goes to I {root_log.by_letter(queries)}")
        made_up = ours.ask("www.lab-only.", "A", do=True)
        verdict.expect(made_up is not None and made_up.rcode == "NXDOMAIN" and made_up.ad,
                       f"never believed: its own TLD does not exist ({made_up.rcode if made_up else None})")
        lab.router("restore k")
        back, state = root_control.wait_for(ours, lambda now: "tampered" not in root_control.address_states(now, "k"),
                                            8 * INTERVAL)
        verdict.expect(back is not None, f"trusted again {back or 0:.0f} s after it was restored")


def impostor_at_work(verdict, lab, names):
    """The same, while rootward runs and before any probe can have told: validation alone has to hold."""
    with lab.rootward({"root": {"monitor": {"enabled": False}}}) as ours:
        stage = root_log.Stage(lab, ours, names)
        stage.run(20)
        lab.router("other k")
        made_up = [ours.ask(f"w{number}.lab-only.", "A") for number in range(20)]
        lab.router("restore k")
    rcodes = sorted({reply.rcode if reply else "no reply" for reply in made_up})
    verdict.expect("NOERROR" not in rcodes, f"without the monitor validation alone refuses its TLD: {rcodes}")


def split(verdict, lab):
    lab.router("split k")
    with lab.rootward(SETTINGS) as ours:
        found, state = root_control.wait_for(ours, lambda now: root_control.events(now, "split-view"), 12 * INTERVAL)
        told = root_control.events(state, "split-view")
        verdict.expect(told and told[0]["severity"] == "critical",
                       f"K shows another zone with the same serial and keys: {told[0]['text'] if told else None} "
                       f"({found or 0:.0f} s)")
        verdict.expect(not root_control.events(state, "path-tampering"), "which is no tampering on the path")
    lab.router("restore k")


def quiet(verdict, lab):
    """How much the watching costs the root with the shipped interval, and what it tells of instances."""
    with lab.rootward() as ours:
        log = root_log.RootLog(lab)
        log.mark()
        time.sleep(150)
        about_root = [query for query in log.since_mark() if query.to_root and query.name == "."]
        state = root_control.root_state(ours)
    verdict.expect(len(about_root) <= 12, f"{len(about_root)} queries about the root itself in the first 150 s")
    verdict.expect(root_control.identity(state, "k")["nsid"] is not None or
                   root_control.identity(state, "i")["nsid"] is not None, "instances tell their names (NSID)")


def main():
    ground.in_lab("--leaves", "100")
    verdict = ground.Verdict("root monitor: staleness, other zones, split views")
    lab = ground.labkit.Lab()
    lab.router("delay all 10ms")
    names = root_log.tld_names(lab)
    frozen(verdict, lab, names)
    both_frozen(verdict, lab, names)
    impostor(verdict, lab, names)
    impostor_at_work(verdict, lab, names)
    split(verdict, lab)
    quiet(verdict, lab)
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
