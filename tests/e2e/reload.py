# SPDX-License-Identifier: EUPL-1.2
"""Reloading: a checked new configuration takes effect at once and keeps the cache; a bad one is refused with all its
errors; what needs a restart is named; memory is flat over a thousand reloads, with questions all the while."""

import signal
import sys
import threading
import time

import ground
from daemon import Daemon, Operator, resident_kib

ROUNDS = 1000
SETTLE = 200             # reloads before memory is looked at: allocator arenas fill
ALLOWED_GROWTH = 1024    # KiB over the rounds that count: less than 1.3 KiB a reload


def applies(verdict, operator, names):
    daemon = operator.daemon
    for name in names:
        daemon.ask(name.name, name.type)
    entries = operator.ctl("cache", "stats")[1]["entries"]
    reply = operator.reload(**{"local-zones": [{"name": "lan.", "type": "static",
                                                "data": ["printer.lan. 300 A 192.0.2.9"]}]})
    verdict.expect(reply["applied"] and [c["setting"] for c in reply["changes"]] == ["local-zones"],
                   "a new local zone: applied, and named as the only change")
    answer = daemon.ask("printer.lan.", "A")
    verdict.expect(answer and answer.addresses() == ["192.0.2.9"], "its name is answered at once")
    after = operator.ctl("cache", "stats")[1]
    verdict.expect(after["entries"] >= entries > 0, f"the cache is kept ({entries} entries, then {after['entries']})")
    before = operator.hits()
    replies = [daemon.ask(name.name, name.type) for name in names]
    verdict.expect(all(r and r.rcode == "NOERROR" for r in replies) and operator.hits() - before == len(names),
                   f"and all {len(names)} names from before come out of it")

    taken = names[0].name
    operator.reload(**{"local-zones": [{"name": taken, "type": "static", "data": [f"{taken} 300 TXT mine"]}]})
    time.sleep(0.1)
    answers = [daemon.ask(taken, "TXT") for _ in range(20)]
    verdict.expect(all(a and a.answers and b"mine" in a.answers[0][3] for a in answers),
                   "a local zone over a cached name is seen by every worker")
    operator.reload(**{"local-zones": []})
    back = daemon.ask(taken, names[0].type)
    verdict.expect(back and back.rcode == "NOERROR", "and is gone with the next reload")


def access(verdict, operator, name):
    daemon = operator.daemon
    own = operator.settings.get("access")
    operator.reload(access=[{"prefix": "127.0.0.0/8", "action": "refuse"}])
    rcodes = {r.rcode for r in (daemon.ask(name.name, name.type, tcp=n % 2 == 1) for n in range(20)) if r}
    verdict.expect(rcodes == {"REFUSED"}, f"a closed access list holds on every worker ({rcodes})")
    operator.reload(access=own or [{"prefix": "127.0.0.0/8", "action": "allow"}])
    verdict.expect(daemon.ask(name.name, name.type).rcode == "NOERROR", "and an open one again")


def preference(verdict, operator):
    reply = operator.reload(root={"prefer": ["m"]})
    tiers = {i["letter"]: i["tier"] for i in operator.ctl("root")[1]["identities"]}
    verdict.expect(reply["applied"] and [k for k, v in tiers.items() if v == "preferred"] == ["m"],
                   "another preferred identity: live")
    operator.reload(root={"prefer": ["i", "k"]})


def refuses(verdict, operator, name):
    daemon = operator.daemon
    good = operator.file.read_text()
    operator.file.write_text("cahce: {size: 1MiB}\nworkers: many\naccess: [{prefix: 10.0.0.0/33, action: allow}]\n")
    status, reply, _ = operator.ctl("reload")
    lines = {p["line"] for p in reply["problems"]}
    verdict.expect(status == 2 and not reply["applied"] and lines == {1, 2, 3},
                   f"a bad file: refused with status {status} and all its errors (lines {sorted(lines)})")
    verdict.expect(daemon.ask(name.name, name.type).rcode == "NOERROR", "the old configuration stays in force")
    operator.file.write_text(good)
    operator.settings["workers"] = 7
    reply = operator.reload()
    verdict.expect(reply["applied"] and [(c["setting"], c["takes_effect"]) for c in reply["changes"]] ==
                   [("workers", "after a restart")], "what needs a restart is named")
    again = operator.reload()
    verdict.expect([c["setting"] for c in again["changes"]] == ["workers"], "and is named again until there was one")
    del operator.settings["workers"]
    operator.reload()
    daemon.process.send_signal(signal.SIGHUP)
    time.sleep(0.3)
    verdict.expect(daemon.process.poll() is None, "SIGHUP does the same")


def sees_files(verdict, operator, names):
    """A file may change under its name: `names` are signed and not in the cache."""
    file = operator.daemon.home / "own" / "anchor.ds"
    good = file.read_text()
    file.write_text("\n".join(f"{line[:-8]}00000000" for line in good.split("\n") if line))
    changed = [c["setting"] for c in operator.reload()["changes"]]
    verdict.expect(changed == ["dnssec.trust-anchors"], f"a changed file of anchors is a change ({changed})")
    verdict.expect(operator.daemon.ask(names[0].name, names[0].type).rcode == "SERVFAIL", "other anchors hold at once")
    file.write_text(good)
    operator.reload()
    verdict.expect(operator.daemon.ask(names[1].name, names[1].type).rcode == "NOERROR", "and the right ones again")
    verdict.expect(operator.reload()["changes"] == [], "a file that is the same is no change")


def memory(verdict, operator, names, rounds):
    daemon = operator.daemon
    ended = threading.Event()
    lost = []

    def ask():
        while not ended.is_set():
            for name in names:
                reply = daemon.ask(name.name, name.type, timeout=5)
                if not reply or reply.rcode != "NOERROR":
                    lost.append(name.name)
    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    first, settle = 0, min(SETTLE, rounds // 5)
    for number in range(rounds):
        if number == settle:
            first = resident_kib(daemon.process.pid)
        data = [f"host{n}.lan. 300 A 192.0.2.{n}" for n in range(1, 50 + number % 50)]
        reply = operator.reload(**{"local-zones": [{"name": "lan.", "type": "static", "data": data}]})
        if not reply.get("applied"):
            verdict.expect(False, f"reload {number} was applied: {reply}")
            break
    last = resident_kib(daemon.process.pid)
    ended.set()
    for thread in threads:
        thread.join()
    verdict.expect(not lost, f"no question was lost or failed over {rounds} reloads ({len(lost)})")
    verdict.expect(last - first < ALLOWED_GROWTH, f"memory is flat over {rounds} reloads: {first} KiB, {last} KiB")
    verdict.figure("resident memory", f"{first} KiB after {settle} reloads, {last} KiB after {rounds}")


def main():
    ground.in_lab("--no-alternates", "--leaves", "100")
    verdict = ground.Verdict("reload: a new configuration without losing the cache")
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    lab = ground.labkit.Lab()
    names = [n for n in lab.names(kind="tld-apex") if n.sound and n.outcome == "NOERROR"][:20]
    # The smallest cache: what it has not touched yet would otherwise look like growth.
    daemon = Daemon(lab, {"cache": {"size": "1MiB"}, "log": {"level": "warning"}}, address="127.0.0.74")
    daemon.await_tcp()
    operator = Operator(daemon)
    applies(verdict, operator, names)
    access(verdict, operator, names[1])
    preference(verdict, operator)
    refuses(verdict, operator, names[1])
    sees_files(verdict, operator, [n for n in lab.names(expect="secure", kind="nsec") if n.outcome == "NOERROR"])
    memory(verdict, operator, names, rounds)
    status, seconds, text = daemon.end()
    print(text[-1500:]) if verdict.failures else None
    verdict.expect(status == 0, f"it ends with status {status} after {seconds:.1f} s {'' if status == 0 else text[-500:]}")
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
