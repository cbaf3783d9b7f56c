# SPDX-License-Identifier: EUPL-1.2
"""`rootwardctl explain` beside a live daemon: the first sentence names what is wrong with every kind of broken zone, the
chain is whole for secure and insecure names, and text, JSON, picture and exit status agree."""

import json
import re
import sys
import xml.etree.ElementTree

import ground
from daemon import Daemon, ctl

# What the first sentence says, by kind of leaf zone (tests/lab/zones/leaves_bogus.cc). {zone}: the leaf zone, {name}: the
# name asked for.
WRONG = {
    "expired": "the signature of {zone} DNSKEY by {zone} .*is expired",
    "not-yet": "the signature of {zone} DNSKEY by {zone} .*is not yet valid",
    "wrong-ds": "no DNSKEY of {zone} matches what its parent",
    "missing-key": "{zone} has no DNSKEY RRset although it should be signed",
    "stripped": "{zone} has no DNSKEY RRset although it should be signed",
    "missing-sig": "{name} A has no signature although its zone is signed",
    "altered": "the signature of {name} A by {zone} .*does not verify",
    "no-denial": "{zone} does not prove that {name} ",
    "bad-denial": "{zone} does not prove that {name} ",
    "below-bogus": "no DNSKEY of {zone} matches what its parent",
    "cname-bogus": r"no DNSKEY of cname-bogus-[0-9]+-bad\.[a-z]+\. matches what its parent",
}


class Explainer:
    def __init__(self, daemon):
        self.control = daemon.control

    def run(self, name, *words, drawing=()):
        done = ctl(*words, "explain", name.name, name.type, *drawing, control=self.control)
        return done.returncode, done.stdout

    def __call__(self, name):
        """(exit status, what it prints, the JSON document)"""
        status, text = self.run(name)
        json_status, document = self.run(name, "--json")
        return status if status == json_status else f"{status} and {json_status}", text, json.loads(document)


def leaf_zone(name):
    """The leaf zone of a name of the lab: the numbered label and what stands right of it."""
    return re.search(r"[a-z0-9-]+-[0-9]+[a-z-]*\.[a-z-]+\.$", name.name)[0]


def is_whole(chain):
    """From the anchor down without a gap: each DNSKEY but the root's after the DS of the same zone."""
    vouched = {"."} if chain and chain[0]["kind"] == "anchor" else set()
    for step in chain:
        if step["kind"] == "ds":
            vouched.add(step["name"])
        if step["kind"] == "dnskey" and step["name"] not in vouched:
            return False
        if step["kind"] not in ("anchor", "denial") and not step["server"]:
            return False
    return bool(vouched)


def bogus_names(verdict, explain, names):
    first = {}
    for name in names:
        if name.expect == "bogus":
            first.setdefault(name.kind, name)
    verdict.expect(set(first) == set(WRONG), f"a sentence is expected for each kind of bogus name ({sorted(first)})")
    for kind, name in first.items():
        status, text, document = explain(name)
        wanted = WRONG[kind].format(zone=re.escape(leaf_zone(name)), name=re.escape(name.name))
        sentence = text.splitlines()[1]
        verdict.expect(re.match(wanted, sentence) and status == 1, f"{kind}: status {status}, {sentence}")
        verdict.expect(document["schema"] == "rootward/explain/1" and document["security"] == "bogus" and
                       document["rcode"] == "SERVFAIL" and document["sentence"] == sentence and document["errors"] and
                       is_whole(document["chain"]) and document["chain"][-1]["security"] == "bogus" and
                       document["chain"][-1]["zone"] != ".",
                       f"{kind}: JSON says the same, with its chain down to the zone to blame")


def blames_each_server(verdict, explain, name):
    """A DNSKEY RRset is asked for at several servers before the zone is given up: each one's answer with its sender."""
    _, _, document = explain(name)
    tries = [step["server"] for step in document["chain"] if step["kind"] == "dnskey" and step["security"] == "bogus"]
    asked = [hop["server"] for hop in document["hops"] if hop["type"] == "DNSKEY" and hop["question"] == leaf_zone(name)]
    verdict.expect(len(set(tries)) > 1 and tries == asked, f"each of {len(tries)} tries has the server that it came from")


def sound_names(verdict, explain, names):
    kinds = {}
    for name in names:
        if name.sound and not name.kind.startswith(("odd", "root-server")):
            kinds.setdefault((name.kind, name.expect, name.outcome), name)
    wrong = []
    for (kind, expected, outcome), name in kinds.items():
        status, text, document = explain(name)
        rcode = "NXDOMAIN" if outcome == "NXDOMAIN" else "NOERROR"
        says = f" is {expected}: " in text.splitlines()[1]
        whole = document["chain"] and document["chain"][0]["kind"] == "anchor" and is_whole(document["chain"])
        if not (status == 0 and document["security"] == expected and document["rcode"] == rcode and says and whole):
            wrong.append((kind, expected, outcome, name.name, status, text))
    verdict.expect(len(kinds) > 40 and not wrong, f"{len(kinds)} kinds of sound names: status 0, secure or insecure as they "
                   f"are, a whole chain from the anchor {wrong[:2] or ''}")


def pictures(verdict, explain, names, folder):
    for expected in ("secure", "insecure", "bogus"):
        name = next(n for n in names if n.expect == expected and not n.kind.startswith(("tld", "root")))
        file = folder / f"{expected}.svg"
        status, _ = explain.run(name, drawing=("--svg", file))
        root = xml.etree.ElementTree.parse(file).getroot() if file.exists() else None
        texts = [] if root is None else [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
        chain = explain(name)[2]["chain"]
        zones = {f"zone {step['zone']}" for step in chain}
        verdict.expect(status == (1 if expected == "bogus" else 0) and zones <= set(texts) and
                       texts.count(expected) >= 2, f"--svg of the {expected} {name.name}: a frame for each of {len(zones)} zones")


def main():
    ground.in_lab("--no-alternates", "--leaves", "300")
    verdict = ground.Verdict("explain: what is wrong, in one sentence")
    lab = ground.labkit.Lab()
    names = lab.names()
    daemon = Daemon(lab, {}, address="127.0.0.77")
    daemon.await_tcp()
    explain = Explainer(daemon)
    bogus_names(verdict, explain, names)
    blames_each_server(verdict, explain, next(n for n in names if n.kind == "expired"))
    sound_names(verdict, explain, names)
    pictures(verdict, explain, names, daemon.home)
    status, _, text = daemon.end()
    verdict.expect(status == 0, f"it ends with status {status} {'' if status == 0 else text[-500:]}")
    missing = explain.run(names[0])[0]
    verdict.expect(missing not in (0, 1), f"without a daemon: status {missing}, which is neither sound nor bogus")
    verdict.finish()


if __name__ == "__main__":
    sys.exit(main())
