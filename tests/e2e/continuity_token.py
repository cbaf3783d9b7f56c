#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Keys in a token (softhsm2), as a plain user: Ed25519 signs a statement's envelope, RSA and ECDSA sign DNSKEY RRsets ahead
and a zone; a wrong PIN and a missing key are refused in one sentence."""

import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
import authority_ground as ground  # noqa: E402  (the path is set above)
from audit_ground import CTL, check  # noqa: E402

SKIPPED = 77
ALGORITHMS = {"rsa": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
              "ec": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")}


def become_plain():
    """Tokens are for people, not for root."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


def zone_by_token(work, name, base):
    """A key signing key in the token, a zone signing key in a file; then the other way about."""
    token = ground.make_token(work, f"{name}-ksk-test", ALGORITHMS[name])
    more = ["--module", ground.SOFTHSM]
    anchor = ground.call("continuity", "keys", "public", "--ds", "--key", token, *more, typed=ground.PIN + "\n").strip()
    zsk_token = ground.make_token(work, f"{name}-zsk-test", ALGORITHMS[name])
    zsk = ground.call("continuity", "keys", "public", "--key", zsk_token, *more, typed=ground.PIN + "\n").strip()
    ground.call("continuity", "keys", "sign", "--zsk", zsk, "--key", token, *more, "--out", "keys.json", typed=ground.PIN + "\n")
    parties = [ground.Party(work, f"{party} {name}") for party in ground.PARTIES]
    ground.make_authority(f"{name}.json", parties, anchor)
    algorithm = "8" if name == "rsa" else "13"
    ground.draft(f"{name}-statement.json", f"{name}.json", base, anchor, "--algorithm", algorithm)
    ground.call("continuity", "build", "--statement", f"{name}-statement.json", "--base", base, "--keys", "keys.json",
                "--key", zsk_token, *more, "--server", "ns1.continuity-test.se.=192.0.2.53", "--out", f"{name}.zone",
                typed=ground.PIN + "\n")
    said = ground.call("continuity", "check", f"{name}.zone", "--statement", f"{name}-statement.json", "--base", base)
    check("good" in said.splitlines()[0], f"a zone signed by {name} keys in a token verifies")


def perform(work):
    party = ground.Party(work, "AFNIC TEST", token=True)
    others = [ground.Party(work, name) for name in ground.PARTIES[:3]]
    base = work / "base.zone"
    base.write_text(ground.SMALL)
    anchor = ground.zone_keys(work)
    ground.make_authority("authority.json", [*others, party], anchor)
    said = party.sign("authority", "authority.json")
    check("1 has signed: AFNIC TEST" in said, "an Ed25519 key in a token signs an authority")
    wrong = ground.call("continuity", "keys", "public", "--key", party.key, *party.more, typed="wrong\n", status=2)
    check("log in" in wrong, "a wrong PIN is refused")
    missing = ground.call("continuity", "keys", "public", "--key", party.key + "x", *party.more, typed=ground.PIN + "\n", status=2)
    check("no private key" in missing, "a missing key is named")
    for name in ALGORITHMS:
        zone_by_token(work, name, base)


def main():
    if not ground.has_token() or not CTL.exists():
        print("skipped: softhsm2, openssl and a built rootwardctl are needed")
        return SKIPPED
    become_plain()
    with tempfile.TemporaryDirectory(prefix="rootward-token-") as name:
        os.chdir(name)
        os.environ["HOME"] = name
        try:
            perform(pathlib.Path(name))
        except ground.Failed as failure:
            sys.exit(f"FAILED: {failure}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
