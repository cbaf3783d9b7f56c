#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The tools of the parties and of a site's operators as people and scripts use them: JSON of what is signed, combined and
verified; keys that expire; confirmations, read and typed; and files as an outsider leaves them."""

import base64
import contextlib
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
import authority_ground as ground  # noqa: E402  (the path is set above)
from audit_ground import CTL, check, need  # noqa: E402

NONCE = "00112233445566778899aabbccddeeff"
SOON = int(time.time()) + 120  # what the operators read on their clocks


def payload(path):
    return base64.b64decode(json.loads(pathlib.Path(path).read_text())["payload"])


def sha256(octets):
    return hashlib.sha256(octets).hexdigest()


def short(octets):
    return f"{sha256(octets)[:4]}-{sha256(octets)[4:8]}"


def run(*arguments, typed=""):
    return subprocess.run([str(CTL), *map(str, arguments)], input=typed, capture_output=True, text=True, check=False)


def as_json(*arguments, typed="", status=0):
    done = run("--json", *arguments, typed=typed)
    need(done.returncode == status, f"{arguments}: exit {done.returncode}: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def statements(parties, anchor):
    ground.draft("statement.json", "authority.json", "base.zone", anchor)
    under = ["--authority", "authority.json"]
    told = None
    for index, party in enumerate(parties[:3]):
        code = short(payload("statement.json"))
        told = as_json("statement", "sign", "statement.json", *under, "--key", party.key, "--out", f"signed-{index}.json",
                       typed=party.secret + code + "\n")
    role = told["roles"][0]
    check(told["sha256"] == sha256(payload("statement.json")) and role["role"] == "activate" and role["needed"] == 3
          and role["signed-by"] == ["DENIC TEST"] and not role["quorum"], "sign --json says who has signed and who is missing")
    two = as_json("statement", "combine", "signed-0.json", "signed-1.json", *under, "--out", "two.json")
    check(two["roles"][0]["missing"] == ["DENIC TEST", "AFNIC TEST"], "combine --json names the missing")
    bad = as_json("statement", "verify", "two.json", *under, status=1)
    check(not bad["good"] and bad["rule"] == "quorum" and "2 have signed" in bad["reason"], "verify --json says why not")
    as_json("statement", "combine", "two.json", "signed-2.json", *under, "--out", "activate.json")
    good = as_json("statement", "verify", "activate.json", *under)
    check(good["good"] and good["roles"][0]["quorum"] and good["id"] == "TEST-11", "and that it is good")
    late = as_json("statement", "verify", "activate.json", *under, "--at", "2100-01-01", status=1)
    check(late["rule"] in ("expired", "authority-expired"), "an expired one is not")
    authority = as_json("authority", "verify", "authority.json")
    check(authority["good"] and authority["quorum"] and authority["version"] == 1, "authority verify --json")
    foreign = as_json("authority", "verify", "statement.json", status=1)
    check("payloadType" in foreign["reason"], "a statement is no authority")


def expiring_key(parties, anchor):
    ground.call("authority", "init", "--name", "Expiring TEST", "--anchor", anchor, "--out", "expiring.json")
    for party in parties:
        ground.call("authority", "add-party", "expiring.json", party.name)
        ground.call("authority", "add-key", "expiring.json", party.name, party.public,
                    *(["--expires-in", "1d"] if party is parties[0] else []))
    page = ground.call("authority", "show", "expiring.json")
    check(page.count(", expires ") == 1, "the page of an authority shows when a key expires")
    late = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 3 * 86400))
    ground.draft("late.json", "expiring.json", "base.zone", anchor, "--from", late)
    refused = run("statement", "sign", "late.json", "--authority", "expiring.json", "--key", parties[0].key, typed=parties[0].secret)
    check(refused.returncode == 1 and "none of those that may sign" in refused.stderr, "an expired key signs no activation")
    parties[1].sign("statement", "late.json", "--authority", "expiring.json")
    ground.call("statement", "draft", "return", "--authority", "expiring.json", "--id", "TEST-12", "--sequence", 12, "--from",
                late, "--reason", "restored", "--out", "return.json")
    said = parties[0].sign("statement", "return.json", "--authority", "expiring.json")
    check("1 has signed: Netnod TEST" in said, "and still signs a return")


def make_site(operators):
    ground.call("site", "init", "--institution", "Bank TEST", "--site", "bank-test", "--out", "site.json")
    for operator in operators:
        ground.call("site", "add-operator", "site.json", operator.name, operator.public)
    for operator in operators[:2]:
        operator.sign("site", "site.json")


def confirm(operator, action, *options, code=None, status=0):
    """With the right code, which is known once the tool has shown it: the first run is there to read it."""
    command = ["continuity", "confirm", action, "--site", "site.json", "--nonce", NONCE, "--time", SOON,
               "--key", operator.key, "--out", "confirmation.json", *options]
    with contextlib.suppress(FileNotFoundError):
        os.unlink("confirmation.json")
    shown = run(*command, typed=operator.secret)
    if "short code" in shown.stderr and code is None:
        code = shown.stderr.split("short code ")[1].split(":")[0]
    need(not pathlib.Path("confirmation.json").exists(), "nothing is written before the code is typed")
    done = run(*command, typed=operator.secret + (code or "") + "\n")
    need(done.returncode == status, f"confirm {action}: exit {done.returncode}: {done.stdout}{done.stderr}")
    return shown.stderr + done.stdout + done.stderr


def confirmations(work, operators, parties, anchor):
    make_site(operators)
    anna, ben = operators[:2]
    base = ["--base", "base.zone"]
    ground.draft("now.json", "authority.json", "base.zone", anchor)
    for party in parties[:3]:
        party.sign("statement", "now.json", "--authority", "authority.json")
    ground.build("continuity.zone", "now.json", "base.zone")
    enter = ["--statement", "now.json", "--authority", "authority.json", "--zone", "continuity.zone", *base]
    page = confirm(anna, "enter", *enter)
    check("GOES OVER" in page and "ACTIVATES the continuity zone" in page and "confirmed by Anna TEST" in page,
          "an operator reads what the site and the statement do")
    told = json.loads(payload("confirmation.json"))
    check(told["subject"] == sha256(payload("now.json")) and told["nonce"] == NONCE and told["site"] == "bank-test"
          and told["zone"] in ground.call("continuity", "check", "continuity.zone", "--statement", "now.json", *base),
          "the confirmation names statement, zone, site and nonce")
    confirm(ben, "enter", *enter, code="0000-0000", status=1)
    check(not pathlib.Path("confirmation.json").exists(), "a wrong code signs nothing")
    said = confirm(parties[0], "enter", *enter, status=1)
    check("none of those that may sign" in said, "a party is no operator")
    changed = pathlib.Path("continuity.zone").read_text().replace("194.146.106.22", "194.146.106.99")
    pathlib.Path("changed.zone").write_text(changed)
    said = confirm(anna, "enter", "--statement", "now.json", "--authority", "authority.json", "--zone", "changed.zone", *base, status=1)
    check("do not verify" in said or "ZONEMD" in said, "nobody confirms a zone that the site would refuse")
    said = confirm(anna, "enter", "--statement", "two.json", "--authority", "authority.json", "--zone", "continuity.zone", *base, status=1)
    check("lacks the quorum" in said, "or a statement without its quorum")
    page = confirm(anna, "leave", "--statement", "now.json")
    check("GOES BACK" in page and "two different people" not in page, "one person leaves")
    digest = sha256(payload("authority.json"))
    install = ["--authority", "authority.json"]
    page = confirm(anna, "install", *install, code="0" * 64, status=1)
    check("another hash" in page and digest not in page, "an authority is installed by its hash, which is not shown")
    spaced = " ".join(digest[i:i + 4] for i in range(0, 64, 4))
    check("confirmed by Anna" in confirm(anna, "install", *install, code=spaced), "typed as it came by another way")
    check("SETS THE TIME" in confirm(ben, "set-time") and json.loads(payload("confirmation.json"))["time"] == SOON,
          "two operators set the time that they vouch for")
    check("BEGINS ANEW" in confirm(ben, "enrol", "--authority", "authority.json"), "and enrol when the marks are lost")
    check(work.exists(), "confirmations are made")


def says(done, words):
    text = done.stdout + done.stderr
    return done.returncode in (1, 2) and words in text and text.replace("\n", "").isprintable()


def hostile_files(work, party):
    good = pathlib.Path("authority.json").read_text()
    text = payload("authority.json").decode()

    def envelope(content):
        wrapped = {**json.loads(good), "payload": base64.b64encode(content.encode("utf-8", "surrogateescape")).decode()}
        return json.dumps(wrapped, sort_keys=True, separators=(",", ":")) + "\n"

    cases = {
        "nothing": ("", "JSON"),
        "noise": (os.urandom(4096).decode("latin-1"), "refused"),
        "a hundred thousand brackets": ("[" * 100_000, "nested deeper"),
        "a name with an escape": (envelope(text.replace("Netnod TEST", "\\u001b]0;x\\u0007")), "refused"),
        "a name in Cyrillic": (envelope(text.replace("Netnod", "Netn\u043ed")), "refused"),
        "a name that turns round": (envelope(text.replace("Netnod", "\u202eNetnod")), "refused"),
        "not UTF-8": (envelope(text.replace("Netnod", "Netn\udcff")), "refused"),
        "a large file": (" " * (70 << 20), ""),
    }
    for what, (content, words) in cases.items():
        pathlib.Path("hostile.json").write_text(content, encoding="utf-8", errors="surrogateescape")
        began = time.monotonic()
        for command in (["authority", "show"], ["authority", "verify"]):
            check(says(run(*command, "hostile.json"), words), f"{what}: {command[1]} refuses it in a sentence")
        need(time.monotonic() - began < 10, f"{what}: refused at once")
    check(says(run("authority", "show", "/dev/zero"), "device"), "a device is refused")
    before = sha256(pathlib.Path("authority.json").read_bytes())
    os.symlink("authority.json", "link.json")
    done = run("authority", "sign", "link.json", "--key", party.key, typed=party.secret)
    check(done.returncode == 2 and "link" in done.stderr and sha256(pathlib.Path("authority.json").read_bytes()) == before,
          "nothing is signed through a link")
    os.mkfifo("fifo.json")
    check(says(run("authority", "add-party", "fifo.json", "X TEST"), "FIFO"), "a FIFO is not waited for")
    check(work.exists(), "hostile files are refused")


def two_at_once(anchor):
    ground.call("authority", "init", "--name", "Race TEST", "--anchor", anchor, "--out", "race.json")
    command = [str(CTL), "authority", "add-party", "race.json"]
    runs = [subprocess.Popen([*command, f"Party {i} TEST"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for i in range(12)]
    results = [(process.communicate(), process.returncode) for process in runs]
    added = sum(code == 0 for _, code in results)
    kept = len(json.loads(payload("race.json"))["parties"])
    check(added == kept and all("another process" in said[1] for said, code in results if code != 0),
          f"of twelve who add at once {added} did, and the file has {kept}")


def main():
    if not CTL.exists():
        sys.exit(f"{CTL} is not built")
    with tempfile.TemporaryDirectory(prefix="rootward-tools-") as name:
        work = pathlib.Path(name)
        os.chdir(work)
        (work / "base.zone").write_text(ground.SMALL)
        parties = [ground.Party(work, party) for party in ground.PARTIES]
        operators = [ground.Party(work, person) for person in ("Anna TEST", "Ben TEST", "Cleo TEST")]
        anchor = ground.zone_keys(work)
        ground.make_authority("authority.json", parties, anchor)
        for party in parties[:3]:
            party.sign("authority", "authority.json")
        try:
            statements(parties, anchor)
            expiring_key(parties, anchor)
            confirmations(work, operators, parties, anchor)
            hostile_files(work, parties[3])
            two_at_once(anchor)
        except ground.Failed as failure:
            sys.exit(f"FAILED: {failure}")


if __name__ == "__main__":
    main()
