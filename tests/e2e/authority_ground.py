# SPDX-License-Identifier: EUPL-1.2
"""Parties, keys, an authority and a base for the continuity demonstration and its test: all of it TEST, all of it in one
folder, one key in a software token when there is one."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
from audit_ground import CTL, REAL  # noqa: E402  (the path is set above)

PARTIES = ("Netnod TEST", "RIPE NCC TEST", "DENIC TEST", "AFNIC TEST")
PASSPHRASE = "a TEST passphrase"
PIN = "test-pin-1234"
SOFTHSM = next((str(path) for path in (pathlib.Path("/usr/lib/softhsm/libsofthsm2.so"),
                                       pathlib.Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
                                       pathlib.Path("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so")) if path.exists()), None)

SMALL = """.\t86400\tIN\tSOA\ta.root-servers.net. nstld.verisign-grs.com. 2026090100 1800 900 604800 86400
.\t518400\tIN\tNS\ta.root-servers.net.
a.root-servers.net.\t518400\tIN\tA\t198.41.0.4
net.\t172800\tIN\tNS\ta.gtld-servers.net.
a.gtld-servers.net.\t172800\tIN\tA\t192.5.6.30
se.\t172800\tIN\tNS\ti.ns.se.
se.\t86400\tIN\tDS\t59407 8 2 67A5B9E6C9E7A0B1B2C3D4E5F60718293A4B5C6D7E8F90A1B2C3D4E5F6071829
i.ns.se.\t172800\tIN\tA\t194.146.106.22
fr.\t172800\tIN\tNS\td.nic.fr.
d.nic.fr.\t172800\tIN\tA\t194.0.9.1
"""


class Failed(Exception):
    """A command did not end as it must."""


def call(*arguments, typed="", status=0):
    """Runs rootwardctl; what it printed, errors last."""
    done = subprocess.run([str(CTL), *map(str, arguments)], input=typed, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=False)
    if done.returncode != status:
        raise Failed(f"rootwardctl {' '.join(map(str, arguments))}: exit {done.returncode}, not {status}\n"
                     f"{done.stdout}{done.stderr}")
    return done.stdout if status == 0 else done.stderr.replace("rootwardctl: ", "") + done.stdout


def code_of(kind, path):
    return json.loads(call(kind, "show", path, "--json"))["code"]


def has_token():
    return SOFTHSM is not None and shutil.which("softhsm2-util") is not None and shutil.which("openssl") is not None


def make_token(folder, label, algorithm=("-algorithm", "ed25519")):
    """A key that is born outside and imported, which a real ceremony never does; the file is removed."""
    tokens = folder / "tokens"
    tokens.mkdir(exist_ok=True)
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(conf)
    pem = folder / "born.pem"
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(["openssl", "genpkey", *algorithm, "-out", str(pem)], **quiet)
    subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", PIN, "--pin", PIN], **quiet)
    subprocess.run(["softhsm2-util", "--import", str(pem), "--token", label, "--label", label, "--id", "01", "--pin", PIN], **quiet)
    pem.unlink()
    return f"pkcs11:token={label};object={label}"


class Party:
    """One party's key, in a file or in a token."""

    def __init__(self, folder, name, token=False):
        self.name = name
        stem = name.lower().replace(" ", "-")
        if token:
            self.key, self.secret, self.more = make_token(folder, stem), PIN + "\n", ["--module", SOFTHSM]
            self.public = call("continuity", "keys", "public", "--key", self.key, *self.more, typed=self.secret).strip()
        else:
            self.key, self.secret, self.more = folder / f"{stem}.key", PASSPHRASE + "\n", []
            self.public = call("continuity", "keys", "new", "--out", self.key, typed=self.secret * 2).strip()

    def sign(self, kind, path, *options, out=None):
        where = ["--out", out] if out else []
        return call(kind, "sign", path, "--key", self.key, *self.more, *options, *where,
                    typed=self.secret + code_of(kind, path) + "\n")


def base_zone(folder):
    """A root zone as IANA published it, when one is beside the tree; else a small one."""
    real = REAL / "2022021501.zone.zst"
    path = folder / "base.zone"
    if real.exists() and shutil.which("zstd"):
        subprocess.run(["zstd", "-q", "-d", str(real), "-o", str(path)], check=True)
        return path, "the root zone of 2022-02-15, as published"
    path.write_text(SMALL)
    return path, "a small root zone, made up: the real one is not here"


def zone_keys(folder, algorithm="ecdsap256sha256"):
    """Key signing key, zone signing key, the DNSKEY RRsets signed ahead; the anchor."""
    call("continuity", "keys", "new", "--algorithm", algorithm, "--out", folder / "ksk-test.key", typed=(PASSPHRASE + "\n") * 2)
    zsk = call("continuity", "keys", "new", "--algorithm", algorithm, "--out", folder / "zsk-test.key", typed=(PASSPHRASE + "\n") * 2)
    call("continuity", "keys", "sign", "--zsk", zsk.strip(), "--key", folder / "ksk-test.key", "--out", folder / "keys.json",
         typed=PASSPHRASE + "\n")
    return call("continuity", "keys", "public", "--ds", "--key", folder / "ksk-test.key", typed=PASSPHRASE + "\n").strip()


def make_authority(path, parties, anchor):
    call("authority", "init", "--name", "Continuity TEST", "--anchor", anchor, "--out", path)
    for party in parties:
        call("authority", "add-party", path, party.name)
        call("authority", "add-key", path, party.name, party.public)


def draft(path, authority, base, anchor, *more, sequence=11):
    return call("statement", "draft", "activate", "--authority", authority, "--id", f"TEST-{sequence}", "--sequence", sequence,
                "--base", base, "--anchor", anchor, "--source", "file:/srv/continuity-test.zone", "--reason", "rehearsal",
                "--text", "a TEST, nothing is agreed", "--out", path, *more)


def build(out, statement, base, *more):
    return call("continuity", "build", "--statement", statement, "--base", base, "--keys", "keys.json", "--key", "zsk-test.key",
                "--server", "ns1.continuity-test.se.=192.0.2.53,2001:db8::53", "--responsible", "hostmaster.continuity-test.se.",
                "--out", out, *more, typed=PASSPHRASE + "\n")
