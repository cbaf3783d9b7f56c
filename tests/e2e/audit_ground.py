# SPDX-License-Identifier: EUPL-1.2
"""What the audit tests share: the programs as built, a folder of their own, generated root zones, the real ones."""

import os
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
REAL = pathlib.Path(os.environ.get("RW_SHARED", TOP.parent / "shared")) / "data" / "root-zones"


def build_folder():
    if "RW_BUILD" in os.environ:
        return pathlib.Path(os.environ["RW_BUILD"])
    return next((p for p in (TOP / "build" / "release", TOP / "build" / "dev") if (p / "rootwardctl").exists()),
                TOP / "build" / "release")


CTL = build_folder() / "rootwardctl"
WITNESS = build_folder() / "rootward-witness"


def ctl(*arguments, expect=0, text=True):
    done = subprocess.run([CTL, *map(str, arguments)], capture_output=True, text=text)
    if expect is not None and done.returncode != expect:
        sys.exit(f"rootwardctl {' '.join(map(str, arguments))}: exit {done.returncode}, not {expect}\n"
                 f"{done.stdout}\n{done.stderr}")
    return done


def check(holds, what):
    """Assert that stays under python -O and says what."""
    if not holds:
        sys.exit(f"FAILED: {what}")
    print(f"ok: {what}")


def need(holds, what):
    """The same for what is asked many times: silent when it holds."""
    if not holds:
        sys.exit(f"FAILED: {what}")


BASE = {
    ("net.", "NS"): ["a.gtld-servers.net.", "b.gtld-servers.net."],
    ("net.", "DS"): ["37331 13 2 2F0BEC2D6F79DFBD1D08FD21A3AF92D0E39A4B9EF1E3F4111FFF282490DA453B"],
    ("a.gtld-servers.net.", "A"): ["192.5.6.30"],
    ("b.gtld-servers.net.", "AAAA"): ["2001:503:231d::2:30"],
    ("fr.", "NS"): ["d.nic.fr.", "f.ext.nic.fr."],
    ("fr.", "DS"): ["51508 13 2 1303E8DD0BE0E1E1E0E1E0E1E0E1E0E1E0E1E0E1E0E1E0E1E0E1E0E1E0E1E0E1"],
    ("d.nic.fr.", "A"): ["194.0.9.1"],
    ("comcast.", "NS"): ["ns1.dns.nic.comcast."],
    ("a.root-servers.net.", "A"): ["198.41.0.4"],
    ("b.root-servers.net.", "A"): ["199.9.14.201"],
}


def zone_text(serial, rrsets):
    lines = [f".\t86400\tIN\tSOA\ta.root-servers.net. nstld.verisign-grs.com. {serial} 1800 900 604800 86400",
             ".\t518400\tIN\tNS\ta.root-servers.net.", ".\t518400\tIN\tNS\tb.root-servers.net."]
    for (owner, kind), data in rrsets.items():
        lines += [f"{owner}\t172800\tIN\t{kind}\t{rdata}" for rdata in data]
    return "\n".join(lines) + "\n"


def generated_zones():
    """A week of root zones: serial, zone text, what happened."""
    rrsets = dict(BASE)
    yield 2023112600, zone_text(2023112600, rrsets), "the first version"
    rrsets[("d.nic.fr.", "A")] = ["194.0.9.2"]
    yield 2023112601, zone_text(2023112601, rrsets), "a name server of fr. gets another address"
    rrsets[("b.root-servers.net.", "A")] = ["170.247.170.2"]
    yield 2023112700, zone_text(2023112700, rrsets), "b.root-servers.net. is renumbered"
    rrsets[("xn--tckwe.", "NS")] = ["a.nic.xn--tckwe."]
    yield 2023112701, zone_text(2023112701, rrsets), "a TLD is added"
    del rrsets[("comcast.", "NS")]
    yield 2023112800, zone_text(2023112800, rrsets), "comcast. is removed"
    # 2023112801 is never seen: a gap
    del rrsets[("fr.", "DS")]
    yield 2023112900, zone_text(2023112900, rrsets), "fr. loses its DS; and one serial is missing"


def write_zones(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for serial, text, _ in generated_zones():
        paths.append(folder / f"{serial}.zone")
        paths[-1].write_text(text)
    return paths


def sign(path, keys, at):
    """Signs a zone file with ldns-signzone, ZONEMD included; gives the signed file."""
    signed = path.with_suffix(".signed")
    subprocess.run(["ldns-signzone", "-o", ".", "-i", str(at), "-e", str(at + 13 * 86400), "-z", "simple:sha384", "-f",
                    signed, path, *keys], check=True, capture_output=True, cwd=path.parent)
    return signed


def make_keys(folder):
    """A KSK and a ZSK; gives their base names and the anchor file."""
    def keygen(*flags):
        done = subprocess.run(["ldns-keygen", *flags, "-a", "ECDSAP256SHA256", "."], check=True, capture_output=True,
                              text=True, cwd=folder)
        return done.stdout.strip()
    ksk, zsk = keygen("-k"), keygen()
    return [ksk, zsk], pathlib.Path(folder) / (ksk + ".ds")
