# SPDX-License-Identifier: EUPL-1.2
"""Configuration of the lab's real authoritative servers. Each runs in the foreground, drops no privileges (it has
none worth dropping in a namespace of one user) and keeps its files in its own folder."""

import lab_paths


def _nsd(server, zones_folder, home):
    lines = ["server:", "  server-count: 1", '  username: ""', '  database: ""', "  reuseport: no",
             f'  zonesdir: "{zones_folder}"', f'  zonelistfile: "{home}/zone.list"', f'  pidfile: "{home}/pid"',
             f'  xfrdfile: "{home}/xfrd.state"', f'  xfrdir: "{home}"', f'  logfile: "{home}/nsd.log"',
             "  verbosity: 0", "  tcp-count: 500", "  zonefiles-check: no",
             # NSD answers 200 queries a second at most to one client by default: ours is one client.
             "  rrl-ratelimit: 0", "  rrl-whitelist-ratelimit: 0"]
    if server.nsid:
        lines.append(f'  nsid: "ascii_{server.nsid}"')
    lines += [f"  ip-address: {a}" for a in server.addresses]
    lines += ["remote-control:", "  control-enable: no"]
    if server.transfer:
        lines += ["pattern:", '  name: "all"', "  provide-xfr: 0.0.0.0/0 NOKEY", "  provide-xfr: ::0/0 NOKEY"]
    for zone, file in server.zones:
        lines += ["zone:", f'  name: "{zone}"', f'  zonefile: "{file}"']
        if server.transfer:
            lines.append('  include-pattern: "all"')
    (home / "nsd.conf").write_text("\n".join(lines) + "\n")
    return ["nsd", "-d", "-c", str(home / "nsd.conf")]


def _knot(server, zones_folder, home):
    lines = ["server:", f'  rundir: "{home}"', "  udp-workers: 1", "  tcp-workers: 1", "  background-workers: 1",
             "  tcp-max-clients: 500", f"  listen: [{', '.join(a + '@53' for a in server.addresses)}]"]
    if server.nsid:
        lines.append(f'  nsid: "{server.nsid}"')
    lines += ["log:", "  - target: stderr", "    any: warning", "database:", f'  storage: "{home}"',
              "  journal-db-max-size: 10M", "  timer-db-max-size: 10M",
              "  kasp-db-max-size: 10M", "  catalog-db-max-size: 10M"]
    if server.transfer:
        lines += ["acl:", "  - id: transfer", '    address: ["0.0.0.0/0", "::/0"]', "    action: transfer"]
    lines += ["template:", "  - id: default", f'    storage: "{zones_folder}"', "    zonefile-load: whole",
              "    zonefile-sync: -1", "    journal-content: none"]
    if server.transfer:
        lines.append("    acl: transfer")
    lines.append("zone:")
    for zone, file in server.zones:
        lines += [f'  - domain: "{zone}"', f'    file: "{file}"']
    (home / "knot.conf").write_text("\n".join(lines) + "\n")
    return ["knotd", "-c", str(home / "knot.conf")]


def _odd(server, zones_folder, home):
    return [str(lab_paths.program("lab_odd")), "--script", str(zones_folder / "odd.tsv")]


_WRITERS = {"nsd": _nsd, "knot": _knot, "odd": _odd}


def command(server, zones_folder, home):
    """Writes the server's configuration into `home`; returns its command line, None when nothing is to run."""
    if server.software == "dead":
        return None
    home.mkdir(parents=True, exist_ok=True)
    return _WRITERS[server.software](server, zones_folder, home)
