# SPDX-License-Identifier: EUPL-1.2
"""Reads what identities.tsv and the zone maker say about servers: who runs what software where."""

from dataclasses import dataclass, field
from pathlib import Path

from lab_paths import IDENTITIES


@dataclass
class Server:
    """One process to be started (or, for software `dead`, addresses where nobody answers)."""
    name: str
    software: str
    addresses: list
    zones: list = field(default_factory=list)  # (zone, file)
    nsid: str = ""
    transfer: bool = False
    alternate: bool = False


def _rows(file):
    for line in Path(file).read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def identities():
    """letter -> (IPv4, IPv6)"""
    return {row[0]: (row[1], row[2]) for row in _rows(IDENTITIES)}


def servers(zones_folder):
    zones = {}
    for group, zone, file in _rows(zones_folder / "zones.tsv"):
        zones.setdefault(group, []).append((zone, file))
    found = []
    for letter, v4, v6, nsid, software, transfer in _rows(IDENTITIES):
        found.append(Server(f"root-{letter}", software, [v4, v6], zones["root"], nsid, transfer == "xfr"))
    for name, software, role, v4_net, v6_net, count in _rows(zones_folder / "plan.tsv"):
        addresses = [f"{v4_net}.{n}" for n in range(1, int(count) + 1)]
        addresses += [f"{v6_net}{n:x}" for n in range(1, int(count) + 1)]
        found.append(Server(name, software, addresses, zones.get(name, []), name,
                            role == "alternate", role == "alternate"))
    return found


def stand_in(zones_folder, letter, alternate):
    """The two addresses at which an alternate root server stands in for an identity."""
    for name, _, _, v4_net, v6_net, _ in _rows(zones_folder / "plan.tsv"):
        if name == alternate:
            number = "abcdefghijklm".index(letter) + 1
            return f"{v4_net}.{number}", f"{v6_net}{number:x}"
    raise KeyError(alternate)


def router_script(found):
    """The commands that name each server's path to the router."""
    lines = []
    for server in found:
        name = server.name.removeprefix("root-") if len(server.name) == 6 else server.name
        lines.append(f"path {name} {' '.join(server.addresses)}")
    return "\n".join(lines) + "\n"
