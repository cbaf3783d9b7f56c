# SPDX-License-Identifier: EUPL-1.2
"""The evaluator of zones/continuity a second time, written from its rules and not from its code. State and events are
the JSON that the histories of tests/unit/zones/continuity write; a verdict is the name of the rule that refuses, or None.
Hashes are texts, times seconds."""

from marks import DAY, HOUR, MINUTE, Refused, Remembered, need

REACH, LIFETIME = 1000, 14 * DAY
RANK = {"active": 0, "retired": 1, "stolen": 2}


def leads_out(content):
    return content["type"] in ("return", "revoke")


def roles(content):
    kind = content["type"]
    if kind == "renew":
        return (["activate"] if content["extends"] else []) + (["zone-trust"] if "policy" in content else [])
    return {"drill": ["drill"], "activate": ["activate"], "return": ["return"], "revoke": ["return"]}[kind]


def find(authority, key):
    """What an authority says of a key, and whose it is."""
    for party in authority["parties"]:
        for one in party["keys"]:
            if one["key"] == key:
                return one, party["name"]
    return None, None


def is_stolen(authority, key):
    one, _ = find(authority, key)
    return one is not None and one["state"] == "stolen"


def has_expired(authority, key, at):
    one, _ = find(authority, key)
    return one is not None and at is not None and at >= one.get("expires", at + 1)


class Site(Remembered):
    """What one site knows."""

    def __init__(self, start):
        self.chain = [start["authority"]]
        self.site = start["site"]
        self.file, self.journal = start["mark"], start["mark"]
        self.armed = self.active = self.drill = None
        self.lead = None

    def pass_time(self):
        """What time alone ends."""
        at = self.advance()
        for running in (self.active, self.drill):
            if running and (self.now["monotonic"] >= running["deadline"]
                            or (not self.jumped() and at >= running["expires"])):
                self.end(running)

    def end(self, running):
        if running is self.drill:
            self.drill = None
            return
        self.active = None
        mark = self.mark()
        if mark and mark["activation"] == running["statement"]["hash"]:
            self.write(ended=True)

    # statements

    def named(self, content):
        for index, authority in enumerate(self.chain):
            if authority["hash"] == content["authority"]:
                return index
        raise Refused("authority-unknown")

    def quorum(self, statement, role, at):
        index = self.named(statement["content"])
        authority = self.chain[index]["content"]
        versions = [one["content"] for one in self.chain[index:]]
        asked = None if leads_out(statement["content"]) else at
        count = 0
        for party in authority["parties"]:
            count += any(key["state"] == "active" and key["key"] in statement["signers"]
                         and not any(is_stolen(one, key["key"]) or has_expired(one, key["key"], asked) for one in versions)
                         for key in party["keys"])
        return count >= authority["roles"][role]

    def judge_quorum(self, statement, at=None):
        content = statement["content"]
        self.named(content)
        for role in roles(content):
            need("quorum", self.quorum(statement, role, at))
        if content["type"] == "drill" and content["drill"]["mode"] != "shadow" and content["policy"]["differences"]:
            need("drill-needs-quorum", self.quorum(statement, "activate", at))

    def has_quorum(self, statement):
        try:
            self.judge_quorum(statement)
        except Refused:
            return False
        return True

    def judge_standing(self, statement, times):
        earliest, latest, known = times
        content = statement["content"]
        out = leads_out(content)
        self.judge_quorum(statement, latest)
        newest = self.chain[-1]["content"]
        need("authority-expired", out or latest < newest["expires"])
        index = self.named(content)
        if index + 1 < len(self.chain):
            need("authority-superseded", content["not-before"] < self.chain[index + 1]["content"]["issued"])
        need("scope", not content["sites"] or self.site["content"]["site"] in content["sites"])
        need("not-begun", out or not known or earliest >= content["not-before"])
        need("expired", latest < content["expires"])
        if "policy" in content:
            need("anchor-not-allowed", content["policy"]["anchor"] in newest["anchors"])

    def own(self, statement):
        mark = self.mark()
        return bool(mark) and statement["hash"] in (mark["activation"], mark["renewal"])

    def judge_sequence(self, statement):
        content, mark = statement["content"], self.mark()
        if mark is None:
            need("marks-lost", leads_out(content))
            return
        is_drill = content["type"] == "drill"
        largest = mark["drill"] if is_drill else mark["sequence"]
        need("sequence-far", content["sequence"] <= largest + REACH)
        if is_drill:
            need("drill-repeated", content["sequence"] > largest)
        elif self.own(statement):
            need("statement-ended", not mark["ended"])
        elif content["sequence"] == largest:
            raise Refused("sequence-old" if leads_out(content) else "sequence-taken")
        else:
            need("sequence-old", content["sequence"] > largest)

    def on_present(self, event):
        statement = event["statement"]
        content = statement["content"]
        self.judge_standing(statement, self.times())
        self.judge_sequence(statement)
        waiting = {"statement": statement, "nonce": event["nonce"], "since": self.now["monotonic"], "zone": None}
        if content["type"] == "renew":
            self.renew(statement, waiting)
        elif leads_out(content):
            self.lead_out(statement)
        else:
            self.arm(statement, waiting)

    def arm(self, statement, waiting):
        content = statement["content"]
        if content["type"] == "drill":
            other = self.armed and self.armed["statement"]["content"]["type"] != "drill"
            need("drill-beside-activation", not self.active and not other)
        elif self.mark() and not self.own(statement):
            self.write(sequence=content["sequence"], activation=statement["hash"], renewal="", ended=False)
        self.armed = waiting

    def apply(self, content):
        if "policy" in content:
            self.active["policy"] = content["policy"]
        if content["extends"]:
            self.active["deadline"] += content["expires"] - self.active["expires"]
            self.active["expires"] = content["expires"]

    def renew(self, statement, waiting):
        content = statement["content"]
        need("renews-nothing", self.active and content["renews"] == self.active["statement"]["hash"])
        if self.mark() and not self.own(statement):
            self.write(sequence=content["sequence"], renewal=statement["hash"])
        old, new = self.active["policy"], content.get("policy")
        if new and (new["anchor"] != old["anchor"] or new["base"] != old["base"]):
            self.armed = waiting
        else:
            self.apply(content)

    def lead_out(self, statement):
        ends = statement["content"]["ends"]
        mark = self.mark()
        if mark:
            self.write(sequence=statement["content"]["sequence"])
        for running in (self.active, self.drill):
            if running and ends in ("", running["statement"]["hash"]):
                self.end(running)
        if self.armed and (ends in ("", self.armed["statement"]["hash"])
                           or (self.armed["statement"]["content"]["type"] == "renew" and not self.active)):
            self.armed = None
        if mark and mark["activation"] and ends in ("", mark["activation"]):
            self.write(ended=True)

    def end_what_lost_its_quorum(self):
        for running in (self.active, self.drill):
            if running and not self.has_quorum(running["statement"]):
                self.end(running)
        if self.armed and not self.has_quorum(self.armed["statement"]):
            self.armed = None

    # entering and leaving

    def people(self, signers):
        return [person for person in self.site["content"]["operators"] if set(person["keys"]) & set(signers)]

    def judge_people(self, confirmations, wanted, count):
        signers = []
        for one in confirmations:
            for field in ("action", "site", "subject", "zone", "nonce"):
                need("confirmation-" + field, one["content"][field] == wanted[field])
            signers += one["signers"]
        need("two-people", len(self.people(signers)) >= count)

    def wanted(self, action, subject="", zone="", nonce=""):
        return {"action": action, "site": self.site["content"]["site"], "subject": subject, "zone": zone, "nonce": nonce}

    def judge_vouching(self, confirmations):
        told = [one["content"]["time"] for one in confirmations]
        need("vouched-apart", not told or max(told) - min(told) <= 10 * MINUTE)
        return told

    def judge_zone(self, zone, policy):
        need("zone-signature", zone["anchor"] == policy["anchor"])
        need("zone-digest", zone["zonemd"])
        need("zone-serial", zone["serial"] >= policy["least-serial"])
        need("zone-algorithm", set(zone["algorithms"]) <= set(policy["algorithms"]))
        need("zone-base", zone["base"] == policy["base"])
        need("zone-difference", zone["unlisted"] == 0)
        need("zone-share", zone["changed-tlds"] * 1000 <= policy["changed-tlds-per-mille"] * zone["base-tlds"])

    def judge_armed(self):
        need("not-armed", self.armed)
        need("nonce-old", self.now["monotonic"] - self.armed["since"] <= HOUR)

    def on_show(self, event):
        if event["for-armed"]:
            self.judge_armed()
            policy = self.armed["statement"]["content"].get("policy")
            if policy is None:
                need("renews-nothing", self.active)
                policy = self.active["policy"]
            self.judge_zone(event["zone"], policy)
            self.armed["zone"] = event["zone"]
            return
        running = self.active or self.drill
        need("nothing-runs", running)
        self.judge_zone(event["zone"], running["policy"])
        running["zone"] = event["zone"]["hash"]

    def people_needed(self, content):
        if content["type"] == "drill":
            return 1 if content["drill"]["mode"] == "shadow" else 2
        automatic = content["type"] == "activate" and self.site["content"]["auto-activate"] and self.now["synchronised"]
        return 0 if automatic else 2

    def entry_times(self, confirmations):
        if self.now["synchronised"]:
            return self.trusted(), self.trusted(), True
        told = self.judge_vouching(confirmations)
        mark = self.mark()
        floor = mark["time"] if mark else 0
        for time in told:
            need("vouched-below-mark", time >= floor - 10 * MINUTE)
        return min(max(floor, time) for time in told), max([floor, *told]), True

    def on_enter(self, event):
        self.judge_armed()
        armed = self.armed
        statement, content = armed["statement"], armed["statement"]["content"]
        if content["type"] == "renew":
            need("renews-nothing", self.active and content["renews"] == self.active["statement"]["hash"])
        need("zone-missing", armed["zone"])
        need("clock-jumped", not self.jumped())
        wanted = self.wanted("enter", statement["hash"], armed["zone"]["hash"], armed["nonce"])
        self.judge_people(event["confirmations"], wanted, self.people_needed(content))
        times = self.entry_times(event["confirmations"])
        self.judge_standing(statement, times)
        self.judge_sequence(statement)
        if content["type"] == "drill" and content["drill"]["mode"] != "shadow" \
                and not self.quorum(statement, "activate", times[1]):
            verified = armed["zone"]["base-verified"]
            need("rehearsal-base", verified is not None and times[1] - verified <= 48 * HOUR)
        self.begin(armed, times)

    def begin(self, armed, times):
        content = armed["statement"]["content"]
        self.armed = None
        if content["type"] == "renew":
            self.apply(content)
            self.active.update(nonce=armed["nonce"], zone=armed["zone"]["hash"])
            return
        running = {"statement": armed["statement"], "nonce": armed["nonce"], "policy": content["policy"],
                   "zone": armed["zone"]["hash"], "expires": content["expires"],
                   "deadline": self.now["monotonic"] + content["expires"] - times[1]}
        self.drill = None
        if content["type"] == "drill":
            running["deadline"] = self.now["monotonic"] + content["drill"]["seconds"]
            self.drill = running
            if self.mark():
                self.write(drill=content["sequence"])
        else:
            self.active = running

    def on_leave(self, event):
        subject = event["confirmation"]["content"]["subject"]
        drill = self.drill and (not self.active or subject == self.drill["statement"]["hash"])
        running = self.drill if drill else self.active
        need("nothing-runs", running)
        self.judge_people([event["confirmation"]], self.wanted("leave", running["statement"]["hash"], "", running["nonce"]), 1)
        if drill:
            self.drill = None
        else:
            self.active = None
        self.armed = None

    # what only operators and quorums do

    def on_enrol(self, event):
        need("enrolment-not-needed", self.mark() is None)
        statement = event["statement"]
        subject = statement["hash"] if statement else self.chain[-1]["hash"]
        self.judge_people(event["confirmations"], self.wanted("enrol", subject, "", event["nonce"]), 2)
        time = min(self.judge_vouching(event["confirmations"]))
        mark = {"sequence": 0, "activation": "", "renewal": "", "ended": False, "drill": 0, "time": time}
        if statement:
            content = statement["content"]
            self.judge_standing(statement, (time, time, True))
            mark["drill" if content["type"] == "drill" else "sequence"] = content["sequence"]
            if content["type"] == "activate":
                mark["activation"] = statement["hash"]
        self.file = self.journal = mark

    def on_set_time(self, event):
        need("marks-lost", self.mark())
        self.judge_people(event["confirmations"], self.wanted("set-time", "", "", event["nonce"]), 2)
        told = self.judge_vouching(event["confirmations"])
        need("clock-disagrees", all(abs(time - self.now["system"]) <= 10 * MINUTE for time in told))
        self.write(time=min(told))
        self.restart_clock()
        self.fresh = False

    def authority_quorum(self, content, signed):
        """Whether the parties of `content` signed the version `signed`, with keys that are good now and at its issue."""
        at = max(self.times()[1], signed["content"]["issued"])
        parties = [party for party in content["parties"]
                   if any(key["state"] == "active" and key["key"] in signed["signers"] and at < key.get("expires", at + 1)
                          and not is_stolen(signed["content"], key["key"]) for key in party["keys"])]
        return len(parties) >= content["roles"]["authority"]

    def on_rotate(self, event):
        new, old = event["authority"], self.chain[-1]
        after, before = new["content"], old["content"]
        need("version", after["version"] == before["version"] + 1)
        need("previous", after["previous"] == old["hash"])
        over = before["issued"] + LIFETIME <= after["issued"]
        for party in before["parties"]:
            for key in party["keys"]:
                now, owner = find(after, key["key"])
                if now is None:
                    need("key-dropped", key["state"] != "active" and over)
                    continue
                need("key-came-back", RANK[now["state"]] >= RANK[key["state"]])
                if "expires" in key:
                    need("key-came-back", "expires" in now and now["expires"] <= key["expires"])
                need("key-moved", owner == party["name"])
        need("old-quorum", self.authority_quorum(before, new))
        need("new-quorum", self.authority_quorum(after, new))
        need("authority-expired", self.times()[1] < after["expires"])
        self.chain.append(new)
        self.end_what_lost_its_quorum()

    def on_install(self, event):
        self.judge_people(event["confirmations"], self.wanted("install", event["authority"]["hash"], "", event["nonce"]), 2)
        need("new-quorum", self.authority_quorum(event["authority"]["content"], event["authority"]))
        self.chain = [event["authority"]]
        self.end_what_lost_its_quorum()

    def on_change_site(self, event):
        new, old = event["site"], self.site
        need("confirmation-site", new["content"]["site"] == old["content"]["site"])
        need("version", new["content"]["version"] == old["content"]["version"] + 1)
        need("previous", new["content"]["previous"] == old["hash"])
        need("two-people", len(self.people(new["signers"])) >= 2)
        self.site = new

    def on_lose(self, event):
        self.file = None if event["file"] else self.file
        self.journal = None if event["journal"] else self.journal

    def on_tick(self, event):
        """Time alone; advance() did what there is to do."""

    def on_start(self, _event):
        self.restart_clock()
        self.armed = self.drill = None
        if self.active:
            left = self.active["expires"] - self.trusted()
            self.active["deadline"] = self.now["monotonic"] + left
            if left <= 0:
                self.end(self.active)
            else:
                self.end_what_lost_its_quorum()

    def step(self, event, now):
        """The name of the rule that refuses, or None."""
        self.now = now
        if event["event"] != "start":
            self.pass_time()
        try:
            getattr(self, "on_" + event["event"])(event)
        except Refused as refusal:
            return refusal.args[0]
        return None

    def summary(self):
        """What both implementations must agree on after each step."""
        def running(one):
            return [one["statement"]["hash"], one["zone"], one["expires"], one["deadline"]] if one else None
        return {"mark": self.mark(), "armed": self.armed["statement"]["hash"] if self.armed else "",
                "active": running(self.active), "drill": running(self.drill),
                "authority": self.chain[-1]["hash"], "site": self.site["hash"]}
