# SPDX-License-Identifier: EUPL-1.2
"""The acts of the demonstration, in order. Each says what is done, does it, and shows what came of it: the answers, and
who was asked, as the lab's router saw it on the wire."""

import time
from itertools import islice

import demo_root
import demo_stage
import ground
import root_log
from demo_text import act, colour, say, table

RETURN_LIMIT = 18.0  # seconds: rootward's longest probe interval and a little
TYPE_NAMES = {number: name for name, number in ground.labkit.lab_dns.TYPES.items()}


class Demonstration:
    def __init__(self):
        self.lab = ground.labkit.Lab()
        self.identities = demo_stage.identities()
        self.preferred = "ik"
        self.asked = self.failed = 0
        for letter, milliseconds in demo_stage.ROUND_TRIPS.items():
            self.lab.router(f"delay {letter} {milliseconds}ms")
        self.log = root_log.RootLog(self.lab)

    # -- helpers of several acts

    def _who(self, query):
        if query.to_root:
            identity = self.identities[query.letter]
            return f"{query.letter.upper()} root", identity.operator, identity.jurisdiction
        return query.path, "(lab)", "-"

    def ask_fresh(self, count):
        """Asks about TLDs nobody asked about yet; returns (asked, resolution queries to the root)."""
        self.log.mark()
        asked = demo_stage.ask_all(self.resolver, list(islice(self.names, count)))
        self.log.wait_for_silence()
        self.asked += len(asked)
        self.failed += sum(one.failed for one in asked)
        return asked, self.log.resolution_since_mark()

    def _summary(self, asked, queries):
        """Answers in one sentence, then who was asked, then the share."""
        failed = sum(one.failed for one in asked)
        slowest = max(one.seconds for one in asked)
        say(f"{len(asked)} names of {len(asked)} other TLDs asked: {len(asked) - failed} answered, "
            f"{failed} SERVFAIL, the slowest after {slowest * 1e3:.0f} ms. Queries to the root, counted on the wire:")
        self._identity_table(queries)
        arrived = [query for query in queries if query.arrived]
        share = root_log.share(arrived, self.preferred)
        text = "no query reached the root" if share is None else f"{share:.1%} of {len(arrived)} queries"
        say(f"Preference share (queries that reached I or K, of all that reached the root): "
            f"{colour(text, 'bold')}.")
        return share

    def _identity_table(self, queries):
        rows = []
        for letter, identity in self.identities.items():
            mine = [query for query in queries if query.letter == letter]
            arrived = sum(query.arrived for query in mine)
            state = "cut off" if letter in self.cut else "preferred" if letter in self.preferred else ""
            if mine or state:
                rows.append((letter.upper(), identity.operator, identity.jurisdiction,
                             f"{demo_stage.ROUND_TRIPS[letter]} ms", state, len(mine), arrived))
        idle = [letter.upper() for letter in self.identities if letter.upper() not in {row[0] for row in rows}]
        table(("", "operator", "law", "distance", "state", "sent", "arrived"), rows, right=(3, 5, 6),
              marked=lambda row: {"cut off": "red", "preferred": "green"}.get(row[4], "yellow"))
        if idle:
            print(colour(f"  {' '.join(idle)}: not asked", "grey"))

    # -- the acts

    def configuration(self):
        act(1, "The world and the configuration")
        say(f"The 13 root server identities stand at their real addresses in network namespaces, served by NSD and "
            f"Knot DNS; below them some {len(self.lab.names(kind='tld-apex'))} TLDs. rootward runs with the "
            f"configuration as shipped. Only the trust anchor differs, because this root zone is signed by the lab's "
            f"own key (the shipped listen address, 127.0.0.1 port 53, is free in here, so it stays):")
        self.file, diff = demo_stage.configuration(self.lab)
        for line in diff:
            print("  " + colour(line, "green" if line.startswith("+") else "red" if line.startswith("-") else "grey"))
        self.cut = ""
        self.resolver = demo_stage.start(self.lab, self.file)
        say("rootward is up. To its preference: I (Netnod, Sweden) and K (RIPE NCC, Netherlands) are asked first; here "
            "A (Verisign, United States) is made the nearest of all, so whoever goes by distance would ask A.")

    def resolve(self):
        act(2, "Names resolved, hop by hop")
        names, seen = demo_stage.showcase(self.lab)
        self.names = demo_stage.fresh_tlds(self.lab, seen)
        for name in names:
            self.log.mark()
            asked = demo_stage.ask(self.resolver, name.name, name.type)
            self.asked += 1
            self.failed += asked.failed
            self.log.wait_for_silence()
            self._show_answer(name, asked)
        again = demo_stage.ask(self.resolver, names[0].name, names[0].type)
        self.log.mark()
        say(f"Asked again, {names[0].name} comes out of the cache in {again.seconds * 1e3:.1f} ms and nobody is asked.")

    def _show_answer(self, name, asked):
        reply = asked.reply
        records = reply.addresses() if reply else []
        if reply:
            aliases = sum(rrtype == 5 for _, rrtype, _, _ in reply.answers)
            if aliases:
                records.append(f"by {aliases} alias{'es' if aliases > 1 else ''}")
            if reply.ad:
                records.append("validated")
        tint = "red" if asked.failed else "green"
        print(f"\n  {colour(f'{name.name} {name.type}', 'bold')}  {colour(asked.rcode, tint)}  "
              f"{', '.join(records)}  {asked.seconds * 1e3:.0f} ms")
        rows = []
        for query in self.log.since_mark():
            question = f"{query.name} {TYPE_NAMES.get(query.type, query.type)}"
            row = (*self._who(query), query.address, question if query.protocol == "udp" else f"{question} (TCP)")
            if row not in rows:
                rows.append(row)
        table(("  asked", "operator", "law", "address", "question"), [("  " + row[0], *row[1:]) for row in rows],
              marked=lambda row: "green" if row[0].strip() in ("I root", "K root") else None)

    def share(self):
        act(3, "The preference share")
        asked, queries = self.ask_fresh(120)
        share = self._summary(asked, queries)
        self._beside_unbound(len(asked))
        own = demo_stage.control("root")
        if own:
            say("What rootward itself says of this (`rootwardctl root`):")
            print("\n".join("  " + line for line in own.rstrip().splitlines()), flush=True)
        return share

    def _beside_unbound(self, count):
        """The same questions to a resolver that chooses by distance alone."""
        try:
            peer = self.lab.peer("unbound", address="127.0.0.9")
        except (ground.labkit.LabError, FileNotFoundError):
            return
        names = [name for name in self.lab.names(kind="tld-apex") if name.sound][-count:]
        with peer:
            self.log.mark()
            demo_stage.ask_all(peer, names)
            self.log.wait_for_silence()
        queries = [query for query in self.log.resolution_since_mark() if query.arrived]
        share = root_log.share(queries, self.preferred)
        if share is not None:
            say(f"For comparison, Unbound in the same world, asked {len(names)} such names: {share:.1%} of its "
                f"{len(queries)} queries to the root went to I or K, the others to "
                f"{len({q.letter for q in queries} - set(self.preferred))} identities elsewhere.")

    def cut_k(self):
        act(4, "K is cut off")
        self.lab.router("cut k")
        self.cut = "k"
        share = self._summary(*self.ask_fresh(60))
        say("I carries it alone; nobody outside the preferred two was needed.")
        return share

    def cut_i(self):
        act(5, "I is cut off as well")
        self.lab.router("cut i")
        self.cut = "ik"
        asked, queries = self.ask_fresh(60)
        share = self._summary(asked, queries)
        say("The preference is no single point of failure: the others stepped in within the same client queries, and "
            "the share says so instead of hiding it.")
        return share

    def restore(self):
        act(6, "Both return")
        self.lab.router("restore k")
        self.lab.router("restore i")
        self.cut = ""
        began, back = time.monotonic(), None
        while back is None and time.monotonic() - began < RETURN_LIMIT:
            _, queries = self.ask_fresh(3)
            if queries and root_log.share(queries, self.preferred) == 1:
                back = time.monotonic() - began
            time.sleep(0.3)
        if back is None:
            say(f"After {RETURN_LIMIT:.0f} s they are not asked again.")
            return None
        say(f"rootward noticed by background probes, not by risking a client's query: {back:.1f} s after their return "
            f"I and K are asked again, and only they:")
        return self._summary(*self.ask_fresh(40))




def perform(began, watch=False):
    """All acts; the exit status."""
    shown = Demonstration()
    shown.configuration()
    try:
        shown.resolve()
        shares = [shown.share(), shown.cut_k(), shown.cut_i(), shown.restore()]
    finally:
        status = shown.resolver.stop()
    held = [demo_root.flood(shown), demo_root.impostor(shown)] + ([demo_root.frozen(shown)] if watch else [])
    act(10 if watch else 9, "In short")
    table(("situation", "share of I and K"),
          [(title, "-" if share is None else f"{share:.1%}") for title, share in
           zip(("all is well", "K cut off", "I and K cut off", "both back"), shares)], right=(1,))
    say(f"{shown.asked} names asked, {shown.failed} SERVFAIL. rootward ended with status {status} on SIGTERM; the lab "
        f"goes down with everything that was started in it. {time.monotonic() - began:.0f} s in all.")
    say("Next: README.md (\"Follow one query\"), ./dev lab shell (the same world, by hand), ./dev test"
        + ("." if watch else ", ./dev demo --watch (K falls a day behind; four minutes)."))
    good = (shares[0] == 1 and shares[1] == 1 and shares[2] == 0 and shares[3] == 1 and shown.failed == 0
            and all(held))
    if not good:
        print(colour("The demonstration did not show what it should: see the figures above.", "red"))
    return 0 if good and status == 0 else 1
