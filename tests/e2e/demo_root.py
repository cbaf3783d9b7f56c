# SPDX-License-Identifier: EUPL-1.2
"""The demonstration's acts about guarding the root: a flood of made-up TLDs against the budget, an impostor in K's place,
and, when asked for, K falling a day behind. Each starts a fresh daemon, which remembers nothing of the last."""

import json
import random
import socket
import string
import time

import demo_stage
import ground
import root_log
from demo_text import act, say

FLOOD, FLOOD_SECONDS = 6000, 4.0
PER_SECOND, BURST = 50, 500  # root.query-budget as shipped
TAMPERING_LIMIT, STALE_LIMIT = 20.0, 260.0
dns = ground.labkit.lab_dns


def _state():
    text = demo_stage.control("--json", "root")
    return json.loads(text) if text else {"events": [], "identities": []}


def _events(name):
    return [event for event in _state()["events"] if event["event"] == name]


def _wait_for_event(name, limit):
    began = time.monotonic()
    while not _events(name) and time.monotonic() - began < limit:
        time.sleep(0.2)
    return time.monotonic() - began


def _send_made_up(address):
    """Made-up TLDs at an even pace."""
    chance = random.Random(7)
    began = time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        channel.connect((address, 53))
        for number in range(FLOOD):
            label = "".join(chance.choices(string.ascii_lowercase, k=12))
            channel.send(dns.query(f"www.{label}.", "A"))
            time.sleep(max(0.0, began + number * FLOOD_SECONDS / FLOOD - time.monotonic()))
    return time.monotonic() - began


def flood(shown):
    """True when the budget held and real TLDs resolved."""
    act(7, "A flood of made-up top-level domains")
    with demo_stage.start(shown.lab, shown.file) as resolver:
        shown.log.mark()
        took = _send_made_up(resolver.address)
        names = list(demo_stage.fresh_tlds(shown.lab, set()))[-12:]
        asked = [demo_stage.ask(resolver, name.name, name.type) for name in names]
        shown.log.wait_for_silence()
    reached = len(shown.log.resolution_since_mark())
    failed = sum(one.failed for one in asked)
    allowed = BURST + PER_SECOND * (took + 5)
    say(f"{FLOOD} questions about TLDs that do not exist within {took:.0f} s: {reached} of them reached the root; "
        f"root.query-budget is {PER_SECOND} a second and {BURST} at once, over all 13 identities. The others were answered "
        f"from what was known, or told that the budget is used up. {len(asked)} TLDs that do exist, asked right after: "
        f"{len(asked) - failed} answered, the slowest after {max(one.seconds for one in asked) * 1e3:.0f} ms.")
    return reached <= allowed and failed == 0


def impostor(shown):
    """True when the impostor was found and not asked."""
    act(8, "Somebody else in K's place")
    shown.lab.router("other k")
    say("K's addresses now lead to a server with a root zone of its own, signed by its own keys. The monitor asks the "
        "preferred identities as soon as rootward starts:")
    with demo_stage.start(shown.lab, shown.file) as resolver:
        took = _wait_for_event("path-tampering", TAMPERING_LIMIT)
        _wait_for_both(TAMPERING_LIMIT)
        shown.log.mark()
        names = list(demo_stage.fresh_tlds(shown.lab, set()))[:40]
        asked = demo_stage.ask_all(resolver, names)
        shown.log.wait_for_silence()
        found = _events("path-tampering")
        for event in reversed(found):
            print(f"  path-tampering ({event['severity']}): {event['text'][:90]}")
    queries = [query for query in shown.log.resolution_since_mark() if query.arrived]
    to_k = sum(query.letter == "k" for query in queries)
    failed = sum(one.failed for one in asked)
    say(f"Found after {took:.1f} s. {len(asked)} names: {len(asked) - failed} answered; K: {to_k} queries of "
        f"{len(queries)} ({root_log.by_letter(queries)}). Nothing that the root's keys did not sign was believed.")
    shown.lab.router("restore k")
    return bool(found) and to_k == 0 and failed == 0


def _wait_for_both(limit):
    """Until K is seen through at each of its addresses."""
    began = time.monotonic()
    while time.monotonic() - began < limit:
        k = next((row for row in _state()["identities"] if row["letter"] == "k"), None)
        if k and all(address["state"] == "tampered" for address in k["addresses"]):
            return
        time.sleep(0.2)


def frozen(shown):
    """True when K was demoted for being a day behind."""
    act(9, "K falls a day behind")
    shown.lab.router("freeze k 1")
    say("K goes on with yesterday's root zone, validly signed: nothing that a single answer would show. With a probe a "
        "minute and address in place of a quarter of an hour, three of them take some minutes ...")
    with demo_stage.start(shown.lab, demo_stage.watching_closely(shown.file)) as resolver:
        took = _wait_for_event("stale", STALE_LIMIT)
        _wait_for_stale(STALE_LIMIT - took)
        for event in reversed(_events("stale")):
            print(f"  stale ({event['severity']}): {event['text'][:110]}")
        shown.log.mark()
        asked = demo_stage.ask_all(resolver, list(demo_stage.fresh_tlds(shown.lab, set()))[:40])
        shown.log.wait_for_silence()
        print(demo_stage.control("root") or "")
    queries = shown.log.resolution_since_mark()
    to_k = sum(query.letter == "k" for query in queries)
    say(f"Demoted after {took:.0f} s: of {len(queries)} queries to the root {to_k} went to K, "
        f"{root_log.by_letter(queries)}.")
    shown.lab.router("restore k")
    return to_k == 0 and not any(one.failed for one in asked)


def _wait_for_stale(limit):
    began = time.monotonic()
    while time.monotonic() - began < limit:
        k = next(row for row in _state()["identities"] if row["letter"] == "k")
        if all(address["state"] == "stale" for address in k["addresses"]):
            return
        time.sleep(1)
